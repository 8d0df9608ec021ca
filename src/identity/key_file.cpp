#include "identity/key_file.hpp"

#include <sodium.h>

#include <algorithm>

#include "core/check.hpp"
#include "disk/file.hpp"

namespace icn::identity {
namespace {

constexpr std::string_view kMagic = "ICNKEY";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHead = 8;
constexpr std::size_t kSalt = 16;
constexpr std::size_t kNonce = 24;
constexpr std::size_t kSealed = 32 + 16;
constexpr std::size_t kPlainBytes = kHead + 32 + 32;
constexpr std::size_t kPassphraseBytes = kHead + 8 + 8 + kSalt + kNonce + kSealed;
constexpr std::size_t kTokenBytes = kHead + 32 + 32;  // without the URI
constexpr std::size_t kKeyFileMax = 4'096;
static_assert(kSalt == crypto_pwhash_SALTBYTES && kNonce == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);

// Briefly on the stack.
struct PassingSeed {
  model::Seed seed{};
  ~PassingSeed() { wipe(seed); }
};

// The 32-byte key.
Result<Secret> derive(std::string_view passphrase, PassphraseCost cost, const std::uint8_t* salt) {
  // A damaged or hostile file must not make the process use all memory or run for hours.
  if (cost.operations < 1 || cost.operations > 100 || cost.memory_bytes < 8192 || cost.memory_bytes > (4ULL << 30)) {
    return fail(ErrorCode::invalid_format, "key file: its derivation parameters are outside what this program accepts");
  }
  Secret key(32);
  // An empty view may have a null pointer, which the library does not allow.
  const char* const text = passphrase.empty() ? "" : passphrase.data();
  if (crypto_pwhash(key.bytes().data(), key.bytes().size(), text, passphrase.size(), salt, cost.operations,
                    static_cast<std::size_t>(cost.memory_bytes), crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::infrastructure,
                "key file: not enough memory to derive the key (" + std::to_string(cost.memory_bytes >> 20) + " MiB)");
  }
  return key;
}

}  // namespace

Result<Bytes> seal_key(const model::Seed& seed, std::optional<std::string_view> passphrase, PassphraseCost cost,
                       ports::Random& random) {
  ICN_CHECK(sodium_init() >= 0);
  Bytes file = bytes_of(kMagic);
  file.push_back(kVersion);
  file.push_back(passphrase ? 1 : 0);
  if (!passphrase) {
    append(file, seed);
    append(file, ipld::sha256(file));
    return file;
  }
  if (passphrase->empty()) return fail(ErrorCode::invalid_argument, "the passphrase is empty; nothing was written");
  append_be64(file, cost.operations);
  append_be64(file, cost.memory_bytes);
  std::array<std::uint8_t, kSalt + kNonce> fresh;
  random.fill(fresh);
  append(file, fresh);
  const Secret key = ICN_TRY(derive(*passphrase, cost, fresh.data()));
  const std::size_t head = file.size();
  file.resize(head + kSealed);
  ICN_CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(file.data() + head, nullptr, seed.data(), seed.size(),
                                                       file.data(), head, nullptr, fresh.data() + kSalt,
                                                       key.bytes().data()) == 0);
  return file;
}

Result<KeyProtection> protection_of(ByteView file) {
  if (file.size() < kHead || text_of(file.first(kMagic.size())) != kMagic) {
    return fail(ErrorCode::invalid_format, "key file: it does not begin with 'ICNKEY'");
  }
  if (file[6] > kVersion) {
    return fail(ErrorCode::unsupported_version,
                "key file: version " + std::to_string(file[6]) + " is newer than this program knows (1)");
  }
  if (file[6] != kVersion || file[7] > 2) return fail(ErrorCode::invalid_format, "key file: unknown version or kind");
  if (file[7] == 2) {
    if (file.size() > kTokenBytes && file.size() <= kTokenBytes + kTokenUriBytesMax) return KeyProtection::token;
    return fail(ErrorCode::invalid_format, "key file: a token's URI of an impossible length");
  }
  const KeyProtection protection = file[7] == 0 ? KeyProtection::plain : KeyProtection::passphrase;
  const std::size_t expected = protection == KeyProtection::plain ? kPlainBytes : kPassphraseBytes;
  if (file.size() == expected) return protection;
  return fail(ErrorCode::invalid_format,
              "key file: " + std::to_string(file.size()) + " bytes, expected " + std::to_string(expected));
}

