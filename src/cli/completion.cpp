#include "cli/completion.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "cli/candidates.hpp"
#include "cli/command.hpp"
#include "cli/words.hpp"

namespace icn::cli {
namespace {

constexpr std::string_view kShells = "bash zsh fish";

struct Word {
  std::string text;
  std::string_view doc;
};

// The data from which the scripts are generated.
struct Shape {
  std::vector<std::string> groups;                // words that need another word after them, the empty one first
  std::map<std::string, std::vector<Word>> next;  // after a group: the words that may follow
  std::vector<std::string> paths;                 // the commands
  std::string value_options;                      // options that take a value of any kind
  std::string file_options;                       // those whose value is a file or a folder
};

bool names_a_file(std::string_view placeholder) {
  return placeholder == "FILE" || placeholder == "DIR" || placeholder == "PATH";
}

void note_options(std::span<const OptionRow> rows, std::set<std::string>& values, std::set<std::string>& files) {
  for (const OptionRow& row : rows) {
    if (!takes_next_word(row.value)) continue;
    (names_a_file(row.placeholder) ? files : values).insert(std::string(row.name));
  }
}

std::string joined(const std::set<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(separator)) + word;
  return text;
}

Shape shape_of_table(std::string_view separator) {
  Shape shape{{""}, {}, {}, {}, {}};
  std::set<std::string> values;
  std::set<std::string> files;
  note_options(kGlobalOptions, values, files);
  for (const CommandRow& row : command_table()) {
    const auto words = split_words(row.path);
    shape.paths.emplace_back(row.path);
    note_options(row.options, values, files);
    if (words.size() == 1) {
      shape.next[""].push_back({std::string(words[0]), row.summary});
      continue;
    }
    const std::string group(words[0]);
    if (!shape.next.contains(group)) {
      shape.groups.push_back(group);
      shape.next[""].push_back({group, "commands about it"});
    }
    shape.next[group].push_back({std::string(words[1]), row.summary});
  }
  shape.value_options = joined(values, separator);
  shape.file_options = joined(files, separator);
  return shape;
}

std::string names_of(std::span<const OptionRow> rows) {
  std::string text;
  for (const OptionRow& row : rows) text += (text.empty() ? "" : " ") + std::string(row.name);
  return text;
}

std::string options_of(const CommandRow& row) {
  const std::string own = names_of(row.options);
  return own + (own.empty() ? "" : " ") + names_of(kGlobalOptions) + " --help";
}

std::string groups_pattern(const Shape& shape, std::string_view separator) {
  std::string pattern = "\"\"";
  for (const std::string& group : shape.groups) {
    if (!group.empty()) pattern += std::string(separator) + group;
  }
  return pattern;
}

// A text in single quotes as sh, zsh (backslash = false) or fish (true) read it.
std::string quoted(std::string_view text, bool backslash) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += backslash ? "\\'" : "'\\''";
    } else if (c == '\\' && backslash) {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string all_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Calls `visit(path, option, values)` for each option with a finite set of values; for an option of every command the
// path is `any`.
template <class Visit>
void for_each_value(std::string_view any, Visit visit) {
  const auto visit_all = [&](std::string_view path, std::span<const OptionRow> rows) {
    for (const OptionRow& row : rows) {
      const std::vector<std::string> values = values_of(row);
      if (!values.empty()) visit(path, row.name, all_of(values));
    }
  };
  for (const CommandRow& row : command_table()) visit_all(row.path, row.options);
  visit_all(any, kGlobalOptions);
}

// The commands whose argument is of this kind, as alternatives of a pattern.
std::string paths_of(std::string_view kind, std::string_view quote, std::string_view separator) {
  std::string text;
  for (const CommandRow& row : command_table()) {
    if (kind_of_arguments(row) != kind) continue;
    text += fmt::format("{}{}{}{}", text.empty() ? "" : separator, quote, row.path, quote);
  }
  return text;
}

constexpr std::string_view kIdKinds[] = {"jobs", "receipts", "cids", "stores", "parameters", "kinds", "proposals"};
// Options that select the node; their values are passed to `icn __complete` too.
constexpr std::string_view kNodeOptions = "--data|--dag-store|--state-store";

std::string bash_proposes(std::string_view words) {
  return fmt::format("mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$cur\")", words);
}

std::string bash_values() {
  std::string text;
  for_each_value("*", [&](std::string_view path, std::string_view option, const std::string& words) {
    const std::string pattern = path == "*" ? fmt::format("*\" {}\"", option) : fmt::format("\"{} {}\"", path, option);
    text += fmt::format("    {}) {}; return ;;\n", pattern, bash_proposes(words));
  });
  return text;
}

std::string bash_arguments() {
  const auto row = [](std::string_view kind, std::string_view proposes) {
    return fmt::format("    {}) {} ;;\n", paths_of(kind, "\"", "|"), proposes);
  };
  std::string text;
  for (const std::string_view kind : kIdKinds) text += row(kind, bash_proposes(fmt::format("$(_icn_ids {})", kind)));
  return text + row("shells", bash_proposes(kShells)) +
         row("files", "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
}

std::string bash_script() {
  const Shape shape = shape_of_table("|");
  std::string cases;
  for (const auto& [group, words] : shape.next) {
    std::string list;
    for (const Word& word : words) list += (list.empty() ? "" : " ") + word.text;
    cases += "    \"" + group + "\") words=\"" + list + "\" options=\"" + names_of(kGlobalOptions) + " --help\" ;;\n";
  }
  for (const CommandRow& row : command_table())
    cases += fmt::format("    \"{}\") options=\"{}\" ;;\n", row.path, options_of(row));
  return "# `node` holds the options of the line that select the node.\n"
         "_icn_ids() {\n"
         "  local id\n"
         "  while IFS=$'\\t' read -r id _; do printf '%s\\n' \"$id\"; done < <(\"${COMP_WORDS[0]/#\\~/$HOME}\" "
         "__complete "
         "\"$1\" \"$cur\" \"${node[@]}\" 2>/dev/null)\n"
         "}\n"
         "_icn() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} previous=\"\" path=\"\" words=\"\" options=\"\" i word\n"
         "  local -a node=()\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=${COMP_WORDS[i]}\n"
         "    # bash cuts --data=DIR into three words.\n"
         "    if [[ $word == = ]]; then continue; fi\n"
         "    case $previous in " +
         shape.file_options + "|" + shape.value_options +
         ")\n"
         "      case $previous in " +
         std::string(kNodeOptions) +
         ") node+=(\"$previous\" \"${word/#\\~/$HOME}\") ;; esac\n"
         "      previous=\"\"; continue ;;\n"
         "    esac\n"
         "    previous=$word\n"
         "    if [[ $word == -* ]]; then continue; fi\n"
         "    case $path in " +
         groups_pattern(shape, "|") +
         ") path=${path:+$path }$word ;; esac\n"
         "  done\n"
         "  if [[ $cur == = ]]; then cur=\"\"; fi\n"
         "  case $path in\n" +
         cases +
         "  esac\n"
         "  case \"$path $previous\" in\n" +
         bash_values() +
         "  esac\n"
         "  case $previous in\n"
         "    " +
         shape.file_options +
         ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n"
         "    " +
         shape.value_options +
         ") COMPREPLY=(); return ;;\n"
         "  esac\n"
         "  if [[ $cur == -* ]]; then mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
         "  elif [[ $words ]]; then mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  else\n"
         "    case $path in\n" +
         bash_arguments() +
         "    esac\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _icn icn\n";
}

std::string zsh_options(std::span<const OptionRow> rows) {
  std::string text;
  for (const OptionRow& row : rows) text += " " + quoted(fmt::format("{}:{}", row.name, row.doc), false);
  return text;
}

std::string zsh_values() {
  std::string text;
  for_each_value("*", [&](std::string_view path, std::string_view option, const std::string& words) {
    const std::string pattern = path == "*" ? fmt::format("*' {}'", option) : fmt::format("'{} {}'", path, option);
    text += fmt::format("    ({}) compadd -- {}; return ;;\n", pattern, words);
  });
  return text;
}

std::string zsh_arguments() {
  const auto row = [](std::string_view kind, std::string_view proposes) {
    return fmt::format("    ({}) {} ;;\n", paths_of(kind, "'", "|"), proposes);
  };
  std::string text;
  for (const std::string_view kind : kIdKinds)
    text +=
        row(kind, fmt::format("ids=(${{(f)\"$(_icn_ids {0})\"}}); ids=(${{ids/$'\\t'/:}}); _describe {0} ids", kind));
  return text + row("shells", fmt::format("compadd -- {}", kShells)) + row("files", "_files");
}

std::string zsh_script() {
  const Shape shape = shape_of_table("|");
  std::string cases;
  for (const auto& [group, words] : shape.next) {
    cases += "    (" + quoted(group, false) + ") entries=(";
    for (const Word& word : words) cases += " " + quoted(fmt::format("{}:{}", word.text, word.doc), false);
    cases += " ) ;;\n";
  }
  std::string options;
  for (const CommandRow& row : command_table()) {
    if (row.options.empty()) continue;
    options += "    (" + quoted(row.path, false) + ") flags+=(" + zsh_options(row.options) + " ) ;;\n";
  }
  return "#compdef icn\n"
         "# `node` holds the options of the line that select the node.\n"
         "_icn_ids() {\n"
         "  ${words[1]/#\\~/$HOME} __complete $1 \"${words[CURRENT]}\" $node 2>/dev/null\n"
         "}\n"
         "_icn() {\n"
         "  local previous='' icn_path='' word i\n"
         "  local -a entries flags node ids\n"
         "  for ((i = 2; i < CURRENT; i++)); do\n"
         "    word=${words[i]}\n"
         "    case $previous in (" +
         shape.file_options + "|" + shape.value_options +
         ")\n"
         "      case $previous in (" +
         std::string(kNodeOptions) +
         ") node+=($previous ${word/#\\~/$HOME}) ;; esac\n"
         "      previous=''; continue ;;\n"
         "    esac\n"
         "    previous=$word\n"
         "    if [[ $word == -* ]]; then continue; fi\n"
         "    case $icn_path in (" +
         groups_pattern(shape, "|") +
         ") icn_path=${icn_path:+$icn_path }$word ;; esac\n"
         "  done\n"
         "  flags=(" +
         zsh_options(kGlobalOptions) +
         " '--help:what the command does, with an example' )\n"
         "  case $icn_path in\n" +
         cases +
         "  esac\n"
         "  case $icn_path in\n" +
         options +
         "  esac\n"
         "  case \"$icn_path $previous\" in\n" +
         zsh_values() +
         "  esac\n"
         "  case $previous in\n"
         "    (" +
         shape.file_options +
         ") _files; return ;;\n"
         "    (" +
         shape.value_options +
         ") return ;;\n"
         "  esac\n"
         "  if [[ ${words[CURRENT]} == -* ]]; then _describe option flags\n"
         "  elif (( $#entries )); then _describe command entries\n"
         "  else\n"
         "    case $icn_path in\n" +
         zsh_arguments() +
         "    esac\n"
         "  fi\n"
         "}\n"
         "# Installed in fpath the file is the function's body; read by source, it registers the function.\n"
         "if [[ $funcstack[1] == _icn ]]; then _icn \"$@\"; else compdef _icn icn; fi\n";
}

std::string fish_options(std::string_view condition, std::span<const OptionRow> rows) {
  std::string text;
  for (const OptionRow& row : rows) {
    text += fmt::format("complete -c icn -n {} -l {}", condition, row.name.substr(2));
    if (!row.short_name.empty()) text += fmt::format(" -s {}", row.short_name.substr(1));
    if (takes_next_word(row.value)) text += names_a_file(row.placeholder) ? " -rF" : " -x";
    if (const std::string values = all_of(values_of(row)); !values.empty()) text += fmt::format(" -a '{}'", values);
    text += " -d " + quoted(row.doc, true) + "\n";
  }
  return text;
}

std::string fish_script() {
  const Shape shape = shape_of_table(" ");
  std::string text =
      "function __icn_path\n"
      "    set -l icn_path\n"
      "    set -l previous\n"
      "    for word in (commandline -poc)[2..-1]\n"
      "        if contains -- \"$previous\" " +
      shape.file_options + " " + shape.value_options +
      "\n"
      "            set previous\n"
      "            continue\n"
      "        end\n"
      "        set previous $word\n"
      "        string match -q -- '-*' $word; and continue\n"
      "        contains -- \"$icn_path\" " +
      groups_pattern(shape, " ") +
      "; and set icn_path (string trim -- \"$icn_path $word\")\n"
      "    end\n"
      "    echo \"$icn_path\"\n"
      "end\n"
      "# Ids of the node that the options of the line name.\n"
      "function __icn_ids\n"
      "    set -l words (commandline -poc)\n"
      "    set -l node\n"
      "    for i in (seq 2 (count $words))\n"
      "        string match -qr -- '^(" +
      std::string(kNodeOptions) +
      ")=' $words[$i]; and set -a node $words[$i]\n"
      "        string match -qr -- '^(" +
      std::string(kNodeOptions) +
      ")$' $words[$i]; and set -a node $words[$i] $words[(math $i + 1)]\n"
      "    end\n"
      "    set -l current (commandline -ct)\n"
      "    eval (string escape -- $words[1]) __complete $argv[1] (string escape -- \"$current\") "
      "(string escape -- $node) 2>/dev/null\n"
      "end\n"
      "function __icn_at\n"
      "    test (__icn_path) = \"$argv[1]\"\n"
      "end\n"
      "complete -c icn -e\n"
      "complete -c icn -f\n" +
      fish_options("true", kGlobalOptions) + "complete -c icn -l help -d 'what the command does, with an example'\n";
  for (const auto& [group, words] : shape.next) {
    for (const Word& word : words) {
      text +=
          "complete -c icn -n '__icn_at \"" + group + "\"' -a " + word.text + " -d " + quoted(word.doc, true) + "\n";
    }
  }
  for (const CommandRow& row : command_table()) {
    const std::string condition = fmt::format("'__icn_at \"{}\"'", row.path);
    text += fish_options(condition, row.options);
    const std::string_view kind = kind_of_arguments(row);
    if (kind == "shells") {
      text += fmt::format("complete -c icn -n {} -a '{}'\n", condition, kShells);
    } else if (kind == "files") {
      text += "complete -c icn -n " + condition + " -F\n";
    } else if (std::find(std::begin(kIdKinds), std::end(kIdKinds), kind) != std::end(kIdKinds)) {
      text += fmt::format("complete -c icn -n {} -a '(__icn_ids {})'\n", condition, kind);
    }
  }
  return text;
}

}  // namespace

Result<std::string> completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a known shell; the known ones are bash, zsh and fish", shell));
}

}  // namespace icn::cli
