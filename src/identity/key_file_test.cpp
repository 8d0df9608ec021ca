// Goal: a key file opens only with its passphrase, and a damaged one never yields a key.
#include "identity/key_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include <sys/stat.h>

namespace icn::identity {
namespace {

// Cheap parameters: the format is tested, not Argon2id.
constexpr PassphraseCost kCheap{1, 8192};

class CountingRandom : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

class KeyFile : public testing::Test {
 protected:
  Result<Bytes> seal(const std::optional<std::string>& passphrase) {
    return seal_key(seed_, passphrase, kCheap, random_);
  }
  static Result<model::KeyPair> open(ByteView file, const std::string& passphrase) {
    return open_key(file, [&]() -> Result<Secret> { return Secret::of(passphrase); });
  }
  model::Did did() const { return model::KeyPair::from_seed(seed_).did(); }

  CountingRandom random_;
  model::Seed seed_ = [] {
    model::Seed seed;
    seed.fill(42);
    return seed;
  }();
};

TEST_F(KeyFile, OpensWithItsPassphraseOnly) {
  const Bytes file = *seal("correct horse");
  const auto key = open(file, "correct horse");
  ASSERT_TRUE(key) << key.error().detail;
  EXPECT_EQ(key->did(), did());
  EXPECT_EQ(open(file, "correct hors").error().code, ErrorCode::wrong_passphrase);
  EXPECT_EQ(open(file, "").error().code, ErrorCode::wrong_passphrase);
}

TEST_F(KeyFile, APlainOneAsksForNoPassphrase) {
  const Bytes file = *seal(std::nullopt);
  const auto key = open_key(file, []() -> Result<Secret> { return fail(ErrorCode::internal, "asked"); });
  ASSERT_TRUE(key) << key.error().detail;
  EXPECT_EQ(key->did(), did());
  EXPECT_EQ(*protection_of(file), KeyProtection::plain);
}

TEST_F(KeyFile, AnEmptyPassphraseIsRefused) { EXPECT_EQ(seal("").error().code, ErrorCode::invalid_argument); }

TEST_F(KeyFile, EveryTruncationAndEveryFlippedBitIsRefused) {
  for (const std::optional<std::string>& passphrase : {std::optional<std::string>(), std::optional<std::string>("p")}) {
    const Bytes file = *seal(passphrase);
    for (std::size_t length = 0; length < file.size(); ++length) {
      EXPECT_FALSE(open(ByteView(file).first(length), "p")) << length;
    }
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
      Bytes flipped = file;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
      // A flip in the derivation cost within its bounds is just as wrong, but takes gigabytes to detect.
      if (passphrase && bit / 8 >= 8 && bit / 8 < 24) continue;
      EXPECT_FALSE(open(flipped, "p")) << "bit " << bit;
    }
  }
}

TEST_F(KeyFile, AKeyOfAnotherKindIsRefusedInWordsAndNothingIsAsked) {
  const auto refusal = [](ByteView file) {
    const auto key = open_key(file, []() -> Result<Secret> { return fail(ErrorCode::internal, "asked"); });
    EXPECT_EQ(key.error().code, ErrorCode::invalid_format);
    return key.error().detail;
  };
  const std::string_view pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";
  for (const std::string_view other : {std::string_view("garbage"), pem, std::string_view("0123456789abcdef")}) {
    EXPECT_NE(refusal(view_of(other)).find("ICNKEY"), std::string::npos) << other;
  }
  // A seed of 16 bytes in an otherwise correct file.
  Bytes small = *seal(std::nullopt);
  small.resize(small.size() - 16);
  EXPECT_NE(refusal(small).find("bytes, expected"), std::string::npos);
}

TEST_F(KeyFile, DerivationParametersOutsideTheBoundsAreRefusedBeforeTheyCost) {
  Bytes file = *seal("p");
  file[8] = 0x7f;
  EXPECT_EQ(open(file, "p").error().code, ErrorCode::invalid_format);
}

TEST_F(KeyFile, OnDiskIsPrivateAndNeverOverwritten) {
  std::string pattern = testing::TempDir() + "key-XXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const std::filesystem::path path = std::filesystem::path(pattern) / "member.key";
  const Bytes file = *seal(std::nullopt);
  EXPECT_EQ(read_key_file(path).error().code, ErrorCode::not_found);
  ASSERT_TRUE(write_key_file(path, file));
  EXPECT_EQ(write_key_file(path, file).error().code, ErrorCode::already_exists);
  EXPECT_EQ(*read_key_file(path), file);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(read_key_file(path).error().code, ErrorCode::permission_denied);
  std::filesystem::remove_all(pattern);
}

TEST_F(KeyFile, OfATokenHoldsWhereTheKeyIsAndIsRefusedWhenDamaged) {
  const TokenKeyFile token{model::KeyPair::from_seed({}).did(), "pkcs11:token=icn;object=dora?module-path=/x.so"};
  const Bytes file = seal_token(token).value();
  EXPECT_EQ(protection_of(file).value(), KeyProtection::token);
  EXPECT_EQ(open_token(file).value().did, token.did);
  EXPECT_EQ(open_token(file).value().uri, token.uri);
  EXPECT_EQ(open_key(file, []() -> Result<Secret> { return fail(ErrorCode::internal, "asked"); }).error().code,
            ErrorCode::unsupported);
  EXPECT_FALSE(open_token(*seal(std::nullopt)));
  for (std::size_t length = 0; length < file.size(); ++length) EXPECT_FALSE(open_token(ByteView(file).first(length)));
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes damaged = file;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
    EXPECT_FALSE(open_token(damaged)) << "bit " << bit;
  }
  EXPECT_TRUE(open_token(*seal_token({token.did, std::string(kTokenUriBytesMax, 'x')})));
  EXPECT_EQ(seal_token({token.did, std::string(kTokenUriBytesMax + 1, 'x')}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(seal_token({token.did, ""}).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::identity
