#include "governance/governance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "governance/detail/checkpoint.hpp"
#include "governance/detail/ended_pages.hpp"
#include "governance/job_policy.hpp"
#include "governance/refusals.hpp"
#include "model/keys.hpp"

namespace icn::governance {
namespace {

using detail::Machine;
using model::UnixMs;

// The end of the year 9999; a sum with governed durations fits 64 bits.
constexpr std::uint64_t kTimeMax = 253'402'300'800'000;
// Entries that an open() replays in a few milliseconds, and bytes of a checkpoint that are written in about the time
// that an entry takes.
constexpr std::uint64_t kCheckpointEvery = 256;
constexpr std::uint64_t kCheckpointBytesPerEntry = 1'024;

tl::unexpected<Error> bad_entry(std::string_view rule, const model::ScopeEntry& entry, std::string_view what) {
  return refuse(ErrorCode::conflict, std::string(rule),
                fmt::format("The log entry at position {} {}; nothing was changed.", entry.position, what));
}

model::ScopeEntry next_entry(const Machine& machine, UnixMs now, model::EntryResult result) {
  const model::Scope& scope = machine.scope();
  return {scope.id(), scope.position() + 1, scope.head(), std::max(now, scope.time()), std::move(result)};
}

Result<void> check_time(UnixMs time) {
  if (time.value < kTimeMax) return {};
  return refuse(ErrorCode::invalid_argument, std::string(rules::kEntryTime),
                fmt::format("{} ms is not a time before the year 10000; nothing was changed.", time.value));
}

// Of a result that is about a proposal.
Step step_of(const model::EntryResult& result) { return static_cast<Step>(result.index() - 1); }
ipld::Cid proposal_of(const model::EntryResult& result) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.proposal; }) return one.proposal;
        return ipld::Cid();
      },
      result);
}

// That the entry follows the head of the log, and is the clerk's.
Result<void> check_chain(const Machine& machine, const model::LogRecord& record) {
  const model::Scope& scope = machine.scope();
  const model::ScopeEntry& entry = record.entry;
  if (entry.scope != scope.id()) return bad_entry(rules::kOtherScope, entry, "belongs to another scope");
  if (entry.position != scope.position() + 1) {
    return bad_entry(rules::kEntryPosition, entry,
                     fmt::format("is not the next one, which has position {}", scope.position() + 1));
  }
  if (entry.previous != scope.head()) return bad_entry(rules::kEntryPrevious, entry, "follows another entry");
  if (entry.time < scope.time()) return bad_entry(rules::kEntryTime, entry, "is earlier than the entry before");
  ICN_TRY(check_time(entry.time));
  const model::Did& clerk = record.hand_over ? record.hand_over->body.clerk : scope.clerk();
  if (record.envelope.clerk != clerk) return bad_entry(rules::kEntryClerk, entry, "is not by the clerk");
  return {};
}

// That the record's parts belong together.
Result<void> check_parts(const model::LogRecord& record, const ipld::Cid& entry_cid) {
  const auto* admits = std::get_if<model::AdmittedResult>(&record.entry.result);
  if (record.envelope.entry != entry_cid)
    return bad_entry(rules::kEntryStatement, record.entry, "is not the one that was signed");
  if ((admits != nullptr) != record.admitted.has_value())
    return bad_entry(rules::kEntryStatement, record.entry, "comes without its statement, or with one too many");
  const auto* names = std::get_if<model::HandedOverResult>(&record.entry.result);
  if ((names != nullptr) != record.hand_over.has_value() ||
      (names != nullptr && names->hand_over != record.hand_over->to_block().cid))
    return bad_entry(rules::kEntryStatement, record.entry, "names another hand-over");
  if (admits == nullptr) return {};
  if (admits->statement != record.admitted->envelope.to_block().cid || admits->kind != record.admitted->envelope.kind ||
      admits->kind != model::kind_of(record.admitted->statement))
    return bad_entry(rules::kEntryStatement, record.entry, "admits another statement");
  return {};
}

using Derive = std::function<Result<model::EntryResult>(Step, const ipld::Cid&, UnixMs)>;

