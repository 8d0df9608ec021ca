// An open descriptor, errors of failed system calls, and transfers that are complete.
//
// Together with file, folder and lock this is the only code that opens, locks, syncs or renames files (tools/tidy.py).
// Every descriptor is close-on-exec. Functions here are thread safe.
#pragma once
#include <cerrno>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "core/bytes.hpp"

namespace icn::disk {

// Closes its descriptor on destruction. Empty: -1.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Who chose a file's name. If a file that a user named cannot be used, it is the user's mistake (not_found,
// invalid_argument); if it is one of the node's files, it is a failure of the machine (storage).
enum class Named : std::uint8_t { by_node, by_user };

// The error of a failed system call: the action, its object, the system's reason and the remedy.
[[nodiscard]] tl::unexpected<Error> system_error(std::string_view what, int reason = errno,
                                                 Named named = Named::by_node);
[[nodiscard]] tl::unexpected<Error> system_error(std::string_view what, const std::filesystem::path& path,
                                                 int reason = errno, Named named = Named::by_node);
[[nodiscard]] std::string in_quotes(const std::filesystem::path& path);

// One system call, repeated while signals interrupt it.
template <class Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

// Writes all bytes, in as many writes as needed; false: errno has the reason.
[[nodiscard]] bool write_all(int fd, ByteView bytes);
[[nodiscard]] bool write_all_at(int fd, std::uint64_t offset, ByteView bytes);
// Fills `into` as far as the file extends; returns the number of bytes, or -1.
[[nodiscard]] ssize_t read_full_at(int fd, std::uint64_t offset, std::span<std::uint8_t> into);

}  // namespace icn::disk
