// Text for display in which everything is visible: text from a guest, a file or a peer cannot control a terminal, forge
// a line or hide a part of itself. The only place that decides this.
#pragma once
#include <string>
#include <string_view>

namespace icn {

// Whether line ends and tabs are kept or made visible too.
enum class LineEnds : unsigned char { kept, shown };

// Control characters become \x1b, or \u007f and \u0085 above those of ASCII; characters that change the direction of
// writing become \u202e; bytes that are not UTF-8 become \xff. Everything else, and \r before \n, is kept. The meaning
// of JSON is kept too: its strings hold no raw control character below \u007f.
[[nodiscard]] std::string visible_text(std::string_view text, LineEnds lines = LineEnds::kept);

}  // namespace icn
