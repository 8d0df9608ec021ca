// Compiled modules on disk: one file per (module, profile), authenticated before any of it is loaded as code.
//
// File: "ICNCODE" ‖ version u8 ‖ MAC 32 ‖ artifact; the MAC is keyed BLAKE2b over version, module CID, profile CID and
// artifact, with a random key of the cache folder (0600). A file that fails authentication counts as missing: the
// module is recompiled and the file replaced. When the files together exceed the size bound, the least recently used
// are removed. Thread safe.
#pragma once
#include <filesystem>
#include <optional>

#include "ipld/cid.hpp"

namespace icn::wasm::detail {

class ArtifactCache {
 public:
  // With an empty folder name the cache keeps nothing. Errors: storage.
  [[nodiscard]] static Result<ArtifactCache> open(const std::filesystem::path& folder, std::uint64_t bytes_max);
  [[nodiscard]] std::optional<Bytes> find(const ipld::Cid& module, const ipld::Cid& profile) const;
  // Best effort: if the disk is full, the next start merely has to compile again.
  void keep(const ipld::Cid& module, const ipld::Cid& profile, ByteView artifact) const;

 private:
  std::filesystem::path folder_;
  std::uint64_t bytes_max_ = 0;  // of all files
  std::array<std::uint8_t, 32> key_{};
};

}  // namespace icn::wasm::detail
