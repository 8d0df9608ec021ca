// The committer: the one way state changes. Blocks first, then one batch; many callers share one fsync.
//
// commit(stage): `stage` runs under the writer lock: it checks, changes the in-memory domains and fills a Staging
// (blocks and batch), or fails and has changed nothing. The staging is queued in the order of the lock. One waiting
// caller becomes the leader of a group: it puts and flushes all blocks of the group, then commits all batches as one
// durable transaction, and wakes the others. While it commits, the leader of the next group puts that group's blocks
// already: the two stores work at the same time, and the transactions keep the order of the lock. commit() returns only
// when the staging is durable, so a signature or an answer that leaves afterwards is true after any crash. A stage that
// changed nothing still waits for everything queued before it, since its answer may rest on that.
//
// A failed put, flush or commit ends the process: memory is ahead of the disk and what reached the disk is unknown.
// Thread safe; no threads of its own; the queue is bounded by the number of callers. `stage` must not call commit().
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/mutex.hpp"
#include "dag/guard.hpp"
#include "dag/usage.hpp"
#include "ipld/cid.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

struct Staging {
  ports::Batch batch;
  std::vector<ipld::Block> blocks;

  void add(ipld::Block block) { blocks.push_back(std::move(block)); }
};

// Where a commit is; crash tests end the process there.
enum class CommitStep : std::uint8_t { staged, blocks_put, blocks_flushed, committed, acknowledged };
[[nodiscard]] std::string_view commit_step_name(CommitStep step);
using CommitObserver = std::function<void(CommitStep)>;
// Called when the disk failed; the default logs and aborts. When it returns (tests only), the committer refuses
// everything from then on.
using OnFatal = std::function<void(const Error&)>;

// Blocks of one put together hold at most this many bytes, unless a single block is larger: larger single writes into a
// growing file cost a multiple.
inline constexpr std::size_t kPutBytesMax = 1024 * 1024;

// Who is told of blocks that are put: a running collection, and the figure of the store's size, which each group of
// commits carries; after a crash it may count blocks of the group behind it, until the next collection counts anew.
// Either may be absent.
struct BlockWatchers {
  dag::Guard* guard = nullptr;
  dag::Usage* usage = nullptr;
};

class Committer {
 public:
  // The stores and the watchers outlive the committer.
  Committer(ports::DagStore& dag_store, ports::StateStore& state_store, CommitObserver observer = {},
            OnFatal on_fatal = {}, BlockWatchers watchers = {});

  // Errors: those of `stage`; storage when the committer has failed. `stage` is a callable Result<T>(Staging&).
  template <class Stage>
  [[nodiscard]] auto commit(Stage&& stage) -> std::invoke_result_t<Stage, Staging&> {
    Entry entry;
    std::optional<std::invoke_result_t<Stage, Staging&>> answer;
    {
      Lock writer(writer_);
      ICN_TRY(refuse_when_failed());
      answer.emplace(stage(entry.staging));
      if (!*answer) return std::move(*answer);
      enqueue(entry);
    }
    ICN_TRY(wait_until_durable(entry));
    return std::move(*answer);
  }

  // Runs `read` while nothing is staged, queued or being written: memory and disk tell of the same moment. Callers of
  // commit() wait meanwhile.
  template <class Read>
  auto when_idle(Read&& read) {
    Lock writer(writer_);
    wait_for_empty_queue();
    return read();
  }

  struct Statistics {
    std::uint64_t commits = 0;  // callers served
    std::uint64_t groups = 0;   // durable transactions
  };
  [[nodiscard]] Statistics statistics() const;

 private:
  struct Entry {
    Staging staging;
    bool taken = false;    // by the leader of a group; guarded by queue_mutex_
    bool durable = false;  // guarded by queue_mutex_
    Condition wake;
  };
  [[nodiscard]] Result<void> refuse_when_failed() const;
  void enqueue(Entry& entry);
  void wait_for_empty_queue();
  [[nodiscard]] Result<void> wait_until_durable(Entry& entry);
  // Leads one group through both stores; without any lock held.
  void lead(std::deque<Entry*>& group);
  // Waits for the group's turn at the batches and gives its place at the blocks away. False when the committer failed.
  [[nodiscard]] bool take_turn(const std::deque<Entry*>& group);
  void finish_group(std::deque<Entry*>& group);
  void give_up(const std::deque<Entry*>& group, const Error& error);
  // Whether there were any.
  [[nodiscard]] Result<bool> put_blocks(std::deque<Entry*>& group);
  [[nodiscard]] Result<void> commit_batches(std::deque<Entry*>& group, bool any_blocks);
  // Whether a block has to be put, told to the watchers then.
  [[nodiscard]] Result<bool> watch(const ipld::Block& block) const;
  void note(CommitStep step) const;

  ports::DagStore& dag_store_;
  ports::StateStore& state_store_;
  const CommitObserver observer_;
  const OnFatal on_fatal_;
  const BlockWatchers watchers_;
  Mutex writer_;  // before queue_mutex_
  mutable Mutex queue_mutex_;
  Condition idle_;
  Condition turn_;  // of the one leader that has put its blocks while another commits
  std::deque<Entry*> queue_ ICN_GUARDED_BY(queue_mutex_);
  bool putting_ ICN_GUARDED_BY(queue_mutex_) = false;     // a leader has blocks in hand, or waits for its turn
  bool committing_ ICN_GUARDED_BY(queue_mutex_) = false;  // a leader has batches in hand
  std::optional<Error> failed_ ICN_GUARDED_BY(queue_mutex_);
  Statistics statistics_ ICN_GUARDED_BY(queue_mutex_);
};

}  // namespace icn::runtime