Result<void> check_result(const Machine& machine, const model::LogRecord& record, const Derive& derive) {
  if (record.admitted) return machine.check(record.admitted->statement, record.entry.time);
  if (record.hand_over) return machine.check(*record.hand_over);
  const model::EntryResult expected =
      ICN_TRY(derive(step_of(record.entry.result), proposal_of(record.entry.result), record.entry.time));
  if (expected != record.entry.result)
    return bad_entry(rules::kEntryResult, record.entry, "states a result that the log before does not have");
  return {};
}

// A job speaks for its submitter by order of the submitter's home; another node's order proves nothing.
Result<void> check_home(const model::Scope& scope, const model::Did& author, const std::optional<model::Did>& home) {
  const model::MemberRecord* record = scope.find(author);
  if (!home || record == nullptr || record->home == *home) return {};
  return refuse(ErrorCode::permission_denied, std::string(rules::kJobHome),
                fmt::format("The job that made the statement was ordered by {}, and the home of {} is {}; nothing was "
                            "changed.",
                            home->to_text(), author.to_text(), record->home.to_text()),
                author.to_text());
}

Result<void> verify_admitted(const model::Scope& scope, const model::LogRecord::Admitted& admitted) {
  const std::optional<model::Did> home = ICN_TRY(admitted.verify(scope.keys()));
  if (const auto* rotation = std::get_if<model::Rotation>(&admitted.statement)) {
    if (home) {
      return refuse(ErrorCode::permission_denied, std::string(rules::kRotationByJob),
                    "A key is replaced by a statement that it signs, not by a job; nothing was changed.");
    }
    return verify_consent(*rotation);
  }
  ICN_TRY(check_home(scope, model::author_of(admitted.statement), home));
  const auto* proposal = std::get_if<model::Proposal>(&admitted.statement);
  return proposal == nullptr ? Result<void>{} : verify_consents(proposal->actions, scope);
}

Result<void> verify_authors(const Machine& machine, const model::LogRecord& record) {
  const model::SigningKeys& keys = machine.scope().keys();
  if (!record.admitted) return record.verify_signatures(keys);
  ICN_TRY(keys.verify(model::SignatureTag::scope_entry, record.envelope.entry, record.envelope.clerk,
                      record.envelope.signature));
  return verify_admitted(machine.scope(), *record.admitted);
}

Result<Applied> apply_to(Machine& machine, const model::LogRecord& record, Signatures signatures,
                         const Derive& derive) {
  const ipld::Cid entry_cid = record.entry.to_block().cid;
  ICN_TRY(check_chain(machine, record));
  ICN_TRY(check_parts(record, entry_cid));
  if (signatures == Signatures::verify) ICN_TRY(verify_authors(machine, record));
  ICN_TRY(check_result(machine, record, derive));
  return machine.take(record, entry_cid);
}
Result<Applied> apply_to(Machine& machine, const model::LogRecord& record, Signatures signatures) {
  return apply_to(machine, record, signatures, [&machine](Step step, const ipld::Cid& proposal, UnixMs time) {
    return machine.derive(step, proposal, time);
  });
}

}  // namespace

Governance::Governance(model::Scope genesis) : state_(std::make_unique<State>(std::move(genesis))) {}
Governance::~Governance() = default;

namespace {

// A log that is shorter than its checkpoint has lost entries, one with another entry there is another log.
Result<void> check_base(const ports::StateReader& store, const model::Scope& scope) {
  const auto bytes = ICN_TRY(store.get(model::key_of(model::keys::kScopeLog, scope.position())));
  const auto record = bytes ? model::LogRecord::from_bytes(*bytes) : Result<model::LogRecord>(model::LogRecord{});
  if (!record && record.error().code == ErrorCode::unsupported_version) return fail(record.error());
  if (bytes && record && record->entry.to_block().cid == scope.head()) return {};
  return fail(ErrorCode::corrupted,
              fmt::format("The log of the scope is damaged at position {}: {}", scope.position(),
                          bytes ? "it is not the entry that a checkpoint covers" : "a record is missing"));
}

}  // namespace

