#include "wasm/detail/artifact_cache.hpp"

#include <sodium.h>

#include <algorithm>

#include "core/check.hpp"
#include "core/log.hpp"
#include "disk/file.hpp"
#include "disk/folder.hpp"

namespace icn::wasm::detail {
namespace {

constexpr std::string_view kMagic = "ICNCODE";
constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kSuffix = ".code";
constexpr std::size_t kHead = 8 + 32;
constexpr std::uint64_t kFileBytesMax = (std::uint64_t{2} << 30) + kHead;
using Mac = std::array<std::uint8_t, 32>;

Mac mac_of(const std::array<std::uint8_t, 32>& key, const ipld::Cid& module, const ipld::Cid& profile,
           ByteView artifact) {
  crypto_generichash_state state;
  Mac mac;
  ICN_CHECK(crypto_generichash_init(&state, key.data(), key.size(), mac.size()) == 0);
  crypto_generichash_update(&state, &kVersion, 1);
  for (const ipld::Cid& cid : {module, profile}) {
    const auto bytes = cid.to_bytes();
    crypto_generichash_update(&state, bytes.data(), bytes.size());
  }
  crypto_generichash_update(&state, artifact.data(), artifact.size());
  crypto_generichash_final(&state, mac.data(), mac.size());
  return mac;
}

std::filesystem::path file_of(const std::filesystem::path& folder, const ipld::Cid& module, const ipld::Cid& profile) {
  return folder / (module.to_text() + "-" + profile.to_text().substr(0, 20) + std::string(kSuffix));
}

// Written atomically. Not synced: losing the cache is harmless. Two threads may write the same module concurrently.
constexpr disk::WriterOptions kKept{.appears = disk::Appears::as_replacement, .is_durable = false, .has_rivals = true};

}  // namespace

Result<ArtifactCache> ArtifactCache::open(const std::filesystem::path& folder, std::uint64_t bytes_max) {
  ICN_CHECK(sodium_init() >= 0);
  ArtifactCache cache;
  if (folder.empty()) return cache;
  // Code from the folder is executed, so it must not be writable by another user.
  ICN_TRY(disk::make_private_folder(folder));
  cache.folder_ = folder;
  cache.bytes_max_ = bytes_max;
  const std::filesystem::path key_path = folder / "key";
  const auto key = disk::read_file(key_path, cache.key_.size());
  if (key && key->size() == cache.key_.size()) {
    std::copy(key->begin(), key->end(), cache.key_.begin());
    return cache;
  }
  // A new key invalidates all cached files, as losing the key must.
  randombytes_buf(cache.key_.data(), cache.key_.size());
  ICN_TRY(disk::write_file(key_path, {cache.key_}, kKept));
  return cache;
}

std::optional<Bytes> ArtifactCache::find(const ipld::Cid& module, const ipld::Cid& profile) const {
  if (folder_.empty()) return std::nullopt;
  auto file = disk::read_file(file_of(folder_, module, profile), kFileBytesMax);
  if (!file) return std::nullopt;
  const ByteView bytes(*file);
  const bool formed = bytes.size() > kHead && text_of(bytes.first(kMagic.size())) == kMagic && bytes[7] == kVersion;
  if (!formed || !equal_secret(bytes.subspan(8, 32), mac_of(key_, module, profile, bytes.subspan(kHead)))) {
    log(LogLevel::warning, "sandbox",
        "the compiled module " + module.to_text() + " in the cache is damaged; it is compiled again");
    return std::nullopt;
  }
  disk::mark_used(file_of(folder_, module, profile));
  file->erase(file->begin(), file->begin() + kHead);
  return *std::move(file);
}

void ArtifactCache::keep(const ipld::Cid& module, const ipld::Cid& profile, ByteView artifact) const {
  // A file larger than the bound would only evict all others.
  if (folder_.empty() || artifact.size() + kHead > bytes_max_) return;
  Bytes head;
  head.reserve(kHead);
  append(head, kMagic);
  head.push_back(kVersion);
  append(head, mac_of(key_, module, profile, artifact));
  if (!disk::write_file(file_of(folder_, module, profile), {head, artifact}, kKept)) {
    log(LogLevel::warning, "sandbox", "cannot cache a compiled module in '" + folder_.string() + "'");
  }
  static_cast<void>(disk::prune_folder(folder_, kSuffix, bytes_max_).has_value());
}

}  // namespace icn::wasm::detail
