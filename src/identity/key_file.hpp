// Key files: an Ed25519 seed at rest, encrypted with a passphrase, or plain for development if requested explicitly.
//
// Magic "ICNKEY" ‖ version u8 ‖ kind u8 (0 plain, 1 passphrase); plain: seed 32 ‖ SHA-256 of everything before it;
// passphrase: operations be64 ‖ memory be64 ‖ salt 16 ‖ nonce 24 ‖ XChaCha20-Poly1305(seed) 48, everything before it
// authenticated. The key is derived by Argon2id with the parameters in the file. Files are created with mode 0600 and
// refused if others may read them.
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

enum class KeyProtection : std::uint8_t { plain, passphrase };

// The bytes of a key file; plain without a passphrase. Errors: invalid_argument (an empty passphrase), infrastructure
// (no memory for the derivation).
[[nodiscard]] Result<Bytes> seal_key(const model::Seed& seed, std::optional<std::string_view> passphrase,
                                     PassphraseCost cost, ports::Random& random);
// `passphrase` is called only if the file needs one. Errors: invalid_format, unsupported_version, wrong_passphrase (or
// a damaged file: the two cannot be distinguished).
[[nodiscard]] Result<model::KeyPair> open_key(ByteView file, const std::function<Result<Secret>()>& passphrase);
// Errors: invalid_format, unsupported_version.
[[nodiscard]] Result<KeyProtection> protection_of(ByteView file);

// Writes a new file durably, mode 0600. Errors: already_exists, storage.
[[nodiscard]] Result<void> write_key_file(const std::filesystem::path& path, ByteView file);
// Errors: not_found, permission_denied (others may read it: the error names the remedy), limit_exceeded, storage.
[[nodiscard]] Result<Bytes> read_key_file(const std::filesystem::path& path);

}  // namespace icn::identity
