// For tests, benches and fuzzing: a run with a small memory, and calls into it by name. No product code includes this.
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "abi/host_call.hpp"
#include "model/signature.hpp"

namespace icn::abi::testing {

inline constexpr std::uint64_t kOrderTimeMs = 1'700'000'000'000;

inline model::KeyPair key_of(std::uint8_t seed) {
  model::Seed bytes{};
  bytes[0] = seed;
  return model::KeyPair::from_seed(bytes);
}
inline model::Did member() { return key_of(1).did(); }
inline model::Did stranger() { return key_of(2).did(); }

// One input "hello, world\n", args {"one", "two"}, own balance 50 and reputation 7, every capability granted, budget
// 20.
inline RunInputs usual_inputs() {
  RunInputs in;
  in.job.module = ipld::Cid::of(ipld::Codec::raw, view_of("module"));
  in.job.args = {"one", "two"};
  in.inputs = {bytes_of("hello, world\n")};
  in.job.inputs = {ipld::Cid::of(ipld::Codec::raw, in.inputs[0])};
  for (const model::CapabilityRow& row : model::kCapabilityTable) in.job.grants.add(row.capability);
  in.job.spend_max = 20;
  in.job.cost_mana = 5;
  in.job.submitter = member();
  in.job_id = model::job_id_of(in.job.to_block());
  in.order.job = in.job_id;
  in.order.time = {kOrderTimeMs};
  in.order.limits.max_fuel = 1'000'000'000'000;
  in.observations.entries = {
      {{model::ReadKind::account, member().to_text()}, std::uint64_t{50}},
      {{model::ReadKind::reputation, member().to_text()}, std::uint64_t{7}},
  };
  return in;
}

struct Called {
  Verdict verdict = Verdict::resume;
  std::int64_t answer = 0;
};

class TestRun {
 public:
  explicit TestRun(RunInputs in = usual_inputs(), std::size_t memory_bytes = 64 * 1024)
      : state_(std::make_unique<RunState>(std::move(in))), memory_(memory_bytes) {}

  Called call(const HostFn& fn, std::vector<std::int64_t> args) {
    std::vector<Raw> slots(std::max<std::size_t>(args.size(), 1));
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (fn.params[i] == WasmType::i32) {
        slots[i].i32 = static_cast<std::int32_t>(args[i]);
      } else {
        slots[i].i64 = args[i];
      }
    }
    HostCall one{*state_, memory_, wasm_fuel};
    Called called;
    called.verdict = invoke(fn, one, slots.data());
    if (called.verdict == Verdict::resume) {
      called.answer = fn.results[0] == WasmType::i64 ? slots[0].i64 : slots[0].i32;
    }
    return called;
  }
  Called icn(std::string_view name, std::vector<std::int64_t> args = {}) {
    return call(*find_host_fn("icn", "host_" + std::string(name)), std::move(args));
  }
  Called wasi(std::string_view name, std::vector<std::int64_t> args = {}) {
    return call(*find_host_fn("wasi_snapshot_preview1", name), std::move(args));
  }
  // Appends a text as the last two arguments, stored at address 1024.
  Called icn_text(std::string_view name, std::string_view text, std::vector<std::int64_t> before = {},
                  std::vector<std::int64_t> after = {}) {
    write(1024, view_of(text));
    before.push_back(1024);
    before.push_back(static_cast<std::int64_t>(text.size()));
    before.insert(before.end(), after.begin(), after.end());
    return icn(name, std::move(before));
  }

  // Reads the result register through host_read_result.
  std::string result() {
    std::string all;
    for (;;) {
      const Called read = icn("read_result", {static_cast<std::int64_t>(all.size()), 32 * 1024, 4096});
      if (read.answer <= 0) return all;
      all += text_of(ByteView(memory_).subspan(32 * 1024, static_cast<std::size_t>(read.answer)));
    }
  }

  void write(std::size_t at, ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), memory_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  template <class T>
  void put(std::size_t at, T value) {
    std::memcpy(memory_.data() + at, &value, sizeof value);
  }
  template <class T>
  T get(std::size_t at) const {
    T value;
    std::memcpy(&value, memory_.data() + at, sizeof value);
    return value;
  }
  std::string text(std::size_t at, std::size_t length) const {
    return std::string(text_of(ByteView(memory_).subspan(at, length)));
  }

  RunState& state() { return *state_; }
  Bytes& memory() { return memory_; }
  std::uint64_t wasm_fuel = 0;

 private:
  std::unique_ptr<RunState> state_;
  Bytes memory_;
};

}  // namespace icn::abi::testing
