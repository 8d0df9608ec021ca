// Goal: no text can control a terminal, forge a line or hide a part of itself, and honest text is unchanged.
#include "core/visible_text.hpp"

#include <gtest/gtest.h>

#include "core/bytes.hpp"

namespace icn {
namespace {

TEST(VisibleText, LeavesHonestTextAlone) {
  for (const std::string_view text :
       {"", "plain text\n", "a\tb\r\n", "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa0"})
    EXPECT_EQ(visible_text(text), text);
}

TEST(VisibleText, ShowsWhatWouldSteerATerminal) {
  // The clipboard (OSC 52), a title, the screen, the bell, an overwritten line.
  EXPECT_EQ(visible_text("\x1b]52;c;ZXZpbA==\x07"), "\\x1b]52;c;ZXZpbA==\\x07");
  EXPECT_EQ(visible_text("ok\rFAILED"), "ok\\x0dFAILED");
  EXPECT_EQ(visible_text(std::string_view("a\0\b", 3)), "a\\x00\\x08");
  EXPECT_EQ(visible_text("\x7f\xc2\x9b"
                         "31m\xc2\x9d"),
            "\\u007f\\u009b31m\\u009d");
  EXPECT_EQ(visible_text("\xe2\x80\xae"
                         "abc\xe2\x81\xa6\xe2\x80\xa8"),
            "\\u202eabc\\u2066\\u2028");
}

TEST(VisibleText, ShowsBytesThatAreNoCharacter) {
  EXPECT_EQ(visible_text("\x9b"
                         "31m"),
            "\\x9b31m")
      << "an eight-bit control character";
  EXPECT_EQ(visible_text("a\xff\xc3"), "a\\xff\\xc3");
  EXPECT_EQ(visible_text("\xe2\x80"), "\\xe2\\x80") << "truncated";
  EXPECT_EQ(visible_text("\xc0\x9b\xed\xa0\x80"), "\\xc0\\x9b\\xed\\xa0\\x80") << "overlong, and a surrogate";
}

TEST(VisibleText, KeepsToOneLineWhereThatIsAsked) {
  EXPECT_EQ(visible_text("a\nicn: forged\r\n\t", LineEnds::shown), "a\\x0aicn: forged\\x0d\\x0a\\x09");
}

TEST(VisibleText, LeavesNothingThatSteersWhateverTheBytes) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second), 'x'};
      const std::string shown = visible_text(text, LineEnds::shown);
      EXPECT_TRUE(is_utf8(view_of(shown)));
      for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto byte = static_cast<unsigned char>(shown[i]);
        EXPECT_GE(byte, 0x20U);
        EXPECT_NE(byte, 0x7fU);
        if (byte == 0xc2) {
          EXPECT_GE(static_cast<unsigned char>(shown[i + 1]), 0xa0U);
        }
      }
    }
  }
}

}  // namespace
}  // namespace icn
