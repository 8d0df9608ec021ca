#include "core/secret.hpp"

#include <algorithm>
#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

#include "core/check.hpp"

namespace icn {

void wipe(std::span<std::uint8_t> bytes) { ::explicit_bzero(bytes.data(), bytes.size()); }

Secret::Secret(std::size_t size) {
  if (size == 0) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // Separate pages, so that locking and protecting them affects nothing else.
  taken_ = (size + page - 1) / page * page;
  void* memory = ::mmap(nullptr, taken_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ICN_CHECK(memory != MAP_FAILED);
  bytes_ = {static_cast<std::uint8_t*>(memory), size};
  // Both may be refused (ulimit -l, an old kernel); the secret is then only as safe as other memory.
  static_cast<void>(::mlock(memory, taken_));
  static_cast<void>(::madvise(memory, taken_, MADV_DONTDUMP));
}

Secret Secret::of(std::span<const std::uint8_t> bytes) {
  Secret secret(bytes.size());
  std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
  return secret;
}

Secret Secret::of(std::string_view text) {
  return of(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Secret::~Secret() {
  if (taken_ == 0) return;
  std::uint8_t* const memory = bytes_.data();
  wipe({memory, taken_});
  ::munmap(memory, taken_);
}

void Secret::shrink(std::size_t size) {
  ICN_CHECK(size <= bytes_.size());
  wipe(bytes_.subspan(size));
  bytes_ = bytes_.first(size);
}

}  // namespace icn
