// Goal: a request with a key is executed once, and no caller can fill the memory of the node with keys.
#include "http/repeats.hpp"

#include <gtest/gtest.h>

namespace icn::http {
namespace {

const ipld::Digest kOne = ipld::sha256(view_of("one"));
const ipld::Digest kTwo = ipld::sha256(view_of("two"));

TEST(Repeats, GiveTheFirstAnswerAgain) {
  Repeats repeats;
  EXPECT_FALSE(repeats.begin("a", "k", kOne, 0)->has_value());
  EXPECT_EQ(repeats.begin("a", "k", kOne, 0).error().code, ErrorCode::conflict) << "it is still executed";
  repeats.finish("a", "k", {200, {}, "done"});
  EXPECT_EQ((*repeats.begin("a", "k", kOne, 1))->body, "done");
  EXPECT_EQ(repeats.begin("a", "k", kTwo, 1).error().code, ErrorCode::conflict) << "another request";
  EXPECT_FALSE(repeats.begin("b", "k", kTwo, 1)->has_value()) << "another caller";
  EXPECT_FALSE(repeats.begin("a", "k", kTwo, kRepeatMs)->has_value()) << "a day later";
}

TEST(Repeats, ForgetWhatHadNoEffect) {
  Repeats repeats;
  EXPECT_FALSE(repeats.begin("a", "k", kOne, 0)->has_value());
  repeats.forget("a", "k");
  EXPECT_FALSE(repeats.begin("a", "k", kOne, 0)->has_value());
  repeats.finish("a", "k", {200, {}, std::string(kRepeatBytesMax + 1, 'x')});
  EXPECT_FALSE(repeats.begin("a", "k", kOne, 0)->has_value()) << "an answer that is too long is not kept";
}

TEST(Repeats, AreBounded) {
  Repeats repeats;
  for (std::size_t i = 0; i < kRepeatsOfOneMax; ++i) {
    ASSERT_TRUE(repeats.begin("a", std::to_string(i), kOne, 0));
    repeats.finish("a", std::to_string(i), {});
  }
  EXPECT_EQ(repeats.begin("a", "more", kOne, 1).error().code, ErrorCode::busy);
  for (std::size_t i = kRepeatsOfOneMax; i < kRepeatsMax; ++i)
    ASSERT_TRUE(repeats.begin(std::to_string(i), "k", kOne, 0));
  EXPECT_EQ(repeats.begin("b", "k", kOne, 1).error().code, ErrorCode::busy);
  EXPECT_TRUE(repeats.begin("a", "more", kOne, kRepeatMs)) << "a day later there is room";
}

}  // namespace
}  // namespace icn::http
