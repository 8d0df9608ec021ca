#include <algorithm>

#include "abi/detail/wasi_calls.hpp"

namespace icn::abi::wasi {
namespace {

constexpr std::string_view kProgramName = "main";
constexpr std::uint32_t kMonotonic = 1;  // 0 is the real-time clock
constexpr std::uint32_t kClocks = 4;     // the other two count the time of the process and of the thread

constexpr std::size_t kSubscriptionBytes = 48;
constexpr std::size_t kEventBytes = 32;
constexpr std::uint32_t kSubscriptionsMax = 4'096;
constexpr std::uint8_t kEventClock = 0;
constexpr std::uint8_t kEventRead = 1;
constexpr std::uint8_t kEventWrite = 2;
constexpr std::uint16_t kAbsoluteTime = 1;

std::size_t argc(const CallScope& call) { return call.job().args.size() + 1; }
std::string_view arg(const CallScope& call, std::size_t i) {
  return i == 0 ? kProgramName : std::string_view(call.job().args[i - 1]);
}
std::uint64_t arg_bytes(const CallScope& call) { return kProgramName.size() + 1 + call.data().job_arg_bytes; }

template <class T>
T field(const std::uint8_t* at, std::size_t offset) {
  T value;
  std::memcpy(&value, at + offset, sizeof value);
  return value;
}

std::uint64_t clock_now(const CallScope& call, std::uint32_t clock) {
  return clock <= kMonotonic ? call.now_ns() : call.data().elapsed_ns;
}

struct Subscription {
  std::uint64_t user_data = 0;
  std::uint8_t type = 0;
  std::uint32_t subject = 0;  // clock or descriptor
  std::uint64_t wait_ns = 0;  // from now, of a clock
  Errno error = Errno::success;
};

// Errors: none; an unknown type is `invalid` for the whole call.
Subscription read_subscription(const CallScope& call, const std::uint8_t* at) {
  Subscription one;
  one.user_data = field<std::uint64_t>(at, 0);
  one.type = at[8];
  one.subject = field<std::uint32_t>(at, 16);
  if (one.type == kEventClock) {
    if (one.subject >= kClocks) {
      one.error = Errno::invalid;
    } else if (one.subject > kMonotonic) {
      one.error = Errno::not_supported;
    } else {
      one.wait_ns = field<std::uint64_t>(at, 24);
      if ((field<std::uint16_t>(at, 40) & kAbsoluteTime) != 0) {
        const std::uint64_t now = clock_now(call, one.subject);
        one.wait_ns = one.wait_ns > now ? one.wait_ns - now : 0;
      }
    }
    return one;
  }
  const bool open = one.subject <= 2 && (call.data().open_files >> one.subject & 1) != 0;
  const bool right_way = (one.type == kEventRead) == (one.subject == 0);
  if (!open || !right_way) one.error = Errno::bad_fd;
  return one;
}

void write_event(const CallScope& call, const Subscription& one, std::uint8_t* at) {
  std::fill_n(at, kEventBytes, std::uint8_t{0});
  std::memcpy(at, &one.user_data, sizeof one.user_data);
  std::memcpy(at + 8, &one.error, sizeof one.error);
  at[10] = one.type;
  if (one.type == kEventRead && one.error == Errno::success) {
    const std::vector<Bytes>& inputs = call.data().in.inputs;
    const std::uint64_t left = inputs.empty() ? 0 : inputs[0].size() - call.data().stdin_at;
    std::memcpy(at + 16, &left, sizeof left);
  }
}

}  // namespace

Result<Errno> args_sizes_get(CallScope& call, Cell<std::uint32_t> count, Cell<std::uint32_t> bytes) {
  count.store(static_cast<std::uint32_t>(argc(call)));
  bytes.store(static_cast<std::uint32_t>(arg_bytes(call)));
  return Errno::success;
}

Result<Errno> args_get(CallScope& call, GuestAddress argv, GuestAddress text) {
  const std::uint64_t bytes = arg_bytes(call);
  const std::span<std::uint8_t> pointers = ICN_TRY(call.slice(argv.value, 4 * argc(call)));
  const std::span<std::uint8_t> room = ICN_TRY(call.slice(text.value, bytes));
  ICN_TRY(call.charge_bytes(pointers.size() + bytes));
  ICN_TRY(call.work(argc(call) + bytes));
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < argc(call); ++i) {
    const std::string_view one = arg(call, i);
    const std::uint32_t address = text.value + at;
    std::memcpy(pointers.data() + 4 * i, &address, 4);
    if (!one.empty()) std::memcpy(room.data() + at, one.data(), one.size());
    room[at + one.size()] = 0;
    at += static_cast<std::uint32_t>(one.size()) + 1;
  }
  return Errno::success;
}

