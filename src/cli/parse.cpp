#include "cli/parse.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "cli/words.hpp"
#include "core/closest.hpp"

namespace icn::cli {
namespace {

bool is_help(std::string_view word) { return word == "--help" || word == "-h"; }
bool is_version(std::string_view word) { return word == "--version" || word == "-V"; }

// Returns the words before `--`, which belong to icn.
std::span<const std::string> own_words(std::span<const std::string> words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return words.first(static_cast<std::size_t>(end - words.begin()));
}

const OptionRow* find_option(std::span<const OptionRow> rows, std::string_view name) {
  for (const OptionRow& row : rows) {
    if (row.name == name || (!row.short_name.empty() && row.short_name == name)) return &row;
  }
  return nullptr;
}

// The command that the leading words name, skipping options and the values of global ones.
struct Found {
  const CommandRow* command = nullptr;
  std::vector<std::string> group;  // the words so far, if they name no command
  std::vector<std::string> rest;   // all words except the command's own
};

Found find(std::span<const std::string> words) {
  Found found;
  std::string path;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (found.command != nullptr || word.starts_with("-")) {
      found.rest.push_back(word);
      const OptionRow* option = found.command == nullptr ? find_option(kGlobalOptions, word) : nullptr;
      if (option != nullptr && takes_next_word(option->value) && i + 1 < words.size()) found.rest.push_back(words[++i]);
      continue;
    }
    path += (path.empty() ? "" : " ") + word;
    found.group.push_back(word);
    found.command = find_command(path);
  }
  return found;
}

tl::unexpected<Error> usage_error(const CommandRow& command, std::string_view what) {
  return fail(ErrorCode::invalid_argument, fmt::format("{}\nusage: {}\nSee `icn {} --help`; nothing was done", what,
                                                       usage_of(command), command.path));
}

std::string without_value(std::string_view name, const OptionRow& row) {
  return fmt::format("{} needs a value: {} {}", name, row.name, row.placeholder);
}

// What is wrong with words that are options only.
Error without_command(std::span<const std::string> words) {
  constexpr std::string_view kAll = "`icn --help` lists all";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view name = std::string_view(words[i]).substr(0, words[i].find('='));
    const OptionRow* row = find_option(kGlobalOptions, name);
    if (row == nullptr) return {ErrorCode::invalid_argument, fmt::format("'icn' has no option {}; {}", name, kAll), ""};
    if (!takes_next_word(row->value) || name.size() < words[i].size()) continue;
    if (++i == words.size())
      return {ErrorCode::invalid_argument, fmt::format("{}; {}", without_value(name, *row), kAll), ""};
  }
  return {ErrorCode::invalid_argument, fmt::format("no command was given; {}", kAll), ""};
}

// The second words of a group's commands; none if there is no such group.
std::vector<std::string_view> members_of(std::string_view group) {
  std::vector<std::string_view> members;
  for (const CommandRow& row : command_table()) {
    const auto parts = split_words(row.path);
    if (parts.size() == 2 && parts[0] == group) members.push_back(parts[1]);
  }
  return members;
}

// Words that people try first because other programs use them, and the matching commands.
struct Habit {
  std::string_view word;
  std::string_view member;  // after a group that has it
  std::string_view meant;   // alone
};
constexpr std::array kHabits{
    Habit{"ls", "list", "job list' or 'icn dag ls"},
    Habit{"ps", "list", "job list"},
    Habit{"list", "list", "job list"},
    Habit{"rm", "cancel", "job cancel' or 'icn dag unpin"},
    Habit{"rm", "unpin", ""},
    Habit{"remove", "cancel", "job cancel' or 'icn dag unpin"},
    Habit{"delete", "cancel", "job cancel"},
    Habit{"kill", "cancel", "job cancel"},
    Habit{"stop", "cancel", "job cancel"},
    Habit{"status", "describe", "job list' or 'icn mana balance"},
    Habit{"show", "describe", "job describe"},
    Habit{"info", "describe", "job describe"},
    Habit{"get", "output", ""},
    Habit{"add", "put", "dag put"},
    Habit{"log", "logs", "job logs"},
    Habit{"start", "run", "job run"},
    Habit{"exec", "run", "job run"},
    Habit{"whoami", "list", "key list"},
};