Result<std::unique_ptr<Governance>> Governance::open(const ports::StateReader& store, model::Scope genesis) {
  auto governance = std::make_unique<Governance>(std::move(genesis));
  State& state = *governance->state_;
  Lock lock(state.mutex);
  state.checkpoints = ICN_TRY(detail::stored_checkpoints(store));
  const std::vector<ports::StoredParts> pages = ICN_TRY(detail::stored_ended_pages(store));
  while (!state.checkpoints.empty()) {
    const ports::StoredParts newest = state.checkpoints.back();
    const Bytes bytes = ICN_TRY(detail::read_checkpoint(store, newest));
    const std::vector<Bytes> ended = ICN_TRY(detail::read_ended_pages(store, pages, newest.number));
    auto machine = detail::decode_checkpoint(bytes, ended, state.machine.scope());
    if (machine && machine->scope().position() == newest.number) {
      state.machine = *std::move(machine);
      state.checkpoint_bytes = bytes.size();
      ICN_TRY(check_base(store, state.machine.scope()));
      break;
    }
    state.unreadable.push_back(newest);
    state.checkpoints.pop_back();
  }
  const std::uint64_t base = state.machine.scope().position();
  std::copy_if(pages.begin(), pages.end(), std::back_inserter(state.stray_pages),
               [&](const ports::StoredParts& page) { return page.number > base; });
  Result<void> replayed;
  const auto replay = [&](const model::LogRecord& record) ICN_REQUIRES(state.mutex) {
    auto applied = apply_to(state.machine, record, Signatures::verified);
    if (applied) return true;
    replayed = fail(ErrorCode::corrupted, fmt::format("The log of the scope is damaged at position {}: {}",
                                                      record.entry.position, applied.error().detail));
    return false;
  };
  ICN_TRY(for_each_record(store, state.machine.scope().position() + 1, replay));
  ICN_TRY(std::move(replayed));
  return governance;
}

std::uint64_t Governance::log_since_checkpoint() const {
  Lock lock(state_->mutex);
  return state_->since_checkpoint();
}

bool Governance::checkpoint_is_due() const {
  Lock lock(state_->mutex);
  return state_->since_checkpoint() >= std::max(kCheckpointEvery, state_->checkpoint_bytes / kCheckpointBytesPerEntry);
}

Governance::Checkpoint Governance::make_checkpoint() const {
  Lock lock(state_->mutex);
  return {state_->machine.scope().position(), detail::encode_checkpoint(state_->machine)};
}

void Governance::keep(const Checkpoint& checkpoint, ports::Batch& batch) {
  Lock lock(state_->mutex);
  std::vector<ports::StoredParts>& kept = state_->checkpoints;
  if (checkpoint.position <= (kept.empty() ? 0 : kept.back().number)) return;
  const auto erase = [&](const ports::StoredParts& stored) {
    ports::erase_parts(detail::checkpoint_key(stored.number), stored.parts, batch);
  };
  const std::uint64_t before = kept.empty() ? 0 : kept.back().number;
  // Erased first: one of them may have this very position and more parts.
  for (const ports::StoredParts& page : state_->stray_pages)
    ports::erase_parts(detail::ended_page_key(page.number), page.parts, batch);
  state_->stray_pages.clear();
  for (const ports::StoredParts& stored : state_->unreadable) erase(stored);
  state_->unreadable.clear();
  kept.push_back(
      {checkpoint.position, ports::put_parts(detail::checkpoint_key(checkpoint.position), checkpoint.bytes, batch)});
  ports::put_parts(detail::ended_page_key(checkpoint.position), state_->machine.ended_page(before, checkpoint.position),
                   batch);
  // The previous one is kept in case the newest turns out to be unreadable.
  for (; kept.size() > 2; kept.erase(kept.begin())) erase(kept.front());
  state_->checkpoint_bytes = checkpoint.bytes.size();
}

