#include "wasm/detail/artifact_cache.hpp"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/check.hpp"
#include "core/log.hpp"

namespace icn::wasm::detail {
namespace {

constexpr std::string_view kMagic = "ICNCODE";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHead = 8 + 32;
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
  return folder / (module.to_text() + "-" + profile.to_text().substr(0, 20) + ".code");
}

// A private file, whole or not at all: the name appears only over complete bytes. Not synced: a lost cache costs
// nothing.
bool write_private(const std::filesystem::path& path, std::initializer_list<ByteView> parts) {
  // A name of its own, because two threads may keep the same module at once.
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return false;
  bool good = true;
  for (ByteView part : parts) {
    while (good && !part.empty()) {
      const ssize_t written = ::write(fd, part.data(), part.size());
      good = written > 0;
      if (good) part = part.subspan(static_cast<std::size_t>(written));
    }
  }
  ::close(fd);
  if (good && ::rename(temporary.c_str(), path.c_str()) == 0) return true;
  ::unlink(temporary.c_str());
  return false;
}

std::optional<Bytes> read_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat status {};
  std::optional<Bytes> bytes;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    bytes.emplace(static_cast<std::size_t>(status.st_size));
    std::size_t at = 0;
    while (at < bytes->size()) {
      const ssize_t got = ::read(fd, bytes->data() + at, bytes->size() - at);
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    bytes->resize(at);
  }
  ::close(fd);
  return bytes;
}

}  // namespace

Result<ArtifactCache> ArtifactCache::open(const std::filesystem::path& folder) {
  ICN_CHECK(sodium_init() >= 0);
  ArtifactCache cache;
  if (folder.empty()) return cache;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::storage, "make the cache folder '" + folder.string() + "': " + error.message());
  cache.folder_ = folder;
  const std::filesystem::path key_path = folder / "key";
  const std::optional<Bytes> key = read_file(key_path);
  if (key && key->size() == cache.key_.size()) {
    std::copy(key->begin(), key->end(), cache.key_.begin());
    return cache;
  }
  // A new key makes every kept file worthless, which is what a lost key means.
  randombytes_buf(cache.key_.data(), cache.key_.size());
  if (!write_private(key_path, {cache.key_})) {
    return fail(ErrorCode::storage, "write the cache key '" + key_path.string() + "': " + std::strerror(errno));
  }
  return cache;
}

std::optional<Bytes> ArtifactCache::find(const ipld::Cid& module, const ipld::Cid& profile) const {
  if (folder_.empty()) return std::nullopt;
  std::optional<Bytes> file = read_file(file_of(folder_, module, profile));
  if (!file) return std::nullopt;
  const ByteView bytes(*file);
  const bool formed = bytes.size() > kHead && text_of(bytes.first(kMagic.size())) == kMagic && bytes[7] == kVersion;
  if (!formed || !equal_secret(bytes.subspan(8, 32), mac_of(key_, module, profile, bytes.subspan(kHead)))) {
    log(LogLevel::warning, "sandbox",
        "the compiled module " + module.to_text() + " in the cache does not hold; it is compiled anew");
    return std::nullopt;
  }
  file->erase(file->begin(), file->begin() + kHead);
  return file;
}

void ArtifactCache::keep(const ipld::Cid& module, const ipld::Cid& profile, ByteView artifact) const {
  if (folder_.empty()) return;
  Bytes head;
  head.reserve(kHead);
  append(head, kMagic);
  head.push_back(kVersion);
  append(head, mac_of(key_, module, profile, artifact));
  if (!write_private(file_of(folder_, module, profile), {head, artifact})) {
    log(LogLevel::warning, "sandbox", "a compiled module could not be kept in '" + folder_.string() + "'");
  }
}

}  // namespace icn::wasm::detail