std::string_view member_by_habit(std::string_view word, const std::vector<std::string_view>& members) {
  for (const Habit& habit : kHabits) {
    if (habit.word == word && std::find(members.begin(), members.end(), habit.member) != members.end())
      return habit.member;
  }
  return {};
}

// Guesses the command for a first word that begins no command; empty if nothing is close.
std::string command_meant(const std::vector<std::string>& words) {
  for (const Habit& habit : kHabits)
    if (habit.word == words[0] && !habit.meant.empty()) return std::string(habit.meant);
  std::vector<std::string_view> paths;
  std::vector<std::string_view> firsts;
  for (const CommandRow& row : command_table()) {
    const auto parts = split_words(row.path);
    // "icn run" for "icn job run".
    if (parts.size() == 2 && parts[1] == words[0]) return std::string(row.path);
    paths.push_back(row.path);
    firsts.push_back(parts[0]);
  }
  const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  const std::string_view path = closest(two, paths);
  return std::string(path.empty() ? closest(words[0], firsts) : path);
}

tl::unexpected<Error> unknown_command(const std::vector<std::string>& words) {
  const auto members = members_of(words[0]);
  std::string names;
  for (const std::string_view member : members) names += (names.empty() ? "" : ", ") + std::string(member);
  if (!members.empty() && words.size() == 1)
    return fail(ErrorCode::invalid_argument, "'icn " + words[0] + "' needs one of: " + names);
  const std::string shown = members.empty() ? words[0] : words[0] + " " + words[1];
  std::string meant = command_meant(words);
  if (!members.empty()) {
    std::string_view member = member_by_habit(words[1], members);
    if (member.empty()) member = closest(words[1], members);
    meant = member.empty() ? "" : fmt::format("{} {}", words[0], member);
  }
  return fail(ErrorCode::invalid_argument,
              "'icn " + shown + "' is not a command" + (meant.empty() ? "" : "; did you mean 'icn " + meant + "'?") +
                  (members.empty() ? "" : "\nAfter 'icn " + words[0] + "' there are: " + names + ".") +
                  "\n`icn --help` lists all");
}

// Words to an Invocation of one command.
class Scanner {
 public:
  Scanner(const CommandRow& command, std::span<const std::string> words) : command_(command), words_(words) {
    invocation_.command = &command;
  }