Result<model::ScopeEntry> Governance::draft(const model::SignedStatement& envelope, const model::Statement& statement,
                                            UnixMs now, Signatures signatures) const {
  ICN_TRY(check_time(now));
  const model::LogRecord::Admitted admitted{envelope, statement};
  if (signatures == Signatures::verify) ICN_TRY(verify_admitted(scope(), admitted));
  return state_->next(admitted, now);
}

Result<model::ScopeEntry> Governance::draft(const model::LogRecord::Admitted& admitted, UnixMs now) const {
  ICN_TRY(check_time(now));
  ICN_TRY(verify_admitted(scope(), admitted));
  return state_->next(admitted, now);
}

Result<model::ScopeEntry> Governance::State::next(const model::LogRecord::Admitted& admitted, UnixMs now) const {
  Lock lock(mutex);
  const model::ScopeEntry entry =
      next_entry(machine, now, model::AdmittedResult{admitted.envelope.kind, admitted.envelope.to_block().cid});
  ICN_TRY(machine.check(admitted.statement, entry.time));
  return entry;
}

std::unique_ptr<Governance> Governance::fork() const {
  Lock lock(state_->mutex);
  auto copy = std::make_unique<Governance>(state_->machine.scope());
  Lock other(copy->state_->mutex);
  copy->state_->machine = state_->machine;
  return copy;
}

std::size_t Governance::weight() const {
  Lock lock(state_->mutex);
  Machine& machine = state_->machine;
  std::size_t weight = machine.roll().size() + machine.proposals().size();
  for (const Machine::DueRow& row : machine.due()) weight += machine.proposals()[row.proposal].votes.size();
  return weight;
}

Result<model::ScopeEntry> Governance::draft(Step step, const ipld::Cid& proposal, UnixMs now) const {
  ICN_TRY(check_time(now));
  Lock lock(state_->mutex);
  const UnixMs time = std::max(now, state_->machine.scope().time());
  return next_entry(state_->machine, now, ICN_TRY(state_->derive(step, proposal, time)));
}

Result<model::ScopeEntry> Governance::draft(const model::SignedHandOver& hand_over, UnixMs now) const {
  ICN_TRY(hand_over.verify_signatures(scope().keys()));
  ICN_TRY(check_time(now));
  Lock lock(state_->mutex);
  ICN_TRY(state_->machine.check(hand_over));
  return next_entry(state_->machine, now, model::HandedOverResult{hand_over.to_block().cid});
}

Result<Applied> Governance::apply(const model::LogRecord& record, Signatures signatures, ports::Batch& batch) {
  Bytes bytes = record.to_bytes();
  Lock lock(state_->mutex);
  const auto derive = [this](Step step, const ipld::Cid& proposal, UnixMs time)
                          ICN_REQUIRES(state_->mutex) { return state_->derive(step, proposal, time); };
  Applied applied = ICN_TRY(apply_to(state_->machine, record, signatures, derive));
  batch.put(model::key_of(model::keys::kScopeLog, applied.position), std::move(bytes));
  return applied;
}

Result<model::EntryResult> Governance::State::derive(Step step, const ipld::Cid& proposal, UnixMs time) const {
  const ipld::Cid& head = machine.scope().head();
  if (derived && derived->head == head && derived->step == step && derived->proposal == proposal &&
      derived->time == time)
    return derived->result;
  ++derivations;
  model::EntryResult result = ICN_TRY(machine.derive(step, proposal, time));
  derived = Derived{head, step, proposal, time, result};
  return result;
}

std::uint64_t Governance::derivations() const {
  Lock lock(state_->mutex);
  return state_->derivations;
}

std::vector<Due> Governance::due(UnixMs now, std::size_t count, const std::function<bool(const Due&)>& wanted) const {
  Lock lock(state_->mutex);
  Machine& machine = state_->machine;
  const UnixMs time = std::max(now, machine.scope().time());
  std::vector<Due> due;
  for (const Machine::DueRow& row : machine.due()) {
    if (row.time > time || due.size() == count) break;
    const detail::ProposalRecord& record = machine.proposals()[row.proposal];
    const Due one{record.id, record.step(time), row.time};
    if (!wanted || wanted(one)) due.push_back(one);
  }
  return due;
}

