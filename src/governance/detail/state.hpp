// The state of governance, and how entries change it. Checks are const and come first; what changes then cannot fail.
#pragma once
#include <set>
#include <span>

#include "core/mutex.hpp"
#include "governance/detail/proposal_record.hpp"
#include "governance/voting_rules.hpp"
#include "ipld/dag_cbor.hpp"
#include "ports/value_parts.hpp"

namespace icn::governance::detail {

class Machine {
 public:
  explicit Machine(model::Scope genesis) : genesis_(std::move(genesis)), scope_(genesis_), roll_(scope_) {}

  // How it differs from a machine at position 0, except for the proposals that have ended, of which it has the digest:
  // the content of a checkpoint (detail/checkpoint.cpp). Equal machines write equal bytes.
  void write(ipld::CborWriter& writer) const;
  // The machine that wrote it; `ended` are the pages of its ended proposals. Errors: invalid_format and others, where
  // the bytes are not those of a machine.
  [[nodiscard]] static Result<Machine> read(ipld::CborReader& reader, std::span<const Bytes> ended,
                                            model::Scope genesis);
  // The page of the proposals that ended after position `after`, up to `up_to`; empty if none did.
  [[nodiscard]] Bytes ended_page(std::uint64_t after, std::uint64_t up_to) const;

  // What the next entry would be, if the statement or the step is allowed.
  [[nodiscard]] Result<void> check(const model::Statement& statement, model::UnixMs time) const;
  [[nodiscard]] Result<model::EntryResult> derive(Step step, const ipld::Cid& proposal, model::UnixMs time) const;
  // More than half of the active members hand over at the present head; signatures are not verified.
  [[nodiscard]] Result<void> check(const model::SignedHandOver& hand_over) const;
  // Applies the next entry, whose result was checked or derived.
  [[nodiscard]] Applied take(const model::LogRecord& record, const ipld::Cid& entry_cid);

  [[nodiscard]] const model::Scope& scope() const { return scope_; }
  [[nodiscard]] const Roll& roll() const { return roll_; }
  [[nodiscard]] const Delegations& delegations() const { return delegations_; }
  [[nodiscard]] const std::vector<ProposalRecord>& proposals() const { return proposals_; }
  // Null if it is not known.
  [[nodiscard]] const ProposalRecord* find(const ipld::Cid& proposal) const;
  [[nodiscard]] Result<const ProposalRecord*> get(const ipld::Cid& proposal) const;
  // Ordered by the time at which they are due.
  struct DueRow {
    model::UnixMs time;
    std::uint32_t proposal = 0;
    friend auto operator<=>(const DueRow&, const DueRow&) = default;
  };
  [[nodiscard]] const std::set<DueRow>& due() const { return due_; }
  [[nodiscard]] const std::vector<ParameterChange>& parameter_changes() const { return parameter_changes_; }

  [[nodiscard]] Result<void> check_terms(const model::Proposal& body) const;
  // The rules for a vote on the body that would open now.
  [[nodiscard]] Terms terms_of(const model::Proposal& body) const;
  // The votes as they count: direct ones, and those of members whose delegates have voted.
  [[nodiscard]] Tally tally(const ProposalRecord& record) const;
  [[nodiscard]] ipld::Digest hash() const;

