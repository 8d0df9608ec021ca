#include <algorithm>
#include <array>

#include "abi/detail/wasi_calls.hpp"

namespace icn::abi::wasi {
namespace {

constexpr std::uint32_t kStdin = 0;
constexpr std::uint32_t kStdout = 1;
constexpr std::uint32_t kStderr = 2;
// Preview 1 has no pipe type; "unknown" makes every libc buffer fully instead of by line.
constexpr std::uint8_t kFileTypeUnknown = 0;
constexpr std::uint64_t kRightRead = 1U << 1;
constexpr std::uint64_t kRightWrite = 1U << 6;
constexpr std::uint64_t kRightPoll = 1U << 27;

constexpr std::size_t kGatheredBytesMax = 64 * 1024;

struct IoVec {
  std::uint32_t address = 0;
  std::uint32_t length = 0;
};
IoVec io_vec(const IoVecs& list, std::size_t i) {
  IoVec one;
  std::memcpy(&one.address, list.descriptions.data() + 8 * i, 4);
  std::memcpy(&one.length, list.descriptions.data() + 8 * i + 4, 4);
  return one;
}

// Checks all buffers and sums their lengths. Errors: a guest fault.
Result<std::uint64_t> total_length(CallScope& call, const IoVecs& list) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < list.count(); ++i) {
    ICN_TRY(call.work(1));
    const IoVec one = io_vec(list, i);
    ICN_TRY(call.slice(one.address, one.length));
    total += one.length;
  }
  return total;
}

}  // namespace

bool is_open(const CallScope& call, std::uint32_t fd) {
  return fd <= kStderr && (call.data().open_files >> fd & 1) != 0;
}

Result<Errno> fd_close(CallScope& call, std::uint32_t fd) {
  if (!is_open(call, fd)) return Errno::bad_fd;
  call.data().open_files = static_cast<std::uint8_t>(call.data().open_files & ~(1U << fd));
  return Errno::success;
}

Result<Errno> fd_fdstat_get(CallScope& call, std::uint32_t fd, GuestAddress stat) {
  // {filetype u8, padding, flags u16, padding, rights u64, inheriting rights u64}
  const std::span<std::uint8_t> out = ICN_TRY(call.slice(stat.value, 24));
  if (!is_open(call, fd)) return Errno::bad_fd;
  const std::uint64_t rights = (fd == kStdin ? kRightRead : kRightWrite) | kRightPoll;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  out[0] = kFileTypeUnknown;
  std::memcpy(out.data() + 8, &rights, sizeof rights);
  return Errno::success;
}

Result<Errno> fd_filestat_get(CallScope& call, std::uint32_t fd, GuestAddress stat) {
  // {device u64, inode u64, filetype u8, padding, links u64, size u64, accessed u64, modified u64, changed u64}
  const std::span<std::uint8_t> out = ICN_TRY(call.slice(stat.value, 64));
  if (!is_open(call, fd)) return Errno::bad_fd;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  const std::uint64_t inode = fd;
  const std::uint64_t links = 1;
  std::memcpy(out.data() + 8, &inode, sizeof inode);
  out[16] = kFileTypeUnknown;
  std::memcpy(out.data() + 24, &links, sizeof links);
  return Errno::success;
}

Result<Errno> at_a_place(CallScope& call, std::uint32_t fd, GuestAddress buffers, std::uint32_t count,
                         std::uint64_t /*offset*/, Cell<std::uint32_t> /*moved*/) {
  constexpr std::uint64_t io_vec_bytes = 8;
  ICN_TRY(call.slice(buffers.value, io_vec_bytes * count));
  return is_open(call, fd) ? Errno::illegal_seek : Errno::bad_fd;
}

Result<Errno> fd_prestat_get(CallScope& call, std::uint32_t /*fd*/, GuestAddress prestat) {
  ICN_TRY(call.slice(prestat.value, 8));
  return Errno::bad_fd;
}

Result<Errno> fd_read(CallScope& call, std::uint32_t fd, IoVecs buffers, Cell<std::uint32_t> count) {
  if (!is_open(call, fd) || fd != kStdin) return Errno::bad_fd;
  RunData& data = call.data();
  const ByteView input = data.in.inputs.empty() ? ByteView() : ByteView(data.in.inputs[0]);
  const std::uint64_t room = ICN_TRY(total_length(call, buffers));
  if (room > UINT32_MAX) return Errno::invalid;
  std::uint64_t left = std::min<std::uint64_t>(room, input.size() - data.stdin_at);
  ICN_TRY(call.charge_bytes(left));
  const auto read = static_cast<std::uint32_t>(left);
  for (std::size_t i = 0; left != 0 && i < buffers.count(); ++i) {
    ICN_TRY(call.work(1));
    // Read again: an earlier buffer may have overwritten the descriptions.
    const IoVec one = io_vec(buffers, i);
    const std::span<std::uint8_t> out = ICN_TRY(call.slice(one.address, one.length));
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size()));
    ICN_TRY(call.copy(out.first(n), input.subspan(data.stdin_at, n)));
    data.stdin_at += n;
    left -= n;
  }
  count.store(static_cast<std::uint32_t>(read - left));
  return Errno::success;
}

Result<Errno> fd_seek(CallScope& call, std::uint32_t fd, std::int64_t /*offset*/, std::uint32_t /*whence*/,
                      Cell<std::uint64_t> /*position*/) {
  return is_open(call, fd) ? Errno::illegal_seek : Errno::bad_fd;
}

Result<Errno> fd_tell(CallScope& call, std::uint32_t fd, Cell<std::uint64_t> /*position*/) {
  return is_open(call, fd) ? Errno::illegal_seek : Errno::bad_fd;
}

Result<Errno> fd_write(CallScope& call, std::uint32_t fd, IoVecs buffers, Cell<std::uint32_t> count) {
  if (!is_open(call, fd) || fd == kStdin) return Errno::bad_fd;
  const std::uint64_t total = ICN_TRY(total_length(call, buffers));
  if (total > UINT32_MAX) return Errno::invalid;
  ICN_TRY(call.charge_bytes(total));
  // Small buffers are gathered, so observers of the log are called per piece, not per byte.
  Bytes gathered;
  const auto write = [&](ByteView bytes) -> Result<void> {
    if (fd == kStdout) return call.write_output(bytes);
    return call.write_log(text_of(bytes));
  };
  for (std::size_t i = 0; i < buffers.count(); ++i) {
    ICN_TRY(call.work(1));
    const IoVec one = io_vec(buffers, i);
    const ByteView bytes = ICN_TRY(call.slice(one.address, one.length));
    if (gathered.size() + bytes.size() > kGatheredBytesMax) {
      ICN_TRY(write(gathered));
      gathered.clear();
    }
    if (bytes.size() > kGatheredBytesMax) {
      ICN_TRY(write(bytes));
    } else {
      append(gathered, bytes);
    }
  }
  ICN_TRY(write(gathered));
  if (fd == kStdout && total != 0) call.data().wrote_output = true;
  count.store(static_cast<std::uint32_t>(total));
  return Errno::success;
}

}  // namespace icn::abi::wasi