std::optional<UnixMs> Governance::next_due() const {
  Lock lock(state_->mutex);
  const auto& due = state_->machine.due();
  return due.empty() ? std::nullopt : std::optional(due.begin()->time);
}

Result<std::optional<Fixed>> Governance::fixed(const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  const detail::ProposalRecord& record = *ICN_TRY(state_->machine.get(proposal));
  ICN_TRY(next_state(record.state, ProposalEvent::accept));
  const Tally tally = state_->machine.tally(record);
  return fixed_outcome(record.direct, tally.present() - record.direct.present(), record.terms);
}

model::Scope Governance::scope() const {
  Lock lock(state_->mutex);
  return state_->machine.scope();
}

Result<void> Governance::validate_job(const model::Job& job, std::uint64_t submitter_points) const {
  return governance::validate_job(scope(), job, submitter_points);
}

ipld::Digest Governance::state_hash() const {
  Lock lock(state_->mutex);
  return state_->machine.hash();
}

Result<void> for_each_record(const ports::StateReader& store, std::uint64_t from,
                             const std::function<bool(const model::LogRecord&)>& visit) {
  std::uint64_t next = from;
  return ports::scan_each(
      store, model::key_of(model::keys::kScopeLog, from), model::end_of(model::keys::kScopeLog),
      [&](ByteView key, ByteView value) -> Result<bool> {
        auto record = model::LogRecord::from_bytes(value);
        if (!record && record.error().code == ErrorCode::unsupported_version) return fail(record.error());
        if (!record || copy_of(key) != model::key_of(model::keys::kScopeLog, next) || record->entry.position != next) {
          return fail(ErrorCode::corrupted,
                      fmt::format("The log of the scope is damaged at position {}: {}", next,
                                  record ? "a record is missing or misplaced" : record.error().detail));
        }
        ++next;
        return visit(*record);
      });
}

namespace {

// The stored checkpoints that can be read, by position, encoded as this program does.
Result<std::map<std::uint64_t, Bytes>> readable_checkpoints(const ports::StateReader& store,
                                                            const model::Scope& genesis) {
  std::map<std::uint64_t, Bytes> readable;
  const std::vector<ports::StoredParts> pages = ICN_TRY(detail::stored_ended_pages(store));
  for (const ports::StoredParts& stored : ICN_TRY(detail::stored_checkpoints(store))) {
    const Bytes bytes = ICN_TRY(detail::read_checkpoint(store, stored));
    const auto machine =
        detail::decode_checkpoint(bytes, ICN_TRY(detail::read_ended_pages(store, pages, stored.number)), genesis);
    if (machine) readable.emplace(stored.number, detail::encode_checkpoint(*machine));
  }
  return readable;
}

}  // namespace

Result<std::uint64_t> verify_log(const ports::StateReader& store, model::Scope genesis, const ipld::Digest& live) {
  std::map<std::uint64_t, Bytes> checkpoints = ICN_TRY(readable_checkpoints(store, genesis));
  Machine machine(std::move(genesis));
  Result<void> verified;
  ICN_TRY(for_each_record(store, 1, [&](const model::LogRecord& record) {
    auto applied = apply_to(machine, record, Signatures::verify);
    if (!applied) {
      verified = fail(std::move(applied).error());
      return false;
    }
    const auto checkpoint = checkpoints.find(record.entry.position);
    if (checkpoint != checkpoints.end() && checkpoint->second == detail::encode_checkpoint(machine))
      checkpoints.erase(checkpoint);
    return true;
  }));
  ICN_TRY(std::move(verified));
  if (machine.hash() != live) {
    return fail(ErrorCode::unbalanced, "The state of governance is not what its log implies.");
  }
  if (!checkpoints.empty()) {
    return fail(ErrorCode::unbalanced, fmt::format("The checkpoint of governance at position {} is not what its log "
                                                   "implies.",
                                                   checkpoints.begin()->first));
  }
  return machine.scope().position();
}

}  // namespace icn::governance
