#include "cli/parse.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace icn::cli {
namespace {

// CLI11 stores into variables; these live as long as one parse.
struct Slot {
  const OptionRow* row;
  std::vector<std::string> values;
  bool flag = false;
};

void add_options(CLI::App& app, std::span<const OptionRow> rows, std::vector<std::unique_ptr<Slot>>& slots) {
  for (const OptionRow& row : rows) {
    Slot& slot = *slots.emplace_back(std::make_unique<Slot>(Slot{&row, {}, false}));
    const std::string names = std::string(row.name) + (row.short_name.empty() ? "" : "," + std::string(row.short_name));
    if (row.value == Value::flag) {
      app.add_flag(names, slot.flag, std::string(row.doc));
    } else {
      CLI::Option* option = app.add_option(names, slot.values, std::string(row.doc));
      // One value an occurrence, so that an option never swallows the program's arguments.
      option->expected(1)->take_all()->allow_extra_args(false);
    }
  }
}

std::vector<std::string_view> split_words(std::string_view path) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(' ', at), path.size());
    words.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// The longest command that the leading words name, skipping options and the values of global ones.
struct Found {
  const CommandRow* command = nullptr;
  std::string group;              // the words so far, when they name no command
  std::vector<std::string> rest;  // everything but the command's own words
};

bool takes_value(std::string_view word) {
  return std::any_of(kGlobalOptions.begin(), kGlobalOptions.end(), [&](const OptionRow& row) {
    return row.value != Value::flag && (row.name == word || (!row.short_name.empty() && row.short_name == word));
  });
}

Found find(std::span<const std::string> words) {
  Found found;
  std::string path;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (found.command == nullptr && word.starts_with("-")) {
      found.rest.push_back(word);
      if (takes_value(word) && i + 1 < words.size()) found.rest.push_back(words[++i]);
      continue;
    }
    if (found.command != nullptr) {
      found.rest.push_back(word);
      continue;
    }
    path += (path.empty() ? "" : " ") + word;
    found.command = find_command(path);
    if (found.command == nullptr) found.group = path;
  }
  return found;
}

std::string usage_of(const CommandRow& command) {
  return "icn " + std::string(command.path) + (command.arguments.empty() ? "" : " " + std::string(command.arguments)) +
         " [options]";
}

tl::unexpected<Error> usage_error(const CommandRow& command, std::string_view what) {
  return fail(ErrorCode::invalid_argument, std::string(what) + "\nusage: " + usage_of(command) + "\n`icn " +
                                               std::string(command.path) + " --help` says more; nothing was done");
}

tl::unexpected<Error> unknown_command(const std::string& words) {
  std::string names;
  const std::string group = words.substr(0, words.find(' '));
  for (const CommandRow& row : command_table()) {
    if (row.path.starts_with(group + " ")) names += (names.empty() ? "" : ", ") + std::string(row.path);
  }
  return fail(ErrorCode::invalid_argument, "'icn " + words + "' is no command" +
                                               (names.empty() ? "" : "; there are: " + names) +
                                               "; `icn --help` lists all");
}

std::string options_text(std::span<const OptionRow> rows) {
  std::string text;
  for (const OptionRow& row : rows) {
    std::string head = "  " + std::string(row.name);
    if (!row.short_name.empty()) head += ", " + std::string(row.short_name);
    if (!row.placeholder.empty()) head += " " + std::string(row.placeholder);
    if (row.value == Value::many) head += " …";
    head.resize(std::max<std::size_t>(head.size() + 2, 30), ' ');
    text += head + std::string(row.doc) + "\n";
  }
  return text;
}

}  // namespace

std::optional<std::string> Invocation::text(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Invocation::texts(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>() : found->second;
}

Result<std::optional<std::uint64_t>> Invocation::number(std::string_view option, std::uint64_t max) const {
  const auto given = text(option);
  if (!given) return std::optional<std::uint64_t>();
  std::uint64_t value = 0;
  bool good = !given->empty() && given->size() <= 20;
  for (const char c : *given) {
    if (c < '0' || c > '9' || value > (UINT64_MAX - static_cast<std::uint64_t>(c - '0')) / 10) {
      good = false;
      break;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (!good || value > max) {
    return fail(ErrorCode::invalid_argument, std::string(option) + ": '" + *given + "' is no whole number from 0 to " +
                                                 std::to_string(max) + "; nothing was done");
  }
  return std::optional<std::uint64_t>(value);
}

const CommandRow* find_command(std::string_view path) {
  for (const CommandRow& row : command_table()) {
    if (row.path == path) return &row;
  }
  return nullptr;
}

bool asks_for_json(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == "--json") return true;
  }
  return false;
}

Result<std::variant<Invocation, HelpText>> parse(std::span<const std::string> words) {
  const Found found = find(words);
  const auto asks_help = [&] {
    for (const std::string& word : words) {
      if (word == "--") return false;
      if (word == "--help" || word == "-h") return true;
    }
    return words.empty();
  };
  if (found.command == nullptr) {
    if (asks_help()) return std::variant<Invocation, HelpText>(HelpText{help_overview(found.group)});
    if (found.group.empty()) return fail(ErrorCode::invalid_argument, "no command was given; `icn --help` lists all");
    return unknown_command(found.group);
  }
  const CommandRow& command = *found.command;
  if (asks_help()) return std::variant<Invocation, HelpText>(HelpText{help_of(command)});

  CLI::App app;
  app.set_help_flag();
  std::vector<std::unique_ptr<Slot>> slots;
  Invocation invocation;
  invocation.command = &command;
  add_options(app, kGlobalOptions, slots);
  add_options(app, command.options, slots);
  app.add_option("arguments", invocation.arguments)->expected(0, 1 << 20);
  std::vector<std::string> reversed(found.rest.rbegin(), found.rest.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    std::string what = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && command.path.starts_with("job ")) {
      what += "; the program's own options stand after `--`";
    }
    return usage_error(command, what);
  }
  for (const auto& slot : slots) {
    if (slot->flag || !slot->values.empty()) invocation.options[std::string(slot->row->name)] = slot->values;
    if (slot->row->value == Value::one && slot->values.size() > 1)
      return usage_error(command, std::string(slot->row->name) + " was given twice");
  }
  if (invocation.arguments.size() < command.arguments_min) return usage_error(command, "something is missing");
  if (invocation.arguments.size() > command.arguments_max) {
    return usage_error(command, "'" + invocation.arguments[command.arguments_max] + "' is too much");
  }
  return std::variant<Invocation, HelpText>(std::move(invocation));
}

