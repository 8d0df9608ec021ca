// One collection of a DAG store: marks everything that pins and holds reach, then sweeps the rest page by page while
// writers run (guard.hpp explains why that is safe).
//
// Steps, by one thread: begin() while nothing is being committed; mark(); the caller removes the records of ended pins
// (ended(), one commit, so that no pin ever names swept blocks) and those of complete roots that are not kept
// (completeness.hpp); explain() if the reasons are wanted; sweep(). A kill at any point leaves garbage at worst.
// Reachability follows the links of dag-cbor, dag-pb and raw blocks; bytes that do not follow their codec link to
// nothing. A missing block does not stop the collection; a damaged one does, since its links are unknown. Memory: 22 to
// 43 bytes per kept block, and the ended pins.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dag/pins.hpp"

namespace icn::dag {

enum class SweepMode : std::uint8_t { look, remove };

struct CollectionReport {
  struct Cause {
    std::string why;  // "nothing pins it", "the pin of job … has ended"
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;
  };
  std::array<std::uint64_t, kPinKinds.size()> pins{};  // live pins, in the order of kPinKinds
  std::uint64_t ended_pins = 0;
  std::uint64_t kept_blocks = 0;
  std::uint64_t kept_bytes = 0;
  std::uint64_t removed_blocks = 0;  // in a dry run those that would be removed
  std::uint64_t removed_bytes = 0;
  std::uint64_t missing_blocks = 0;  // reached by pins but not in the store
  std::uint64_t opaque_blocks = 0;   // kept although their bytes do not follow their codec
  std::vector<Cause> causes;         // why blocks are swept; the first is "nothing pins it"
};

// Progress of a collection; crash tests end the process at a step.
enum class CollectionStep : std::uint8_t { marked, pins_forgotten, page_removed, page_flushed };

struct SweepOptions {
  SweepMode mode = SweepMode::look;
  // Called for each block that is swept, with its cause in the report.
  std::function<void(const ipld::Cid&, std::uint64_t bytes, std::size_t cause)> on_block;
  std::function<void(CollectionStep)> on_step;
  // Writers wait while a page is removed, which takes milliseconds; each page costs a flush.
  std::size_t page_blocks = 1'024;
};

class Collection {
 public:
  // Keeps what is held now and what pins hold at `now`. Call it while nothing is being committed; the arguments outlive
  // the collection. Errors: busy (one is already running).
  [[nodiscard]] static Result<std::unique_ptr<Collection>> begin(ports::DagStore& store, const Pins& pins, Guard& guard,
                                                                 model::UnixMs now);
  ~Collection();
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;

  // Errors: corrupted (a damaged block that a pin reaches, named with the pin, or a damaged pin), storage. Nothing is
  // removed on error.
  [[nodiscard]] Result<void> mark();
  [[nodiscard]] const std::vector<Pin>& ended() const { return ended_; }
  // Whether a marked pin or hold reaches a block; blocks put meanwhile are kept too but may not show here.
  [[nodiscard]] bool keeps(const ipld::Cid& cid) const { return traced_.contains(cid) || direct_.contains(cid); }
  // Whether everything reachable from a block is kept, as far as it was marked.
  [[nodiscard]] bool keeps_all_below(const ipld::Cid& cid) const { return traced_.contains(cid); }
  // Finds which ended pins held the blocks to be swept; reads all of them. Errors: storage.
  [[nodiscard]] Result<void> explain();

  // Errors: as mark(), for blocks traced meanwhile; pages already swept stay swept.
  [[nodiscard]] Result<void> sweep(const SweepOptions& options);

  [[nodiscard]] const CollectionReport& report() const { return report_; }

 private:
  struct Sized {
    ipld::Cid cid;
    std::uint64_t bytes = 0;
  };
  Collection(ports::DagStore& store, const Pins& pins, Guard& guard, model::UnixMs now);
  void add_pin(Pin pin);
  [[nodiscard]] Result<void> trace();
  [[nodiscard]] Result<void> trace_waiting();
  [[nodiscard]] Result<std::vector<Sized>> next_page(const std::optional<ipld::Cid>& after, std::size_t blocks) const;
  [[nodiscard]] Result<std::vector<Sized>> sweep_page(SweepMode mode, const std::vector<Sized>& page);
  void tally(const std::vector<Sized>& page, const std::vector<Sized>& swept, const SweepOptions& options);

  ports::DagStore& store_;
  const Pins& pins_;
  Guard& guard_;
  const model::UnixMs now_;
  detail::CidSet traced_;
  detail::CidSet direct_;
  std::vector<ipld::Cid> open_;
  // What the open blocks were reached from, for errors.
  std::string origin_;
  // Staged blocks are traced before they are written, so absence from the store proves nothing.
  enum class Absence : std::uint8_t { counts, expected } absence_ = Absence::counts;
  std::vector<Pin> ended_;
  std::unordered_map<ipld::Cid, std::size_t> causes_;
  CollectionReport report_;
};

}  // namespace icn::dag
