// The use cases about blocks: storing them, pinning them, releasing them, and collecting what nothing holds.
//
// As all use cases: free functions over NodeState, thread safe, one commit each, nothing changed by one that
// fails. `by` is the member who asks; a member lets go only of what is its own.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dag/collection.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {

// How long a member's pin holds; nothing: until it is unpinned.
struct TimeToLive {
  std::optional<std::uint64_t> ms;
};

// The node's DAG store for callers that store many blocks and pin them at the end: it holds what is put through it,
// counted and held against the quota. Memory is bounded: what exceeds kHeldMax is held by a durable lease (so a process
// that ends in between leaves a lease behind, which ends by itself). Used by one thread.
class BlockIntake final : public ports::DagStore {
 public:
  explicit BlockIntake(NodeState& node);
  BlockIntake(const BlockIntake&) = delete;
  BlockIntake& operator=(const BlockIntake&) = delete;

  // As the store's, for at most kHeldMax blocks; more are put in pieces of that size. Errors: limit_exceeded with the
  // rule dag_quota besides.
  [[nodiscard]] Result<void> put(std::span<const ipld::Block> blocks) override;
  [[nodiscard]] Result<ipld::Block> get(const ipld::Cid& cid) const override;
  [[nodiscard]] Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override;
  // Refused: only a collection removes blocks.
  [[nodiscard]] Result<void> remove(std::span<const ipld::Cid> cids) override;
  [[nodiscard]] Result<void> for_each(
      const std::optional<ipld::Cid>& after,
      const std::function<bool(const ipld::Cid&, std::uint64_t bytes)>& visit) const override;
  [[nodiscard]] Result<ports::DagStatistics> statistics() const override;
  [[nodiscard]] Result<void> flush() override;
  [[nodiscard]] const ports::Descriptor& descriptor() const override;

  // Pins each root recursively and makes everything durable, in one commit. The end of the pins is answered. Errors:
  // expired (it took longer than kIntakeMs and held more than memory does), storage.
  [[nodiscard]] Result<std::optional<model::UnixMs>> finish(const std::vector<ipld::Cid>& roots, const model::Did& by,
                                                            TimeToLive lives);

  static constexpr std::uint64_t kIntakeMs = 86'400'000;
  static constexpr std::size_t kHeldMax = 4'096;

 private:
  [[nodiscard]] Result<void> put_piece(std::span<const ipld::Block> blocks);
  [[nodiscard]] Result<void> lease_what_is_held();
  // Those below which everything is here.
  [[nodiscard]] Result<std::vector<ipld::Cid>> complete_among(const std::vector<ipld::Cid>& roots) const;

  NodeState& node_;
  dag::Guard::Hold hold_;
  dag::Lease lease_;
  std::uint64_t put_ = 0;  // blocks
};

struct StoredFile {
  ipld::Cid cid;
  std::uint64_t blocks = 0;
  std::optional<model::UnixMs> until;  // of its pin
};
// Stores a file (docs/FORMATS.md "Files") and pins it recursively. Errors: limit_exceeded (dag_quota), storage.
[[nodiscard]] Result<StoredFile> put_file(NodeState& node, const model::Did& by, ByteView bytes, TimeToLive lives);

struct PinnedBlock {
  std::uint64_t blocks = 1;            // that the pin covers
  std::optional<model::UnixMs> until;  // of the pin
};
// Pins a block that is here, or everything reachable from it. Errors: missing_data (it, or something it links to, is
// not here), corrupted, invalid_format and unsupported (a block that does not follow its codec cannot be pinned
// recursively), storage.
[[nodiscard]] Result<PinnedBlock> pin_block(NodeState& node, const model::Did& by, const ipld::Cid& cid,
                                            dag::PinMode mode, TimeToLive lives);

// Lets go of a job or of a member's pins of a CID, all of them (runtime/find.hpp reads the name); answers what was
// let go. The blocks stay until the next collection. Errors: not_found (nothing is pinned so by `by`),
// permission_denied (a job of another submitter), invalid_state (the job is open), invalid_argument, storage.
[[nodiscard]] Result<std::vector<dag::Pin>> unpin(NodeState& node, const model::Did& by, std::string_view text);

struct GarbageOptions {
  dag::SweepOptions sweep;
  // Whether the ended pins that held what is swept are looked for; reads all of it.
  enum class Reasons : std::uint8_t { no, yes } reasons = Reasons::no;
};

// Takes the clock as right, after a time at which it was ahead: times are counted from now again, and pins that were
// made in what is the future end as long after now as they were to end after they were made. How many these were.
// Errors: storage, corrupted.
[[nodiscard]] Result<std::uint64_t> reset_pin_times(NodeState& node);

struct GarbageReport {
  dag::CollectionReport collection;
  std::uint64_t quota_bytes = 0;        // 0: none
  std::uint64_t open_to_new_bytes = 0;  // of the quota
};
// Collects what no pin, lease or hold reaches, while others write; or looks what that would be. Errors: busy (another
// collection runs), corrupted (a damaged block that a pin reaches; nothing was removed unless the error says so),
// storage.
[[nodiscard]] Result<GarbageReport> collect_garbage(NodeState& node, const GarbageOptions& options);

}  // namespace icn::runtime