  Result<Invocation> scan() {
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (word == "--") {
        invocation_.arguments.insert(invocation_.arguments.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_),
                                     words_.end());
        break;
      }
      if (is_option(word)) {
        ICN_TRY(take_option(word));
      } else {
        invocation_.arguments.push_back(word);
      }
    }
    ICN_TRY(check_arguments());
    return std::move(invocation_);
  }

 private:
  // A lone dash and a negative number are arguments; no option has that form.
  static bool is_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
  }

  const OptionRow* find_row(std::string_view name) const {
    const OptionRow* row = find_option(command_.options, name);
    return row != nullptr ? row : find_option(kGlobalOptions, name);
  }

  Result<void> take_option(std::string_view word) {
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string_view::npos;
    const std::string_view name = word.substr(0, equals);
    const OptionRow* row = find_row(name);
    if (row == nullptr) return unknown_option(name);
    std::vector<std::string>& values = invocation_.options[std::string(row->name)];
    if (row->value == Value::flag) {
      if (equals == std::string_view::npos) return {};
      return usage_error(command_, fmt::format("{} takes no value", name));
    }
    if (row->value == Value::optional && equals == std::string_view::npos) return {};
    std::string value;
    if (equals != std::string_view::npos) {
      value = word.substr(equals + 1);
    } else if (at_ < words_.size() && !words_[at_].starts_with("--")) {
      value = words_[at_++];
    } else {
      return usage_error(command_, without_value(name, *row));
    }
    if (value.empty()) return usage_error(command_, fmt::format("{}: its value is empty", name));
    if (row->value != Value::many && !values.empty())
      return usage_error(command_, fmt::format("{} was given twice", name));
    values.push_back(std::move(value));
    return {};
  }

  Result<void> unknown_option(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const auto rows : {command_.options, kGlobalOptions}) {
      for (const OptionRow& row : rows) names.push_back(row.name);
    }
    const std::string_view meant = closest(name, names);
    std::string what = fmt::format("'icn {}' has no option {}", command_.path, name);
    if (!meant.empty()) what += fmt::format("; did you mean {}?", meant);
    if (command_.arguments_max > 1) what += "\nThe program's own options come after `--`.";
    return usage_error(command_, what);
  }

  Result<void> check_arguments() const {
    const std::vector<std::string>& arguments = invocation_.arguments;
    if (arguments.size() < command_.arguments_min) {
      const auto names = split_words(command_.arguments);
      return usage_error(command_, fmt::format("missing argument: {}", names[arguments.size()]));
    }
    if (arguments.size() > command_.arguments_max)
      return usage_error(command_, "unexpected argument '" + arguments[command_.arguments_max] + "'");
    return {};
  }

  const CommandRow& command_;
  std::span<const std::string> words_;
  std::size_t at_ = 0;
  Invocation invocation_;
};

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

Result<std::optional<std::uint64_t>> Invocation::number(std::string_view option, std::uint64_t max,
                                                        std::uint64_t min) const {
  const auto given = text(option);
  if (!given) return std::optional<std::uint64_t>();
  const auto value = whole_number(*given);
  if (!value || *value > max || *value < min) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{}: '{}' is not a whole number from {} to {}; nothing was done", option, *given, min, max));
  }
  return value;
}

const CommandRow* find_command(std::string_view path) {
  for (const CommandRow& row : command_table()) {
    if (row.path == path) return &row;
  }
  return nullptr;
}

const CommandRow* named_command(std::span<const std::string> words) { return find(words).command; }

std::string usage_of(const CommandRow& command) {
  return fmt::format("icn {}{} [options]", command.path,
                     command.arguments.empty() ? "" : fmt::format(" {}", command.arguments));
}

bool asks_for_json(std::span<const std::string> words) {
  const auto own = own_words(words);
  return std::find(own.begin(), own.end(), "--json") != own.end();
}

Result<std::variant<Invocation, HelpRequest>> parse(std::span<const std::string> words) {
  using Parsed = std::variant<Invocation, HelpRequest>;
  const auto own = own_words(words);
  // Also accepts "icn help job run"; an overview needs no further word.
  const bool asks_help = own.empty() || own[0] == "help" || std::any_of(own.begin(), own.end(), is_help);
  const Found found = find(!own.empty() && own[0] == "help" ? words.subspan(1) : words);
  if (found.command != nullptr) {
    if (asks_help) return Parsed(HelpRequest{found.command});
    return Parsed(ICN_TRY(Scanner(*found.command, found.rest).scan()));
  }
  if (asks_help) {
    const bool is_group = !found.group.empty() && !members_of(found.group[0]).empty();
    if (found.group.empty() || is_group) return Parsed(HelpRequest{nullptr, found.group.empty() ? "" : found.group[0]});
  }
  if (!found.group.empty()) return unknown_command(found.group);
  if (std::any_of(own.begin(), own.end(), is_version)) {
    Invocation invocation;
    invocation.command = find_command("version");
    if (asks_for_json(words)) invocation.options["--json"] = {};
    return Parsed(std::move(invocation));
  }
  return fail(without_command(own));
}

}  // namespace icn::cli
