// The committer: the only way to change state. It writes blocks first, then one batch; many callers share one fsync.
//
// commit(stage) runs `stage` under the writer lock. The stage checks, changes the in-memory domains and fills a Staging
// (blocks and batch), or it fails and changes nothing. Stagings are queued in lock order and pass a pipeline of three
// stations: put the blocks, flush them, commit the batch. At each station one caller works for all that wait there, so
// they share fsyncs: one durable transaction commits many batches. The stations run concurrently on different stagings
// and preserve the lock order. commit() returns only when the staging is durable, so every signature or answer sent
// afterwards stays true after any crash. A stage that changes nothing, or fails, still waits for everything queued
// before it, since its answer may depend on that.
//
// A failed put, flush or commit ends the process: memory is ahead of the disk, and it is unknown what reached the disk.
// Thread safe; starts no threads; the number of callers and kLaterMax bound the queue. `stage` must not call commit().
//
// Messages to other nodes are part of the batch that they announce (runtime/outbox.hpp). A caller that waited for the
// disk sends the messages that are durable by then, before commit() returns.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/mutex.hpp"
#include "dag/guard.hpp"
#include "dag/usage.hpp"
#include "ipld/cid.hpp"
#include "model/message.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"
#include "runtime/outbox.hpp"

namespace icn::runtime {

// The blocks, records and messages that a stage writes. The stage checks the size of each before it changes memory, so
// a store never refuses one for its size (check_sizes() in committer.cpp is the last check).
struct Staging {
  ports::Batch batch;
  std::vector<ipld::Block> blocks;
  std::vector<model::Message> messages;  // to other nodes, sent when the batch is durable

  void add(ipld::Block block) { blocks.push_back(std::move(block)); }
  void announce(model::MessageKind kind, const ipld::Cid& block) { messages.push_back({kind, block}); }
};

// The steps of a commit; crash tests end the process at each.
enum class CommitStep : std::uint8_t { staged, blocks_put, blocks_flushed, committed, acknowledged };
[[nodiscard]] std::string_view commit_step_name(CommitStep step);
using CommitObserver = std::function<void(CommitStep)>;
// Called when the disk fails; the default logs and aborts. If it returns (tests only), the committer refuses everything
// from then on.
using OnFatal = std::function<void(const Error&)>;

// The parts notified of blocks that are put: a running collection, and the counter of the store's size, which each
// group of commits stores. After a crash the counter may include blocks of the next group, until the next collection
// recounts. Either may be absent.
struct BlockWatchers {
  dag::Guard* guard = nullptr;
  dag::Usage* usage = nullptr;
};

class Committer {
 public:
  // The stores, the watchers and the outbox outlive the committer. Without an outbox messages are dropped.
  Committer(ports::DagStore& dag_store, ports::StateStore& state_store, CommitObserver observer = {},
            OnFatal on_fatal = {}, BlockWatchers watchers = {}, Outbox* outbox = nullptr);
  // Makes everything staged durable, unless the committer has failed.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Errors: those of `stage`; storage when the committer has failed. `stage` is a callable Result<T>(Staging&).
  template <class Stage>
  [[nodiscard]] auto commit(Stage&& stage) -> std::invoke_result_t<Stage, Staging&> {
    Entry entry;
    auto answer = stage_into(entry, stage);
    if (!answer) {
      if (has_staged()) ICN_TRY(wait_for_staged());
      return answer;
    }
    ICN_TRY(wait_until_durable(entry));
    return answer;
  }

  // Stages like commit() but does not wait: the staging becomes durable no later than any staging after it, and a crash
  // may lose it. So no part of the answer may leave the process before a later commit() or wait_for_staged() has
  // returned. While more than kLaterMax stagings have no waiting caller, new callers wait.
  template <class Stage>
  [[nodiscard]] auto commit_later(Stage&& stage) -> std::invoke_result_t<Stage, Staging&> {
    if (!may_leave()) return commit(std::forward<Stage>(stage));
    auto entry = std::make_unique<Entry>();
    entry->left = true;
    auto answer = stage_into(*entry, stage);
    if (answer) static_cast<void>(entry.release());  // the queue owns it now
    return answer;
  }
  static constexpr std::size_t kLaterMax = 1'024;

