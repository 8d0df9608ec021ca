#include "wasm/detail/compile_jail.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <memory>

#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace icn::wasm::detail {
namespace {

// Lowering a limit needs no privilege, raising one does. `grace` is added to the hard limit.
bool lower(__rlimit_resource_t resource, rlim_t value, rlim_t grace = 0) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return false;
  limit.rlim_cur = std::min(limit.rlim_max, value);
  limit.rlim_max = std::min(limit.rlim_max, value + grace);
  return ::setrlimit(resource, &limit) == 0;
}

// System calls for memory, time, threads of this process, and descriptors already open.
constexpr std::array kAllowed{SCMP_SYS(read),
                              SCMP_SYS(write),
                              SCMP_SYS(writev),
                              SCMP_SYS(lseek),
                              SCMP_SYS(fstat),
                              SCMP_SYS(newfstatat),
                              SCMP_SYS(close),
                              SCMP_SYS(mmap),
                              SCMP_SYS(munmap),
                              SCMP_SYS(mremap),
                              SCMP_SYS(mprotect),
                              SCMP_SYS(madvise),
                              SCMP_SYS(brk),
                              SCMP_SYS(futex),
                              SCMP_SYS(sched_yield),
                              SCMP_SYS(sched_getaffinity),
                              SCMP_SYS(getrandom),
                              SCMP_SYS(rt_sigaction),
                              SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(rt_sigreturn),
                              SCMP_SYS(sigaltstack),
                              SCMP_SYS(clock_gettime),
                              SCMP_SYS(gettid),
                              SCMP_SYS(getpid),
                              SCMP_SYS(set_robust_list),
                              SCMP_SYS(rseq),
                              SCMP_SYS(membarrier),
                              SCMP_SYS(exit),
                              SCMP_SYS(exit_group),
                              SCMP_SYS(restart_syscall)};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

}  // namespace

std::uint64_t held_data_bytes() {
  std::ifstream statm("/proc/self/statm");  // tidy: allow raw_file: the kernel answers, no disk
  std::uint64_t pages = 0;
  for (int field = 0; field < 6; ++field) statm >> pages;  // the sixth: data and stack
  return statm ? pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

bool limit_process(const CompileLimits& limits) {
  // The soft limit kills the process with its own signal; the hard limit does so a second later in any case.
  const bool limited = lower(RLIMIT_CPU, limits.cpu_seconds, 1) &&
                       lower(RLIMIT_DATA, held_data_bytes() + limits.memory_bytes) &&
                       lower(RLIMIT_FSIZE, kArtifactBytesMax) && lower(RLIMIT_CORE, 0);
  // If the node is killed, its compilers end too.
  return limited && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_DUMPABLE, 0) == 0;
}

bool restrict_system_calls() {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (filter == nullptr) return false;
  // The filter also applies to threads that already exist.
  bool whole = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  for (const int call : kAllowed) whole = whole && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) == 0;
  // clone may start a thread, never a process. clone3 takes its flags from memory, which a filter cannot inspect; the C
  // library falls back to clone.
  const auto makes_thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
  whole = whole && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, makes_thread) == 0 &&
          seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
  // abort() signals the process itself; limits may be read but not changed.
  const auto self = SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0);
  const auto only_read = SCMP_A2(SCMP_CMP_EQ, 0, 0);
  whole = whole && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self) == 0 &&
          seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, only_read) == 0;
  return whole && seccomp_load(filter.get()) == 0;
}

}  // namespace icn::wasm::detail