 private:
  [[nodiscard]] Result<void> check_member(const model::Did& did) const;
  [[nodiscard]] Result<void> check_one(const model::Proposal& body, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Vote& vote, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Delegation& delegation, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Revocation& revocation, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Sponsorship& sponsorship, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Cancellation& cancellation, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Resignation& resignation, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_one(const model::Rotation& rotation, model::UnixMs time) const;
  [[nodiscard]] Result<void> check_cycle(const model::Delegation& delegation, model::UnixMs time) const;

  [[nodiscard]] Result<model::EntryResult> opened(const ProposalRecord& record, model::UnixMs time) const;
  [[nodiscard]] Result<model::EntryResult> closed(const ProposalRecord& record, model::UnixMs time) const;
  [[nodiscard]] Result<model::EntryResult> executed(const ProposalRecord& record, model::UnixMs time) const;
  [[nodiscard]] Result<model::EntryResult> expired(const ProposalRecord& record, model::UnixMs time) const;

  void take_one(const model::Proposal& body, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Vote& vote, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Delegation& delegation, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Revocation& revocation, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Sponsorship& sponsorship, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Cancellation& cancellation, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Resignation& resignation, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::Rotation& rotation, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::AdmittedResult&, const model::ScopeEntry&, Applied&) {}
  void take_one(const model::HandedOverResult&, const model::ScopeEntry&, Applied&) {}
  void take_one(const model::OpenedResult& opened, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::ClosedResult& closed, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::ExecutedResult& executed, const model::ScopeEntry& entry, Applied& applied);
  void take_one(const model::ExpiredResult& expired, const model::ScopeEntry& entry, Applied& applied);

  // Moves a proposal by an event that was checked, and its row of `due_`.
  void move(ProposalRecord& record, ProposalEvent event, const model::ScopeEntry& entry, Applied& applied);
  void enter_deliberation(ProposalRecord& record, const model::ScopeEntry& entry, Applied& applied);
  ProposalRecord& known(const ipld::Cid& proposal);
  void set_due(const ProposalRecord& record, std::optional<model::UnixMs> before);
  void note_members(const std::vector<Effect>& effects, std::uint64_t position);
  // No open vote asks for an older position.
  [[nodiscard]] std::uint64_t oldest_opening(std::uint64_t position) const;
  // Members that take part in the vote, up to `enough`.
  [[nodiscard]] std::uint64_t present(const ProposalRecord& record, std::uint64_t enough) const;
  [[nodiscard]] ipld::Digest electorate() const;

  void write_scope(ipld::CborWriter& writer) const;
  void write_keys(ipld::CborWriter& writer) const;
  void write_members(ipld::CborWriter& writer) const;
  void write_delegations(ipld::CborWriter& writer) const;
  [[nodiscard]] Result<void> read_scope(ipld::CborReader& reader);
  [[nodiscard]] static Result<model::SigningKeys> read_keys(ipld::CborReader& reader);
  [[nodiscard]] Result<void> read_members(ipld::CborReader& reader, model::ScopeChanges& changes);
  [[nodiscard]] Result<void> read_roll(ipld::CborReader& reader);
  [[nodiscard]] Result<void> read_delegations(ipld::CborReader& reader);
  // Of a proposal that has ended: it never changes again.
  [[nodiscard]] Bytes ended_row(std::uint32_t number) const;
  void note_ended(std::uint32_t number);
  void write_open(ipld::CborWriter& writer) const;
  [[nodiscard]] Result<void> read_proposals(ipld::CborReader& reader, std::span<const Bytes> ended);
  // Puts a proposal that was read in its place among all.
  [[nodiscard]] Result<void> place(std::uint32_t number, ProposalRecord record);
  [[nodiscard]] Result<void> place_ended(ByteView row);
  [[nodiscard]] Result<void> place_open(ipld::CborReader& reader);

  model::Scope genesis_;
  model::Scope scope_;
  Roll roll_;
  Delegations delegations_;
  std::vector<ProposalRecord> proposals_;
  std::vector<std::uint32_t> ended_;  // numbers of those that have ended, in the order of the entries that ended them
  ipld::Digest ended_digest_{};       // each of them chained to those before
  std::unordered_map<ipld::Cid, std::uint32_t> numbers_;
  std::set<DueRow> due_;
  std::multiset<std::uint64_t> openings_;                            // positions of the votes that are open
  std::unordered_map<std::uint32_t, std::uint64_t> open_of_member_;  // undecided proposals
  std::vector<ParameterChange> parameter_changes_;
  std::optional<ipld::Digest> electorate_;  // of the newest opening, until the members change
};

}  // namespace icn::governance::detail

namespace icn::governance {

struct Governance::State {
  explicit State(model::Scope genesis) : machine(std::move(genesis)) {}
  // The entry that admits a verified statement next.
  [[nodiscard]] Result<model::ScopeEntry> next(const model::LogRecord::Admitted& admitted, model::UnixMs now) const;
  mutable Mutex mutex;
  detail::Machine machine ICN_GUARDED_BY(mutex);
  std::vector<ports::StoredParts> checkpoints ICN_GUARDED_BY(mutex);  // oldest first
  std::vector<ports::StoredParts> unreadable ICN_GUARDED_BY(mutex);   // erased with the next checkpoint
  std::uint64_t checkpoint_bytes ICN_GUARDED_BY(mutex) = 0;           // of the newest
  std::vector<ports::StoredParts> stray_pages ICN_GUARDED_BY(mutex);  // of no readable checkpoint; erased like those
  // The result that was derived last, and from what: an entry that is drafted again and applied is derived once.
  struct Derived {
    ipld::Cid head;
    Step step = Step::open;
    ipld::Cid proposal;
    model::UnixMs time;
    model::EntryResult result;
  };
  mutable std::optional<Derived> derived ICN_GUARDED_BY(mutex);
  mutable std::uint64_t derivations ICN_GUARDED_BY(mutex) = 0;
  [[nodiscard]] Result<model::EntryResult> derive(Step step, const ipld::Cid& proposal, model::UnixMs time) const
      ICN_REQUIRES(mutex);
  [[nodiscard]] std::uint64_t since_checkpoint() const ICN_REQUIRES(mutex) {
    return machine.scope().position() - (checkpoints.empty() ? 0 : checkpoints.back().number);
  }
};

}  // namespace icn::governance
