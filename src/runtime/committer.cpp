#include "runtime/committer.hpp"

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "core/check.hpp"
#include "core/log.hpp"

namespace icn::runtime {
namespace {

[[noreturn]] void end_process(const Error& error) {
  log(LogLevel::error, "commit",
      "A change could not be made durable; the process stops so that it reports nothing that may be lost. " +
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
                     OnFatal on_fatal, BlockWatchers watchers, Outbox* outbox)
    : dag_store_(dag_store),
      state_store_(state_store),
      observer_(std::move(observer)),
      on_fatal_(on_fatal ? std::move(on_fatal) : OnFatal(&end_process)),
      watchers_(watchers),
      outbox_(outbox) {}

void Committer::note(CommitStep step) const {
  if (observer_) observer_(step);
}

void Committer::check_sizes(const Staging& staging) {
  for (const ports::Batch::Write& write : staging.batch.writes()) ICN_CHECK(ports::check_write(write));
  for (const ipld::Block& block : staging.blocks) ICN_CHECK(ports::check_block_size(block));
}

Result<void> Committer::refuse_when_failed() const {
  Lock lock(queue_mutex_);
  if (failed_) return fail(*failed_);
  return {};
}

Committer::~Committer() {
  drain();
  for (const Station& station : stations_) {
    for (Entry* entry : station.waiting) delete entry;  // left by a failure
  }
}

bool Committer::has_staged() const {
  Lock lock(queue_mutex_);
  return std::any_of(stations_.begin(), stations_.end(),
                     [](const Station& station) { return station.busy || !station.waiting.empty(); });
}

bool Committer::may_leave() const {
  Lock lock(queue_mutex_);
  return left_ < kLaterMax;
}

void Committer::enqueue(Entry& entry) {
  Lock lock(queue_mutex_);
  if (entry.left) ++left_;
  stations_[to_put].waiting.push_back(&entry);
}

// Waits with its own entry behind all others, because those may have no waiting caller.
void Committer::drain() {
  Entry last;
  enqueue(last);
  static_cast<void>(reach_disk(last));
}

Result<void> Committer::wait_until_durable(Entry& entry) {
  if (!reach_disk(entry)) {
    Lock lock(queue_mutex_);
    return fail(*failed_);
  }
  if (outbox_ != nullptr) outbox_->send(entry.newest_message);
  note(CommitStep::acknowledged);
  return {};
}

bool Committer::reach_disk(Entry& entry) {
  Lock lock(queue_mutex_);
  while (entry.place != durable && entry.place != lost) {
    if (entry.place == in_work) {
      entry.wake.wait(lock);  // its leader finishes it, even if another station fails
    } else if (failed_) {
      for (Station& station : stations_) std::erase(station.waiting, &entry);
      return false;
    } else if (!stations_[entry.place].busy) {
      lead(entry.place);
    } else {
      entry.wake.wait(lock);
    }
  }
  return entry.place == durable;
}

// Every queued group has a waiting caller: its leader's own entry is part of it.
void Committer::wake_first(const Group& group) {
  const auto waits = std::find_if(group.begin(), group.end(), [](const Entry* entry) { return !entry->left; });
  if (waits != group.end()) (*waits)->wake.notify_one();
}

void Committer::lead(Place at) {
  Station& station = stations_[at];
  Group group;
  group.swap(station.waiting);
  for (Entry* entry : group) entry->place = in_work;
  station.busy = true;
  queue_mutex_.unlock();
  const Result<void> done = work(at, group);
  if (!done) on_fatal_(done.error());
  queue_mutex_.lock();
  station.busy = false;
  if (!done) return give_up(group, done.error());
  // Wakes the next leader before the members: on a machine with fewer cores than callers, the disk would otherwise wait
  // for the members' next work.
  wake_first(station.waiting);
  if (at == to_commit) return finish(group);
  if (failed_) return give_up(group, *failed_);
  const Place next = at == to_put ? to_flush : to_commit;
  for (Entry* entry : group) entry->place = next;
  Group& waiting = stations_[next].waiting;
  waiting.insert(waiting.end(), group.begin(), group.end());
}

// Wakes only the members of the group, not every waiting caller.
void Committer::finish(const Group& group) {
  statistics_.commits += group.size();
  ++statistics_.groups;
  let_go(group, durable);
}

void Committer::let_go(const Group& group, Place end) {
  for (Entry* entry : group) {
    entry->place = end;
    if (!entry->left) {
      entry->wake.notify_one();
    } else {
      --left_;
      delete entry;
    }
  }
}

void Committer::give_up(const Group& group, const Error& error) {
  if (!failed_) failed_ = error;
  let_go(group, lost);
  for (const Station& station : stations_) {
    for (Entry* entry : station.waiting) entry->wake.notify_one();
  }
}

Result<void> Committer::work(Place station, const Group& group) {
  switch (station) {
    case to_put:
      return put_blocks(group);
    case to_flush:
      return flush_blocks(group);
    default:
      return commit_batches(group);
  }
}

Result<void> Committer::commit_batches(const Group& group) {
  std::vector<ports::Batch> batches;
  batches.reserve(group.size());
  bool any_blocks = false;
  for (Entry* entry : group) {
    any_blocks = any_blocks || entry->blocks_put;
    if (!entry->staging.batch.empty()) batches.push_back(std::move(entry->staging.batch));
  }
  if (watchers_.usage != nullptr && (any_blocks || !batches.empty())) {
    if (batches.empty()) batches.emplace_back();
    watchers_.usage->stamp(batches.back());
  }
  if (batches.empty()) return {};
  // A job that the same group accepted and settled is written once.
  std::unordered_set<std::string_view> later;
  for (auto batch = batches.rbegin(); batches.size() > 1 && batch != batches.rend(); ++batch)
    batch->drop_overwritten(later);
  ICN_TRY(state_store_.commit(batches));
  note(CommitStep::committed);
  return {};
}

Result<bool> Committer::watch(const ipld::Block& block) const {
  // Notifies the guard first: once a block is seen in the store, it must not be swept.
  if (watchers_.guard != nullptr) watchers_.guard->shade({&block, 1});
  if (!ICN_TRY(dag::worth_putting(dag_store_, block))) return false;
  if (watchers_.guard != nullptr) ICN_TRY(watchers_.guard->note(dag_store_, {&block, 1}));
  if (watchers_.usage != nullptr) watchers_.usage->add(block.bytes.size());
  return true;
}

Result<void> Committer::put_blocks(const Group& group) {
  std::vector<ipld::Block> piece;
  std::size_t piece_bytes = 0;
  bool any = false;
  for (Entry* entry : group) {
    entry->blocks_put = !entry->staging.blocks.empty();
    any = any || entry->blocks_put;
    for (ipld::Block& block : entry->staging.blocks) {
      if (!ICN_TRY(watch(block))) continue;
      if (!piece.empty() && piece_bytes + block.bytes.size() > ports::kPutBytesMax) {
        ICN_TRY(dag_store_.put(piece));
        piece.clear();
        piece_bytes = 0;
      }
      piece_bytes += block.bytes.size();
      piece.push_back(std::move(block));
    }
  }
  if (!any) return {};
  ICN_TRY(dag_store_.put(piece));
  note(CommitStep::blocks_put);
  return {};
}

// Also for blocks that were already stored: the caller that put them may not have flushed them yet.
Result<void> Committer::flush_blocks(const Group& group) {
  if (std::none_of(group.begin(), group.end(), [](const Entry* entry) { return entry->blocks_put; })) return {};
  ICN_TRY(dag_store_.flush());
  note(CommitStep::blocks_flushed);
  return {};
}

Committer::Statistics Committer::statistics() const {
  Lock lock(queue_mutex_);
  return statistics_;
}

}  // namespace icn::runtime
