// What the compile child gives up before it reads a module: a hostile module may take the compiler over, and then has
// nothing but its own memory, the module and the place for the answer.
//
// Both calls are for a process of one thread; what they take away is gone for good.
#pragma once
#include <cstdint>

namespace icn::wasm::detail {

struct CompileLimits {
  std::uint64_t cpu_seconds = 240;  // of all threads together
  std::uint64_t memory_bytes = 4ULL << 30;
};

// The greatest artifact that a child may write.
inline constexpr std::uint64_t kArtifactBytesMax = 1ULL << 30;

// What this program holds now (with a sanitizer, its shadow too), as RLIMIT_DATA counts it. 0 where the system does not
// say.
[[nodiscard]] std::uint64_t held_data_bytes();
// CPU time, memory on top of what the process holds now, size of files, no core dump; no new privileges; it ends with
// its parent. A limit that is lower already stays. False: the system refused, and errno says why.
[[nodiscard]] bool limit_process(const CompileLimits& limits);
// From now on the process can compute, use the memory and the descriptors that it has, start threads and end. Every
// other system call fails with EPERM: no file is opened, no socket made, no program or process started, nothing is
// signalled. False: the system refused.
[[nodiscard]] bool restrict_system_calls();

}  // namespace icn::wasm::detail
