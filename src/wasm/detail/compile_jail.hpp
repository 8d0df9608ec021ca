// Privileges that the compile child drops before it reads a module: a hostile module that takes over the compiler can
// then reach only the child's memory, the module and the output descriptor.
//
// limit_process() and restrict_system_calls() require a single-threaded process and cannot be undone.
#pragma once
#include <cstdint>

namespace icn::wasm::detail {

struct CompileLimits {
  std::uint64_t cpu_seconds = 240;  // of all threads together
  std::uint64_t memory_bytes = 4ULL << 30;
};

// Size limit of the artifact that a child writes.
inline constexpr std::uint64_t kArtifactBytesMax = 1ULL << 30;

// Data memory of this process now, as RLIMIT_DATA counts it (including a sanitizer's shadow). 0 if the system does not
// report it.
[[nodiscard]] std::uint64_t held_data_bytes();
// Limits CPU time, memory beyond current use, and file size; disables core dumps and new privileges; ends the process
// with its parent. Existing lower limits are kept. Returns false if the system refuses (see errno).
[[nodiscard]] bool limit_process(const CompileLimits& limits);
// From now on the process can only compute, use its memory and open descriptors, start threads and exit. Every other
// system call fails with EPERM: it cannot open files or sockets, start programs or processes, or send signals. Returns
// false if the system refuses.
[[nodiscard]] bool restrict_system_calls();

}  // namespace icn::wasm::detail
