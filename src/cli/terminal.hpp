// What the terminal at an end of this process can show: columns and colours. Passed by value to what lays out text,
// so that tests say what the terminal is.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "ipld/cid.hpp"

namespace icn::cli {

enum class Style : std::uint8_t { plain, good, bad, busy, strong, faint };

struct Look {
  std::size_t columns = 0;  // 0: not a terminal, lines are as long as they are
  bool colours = false;     // never without a terminal
  bool brief_ids = false;   // ids by their beginnings, which every command takes
};

// Of standard output, of standard error. Colours are off where NO_COLOR is set or TERM is dumb.
[[nodiscard]] Look output_look();
[[nodiscard]] Look error_look();

// The text in that style where there are colours. It must be visible text (core/visible_text.hpp) already.
[[nodiscard]] std::string styled(std::string text, Style style, const Look& look);

// An id as people see it: seven characters that most ids share, and six that distinguish it.
inline constexpr std::size_t kBriefIdLength = 13;
[[nodiscard]] std::string id_text(const ipld::Cid& cid, const Look& look);

// A whole paragraph in lines of at most this many columns; `indent` begins every line but the first. 0: as it is.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent = 0);

}  // namespace icn::cli
