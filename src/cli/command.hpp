// The one table of commands: help, parsing, shell completion, docs/CLI.md and the JSON contracts derive from its rows.
//
// A command is a function from an Invocation to an Answer. It prints nothing itself except streams (logs, raw output).
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/command_line.hpp"
#include "core/bytes.hpp"
#include "core/result.hpp"

namespace icn::cli {

using Value = api::OptionValue;

// Whether the next word may be its value; an optional value follows only "=".
[[nodiscard]] constexpr bool takes_next_word(Value value) { return value == Value::one || value == Value::many; }

struct OptionRow {
  std::string_view name;         // "--input"
  std::string_view placeholder;  // "FILE"; empty for a flag
  Value value = Value::one;
  std::string_view doc;
  std::string_view short_name = {};  // "-f"
};

struct Invocation;

// The answer of a command. --json prints `json`; otherwise `text` is printed for people. `exit_code` is 0, a code of
// the error table, or the guest program's.
struct Answer {
  std::string json;
  std::string text = {};  // for people
  int exit_code = 0;
  std::string output = {};    // bytes of a program, printed before the text
  std::string laid_out = {};  // instead of the text: already visible (core/visible_text.hpp), with our styles
  std::string kept = {};      // the completed part and where to find it, reported when the answer cannot be printed
};

struct CommandRow {
  std::string_view path;       // "job run"
  std::string_view arguments;  // "PROGRAM.wasm [ARGS…]"
  std::string_view summary;
  std::string_view doc;
  std::string_view example;
  std::string_view schema;  // --json prints a document of docs/schemas/<schema>.json
  std::span<const OptionRow> options;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  Result<Answer> (*run)(const Invocation&) = nullptr;
};

// The schema of the commands that answer with a job; they report a refusal in the same form.
inline constexpr std::string_view kJobSchema = "job";

// Selects the folder's key, for commands that sign or concern the caller's own things.
inline constexpr OptionRow kAs{"--as", "NAME", Value::one,
                               "the member whose key signs (default: the first; `icn key list`)"};
inline constexpr OptionRow kForce{"--force", "", Value::flag, "overwrite FILE if it exists"};

// Options that every command takes.
extern const std::span<const OptionRow> kGlobalOptions;
[[nodiscard]] std::span<const CommandRow> command_table();
[[nodiscard]] const CommandRow* find_command(std::string_view path);

// One parsed command line.
struct Invocation {
  const CommandRow* command = nullptr;
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // by name; flags map to an empty list
  std::vector<std::string> arguments;

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  [[nodiscard]] std::optional<std::string> text(std::string_view option) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view option) const;
  // Errors: invalid_argument, naming the option and the range.
  [[nodiscard]] Result<std::optional<std::uint64_t>> number(std::string_view option, std::uint64_t max = UINT64_MAX,
                                                            std::uint64_t min = 0) const;
  // How many things are asked for: at least one.
  [[nodiscard]] Result<std::optional<std::uint64_t>> count(std::uint64_t max) const {
    return number("--count", max, 1);
  }
  [[nodiscard]] bool wants_json() const { return has("--json"); }
};

}  // namespace icn::cli
