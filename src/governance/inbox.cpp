#include "governance/inbox.hpp"

#include <fmt/core.h>

#include "governance/refusals.hpp"
#include "model/keys.hpp"

namespace icn::governance {
namespace {

constexpr std::size_t kRecentMax = 1'024;

}  // namespace

Result<Inbox::Received> Inbox::receive(model::LogRecord record, ports::Batch& batch) {
  if (record.envelope.entry != record.entry.to_block().cid) {
    return refuse(ErrorCode::conflict, std::string(rules::kEntryStatement),
                  "The signed entry is of another entry; nothing was changed.");
  }
  const model::Scope scope = governance_->scope();
  if (record.entry.position <= scope.position()) return compare_with_log(record);
  if (record.entry.position > scope.position() + 1) return keep(std::move(record));
  Received received;
  received.applied.push_back(ICN_TRY(governance_->apply(record, Signatures::verify, batch)));
  recent_.insert_or_assign(record.entry.position, model::ForkProof::Side{record.envelope, record.entry});
  apply_waiting(received, batch);
  while (recent_.size() > kRecentMax) recent_.erase(recent_.begin());
  return received;
}

void Inbox::apply_waiting(Received& received, ports::Batch& batch) {
  while (!waiting_.empty()) {
    const std::uint64_t position = governance_->scope().position();
    const auto first = waiting_.begin();
    if (first->first.first > position + 1) return;
    const model::LogRecord record = std::move(first->second);
    waiting_.erase(first);
    const model::ForkProof::Side side{record.envelope, record.entry};
    if (record.entry.position == position + 1) {
      auto applied = governance_->apply(record, Signatures::verify, batch);
      if (!applied) continue;
      received.applied.push_back(*std::move(applied));
      recent_.insert_or_assign(record.entry.position, side);
    } else if (auto compared = compare_with_log(record); compared && compared->fork) {
      received.fork = std::move(compared->fork);
    }
  }
}

Result<Inbox::Received> Inbox::compare_with_log(const model::LogRecord& record) const {
  const model::ForkProof::Side arrived{record.envelope, record.entry};
  std::optional<model::ForkProof::Side> known;
  if (const auto recent = recent_.find(record.entry.position); recent != recent_.end()) {
    known = recent->second;
  } else if (const auto bytes = ICN_TRY(store_->get(model::key_of(model::keys::kScopeLog, record.entry.position)))) {
    const model::LogRecord stored = ICN_TRY(model::LogRecord::from_bytes(*bytes));
    known = model::ForkProof::Side{stored.envelope, stored.entry};
  }
  Received received;
  if (known && known->envelope.entry == record.envelope.entry) return received;
  if (known) {
    auto proof = model::ForkProof::of(arrived, *known);
    if (proof && proof->verify(governance_->scope().keys())) {
      received.fork = std::move(proof);
      return received;
    }
  }
  return refuse(ErrorCode::conflict, std::string(rules::kEntryPosition),
                fmt::format("Another entry is at position {} of the log; nothing was changed.", record.entry.position));
}

Result<Inbox::Received> Inbox::keep(model::LogRecord record) {
  // Anyone can sign an entry, but one whose signature is invalid must not wait. One that a key signed which an entry
  // before it brings is sent again.
  ICN_TRY(record.verify_signatures(governance_->scope().keys()));
  const Key key{record.entry.position, record.envelope.entry};
  const bool by_clerk = record.envelope.clerk == governance_->scope().clerk();
  if (waiting_.size() >= kWaitingMax && !waiting_.contains(key)) {
    // The furthest one that is not by the clerk goes first, then the furthest.
    auto last = waiting_.end();
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
      if (at->second.envelope.clerk != governance_->scope().clerk()) last = at;
    }
    const bool foreign = last != waiting_.end();
    if (!foreign) last = std::prev(waiting_.end());
    if ((!by_clerk && (!foreign || key > last->first)) || (by_clerk && !foreign && key > last->first)) {
      return refuse(ErrorCode::busy, "max_waiting_entries",
                    fmt::format("{} entries of the log wait for earlier ones; this one was dropped.", waiting_.size()));
    }
    waiting_.erase(last);
  }
  waiting_.insert_or_assign(key, std::move(record));
  return Received{};
}

}  // namespace icn::governance
