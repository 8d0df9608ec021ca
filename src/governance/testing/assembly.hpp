// A scope with its clerk and members by name, for tests: it signs, drafts, applies and commits, as a clerk's node does.
#pragma once
#include <map>
#include <string>

#include "governance/governance.hpp"
#include "testing/fake_state_store.hpp"

namespace icn::governance::testing {

using model::UnixMs;

inline model::KeyPair key_named(std::string_view name) {
  return model::KeyPair::from_seed(ipld::sha256(view_of(name)));
}
inline model::Did did_named(std::string_view name) { return key_named(name).did(); }

// The scope of a genesis with these members, whose home and clerk is "clerk".
inline model::Scope scope_of(const std::vector<std::string>& names,
                             const std::map<std::string, std::string>& parameters = {}) {
  model::Genesis genesis;
  genesis.name = "Test";
  genesis.clerk = did_named("clerk");
  genesis.parameters = parameters;
  std::vector<model::Member> members;
  for (const std::string& name : names) members.push_back({did_named(name), genesis.clerk});
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.did < b.did; });
  genesis.members = members;
  auto governed = model::Parameters::from_texts(parameters);
  if (!governed) std::abort();
  return {genesis.to_block().cid, genesis, *std::move(governed), members};
}

class Assembly {
 public:
  explicit Assembly(model::Scope genesis)
      : genesis_(std::move(genesis)), governance_(std::make_unique<Governance>(genesis_)) {}

  UnixMs now{1'700'000'000'000};
  std::string clerk = "clerk";                   // signs the entries
  std::map<std::string, std::string> key_names;  // of those who sign with another key than their own

  std::map<ipld::Cid, Deposit> deposits;  // decided ones

  [[nodiscard]] Governance& governance() { return *governance_; }
  [[nodiscard]] const std::vector<model::LogRecord>& log() const { return log_; }
  [[nodiscard]] ::icn::testing::FakeStateStore& store() { return store_; }
  [[nodiscard]] const model::Scope& genesis() const { return genesis_; }
  [[nodiscard]] const ipld::Cid& scope_id() const { return genesis_.id(); }

  [[nodiscard]] const model::KeyPair& key(const std::string& name) {
    auto at = keys_.find(name);
    if (at == keys_.end()) at = keys_.emplace(name, key_named(name)).first;
    return at->second;
  }
  [[nodiscard]] model::Did did(const std::string& name) { return key(name).did(); }
  [[nodiscard]] std::string key_name_of(const std::string& name) const {
    const auto found = key_names.find(name);
    return found == key_names.end() ? name : found->second;
  }
  // A rotation to `key_name` to which `consenting` consents, signed with the author's present key.
  [[nodiscard]] model::Rotation rotation(const std::string& name, const std::string& key_name,
                                         const std::string& consenting, std::uint64_t since) {
    model::Rotation made{scope_id(), did(name), did(key_name), since, {}};
    made.consent = key(consenting).sign(model::SignatureTag::key_consent, made.to_consent().to_block().cid);
    return made;
  }
  // Another scope, or this one as "self".
  [[nodiscard]] ipld::Cid peer(const std::string& name) const {
    return name == "self" ? scope_id() : ipld::Cid::of(ipld::Codec::dag_cbor, view_of(name));
  }
  // Of a DID that was named here before.
  [[nodiscard]] std::string name_of(const model::Did& did) const {
    for (const auto& [name, pair] : keys_) {
      if (pair.did() == did) return name;
    }
    return did.to_text();
  }

  [[nodiscard]] model::SignedStatement sign(const model::Statement& statement, const std::string& author) {
    const ipld::Cid body = model::body_of(statement).cid;
    const model::KeyPair& signer = key(key_name_of(author));
    return model::SignedStatement::of(statement, signer.sign(model::tag_of(model::kind_of(statement)), body));
  }
  [[nodiscard]] model::LogRecord record(const model::ScopeEntry& entry,
                                        std::optional<model::LogRecord::Admitted> admitted = std::nullopt) {
    const ipld::Cid cid = entry.to_block().cid;
    const model::KeyPair& signer = key(key_name_of(clerk));
    return {{cid, did(clerk), signer.sign(model::SignatureTag::scope_entry, cid)}, entry, std::move(admitted)};
  }

