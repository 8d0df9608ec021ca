#include "model/program_version.hpp"

#include <gtest/gtest.h>

namespace icn::model {
namespace {

TEST(ProgramVersions, AreReadOnlyAsTheyAreWritten) {
  for (const char* text : {"0.0.0", "0.1.0", "1.20.3", "999999.999999.999999"})
    EXPECT_EQ(ProgramVersion::parse(text)->to_text(), text);
  for (const char* text : {"", "1", "1.2", "1.2.", "1.2.3.4", "1.2.3 ", " 1.2.3", "01.2.3", "1.-2.3", "1.+2.3",
                           "v1.2.3", "1.2.1000000", "1..3", "4294967297.0.0", "a.b.c"})
    EXPECT_FALSE(ProgramVersion::parse(text)) << text;
}

TEST(ProgramVersions, AreOrderedByTheirNumbers) {
  EXPECT_LT(*ProgramVersion::parse("1.9.9"), *ProgramVersion::parse("1.10.0"));
  EXPECT_LT(*ProgramVersion::parse("1.10.9"), *ProgramVersion::parse("2.0.0"));
}

}  // namespace
}  // namespace icn::model