Result<model::KeyPair> open_key(ByteView file, const std::function<Result<Secret>()>& passphrase) {
  ICN_CHECK(sodium_init() >= 0);
  const KeyProtection protection = ICN_TRY(protection_of(file));
  if (protection == KeyProtection::token)
    return fail(ErrorCode::unsupported, "key file: the key is in a token and cannot be read from there");
  PassingSeed opened;
  if (protection == KeyProtection::plain) {
    const ipld::Digest sum = ipld::sha256(file.first(kHead + 32));
    if (!std::equal(sum.begin(), sum.end(), file.begin() + kHead + 32)) {
      return fail(ErrorCode::invalid_format, "key file: it is damaged (checksum)");
    }
    std::copy_n(file.begin() + kHead, 32, opened.seed.begin());
    return model::KeyPair::from_seed(opened.seed);
  }
  const PassphraseCost cost{read_be64(file.data() + kHead), read_be64(file.data() + kHead + 8)};
  const std::uint8_t* salt = file.data() + kHead + 16;
  const std::size_t head = kPassphraseBytes - kSealed;
  const Secret key = ICN_TRY(derive(ICN_TRY(passphrase()).text(), cost, salt));
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(opened.seed.data(), nullptr, nullptr, file.data() + head, kSealed,
                                                 file.data(), head, salt + kSalt, key.bytes().data()) != 0) {
    return fail(ErrorCode::wrong_passphrase, "the passphrase does not open the key file (or the file is damaged)");
  }
  return model::KeyPair::from_seed(opened.seed);
}

Result<Bytes> seal_token(const TokenKeyFile& key) {
  if (key.uri.empty() || key.uri.size() > kTokenUriBytesMax)
    return fail(ErrorCode::invalid_argument, "The URI of a token's key must have 1 to 2048 bytes");
  Bytes file = bytes_of(kMagic);
  file.push_back(kVersion);
  file.push_back(2);
  append(file, key.did.key());
  append(file, key.uri);
  append(file, ipld::sha256(file));
  return file;
}

Result<TokenKeyFile> open_token(ByteView file) {
  if (ICN_TRY(protection_of(file)) != KeyProtection::token)
    return fail(ErrorCode::invalid_format, "key file: it is not that of a key in a token");
  const ByteView content = file.first(file.size() - 32);
  const ipld::Digest sum = ipld::sha256(content);
  if (!std::equal(sum.begin(), sum.end(), file.end() - 32))
    return fail(ErrorCode::invalid_format, "key file: it is damaged (checksum)");
  model::PublicKey key;
  std::copy_n(content.begin() + kHead, key.size(), key.begin());
  return TokenKeyFile{model::Did::of_key(key), std::string(text_of(content.subspan(kHead + key.size())))};
}

Result<void> write_key_file(const std::filesystem::path& path, ByteView file) {
  return disk::write_file(path, {file}, {.appears = disk::Appears::when_whole});
}

Result<Bytes> read_key_file(const std::filesystem::path& path) {
  const disk::File file = ICN_TRY(disk::File::open(path, disk::Open::read));
  if ((ICN_TRY(file.status()).mode & 0077U) != 0) {
    return fail(ErrorCode::permission_denied, "users other than its owner may read the key file '" + path.string() +
                                                  "'; `chmod 600 " + path.string() + "` fixes this");
  }
  return file.read_to_end(kKeyFileMax);
}

}  // namespace icn::identity
