// Goal: numbers and points have one encoding; what is off the curve, outside the subgroup, the identity, or not below
// the modulus is refused, wherever it is.
#include <gtest/gtest.h>

#include "zk/testing/issuer.hpp"

namespace icn::zk {
namespace {

constexpr std::string_view kBaseModulus = "47fd7cd8168c203c8dca7168916a81975d588181b64550b829a031e1724e6430";
constexpr std::string_view kScalarModulus = "010000f093f5e1439170b97948e833285d588181b64550b829a031e1724e6430";

class Encoding : public ::testing::Test {
 protected:
  Encoding()
      : proof_(prove(testing::true_witness(Statement::balance_in_range),
                     testing::with_development_keys(Statement::balance_in_range))
                   .value()),
        inputs_(proof_.inputs()) {}
  [[nodiscard]] Result<bool> held() const {
    return testing::development_keys().find(Statement::balance_in_range)->holds(proof_.bytes, inputs_);
  }
  // Adds the modulus to 32 bytes: the same number, written differently.
  template <class Out>
  static void add(Out&& to, std::string_view modulus_hex) {
    const Bytes modulus = from_hex(modulus_hex).value();
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      carry += static_cast<unsigned>(to[i]) + modulus[i];
      to[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    ASSERT_EQ(carry, 0U);
  }
  Proof proof_;
  std::vector<Element> inputs_;
};

TEST_F(Encoding, HoldsAsWritten) { EXPECT_EQ(testing::shown(held()), "true"); }

TEST_F(Encoding, ACoordinateIsBelowTheModulus) {
  const Bytes before = proof_.bytes;
  for (std::size_t coordinate = 0; coordinate < 8; ++coordinate) {
    proof_.bytes = before;
    add(std::span(proof_.bytes).subspan(coordinate * 32, 32), kBaseModulus);
    EXPECT_EQ(held().error().rule, "zk_encoding") << coordinate;
  }
}

TEST_F(Encoding, AnInputIsBelowTheModulus) {
  for (Element& input : inputs_) {
    const Element before = input;
    add(input, kScalarModulus);
    EXPECT_EQ(held().error().rule, "zk_encoding");
    input = before;
  }
}

TEST_F(Encoding, TheIdentityIsNoPointOfAProof) {
  for (const auto& [at, size] : {std::pair<std::size_t, std::size_t>{0, 64}, {64, 128}, {192, 64}}) {
    const Bytes before = proof_.bytes;
    std::fill_n(proof_.bytes.begin() + static_cast<std::ptrdiff_t>(at), size, std::uint8_t{0});
    EXPECT_EQ(held().error().rule, "zk_encoding") << at;
    proof_.bytes = before;
  }
}

// A point of the twist's curve whose order is not that of the group.
TEST_F(Encoding, APointOutsideTheSubgroupIsRefused) {
  const Bytes point = from_hex(
                          "0100000000000000000000000000000000000000000000000000000000000000"
                          "0000000000000000000000000000000000000000000000000000000000000000"
                          "bbf131051c874babe930982ce570ddaa515a82db8f72e2f872f081531d116928"
                          "a448e02da88d7f1b51d7b40c797f8c99874193a1706e843608ead93e9571120d")
                          .value();
  ASSERT_EQ(point.size(), 128U);
  std::copy(point.begin(), point.end(), proof_.bytes.begin() + 64);
  EXPECT_EQ(held().error().rule, "zk_encoding");
}

TEST_F(Encoding, LengthsAreExact) {
  proof_.bytes.push_back(0);
  EXPECT_EQ(held().error().rule, "zk_encoding");
  proof_.bytes.resize(kGroth16Bytes - 1);
  EXPECT_EQ(held().error().rule, "zk_encoding");
  proof_.bytes.clear();
  EXPECT_EQ(held().error().rule, "zk_encoding");
  proof_.bytes.assign(1'000'000, 1);
  EXPECT_EQ(held().error().rule, "zk_encoding");
}

TEST_F(Encoding, TheNumberOfInputsIsExact) {
  inputs_.pop_back();
  EXPECT_EQ(held().error().rule, "zk_encoding");
  inputs_.resize(100);
  EXPECT_EQ(held().error().rule, "zk_encoding");
}

}  // namespace
}  // namespace icn::zk
