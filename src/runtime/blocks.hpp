// The use cases about blocks: storing, pinning and unpinning them, and collecting the blocks that nothing holds.
//
// Like all use cases, these are free functions over NodeState. They are thread safe; each makes one commit and changes
// nothing when it fails. `by` is the member who asks; a member releases only its own pins and jobs.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dag/collection.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {

// How long a member's pin lasts; without a value, until it is unpinned.
struct TimeToLive {
  std::optional<std::uint64_t> ms;
};

// The node's DAG store for callers that store many blocks and pin them at the end. It holds every block put through it
// and counts it against the quota. Memory is bounded: a durable lease holds the blocks beyond kHeldMax (a process that
// ends before finish() leaves a lease behind, which expires). Used by one thread.
class BlockIntake final : public ports::DagStore {
 public:
  explicit BlockIntake(NodeState& node);
  BlockIntake(const BlockIntake&) = delete;
  BlockIntake& operator=(const BlockIntake&) = delete;

  // Like the store's put() for at most kHeldMax blocks; larger batches are split into pieces of that size. Errors:
  // those of the store, and limit_exceeded with the rule dag_quota.
  [[nodiscard]] Result<void> put(std::span<const ipld::Block> blocks) override;
  [[nodiscard]] Result<ipld::Block> get(const ipld::Cid& cid) const override;
  [[nodiscard]] Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override;
  // Always refuses: only a collection removes blocks.
  [[nodiscard]] Result<void> remove(std::span<const ipld::Cid> cids) override;
  [[nodiscard]] Result<void> for_each(
      const std::optional<ipld::Cid>& after,
      const std::function<bool(const ipld::Cid&, std::uint64_t bytes)>& visit) const override;
  [[nodiscard]] Result<ports::DagStatistics> statistics() const override;
  [[nodiscard]] Result<void> flush() override;
  [[nodiscard]] const ports::Descriptor& descriptor() const override;

  // Pins each root recursively and makes everything durable, in one commit. Returns when the pins expire. Errors:
  // expired (the intake took longer than kIntakeMs and held more than kHeldMax blocks), storage.
  [[nodiscard]] Result<std::optional<model::UnixMs>> finish(const std::vector<ipld::Cid>& roots, const model::Did& by,
                                                            TimeToLive lives);

  static constexpr std::uint64_t kIntakeMs = 86'400'000;
  static constexpr std::size_t kHeldMax = 4'096;

 private:
  [[nodiscard]] Result<void> put_piece(std::span<const ipld::Block> blocks);
  [[nodiscard]] Result<void> lease_what_is_held();
  // Returns the roots whose DAGs are completely stored here.
  [[nodiscard]] Result<std::vector<ipld::Cid>> complete_among(const std::vector<ipld::Cid>& roots) const;

  NodeState& node_;
  dag::Guard::Hold hold_;
  dag::Lease lease_;
  std::uint64_t put_ = 0;  // blocks
};

struct StoredFile {
  ipld::Cid cid;
  std::uint64_t blocks = 0;
  std::optional<model::UnixMs> until;  // when its pin expires
};
// Stores a file (docs/FORMATS.md "Files") and pins it recursively. Errors: limit_exceeded (dag_quota), storage.
[[nodiscard]] Result<StoredFile> put_file(NodeState& node, const model::Did& by, ByteView bytes, TimeToLive lives);

struct PinnedBlock {
  std::uint64_t blocks = 1;            // covered by the pin
  std::optional<model::UnixMs> until;  // when the pin expires
};
// Pins a stored block, or everything reachable from it. Errors: missing_data (the block, or one that it links to, is
// not stored here), corrupted, invalid_format and unsupported (a block that does not follow its codec cannot be pinned
// recursively), storage.
[[nodiscard]] Result<PinnedBlock> pin_block(NodeState& node, const model::Did& by, const ipld::Cid& cid,
                                            dag::PinMode mode, TimeToLive lives);

// Removes the pins of a job, or all of a member's pins of a CID (runtime/find.hpp resolves the name). Returns the pins
// removed. The blocks stay until the next collection. Errors: not_found (`by` has no such pin), permission_denied (a
// job of another submitter), invalid_state (the job is open), invalid_argument, storage.
[[nodiscard]] Result<std::vector<dag::Pin>> unpin(NodeState& node, const model::Did& by, std::string_view text);

struct GarbageOptions {
  dag::SweepOptions sweep;
  // Whether to look for the expired pins that held the swept blocks; this reads every swept block.
  enum class Reasons : std::uint8_t { no, yes } reasons = Reasons::no;
};

// Accepts the clock as right after it was ahead: pin times count from now again, and a pin whose creation lies in the
// future keeps its duration, counted from now. Returns the number of these pins. Errors: storage, corrupted.
[[nodiscard]] Result<std::uint64_t> reset_pin_times(NodeState& node);

struct GarbageReport {
  dag::CollectionReport collection;
  std::uint64_t quota_bytes = 0;        // 0: none
  std::uint64_t open_to_new_bytes = 0;  // part of the quota that new jobs may use
};
// Collects the blocks that no pin, lease or hold reaches, while other threads write; a dry run only counts them.
// Errors: busy (another collection runs), corrupted (a pin reaches a damaged block; nothing was removed unless the
// error says so), storage.
[[nodiscard]] Result<GarbageReport> collect_garbage(NodeState& node, const GarbageOptions& options);

}  // namespace icn::runtime
