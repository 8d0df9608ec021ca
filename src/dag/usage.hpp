// How many bytes the DAG store holds, and whether more fit: the quota.
//
// A store can count its bytes only by reading them all, so this counts bytes put and bytes that a collection removes,
// and writes the figure with each commit (`du/`). A block put twice is counted twice, and a crash between blocks and
// batch leaves blocks uncounted; `slack` bounds the former, and a collection or a recount corrects both. Also here: the
// latest time at which any pin was made, so that ends of pins are never computed from a clock that was set back. Thread
// safe; one lock, memory only, except check_quota(), which may count the store.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/mutex.hpp"
#include "model/order.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::dag {

// `bytes` is what a node may use for blocks, compiled modules and logs together, including the reserve; 0: no quota.
// New submissions and files may not use the reserve, so that jobs already accepted can settle and a collection has room
// to write.
struct Quota {
  std::uint64_t bytes = 10ULL << 30;
  std::uint64_t reserve = 512ULL << 20;
  // The free disk space for new work; unknown if this is empty or returns an empty value.
  std::function<std::optional<std::uint64_t>()> free_on_disk = {};
  // The shares of compiled modules and logs, which are pruned to fit; they are bounded even without a quota.
  [[nodiscard]] std::uint64_t for_code() const { return std::min(bytes == 0 ? UINT64_MAX : bytes / 8, kCodeBytesMax); }
  [[nodiscard]] std::uint64_t for_logs() const { return std::min(bytes == 0 ? UINT64_MAX : bytes / 16, kLogBytesMax); }
  // What new blocks, and the results of open jobs, may fill: the reserve takes at most half of the remainder.
  [[nodiscard]] std::uint64_t open_to_new() const {
    const std::uint64_t blocks = bytes - for_code() - for_logs();
    return blocks - std::min(reserve, blocks / 2);
  }
  static constexpr std::uint64_t kCodeBytesMax = 1ULL << 30;
  static constexpr std::uint64_t kLogBytesMax = 256ULL << 20;
};

// "5368709120", "5GiB": a whole number of bytes, optionally followed by KiB, MiB, GiB or TiB. Errors: invalid_argument.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view text);

class Usage {
 public:
  struct Figures {
    std::uint64_t bytes = 0;  // at least what the store holds, as far as every commit was written
    std::uint64_t slack = 0;  // it holds at least bytes − slack
    friend bool operator==(const Figures&, const Figures&) = default;
  };
  // Errors: corrupted, unsupported_version, storage; a store without a figure has 0.
  [[nodiscard]] static Result<std::unique_ptr<Usage>> open(const ports::StateStore& store);

  void add(std::uint64_t bytes);
  // Sets an exact count that began when added() was `since`: bytes added meanwhile may or may not be in it.
  void set_counted(std::uint64_t bytes, std::uint64_t since);
  [[nodiscard]] std::uint64_t added() const;  // by this process in total
  [[nodiscard]] Figures figures() const;
  // The later of `now` and every time passed before, including by earlier processes.
  [[nodiscard]] model::UnixMs latest(model::UnixMs now);
  // Forgets all later times: they came from a wrong clock.
  void reset_latest(model::UnixMs now);
  // Writes the figure; the last batch of a group carries it.
  void stamp(ports::Batch& batch) const;

 private:
  Usage() = default;
  mutable Mutex mutex_;
  Figures figures_ ICN_GUARDED_BY(mutex_);
  std::uint64_t added_ ICN_GUARDED_BY(mutex_) = 0;
  model::UnixMs latest_ ICN_GUARDED_BY(mutex_);
};

// Disk space reserved for work already accepted.
inline constexpr std::uint64_t kDiskReserveBytes = 16ULL << 20;
// Whether `incoming` more bytes fit, also on the disk; counts the store when that could change the answer. `what`
// begins the refusal ("The job", "The file"). Errors: limit_exceeded with the rule dag_quota, naming quota, bytes and
// what to do, or disk_full; storage.
[[nodiscard]] Result<void> check_quota(const Quota& quota, Usage& usage, const ports::DagStore& store,
                                       std::uint64_t incoming, const std::string& what);

// Like check_quota(), by the figure alone, which may be too high: for callers that must not wait for a count.
[[nodiscard]] Result<void> check_figure(const Quota& quota, const Usage& usage, std::uint64_t incoming,
                                        const std::string& what);

}  // namespace icn::dag
