// Compiled modules on disk: one file per (module, profile), authenticated before a byte of it is loaded as code.
//
// File: "ICNCODE" ‖ version u8 ‖ MAC 32 ‖ artifact; the MAC is keyed BLAKE2b over version, module CID, profile CID
// and the artifact, with a random key of the cache folder (0600). A file that does not hold is as good as none: it is
// compiled again and replaced. Files that were not used for longest are removed when all of them take more than a
// bound. Thread safe.
#pragma once
#include <filesystem>
#include <optional>

#include "ipld/cid.hpp"

namespace icn::wasm::detail {

class ArtifactCache {
 public:
  // An empty folder name makes a cache that keeps nothing. Errors: storage.
  [[nodiscard]] static Result<ArtifactCache> open(const std::filesystem::path& folder, std::uint64_t bytes_max);
  [[nodiscard]] std::optional<Bytes> find(const ipld::Cid& module, const ipld::Cid& profile) const;
  // Keeping is an economy, not a promise: a full disk only costs the next start its compilation.
  void keep(const ipld::Cid& module, const ipld::Cid& profile, ByteView artifact) const;

 private:
  std::filesystem::path folder_;
  std::uint64_t bytes_max_ = 0;  // of all files
  std::array<std::uint8_t, 32> key_{};
};

}  // namespace icn::wasm::detail
