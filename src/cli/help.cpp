#include "cli/help.hpp"

#include <fmt/core.h>

#include <map>

#include "api/command_line.hpp"
#include "cli/words.hpp"

namespace icn::cli {
namespace {

std::string option_head(const OptionRow& row) {
  std::string head(row.name);
  if (!row.short_name.empty()) head += fmt::format(", {}", row.short_name);
  if (row.value == Value::optional) return head + fmt::format("[={}]", row.placeholder);
  if (!row.placeholder.empty()) head += fmt::format(" {}", row.placeholder);
  if (row.value == Value::many) head += " …";
  return head;
}

// A head with its description next to it, or below it on a narrow terminal.
std::string entry_text(const std::string& head, std::string_view text, std::size_t column, const Look& look) {
  constexpr std::size_t kNarrow = 56;
  if (look.columns == 0) return padded(head, column) + std::string(text) + "\n";
  if (look.columns < kNarrow) return head + "\n      " + wrapped(text, look.columns, 6) + "\n";
  const std::string filled = padded(head, column);
  // A head that reaches into the text's column shortens the first line of the text.
  if (shown_columns(filled) > column)
    return head + "\n" + std::string(column, ' ') + wrapped(text, look.columns, column) + "\n";
  return filled + wrapped(text, look.columns, column) + "\n";
}

std::string options_text(std::span<const OptionRow> rows, const Look& look) {
  std::string text;
  for (const OptionRow& row : rows) text += entry_text("  " + option_head(row), row.doc, 30, look);
  return text;
}

std::string heading(std::string_view text, const Look& look) { return styled(std::string(text), Style::strong, look); }

std::string command_text(const CommandRow& command, const Look& look) {
  std::string text = fmt::format("{}\n\n{} {}\n\n{}\n\n", wrapped(command.summary, look.columns),
                                 heading("usage:", look), usage_of(command), wrapped(command.doc, look.columns));
  if (!command.options.empty()) text += heading("options:", look) + "\n" + options_text(command.options, look) + "\n";
  text += fmt::format("{}\n{}\n{}\n  {}\n", heading("options of every command:", look),
                      options_text(kGlobalOptions, look), heading("example:", look), command.example);
  return text;
}

bool is_in(const CommandRow& row, const HelpRequest& request) {
  if (request.command != nullptr) return request.command == &row;
  return request.group.empty() || split_words(row.path)[0] == request.group;
}

std::string overview_text(const HelpRequest& request, const Look& look) {
  std::string text = "icn: run WASM jobs that anyone can verify, paid in mana\n\nusage: icn [--data DIR] COMMAND …\n\n";
  for (const CommandRow& row : command_table()) {
    if (!is_in(row, request)) continue;
    text += entry_text(fmt::format("  icn {} {}", row.path, row.arguments), row.summary, 42, look);
  }
  text += "\n" + heading("options of every command:", look) + "\n" + options_text(kGlobalOptions, look) + "\n";
  for (const std::string_view line :
       {"`icn COMMAND --help` shows the command's options and an example.",
        "Exit codes: 0 when all is well; 100 to 125 are icn's own (docs/ERRORS.md); a job that ran to its end returns "
        "its program's."})
    text += wrapped(line, look.columns) + "\n";
  return text;
}

std::vector<api::OptionHelp> help_of(std::span<const OptionRow> rows) {
  std::vector<api::OptionHelp> list;
  for (const OptionRow& row : rows) {
    api::OptionHelp& option = list.emplace_back();
    option.name = row.name;
    if (!row.short_name.empty()) option.short_name = std::string(row.short_name);
    option.value = row.value;
    option.placeholder = row.placeholder;
    option.doc = row.doc;
  }
  return list;
}

std::string options_table(std::span<const OptionRow> rows) {
  std::string text = "| option | meaning |\n| --- | --- |\n";
  for (const OptionRow& row : rows) {
    std::string head = option_head(row);
    for (std::size_t at = 0; (at = head.find('|', at)) != std::string::npos; at += 2) head.insert(at, 1, '\\');
    text += fmt::format("| `{}` | {} |\n", head, row.doc);
  }
  return text + "\n";
}

constexpr std::string_view kCommandsIntroduction = R"(# The command line

Generated from the command table (`src/cli/command_table.cpp`) by
`ICN_UPDATE=1 build/bin/cli_test --gtest_filter='Documents.*'`; `icn --help --json` is the same for programs.

`icn` keeps a node in a data folder and needs no daemon. Options may come anywhere before `--`; what follows `--`
belongs to the program that is run. `icn COMMAND --help` shows a command's options and an example,
`icn completion SHELL` prints a completion script.

With `--json`, standard output holds one JSON document and nothing else, whatever happens: on success the one whose
schema the command names below, on failure `schemas/error.json` (the commands that run a job answer
`schemas/job.json` then too, with `outcome` `refused` or `infrastructure`). µmana are decimal strings, moments RFC 3339
in UTC.

The exit code is 0 when all is well. A job that ran to its end has its program's own exit code: its low eight bits,
and 255 where those are 0 though the exit code is not. 100 to 125 are icn's own: [ERRORS.md](ERRORS.md). A program may
use those numbers too; `outcome` in the JSON distinguishes the two.

)";

constexpr std::string_view kErrorsIntroduction = R"(# Errors

Generated from the error table (`src/core/error.cpp`) by
`ICN_UPDATE=1 build/bin/cli_test --gtest_filter='Documents.*'`.

One table is used at every interface. A **guest** sees the negated number as the result of a host call; **HTTP** answers
the status; `icn` ends with the **exit code** (100 to 125, so that a program's own exit code stays apart) and prints the
name with what happened, to which thing, what was charged or kept and what to do next; `--json` prints number, name, the
`rule` that refused (a limit's name, for example) and whether trying **again** can help. Numbers are never reused.

| number | name | exit code | HTTP | again | what it means |
| --- | --- | --- | --- | --- | --- |
)";

}  // namespace

std::string help_text(const HelpRequest& request, const Look& look) {
  return request.command != nullptr ? command_text(*request.command, look) : overview_text(request, look);
}

std::string help_json(const HelpRequest& request) {
  api::Help help;
  for (const CommandRow& row : command_table()) {
    if (!is_in(row, request)) continue;
    help.commands.push_back({std::string(row.path), std::string(row.arguments), std::string(row.summary),
                             std::string(row.doc), std::string(row.example), std::string(row.schema),
                             help_of(row.options)});
  }
  help.options = help_of(kGlobalOptions);
  return api::json_text(help);
}

std::string commands_markdown() {
  std::string text(kCommandsIntroduction);
  text += "## Options of every command\n\n" + options_table(kGlobalOptions);
  for (const CommandRow& row : command_table()) {
    text += fmt::format("## icn {}\n\n`{}`: {}.\n\n{}\n\n", row.path, usage_of(row), row.summary, row.doc);
    if (!row.options.empty()) text += options_table(row.options);
    text += fmt::format("```sh\n{}\n```\n\n`--json`: [schemas/{}.json](schemas/{}.json)\n\n", row.example, row.schema,
                        row.schema);
  }
  text.pop_back();
  return text;
}

std::string errors_markdown() {
  std::string text(kErrorsIntroduction);
  std::map<unsigned, std::string> by_exit_code;
  for (const ErrorRow& row : error_table()) {
    text += fmt::format("| {} | `{}` | {} | {} | {} | {} |\n", static_cast<unsigned>(row.code), row.name, row.exit_code,
                        row.http_status, row.retry == Retry::yes ? "yes" : "no", row.sentence);
    std::string& names = by_exit_code[row.exit_code];
    names += fmt::format("{}{}`", names.empty() ? "`" : ", `", row.name);
  }
  text += "\n## By exit code\n\n| exit code | errors |\n| --- | --- |\n";
  for (const auto& [code, names] : by_exit_code) text += fmt::format("| {} | {} |\n", code, names);
  return text;
}

}  // namespace icn::cli