  // What `author` states, admitted now.
  Result<Applied> submit(const model::Statement& statement, const std::string& author) {
    const model::SignedStatement envelope = sign(statement, author);
    const model::ScopeEntry entry = ICN_TRY(governance_->draft(envelope, statement, now));
    return apply(record(entry, model::LogRecord::Admitted{envelope, statement}));
  }
  Result<Applied> step(Step step, const ipld::Cid& proposal) {
    return apply(record(ICN_TRY(governance_->draft(step, proposal, now))));
  }
  Result<Applied> apply(const model::LogRecord& record, Signatures signatures = Signatures::verified) {
    ports::Batch batch;
    Applied applied = ICN_TRY(governance_->apply(record, signatures, batch));
    store_.commit_one(batch);
    log_.push_back(record);
    if (applied.proposal && applied.deposit != Deposit::held) deposits[*applied.proposal] = applied.deposit;
    return applied;
  }
  // Does what is due, as a clerk does; refused steps are left. Returns the number of steps.
  std::size_t advance() {
    std::size_t steps = 0;
    for (bool more = true; more;) {
      more = false;
      for (const Due& due : governance_->due(now, 100'000)) {
        if (step(due.step, due.proposal)) more = ++steps != 0;
      }
    }
    return steps;
  }
  void checkpoint() {
    ports::Batch batch;
    governance_->keep(governance_->make_checkpoint(), batch);
    store_.commit_one(batch);
  }
  Result<void> reopen() {
    governance_ = ICN_TRY(Governance::open(store_, genesis_));
    return {};
  }

  [[nodiscard]] model::Proposal draft_proposal(const std::string& author, model::Action action,
                                               std::uint64_t voting_ms = 60'000) {
    model::Proposal proposal;
    proposal.scope = scope_id();
    proposal.proposer = did(author);
    proposal.kind = model::kind_of(action);
    proposal.actions = {std::move(action)};
    proposal.title = "A proposal";
    proposal.voting_ms = voting_ms;
    append_be64(proposal.nonce, ++nonces_);
    return proposal;
  }
  // Proposes and opens. Empty if either was refused.
  std::optional<ipld::Cid> opened(const std::string& author, model::Action action, std::uint64_t voting_ms = 60'000) {
    const model::Proposal proposal = draft_proposal(author, std::move(action), voting_ms);
    const ipld::Cid id = proposal.to_block().cid;
    if (!submit(proposal, author) || !step(Step::open, id)) return std::nullopt;
    return id;
  }
  Result<Applied> vote(const ipld::Cid& proposal, const std::string& voter, model::VoteChoice choice) {
    const std::uint64_t counter = governance_->next_counter(did(voter), proposal);
    return submit(model::Vote{scope_id(), proposal, did(voter), choice, counter}, voter);
  }
  Result<Applied> delegate(const std::string& from, const std::string& to, model::Topic topic = {},
                           std::optional<UnixMs> until = std::nullopt) {
    const std::uint64_t counter = governance_->next_counter(did(from), topic);
    return submit(model::Delegation{scope_id(), did(from), did(to), topic, until, counter}, from);
  }
  Result<Applied> revoke(const std::string& from, model::Topic topic = {}) {
    return submit(model::Revocation{scope_id(), did(from), topic, governance_->next_counter(did(from), topic)}, from);
  }

 private:
  model::Scope genesis_;
  ::icn::testing::FakeStateStore store_;
  std::unique_ptr<Governance> governance_;
  std::vector<model::LogRecord> log_;
  std::map<std::string, model::KeyPair> keys_;
  std::uint64_t nonces_ = 0;
};

}  // namespace icn::governance::testing
