// Key files: an Ed25519 seed at rest, encrypted with a passphrase, or plain for development if requested explicitly; or
// where to find a key that stays in a token.
//
// Magic "ICNKEY" ‖ version u8 ‖ kind u8 (0 plain, 1 passphrase, 2 token); plain: seed 32 ‖ SHA-256 of everything before
// it; passphrase: operations be64 ‖ memory be64 ‖ salt 16 ‖ nonce 24 ‖ XChaCha20-Poly1305(seed) 48, all before it
// authenticated; token: public key 32 ‖ PKCS#11 URI ‖ SHA-256 of everything before it. A passphrase's key is derived by
// Argon2id with the parameters in the file. Files are created with mode 0600 and refused if others may read them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "model/signature.hpp"
#include "ports/random.hpp"

namespace icn::identity {

// The cost of guessing a passphrase: Argon2id operations, and memory in bytes.
struct PassphraseCost {
  std::uint64_t operations = 3;
  std::uint64_t memory_bytes = 256ULL << 20;
};

enum class KeyProtection : std::uint8_t { plain, passphrase, token };
inline constexpr std::size_t kTokenUriBytesMax = 2'048;

// The bytes of a key file; plain without a passphrase. Errors: invalid_argument (an empty passphrase), infrastructure
// (no memory for the derivation).
[[nodiscard]] Result<Bytes> seal_key(const model::Seed& seed, std::optional<std::string_view> passphrase,
                                     PassphraseCost cost, ports::Random& random);
// `passphrase` is called only if the file needs one. Errors: invalid_format, unsupported_version, unsupported (the key
// is in a token), wrong_passphrase (or a damaged file: the two cannot be distinguished).
[[nodiscard]] Result<model::KeyPair> open_key(ByteView file, const std::function<Result<Secret>()>& passphrase);
// Errors: invalid_format, unsupported_version.
[[nodiscard]] Result<KeyProtection> protection_of(ByteView file);

struct TokenKeyFile {
  model::Did did;
  std::string uri;
};
// Errors: invalid_argument (an empty or too long URI).
[[nodiscard]] Result<Bytes> seal_token(const TokenKeyFile& key);
// Errors: as protection_of, and invalid_format (another kind of file, or a damaged one).
[[nodiscard]] Result<TokenKeyFile> open_token(ByteView file);

// Writes a new file durably, mode 0600. Errors: already_exists, storage.
[[nodiscard]] Result<void> write_key_file(const std::filesystem::path& path, ByteView file);
// Errors: not_found, permission_denied (others may read it: the error names the remedy), limit_exceeded, storage.
[[nodiscard]] Result<Bytes> read_key_file(const std::filesystem::path& path);

}  // namespace icn::identity