std::string help_of(const CommandRow& command) {
  std::string text =
      std::string(command.summary) + "\n\nusage: " + usage_of(command) + "\n\n" + std::string(command.doc) + "\n\n";
  if (!command.options.empty()) text += "options:\n" + options_text(command.options) + "\n";
  text += "options of every command:\n" + options_text(kGlobalOptions) + "\nexample:\n  " +
          std::string(command.example) + "\n";
  return text;
}

std::string help_overview(std::string_view group) {
  std::string text =
      "icn: run WASM jobs that anybody can verify, paid in mana\n\nusage: icn [--data DIR] COMMAND …\n\n";
  for (const CommandRow& row : command_table()) {
    if (!group.empty() && split_words(row.path).front() != group) continue;
    std::string head = "  icn " + std::string(row.path) + " " + std::string(row.arguments);
    head.resize(std::max<std::size_t>(head.size() + 2, 44), ' ');
    text += head + std::string(row.summary) + "\n";
  }
  text += "\noptions of every command:\n" + options_text(kGlobalOptions) +
          "\n`icn COMMAND --help` shows the command's options and an example.\n"
          "Exit codes: 0 good; 1–99 the job's own; 100–125 see docs/ERRORS.md.\n";
  return text;
}

Result<std::string> completion_script(std::string_view shell) {
  std::string cases;
  std::map<std::string, std::string> next;  // words so far → what may follow
  for (const CommandRow& row : command_table()) {
    std::string path;
    for (const std::string_view word : split_words(row.path)) {
      std::string& follow = next[path];
      if ((" " + follow + " ").find(" " + std::string(word) + " ") == std::string::npos)
        follow += (follow.empty() ? "" : " ") + std::string(word);
      path += (path.empty() ? "" : " ") + std::string(word);
    }
    std::string options;
    for (const auto rows : {row.options, kGlobalOptions}) {
      for (const OptionRow& option : rows) options += (options.empty() ? "" : " ") + std::string(option.name);
    }
    next[path] = options;
  }
  if (shell == "bash" || shell == "zsh") {
    for (const auto& [path, follow] : next) cases += "    \"" + path + "\") words=\"" + follow + "\" ;;\n";
    const std::string prelude = shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
    return prelude +
           "_icn() {\n  local path=\"\" word words=\"\" i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "    word=\"${COMP_WORDS[i]}\"\n    case \"$word\" in --data|--passphrase-file) ((i++)) ;; -*) ;;\n"
           "      *) case \"$path\" in \"\"|job|receipt|mana|dag) path=\"${path:+$path }$word\" ;; esac ;;\n    esac\n "
           " done\n"
           "  case \"$path\" in\n" +
           cases +
           "  esac\n  COMPREPLY=($(compgen -W \"$words\" -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
           "complete -o filenames -F _icn icn\n";
  }
  if (shell == "fish") {
    std::string text;
    for (const CommandRow& row : command_table()) {
      const auto words = split_words(row.path);
      std::string condition = "__fish_use_subcommand";
      for (const std::string_view word : words) {
        text += "complete -c icn -n '" + condition + "' -a " + std::string(word) + "\n";
        condition = "__fish_seen_subcommand_from " + std::string(word);
      }
      for (const OptionRow& option : row.options) {
        text += "complete -c icn -n '" + condition + "' -l " + std::string(option.name.substr(2)) + " -d '" +
                std::string(option.doc) + "'\n";
      }
    }
    return text;
  }
  return fail(ErrorCode::invalid_argument,
              "'" + std::string(shell) + "' is no shell known here; there are bash, zsh and fish");
}

}  // namespace icn::cli
