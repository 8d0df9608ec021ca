// State of an active run. Single-threaded; every field follows from the order and the guest's own calls.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "abi/host_call.hpp"
#include "model/transcript.hpp"
#include "zk/manifest.hpp"

namespace icn::abi {

// Size limit of an answer, such as a block; equals the largest block of a store.
inline constexpr std::size_t kResultBytesMax = 2 * 1024 * 1024;
// Size limit of a text argument: all of it is read before anything else is known about it.
inline constexpr std::size_t kTextBytesMax = 1024 * 1024;
// Blocks whose reachability is remembered: some 100 bytes of memory each.
inline constexpr std::size_t kReachableMax = 100'000;
// Statements and steps of governance that a run may ask for: each is an entry of the scope's log.
inline constexpr std::size_t kGoverningMax = 64;
// Advance of the clock per reading.
inline constexpr std::uint64_t kClockStepNs = 1'000;

// The run's random bytes: ChaCha20 of zeros under SHA-256("ICN-RANDOM-v1" ‖ 0x00 ‖ job id), one stream shared by
// host_random and WASI's random_get.
class RandomStream {
 public:
  void fill(const model::JobId& job, std::span<std::uint8_t> out);

 private:
  static constexpr std::size_t kBlock = 64;
  std::array<std::uint8_t, 32> key_{};
  std::array<std::uint8_t, kBlock> block_{};
  std::uint64_t next_ = 0;  // block number
  std::size_t left_ = 0;    // unused bytes at the end of block_
};

struct RunData {
  explicit RunData(RunInputs inputs) : in(std::move(inputs)) {
    for (const std::string& arg : in.job.args) job_arg_bytes += arg.size() + 1;
  }

  RunInputs in;
  std::uint64_t job_arg_bytes = 0;      // of job.args, each with its terminating zero
  std::optional<std::string> job_info;  // JSON, built on first use
  Bytes result;
  Bytes output;
  std::string log;
  model::Effects effects;
  std::vector<ipld::Block> blocks;
  std::uint64_t block_bytes = 0;
  std::unordered_map<ipld::Cid, std::size_t> own_blocks;               // index in `blocks`
  std::unordered_set<ipld::Cid> reachable;                             // filled on first use
  std::uint64_t pending_mana = 0;                                      // spent or promised out of spend_max, whole mana
  std::uint64_t credited_mana = 0;                                     // out of the treasury, whole mana
  std::size_t governing = 0;                                           // effects of governance
  std::unordered_set<ipld::Cid> proposed;                              // proposals of this run
  std::unordered_set<ipld::Cid> voted;                                 // proposals that this run has voted on
  std::map<std::pair<ipld::Cid, zk::Statement>, zk::KeyRing> zk_keys;  // that were used, by manifest, prepared
  std::uint64_t elapsed_ns = 0;                                        // of the run's own clock
  RandomStream random;
  std::uint64_t stdin_at = 0;
  std::uint8_t open_files = 7;  // bit per descriptor
  bool wrote_output = false;
  bool log_cut = false;
  model::TranscriptWriter transcript;
  std::uint64_t calls = 0;
  std::vector<std::uint64_t> calls_by_row;
  const HostFn* refused_fn = nullptr;
  Error refusal;
};

}  // namespace icn::abi
