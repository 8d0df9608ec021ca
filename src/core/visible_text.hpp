// Text for people in which everything is seen: what a guest, a file or a peer wrote cannot steer a terminal, forge a
// line or hide a part of itself. The one place that decides this.
#pragma once
#include <string>
#include <string_view>

namespace icn {

// Whether the ends of lines and tabs stay as they are, or are shown as well.
enum class LineEnds : unsigned char { kept, shown };

// Control characters become \x1b, or \u007f and \u0085 above those of ASCII; characters that change the direction of
// writing become \u202e; bytes that are not UTF-8 become \xff. The rest, and "\r\n" as the end of a line, stays. Of
// JSON the meaning stays too: its strings hold no raw control character below \u007f.
[[nodiscard]] std::string visible_text(std::string_view text, LineEnds lines = LineEnds::kept);

}  // namespace icn