Result<Errno> environ_sizes_get(CallScope&, Cell<std::uint32_t> count, Cell<std::uint32_t> bytes) {
  count.store(0);
  bytes.store(0);
  return Errno::success;
}

Result<Errno> environ_get(CallScope& call, GuestAddress variables, GuestAddress text) {
  ICN_TRY(call.slice(variables.value, 0));
  ICN_TRY(call.slice(text.value, 0));
  return Errno::success;
}

Result<Errno> clock_res_get(CallScope&, std::uint32_t clock, Cell<std::uint64_t> resolution) {
  if (clock >= kClocks) return Errno::invalid;
  resolution.store(kClockStepNs);
  return Errno::success;
}

Result<Errno> clock_time_get(CallScope& call, std::uint32_t clock, std::uint64_t /*precision*/,
                             Cell<std::uint64_t> time) {
  if (clock >= kClocks) return Errno::invalid;
  RunData& data = call.data();
  data.elapsed_ns += std::min(kClockStepNs, UINT64_MAX - data.elapsed_ns);
  time.store(clock_now(call, clock));
  return Errno::success;
}

// Descriptors are always ready, so a list that contains one returns immediately; a list of clocks sleeps until the
// first of them: the run's clock advances, no real time passes.
Result<Errno> poll_oneoff(CallScope& call, GuestAddress subscriptions, GuestAddress events, std::uint32_t count,
                          Cell<std::uint32_t> happened) {
  const ByteView in = ICN_TRY(call.slice(subscriptions.value, std::uint64_t{count} * kSubscriptionBytes));
  const std::span<std::uint8_t> out = ICN_TRY(call.slice(events.value, std::uint64_t{count} * kEventBytes));
  ICN_TRY(call.charge_bytes(in.size() + out.size()));
  if (count == 0 || count > kSubscriptionsMax) return Errno::invalid;
  ICN_TRY(call.work(count));
  // Read completely before anything is written: the two lists may overlap.
  std::vector<Subscription> list;
  list.reserve(count);
  std::uint64_t sleep_ns = UINT64_MAX;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* at = in.data() + i * kSubscriptionBytes;
    if (at[8] > kEventWrite) return Errno::invalid;
    list.push_back(read_subscription(call, at));
    sleep_ns = std::min(sleep_ns, list.back().wait_ns);
  }
  RunData& data = call.data();
  data.elapsed_ns += std::min(sleep_ns, UINT64_MAX - data.elapsed_ns);
  std::uint32_t written = 0;
  for (const Subscription& one : list) {
    if (one.wait_ns > sleep_ns) continue;
    write_event(call, one, out.data() + std::size_t{written++} * kEventBytes);
  }
  happened.store(written);
  return Errno::success;
}

Result<Never> proc_exit(CallScope& call, std::int32_t code) { return call.exit(code); }

Result<Errno> sched_yield(CallScope&) { return Errno::success; }

Result<Errno> random_get(CallScope& call, OutBytes out) {
  RunData& data = call.data();
  ICN_TRY(call.fill_with(out, [&](std::span<std::uint8_t> part) { data.random.fill(data.in.job_id, part); }));
  return Errno::success;
}

}  // namespace icn::abi::wasi
