#include "cli/manual.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/error.hpp"

namespace icn::cli {
namespace {

// Escapes text for roff: backslashes and dashes are literal, and no line begins with a request.
std::string escaped(std::string_view text) {
  std::string out;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    begins = c == '\n';
  }
  return out;
}

std::string heading(std::string_view name, std::string_view version, std::string_view summary) {
  std::string title(name);
  std::transform(title.begin(), title.end(), title.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format(".TH \"{}\" 1 \"\" \"icn {}\" \"icn\"\n.SH NAME\n{} \\- {}\n", escaped(title), version,
                     escaped(name), escaped(summary));
}

std::string options_section(std::string_view title, std::span<const OptionRow> rows) {
  if (rows.empty()) return {};
  std::string text = fmt::format(".SH {}\n", title);
  for (const OptionRow& row : rows) {
    text += fmt::format(".TP\n\\fB{}\\fR", escaped(row.name));
    if (!row.short_name.empty()) text += fmt::format(", \\fB{}\\fR", escaped(row.short_name));
    if (row.value == Value::optional) {
      text += fmt::format("[=\\fI{}\\fR]", escaped(row.placeholder));
    } else if (!row.placeholder.empty()) {
      text += fmt::format(" \\fI{}\\fR", escaped(row.placeholder));
    }
    if (row.value == Value::many) text += " …";
    text += fmt::format("\n{}\n", escaped(row.doc));
  }
  return text;
}

std::string exit_section() {
  std::string text =
      ".SH EXIT STATUS\n0 when all is well. A job that ran to its end returns its program's. These are icn's own:\n";
  std::map<unsigned, std::string> names;
  for (const ErrorRow& row : error_table()) {
    std::string& list = names[row.exit_code];
    list += (list.empty() ? "" : ", ") + std::string(row.name);
  }
  for (const auto& [code, list] : names) text += fmt::format(".TP\n{}\n{}\n", code, escaped(list));
  return text;
}

}  // namespace

std::string manual_name(const CommandRow& command) {
  std::string name = fmt::format("icn-{}", command.path);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string manual_page(const CommandRow& command, std::string_view version) {
  return heading(manual_name(command), version, command.summary) +
         fmt::format(".SH SYNOPSIS\n{}\n.SH DESCRIPTION\n{}\n", escaped(usage_of(command)), escaped(command.doc)) +
         options_section("OPTIONS", command.options) + options_section("OPTIONS OF EVERY COMMAND", kGlobalOptions) +
         fmt::format(".SH EXAMPLE\n.nf\n{}\n.fi\n", escaped(command.example)) + ".SH SEE ALSO\n.BR icn (1)\n";
}

std::string manual_overview(std::string_view version) {
  std::string text =
      heading("icn", version, "run WASM jobs that anyone can verify, paid in mana") +
      ".SH SYNOPSIS\nicn [\\-\\-data \\fIDIR\\fR] \\fICOMMAND\\fR …\n.SH DESCRIPTION\nicn keeps a node in a data "
      "folder "
      "and needs no daemon. A job is a WASM program with its inputs; the receipt that its run leaves can be verified "
      "anywhere.\n.SH COMMANDS\n";
  for (const CommandRow& row : command_table()) {
    text += fmt::format(".TP\n\\fBicn {}\\fR {}\n{}, see \\fB{}\\fR(1)\n", escaped(row.path), escaped(row.arguments),
                        escaped(row.summary), escaped(manual_name(row)));
  }
  return text + options_section("OPTIONS OF EVERY COMMAND", kGlobalOptions) + exit_section();
}

}  // namespace icn::cli
