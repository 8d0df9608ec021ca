// Bytes that only their owner may see: never in a core dump, swapped to disk only where the system allows no locking,
// and wiped on destruction.
//
// For keys and passphrases. Not copyable by accident. As thread safe as a const object.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace icn {

// Zeros that no compiler optimises away; for secrets in other memory.
void wipe(std::span<std::uint8_t> bytes);

class Secret {
 public:
  Secret() = default;
  // Zeros of this size.
  explicit Secret(std::size_t size);
  [[nodiscard]] static Secret of(std::span<const std::uint8_t> bytes);
  [[nodiscard]] static Secret of(std::string_view text);
  Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})), taken_(std::exchange(other.taken_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(taken_, other.taken_);
    return *this;
  }
  ~Secret();

  [[nodiscard]] Secret copy() const { return of(bytes()); }
  // Shortens it; the removed bytes are wiped.
  void shrink(std::size_t size);
  [[nodiscard]] std::span<std::uint8_t> bytes() { return bytes_; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::span<std::uint8_t> bytes_;
  std::size_t taken_ = 0;  // whole pages
};

}  // namespace icn
