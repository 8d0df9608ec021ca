#include "cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/words.hpp"

namespace icn::cli {
namespace {

constexpr std::size_t kColumnsMin = 20;  // the layout assumes at least this many
constexpr std::array<std::string_view, 6> kSequences{"", "\033[32m", "\033[31m", "\033[33m", "\033[1m", "\033[2m"};

Look look_of(int stream) {
  Look look;
  if (::isatty(stream) != 1) return look;
  winsize size{};
  const bool known = ::ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const std::size_t columns = known ? size.ws_col : 80;
  look.columns = std::max(columns, kColumnsMin);
  look.brief_ids = true;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool controllable = kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
  look.colours = controllable && (no_colour == nullptr || *no_colour == '\0');
  if (controllable) look.line_columns = columns;
  return look;
}

}  // namespace

Look output_look() { return look_of(STDOUT_FILENO); }
Look error_look() { return look_of(STDERR_FILENO); }

std::string styled(std::string text, Style style, const Look& look) {
  if (!look.colours || style == Style::plain || text.empty()) return text;
  return std::string(kSequences.at(static_cast<std::size_t>(style))) + std::move(text) + "\033[0m";
}

std::string id_text(const ipld::Cid& cid, const Look& look) {
  std::string text = cid.to_text();
  if (look.brief_ids) text.resize(kBriefIdLength);
  return text;
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (shown_columns(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string out;
  std::size_t taken = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (begins && ++taken == columns) break;
    out += c;
  }
  return out + "…";
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
  if (columns == 0) return std::string(text);
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string out;
  std::size_t column = indent;
  for (const std::string_view word : split_words(line)) {
    const std::size_t width = shown_columns(word);
    if (column > indent && column + 1 + width > columns) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
  }
  return out;
}

}  // namespace icn::cli
