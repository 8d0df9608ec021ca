// The change feed: the newest durable changes of jobs and of the scope's log, for callers that follow them.
//
// The node's state store publishes what a commit wrote after it is durable, in commit order, so a follower never sees
// what a crash could take back. Publishing copies bytes and never waits for followers; decoding is theirs. Bounded: at
// most kChangesMax changes of kBytesMax bytes, the oldest go first, and a follower that is behind them learns that it
// lost some. Thread safe. The feed begins again with each process: a place of an earlier one is reported as lost.
#pragma once
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/mutex.hpp"
#include "ports/clock.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

class NodeState;

// A durable write of a job's record, or of an entry of the scope's log.
struct Change {
  enum class Kind : std::uint8_t { job, log_entry };
  std::uint64_t number = 0;  // from 1
  Kind kind = Kind::job;
  model::UnixMs time;                  // when it was durable
  std::shared_ptr<const Bytes> value;  // as stored
};

class ChangeFeed {
 public:
  static constexpr std::size_t kChangesMax = 8'192;
  static constexpr std::size_t kBytesMax = 4 * 1024 * 1024;
  static constexpr std::size_t kFollowersMax = 32;

  explicit ChangeFeed(std::shared_ptr<ports::Clock> clock) : clock_(std::move(clock)), epoch_(clock_->now().value) {}
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  // Only the store calls this, one commit at a time.
  void publish(std::span<const ports::Batch> batches);

  // A place in the feed, as text that a client can send back: it names this process and the last change that was read.
  [[nodiscard]] std::string place_text(std::uint64_t number) const;
  struct Place {
    std::uint64_t number = 0;
    bool is_of_this_process = true;  // otherwise the number is that of the oldest change that is left
  };
  // Errors: invalid_argument (rule "event_id": not the text of a place).
  [[nodiscard]] Result<Place> parse_place(std::string_view text) const;
  // Number of the newest change; 0 before the first.
  [[nodiscard]] std::uint64_t newest() const;

  struct Piece {
    std::vector<Change> changes;  // oldest first
    std::uint64_t lost = 0;       // changes after the place that were dropped
    bool has_ended = false;
  };
  // The changes after a place, at most `count`. Waits at most `wait_ms` for one.
  [[nodiscard]] Piece read(std::uint64_t after, std::size_t count, std::uint64_t wait_ms);
  // Wakes all followers; from then on read() reports the end and no follower is admitted.
  void end();

  // Counts a caller that follows, until it is destroyed.
  class Follower {
   public:
    explicit Follower(ChangeFeed* feed) : feed_(feed) {}
    Follower(Follower&& other) noexcept : feed_(std::exchange(other.feed_, nullptr)) {}
    Follower& operator=(Follower&&) = delete;
    ~Follower() {
      if (feed_ != nullptr) feed_->leave();
    }

   private:
    ChangeFeed* feed_;
  };
  // Errors: busy (rule "max_streams").
  [[nodiscard]] Result<Follower> follow();

 private:
  void leave();

  const std::shared_ptr<ports::Clock> clock_;
  const std::uint64_t epoch_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<Change> changes_ ICN_GUARDED_BY(mutex_);
  std::size_t bytes_ ICN_GUARDED_BY(mutex_) = 0;
  std::uint64_t newest_ ICN_GUARDED_BY(mutex_) = 0;
  std::size_t followers_ ICN_GUARDED_BY(mutex_) = 0;
  bool ended_ ICN_GUARDED_BY(mutex_) = false;
};

// A state store that publishes each commit.
class PublishingStore : public ports::StateStore {
 public:
  PublishingStore(std::shared_ptr<ports::StateStore> below, std::shared_ptr<ports::Clock> clock)
      : below_(std::move(below)), changes_(std::move(clock)) {}
  [[nodiscard]] ChangeFeed& changes() { return changes_; }

  Result<std::optional<Bytes>> get(ByteView key) const override { return below_->get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return below_->scan(begin, end, visit);
  }
  std::uint64_t sequence() const override { return below_->sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return below_->snapshot(); }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    const std::uint64_t sequence = ICN_TRY(below_->commit(batches));
    changes_.publish(batches);
    return sequence;
  }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }

 private:
  const std::shared_ptr<ports::StateStore> below_;
  ChangeFeed changes_;
};

// The feed of a node.
[[nodiscard]] ChangeFeed& changes_of(NodeState& node);

}  // namespace icn::runtime
