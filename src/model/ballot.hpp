// What members sign to take part in decisions: votes, delegations, revocations, sponsorships, cancellations,
// resignations, rotations of keys; and the record by which a candidate applies. Each body names the scope and its
// author.
//
// Statement is any of them, or a proposal; SignedStatement is its envelope. Each kind of statement has a signature tag,
// so that a signature for one can never serve as one for another.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/order.hpp"
#include "model/proposal.hpp"
#include "model/rotation.hpp"
#include "model/signing_keys.hpp"

namespace icn::model {

// Append-only; each name is a text of docs/FORMATS.md.
enum class VoteChoice : std::uint8_t { yes, no, abstain };
[[nodiscard]] std::string_view vote_choice_name(VoteChoice choice);
[[nodiscard]] std::optional<VoteChoice> find_vote_choice(std::string_view name);

struct Vote {
  ipld::Cid scope;
  ipld::Cid proposal;
  Did voter;
  VoteChoice choice = VoteChoice::abstain;
  std::uint64_t counter = 1;  // greater than that of the voter's earlier vote on the proposal, from 1
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Vote> from_bytes(ByteView bytes);
  friend bool operator==(const Vote&, const Vote&) = default;
};

// The proposals that a delegation is for: those of one kind, or all that no delegation for their kind covers.
using Topic = std::optional<ProposalKind>;
[[nodiscard]] std::string_view topic_name(Topic topic);  // "all" for all
[[nodiscard]] std::optional<Topic> find_topic(std::string_view name);

struct Delegation {
  ipld::Cid scope;
  Did delegator;
  Did delegate;
  Topic topic;
  std::optional<UnixMs> until;  // not in force from then on
  std::uint64_t counter = 1;    // greater than that of the delegator's earlier statements on the topic, from 1
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Delegation> from_bytes(ByteView bytes);
  friend bool operator==(const Delegation&, const Delegation&) = default;
};

struct Revocation {
  ipld::Cid scope;
  Did delegator;
  Topic topic;
  std::uint64_t counter = 1;  // as of a delegation
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Revocation> from_bytes(ByteView bytes);
  friend bool operator==(const Revocation&, const Revocation&) = default;
};

struct Sponsorship {
  ipld::Cid scope;
  ipld::Cid proposal;
  Did sponsor;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Sponsorship> from_bytes(ByteView bytes);
  friend bool operator==(const Sponsorship&, const Sponsorship&) = default;
};

struct Cancellation {
  ipld::Cid scope;
  ipld::Cid proposal;
  Did proposer;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Cancellation> from_bytes(ByteView bytes);
  friend bool operator==(const Cancellation&, const Cancellation&) = default;
};

struct Resignation {
  ipld::Cid scope;
  Did member;
  std::uint64_t since = 0;  // the membership that ends (MemberRecord::since), so that it ends no later one
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Resignation> from_bytes(ByteView bytes);
  friend bool operator==(const Resignation&, const Resignation&) = default;
};

// In the order of StatementKind.
using Statement =
    std::variant<Proposal, Vote, Delegation, Revocation, Sponsorship, Cancellation, Resignation, Rotation>;
// Append-only; each name is a text of docs/FORMATS.md.
enum class StatementKind : std::uint8_t {
  proposal,
  vote,
  delegation,
  revocation,
  sponsorship,
  cancellation,
  resignation,
  rotation
};
inline constexpr std::size_t kStatementKinds = 8;
[[nodiscard]] std::string_view statement_kind_name(StatementKind kind);
[[nodiscard]] std::optional<StatementKind> find_statement_kind(std::string_view name);
[[nodiscard]] SignatureTag tag_of(StatementKind kind);
[[nodiscard]] StatementKind kind_of(const Statement& statement);
[[nodiscard]] const Did& author_of(const Statement& statement);
[[nodiscard]] const ipld::Cid& scope_of(const Statement& statement);
[[nodiscard]] ipld::Block body_of(const Statement& statement);
[[nodiscard]] Result<Statement> read_statement(StatementKind kind, ByteView body);

// A job of the author's that made a statement. The signatures that prove it are in its proof (model/job_proof.hpp).
struct MadeByJob {
  std::uint64_t call = 0;  // index of the host call whose effect is the statement
  ipld::Cid order;         // body
  ipld::Cid receipt;       // signed receipt
  friend bool operator==(const MadeByJob&, const MadeByJob&) = default;
};

struct SignedStatement {
  StatementKind kind = StatementKind::proposal;
  ipld::Cid body;
  Signature signature{};         // by the author, unless a job of the author's made it
  std::optional<MadeByJob> job;  // version 2
  [[nodiscard]] static SignedStatement of(const Statement& statement, const Signature& signature);
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedStatement> from_bytes(ByteView bytes);
  friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};
// With the author's key in force. Errors: invalid_signature, also of a statement that a job made; conflict (the
// envelope is of another body).
[[nodiscard]] Result<void> verify(const SignedStatement& envelope, const Statement& statement, const SigningKeys& keys);

// A candidate's application: the scope that the candidate wants to join, and the node that keeps its account.
struct Candidate {
  ipld::Cid scope;
  Did member;
  Did home;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Candidate> from_bytes(ByteView bytes);
  friend bool operator==(const Candidate&, const Candidate&) = default;
};
// The record with the candidate's signature over the CID of its Candidate.
struct SignedCandidate {
  Candidate candidate;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  // Does not verify the signature.
  [[nodiscard]] static Result<SignedCandidate> from_bytes(ByteView bytes);
  friend bool operator==(const SignedCandidate&, const SignedCandidate&) = default;
};
// Errors: invalid_signature.
[[nodiscard]] Result<void> verify(const SignedCandidate& record, const SigningKeys& keys);

}  // namespace icn::model
