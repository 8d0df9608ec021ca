// The abilities of the terminal at a stream of this process: columns and colours. Layout functions take it by value, so
// tests can describe any terminal.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "ipld/cid.hpp"

namespace icn::cli {

enum class Style : std::uint8_t { plain, good, bad, busy, strong, faint };

struct Look {
  std::size_t columns = 0;  // 0: not a terminal, lines are not wrapped
  bool colours = false;     // never without a terminal
  bool brief_ids = false;   // ids as prefixes, which every command accepts
  // Of a line that is rewritten in place. 0: the terminal cannot do that.
  std::size_t line_columns = 0;
};

// Of standard output, of standard error. Colours are off where NO_COLOR is set; a terminal whose TERM is dumb, or not
// set, takes no control sequences.
[[nodiscard]] Look output_look();
[[nodiscard]] Look error_look();

// Returns the text in that style if there are colours. It must already be visible text (core/visible_text.hpp).
[[nodiscard]] std::string styled(std::string text, Style style, const Look& look);

// The length of an id for people: seven characters that most ids share, and six that distinguish it.
inline constexpr std::size_t kBriefIdLength = 13;
[[nodiscard]] std::string id_text(const ipld::Cid& cid, const Look& look);

// At most this many columns; the last one is a mark where something is left out.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t columns);

// Wraps a paragraph into lines of at most this many columns (0: unwrapped); `indent` spaces begin every line but the
// first.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent = 0);

}  // namespace icn::cli
