#include "ipld/sha256.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace icn::ipld {
namespace {

std::string hex_of(std::string_view text) { return to_hex(sha256(view_of(text))); }

// FIPS 180-4's examples.
TEST(Sha256, AgreesWithThePublishedExamples) {
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, InPiecesEqualsTheHashOfTheWhole) {
  const std::string text(300, 'x');
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 hasher;
    hasher.update(view_of(text).first(cut));
    hasher.update(view_of(text).subspan(cut));
    ASSERT_EQ(hasher.finish(), sha256(view_of(text))) << cut;
  }
}

TEST(Sha256, StartsAnewAfterFinishAndSurvivesAMove) {
  Sha256 hasher;
  hasher.update(view_of("first"));
  EXPECT_EQ(hasher.finish(), sha256(view_of("first")));
  EXPECT_EQ(hasher.finish(), sha256({}));
  hasher.update(view_of("ab"));
  Sha256 moved = std::move(hasher);
  moved.update(view_of("c"));
  EXPECT_EQ(moved.finish(), sha256(view_of("abc")));
}

TEST(Sha256, IsTheSameInEveryThread) {
  const Digest expected = sha256(view_of("abc"));
  std::array<bool, 4> same{};
  std::vector<std::thread> threads;
  for (bool& one : same) {
    threads.emplace_back([&one, &expected] {
      one = true;
      for (int i = 0; i < 500; ++i) one = one && sha256(view_of("abc")) == expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool one : same) EXPECT_TRUE(one);
}

}  // namespace
}  // namespace icn::ipld
