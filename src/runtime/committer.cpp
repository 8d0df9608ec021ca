#include "runtime/committer.hpp"

#include <cstdlib>

#include "core/log.hpp"

namespace icn::runtime {
namespace {

[[noreturn]] void end_process(const Error& error) {
  log(LogLevel::error, "commit",
      "The disk failed while a change was made durable; the process ends so that nothing is answered that may be "
      "lost. " +
          error.detail);
  std::abort();
}

}  // namespace

std::string_view commit_step_name(CommitStep step) {
  switch (step) {
    case CommitStep::staged:
      return "staged";
    case CommitStep::blocks_put:
      return "blocks_put";
    case CommitStep::blocks_flushed:
      return "blocks_flushed";
    case CommitStep::committed:
      return "committed";
    case CommitStep::acknowledged:
      return "acknowledged";
  }
  return "?";
}

Committer::Committer(ports::DagStore& dag_store, ports::StateStore& state_store, CommitObserver observer,
                     OnFatal on_fatal, BlockWatchers watchers)
    : dag_store_(dag_store),
      state_store_(state_store),
      observer_(std::move(observer)),
      on_fatal_(on_fatal ? std::move(on_fatal) : OnFatal(&end_process)),
      watchers_(watchers) {}

void Committer::note(CommitStep step) const {
  if (observer_) observer_(step);
}

Result<void> Committer::refuse_when_failed() const {
  Lock lock(queue_mutex_);
  if (failed_) return fail(*failed_);
  return {};
}

void Committer::enqueue(Entry& entry) {
  {
    Lock lock(queue_mutex_);
    queue_.push_back(&entry);
  }
  note(CommitStep::staged);
}

void Committer::wait_for_empty_queue() {
  Lock lock(queue_mutex_);
  while ((putting_ || committing_ || !queue_.empty()) && !failed_) idle_.wait(lock);
}

Result<void> Committer::wait_until_durable(Entry& entry) {
  while (true) {
    std::deque<Entry*> group;
    {
      Lock lock(queue_mutex_);
      while ((entry.taken || putting_) && !entry.durable && !failed_) entry.wake.wait(lock);
      if (entry.durable) break;
      if (failed_) return fail(*failed_);
      putting_ = true;
      group.swap(queue_);
      for (Entry* member : group) member->taken = true;
    }
    lead(group);
  }
  note(CommitStep::acknowledged);
  return {};
}

void Committer::lead(std::deque<Entry*>& group) {
  const Result<bool> any_blocks = put_blocks(group);
  if (!any_blocks) return give_up(group, any_blocks.error());
  if (!take_turn(group)) return;
  if (const Result<void> committed = commit_batches(group, *any_blocks); !committed)
    return give_up(group, committed.error());
  finish_group(group);
}

bool Committer::take_turn(const std::deque<Entry*>& group) {
  Lock lock(queue_mutex_);
  while (committing_ && !failed_) turn_.wait(lock);
  if (failed_) {
    for (Entry* entry : group) entry->wake.notify_one();
    return false;
  }
  committing_ = true;
  putting_ = false;
  if (!queue_.empty()) queue_.front()->wake.notify_one();
  return true;
}

// Only the members of the group and the leaders that wait wake, not every waiting caller.
void Committer::finish_group(std::deque<Entry*>& group) {
  Lock lock(queue_mutex_);
  committing_ = false;
  statistics_.commits += group.size();
  ++statistics_.groups;
  for (Entry* entry : group) {
    entry->durable = true;
    entry->wake.notify_one();
  }
  turn_.notify_one();
  if (queue_.empty() && !putting_) idle_.notify_all();
}

// Everybody who waits learns of it: nothing that is queued behind a failed group may become durable. The members of a
// group that waits for its turn are woken by their leader.
void Committer::give_up(const std::deque<Entry*>& group, const Error& error) {
  on_fatal_(error);
  Lock lock(queue_mutex_);
  if (!failed_) failed_ = error;
  for (Entry* entry : group) entry->wake.notify_one();
  for (Entry* entry : queue_) entry->wake.notify_one();
  turn_.notify_all();
  idle_.notify_all();
}

Result<void> Committer::commit_batches(std::deque<Entry*>& group, bool any_blocks) {
  std::vector<ports::Batch> batches;
  batches.reserve(group.size());
  for (Entry* entry : group) {
    if (!entry->staging.batch.empty()) batches.push_back(std::move(entry->staging.batch));
  }
  if (watchers_.usage != nullptr && (any_blocks || !batches.empty())) {
    if (batches.empty()) batches.emplace_back();
    watchers_.usage->stamp(batches.back());
  }
  if (!batches.empty()) ICN_TRY(state_store_.commit(batches));
  note(CommitStep::committed);
  return {};
}

Result<bool> Committer::watch(const ipld::Block& block) const {
  // Told first: a block that is here already must not be swept any more once that was seen.
  if (watchers_.guard != nullptr) watchers_.guard->shade({&block, 1});
  if (!ICN_TRY(dag::worth_putting(dag_store_, block))) return false;
  if (watchers_.usage != nullptr) watchers_.usage->add(block.bytes.size());
  return true;
}

Result<bool> Committer::put_blocks(std::deque<Entry*>& group) {
  std::vector<ipld::Block> piece;
  std::size_t piece_bytes = 0;
  bool any = false;
  for (Entry* entry : group) {
    for (ipld::Block& block : entry->staging.blocks) {
      any = true;
      if (!ICN_TRY(watch(block))) continue;
      if (!piece.empty() && piece_bytes + block.bytes.size() > kPutBytesMax) {
        ICN_TRY(dag_store_.put(piece));
        piece.clear();
        piece_bytes = 0;
      }
      piece_bytes += block.bytes.size();
      piece.push_back(std::move(block));
    }
  }
  if (!any) return false;
  ICN_TRY(dag_store_.put(piece));
  note(CommitStep::blocks_put);
  // Also for blocks that were here: whoever put them may not have flushed them yet.
  ICN_TRY(dag_store_.flush());
  note(CommitStep::blocks_flushed);
  return true;
}

Committer::Statistics Committer::statistics() const {
  Lock lock(queue_mutex_);
  return statistics_;
}

}  // namespace icn::runtime
