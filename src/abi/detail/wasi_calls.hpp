// The deterministic wasi_snapshot_preview1: descriptors 0 (first input), 1 (output), 2 (log), no files, no sockets.
#pragma once
#include "abi/detail/call_scope.hpp"

namespace icn::abi::wasi {

// wasi_io.cpp: descriptors
[[nodiscard]] Result<Errno> fd_close(CallScope& call, std::uint32_t fd);
[[nodiscard]] bool is_open(const CallScope& call, std::uint32_t fd);
[[nodiscard]] Result<Errno> fd_fdstat_get(CallScope& call, std::uint32_t fd, GuestAddress stat);
[[nodiscard]] Result<Errno> fd_filestat_get(CallScope& call, std::uint32_t fd, GuestAddress stat);
// fd_pread and fd_pwrite: streams have no positions; programs that get this error fall back to sequential reads and
// writes.
[[nodiscard]] Result<Errno> at_a_place(CallScope& call, std::uint32_t fd, GuestAddress buffers, std::uint32_t count,
                                       std::uint64_t offset, Cell<std::uint32_t> moved);
[[nodiscard]] Result<Errno> fd_prestat_get(CallScope& call, std::uint32_t fd, GuestAddress prestat);
[[nodiscard]] Result<Errno> fd_read(CallScope& call, std::uint32_t fd, IoVecs buffers, Cell<std::uint32_t> count);
[[nodiscard]] Result<Errno> fd_seek(CallScope& call, std::uint32_t fd, std::int64_t offset, std::uint32_t whence,
                                    Cell<std::uint64_t> position);
[[nodiscard]] Result<Errno> fd_tell(CallScope& call, std::uint32_t fd, Cell<std::uint64_t> position);
[[nodiscard]] Result<Errno> fd_write(CallScope& call, std::uint32_t fd, IoVecs buffers, Cell<std::uint32_t> count);

// wasi_system.cpp: arguments, clock, randomness, the end
[[nodiscard]] Result<Errno> args_get(CallScope& call, GuestAddress argv, GuestAddress text);
[[nodiscard]] Result<Errno> args_sizes_get(CallScope& call, Cell<std::uint32_t> count, Cell<std::uint32_t> bytes);
[[nodiscard]] Result<Errno> environ_get(CallScope& call, GuestAddress variables, GuestAddress text);
[[nodiscard]] Result<Errno> environ_sizes_get(CallScope& call, Cell<std::uint32_t> count, Cell<std::uint32_t> bytes);
[[nodiscard]] Result<Errno> clock_res_get(CallScope& call, std::uint32_t clock, Cell<std::uint64_t> resolution);
[[nodiscard]] Result<Errno> clock_time_get(CallScope& call, std::uint32_t clock, std::uint64_t precision,
                                           Cell<std::uint64_t> time);
[[nodiscard]] Result<Errno> poll_oneoff(CallScope& call, GuestAddress subscriptions, GuestAddress events,
                                        std::uint32_t count, Cell<std::uint32_t> happened);
[[nodiscard]] Result<Never> proc_exit(CallScope& call, std::int32_t code);
[[nodiscard]] Result<Errno> sched_yield(CallScope& call);
[[nodiscard]] Result<Errno> random_get(CallScope& call, OutBytes out);

// Links, accesses no memory, answers ENOSYS.
template <class... A>
[[nodiscard]] Result<Errno> not_offered(CallScope&, A...) {
  return Errno::not_offered;
}
// As above, but checks the descriptor first: EBADF if it is not open.
template <class... A>
[[nodiscard]] Result<Errno> not_offered_of_fd(CallScope& call, std::uint32_t fd, A...) {
  return is_open(call, fd) ? Errno::not_offered : Errno::bad_fd;
}

}  // namespace icn::abi::wasi
