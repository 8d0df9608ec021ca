// What commands say about proofs of zero knowledge, and the files that they read for them.
#pragma once
#include <string>

#include "api/proofs.hpp"

namespace icn::cli::commands {

[[nodiscard]] std::string zk_verified_text(const api::ZkVerified& shown);
// A manifest of keys. Errors: not_found, limit_exceeded, storage.
[[nodiscard]] Result<Bytes> zk_keys_file(const std::string& path);

}  // namespace icn::cli::commands