  // Waits until everything staged before the call is durable: for callers that report from memory. Errors: storage when
  // the committer has failed.
  [[nodiscard]] Result<void> wait_for_staged() {
    return commit([](Staging&) -> Result<void> { return {}; });
  }

  // Runs `read` while nothing is staged, queued or being written, so memory and disk show the same state. Callers of
  // commit() wait meanwhile.
  template <class Read>
  auto when_idle(Read&& read) {
    Lock writer(writer_);
    drain();
    return read();
  }

  struct Statistics {
    std::uint64_t commits = 0;  // callers served
    std::uint64_t groups = 0;   // durable transactions
  };
  [[nodiscard]] Statistics statistics() const;

 private:
  enum Place : std::uint8_t { to_put, to_flush, to_commit, in_work, durable, lost };
  struct Entry {
    Staging staging;
    bool blocks_put = false;           // whether it has any; written only by the leader at the first station
    bool left = false;                 // no caller waits for it, and the queue owns it
    std::uint64_t newest_message = 0;  // number of the outbox's newest message at staging
    Place place = to_put;              // guarded by queue_mutex_
    Condition wake;
  };
  using Group = std::deque<Entry*>;
  struct Station {
    Group waiting;
    bool busy = false;
  };

  // Runs the stage and queues it, under the writer lock.
  template <class Stage>
  [[nodiscard]] auto stage_into(Entry& entry, Stage& stage) -> std::invoke_result_t<Stage, Staging&> {
    Lock writer(writer_);
    ICN_TRY(refuse_when_failed());
    auto answer = stage(entry.staging);
    if (!answer) return answer;
    if (outbox_ != nullptr) entry.newest_message = outbox_->stage(entry.staging.messages, entry.staging.batch);
    check_sizes(entry.staging);
    enqueue(entry);
    note(CommitStep::staged);
    return answer;
  }
  // Ends the process when a stage lets a size through that a store would refuse: that is a defect of ours, and memory
  // may be ahead of the batch.
  static void check_sizes(const Staging& staging);
  [[nodiscard]] Result<void> refuse_when_failed() const;
  [[nodiscard]] bool may_leave() const;
  // Whether anything is queued or being written.
  [[nodiscard]] bool has_staged() const;
  void enqueue(Entry& entry);
  // Waits until everything queued is durable or the committer has failed. The caller holds the writer lock.
  void drain();
  [[nodiscard]] bool reach_disk(Entry& entry);
  [[nodiscard]] Result<void> wait_until_durable(Entry& entry);
  void wake_first(const Group& group) ICN_REQUIRES(queue_mutex_);
  // Moves all stagings that wait at a station to the next place. Releases the mutex while the stores work.
  void lead(Place station) ICN_REQUIRES(queue_mutex_);
  // Ends a group: moves each member to `end`.
  void let_go(const Group& group, Place end) ICN_REQUIRES(queue_mutex_);
  void finish(const Group& group) ICN_REQUIRES(queue_mutex_);
  // Fails the group and everything queued behind it: none of it may become durable, and each caller gets the error.
  void give_up(const Group& group, const Error& error) ICN_REQUIRES(queue_mutex_);
  [[nodiscard]] Result<void> work(Place station, const Group& group);
  [[nodiscard]] Result<void> put_blocks(const Group& group);
  [[nodiscard]] Result<void> flush_blocks(const Group& group);
  [[nodiscard]] Result<void> commit_batches(const Group& group);
  // Returns whether the block must be written; if so, notifies the watchers.
  [[nodiscard]] Result<bool> watch(const ipld::Block& block) const;
  void note(CommitStep step) const;

  ports::DagStore& dag_store_;
  ports::StateStore& state_store_;
  const CommitObserver observer_;
  const OnFatal on_fatal_;
  const BlockWatchers watchers_;
  Outbox* const outbox_;
  Mutex writer_;  // before queue_mutex_
  mutable Mutex queue_mutex_;
  std::array<Station, 3> stations_ ICN_GUARDED_BY(queue_mutex_);  // by place
  std::size_t left_ ICN_GUARDED_BY(queue_mutex_) = 0;             // queued or in work, without a waiting caller
  std::optional<Error> failed_ ICN_GUARDED_BY(queue_mutex_);
  Statistics statistics_ ICN_GUARDED_BY(queue_mutex_);
};

}  // namespace icn::runtime
