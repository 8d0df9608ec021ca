#include "model/ballot.hpp"

#include "core/check.hpp"
#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::array<std::string_view, 3> kChoiceNames{"yes", "no", "abstain"};
constexpr std::string_view kAllTopics = "all";
constexpr std::size_t kWordBytesMax = 32;

struct StatementRow {
  std::string_view name;
  SignatureTag tag;
};
// In the order of StatementKind.
constexpr std::array<StatementRow, kStatementKinds> kStatementRows{{
    {"proposal", SignatureTag::proposal},
    {"vote", SignatureTag::vote},
    {"delegation", SignatureTag::delegation},
    {"revocation", SignatureTag::revocation},
    {"sponsorship", SignatureTag::sponsorship},
    {"cancellation", SignatureTag::cancellation},
    {"resignation", SignatureTag::resignation},
    {"rotation", SignatureTag::rotation},
}};

Result<Topic> read_topic(CborMap& map) {
  const auto topic = find_topic(ICN_TRY(map.text("topic", kWordBytesMax)));
  if (!topic) return map.bad("topic", "an unknown topic");
  return *topic;
}

template <class T>
Result<Statement> statement_of(ByteView body) {
  return Statement{ICN_TRY(T::from_bytes(body))};
}
template <std::size_t... kIndex>
Result<Statement> read_indexed(StatementKind kind, ByteView body, std::index_sequence<kIndex...>) {
  using Read = Result<Statement> (*)(ByteView);
  constexpr std::array<Read, sizeof...(kIndex)> kReaders{
      statement_of<std::variant_alternative_t<kIndex, Statement>>...};
  return kReaders[static_cast<std::size_t>(kind)](body);
}

struct Author {
  const Did& operator()(const Proposal& body) const { return body.proposer; }
  const Did& operator()(const Vote& body) const { return body.voter; }
  const Did& operator()(const Delegation& body) const { return body.delegator; }
  const Did& operator()(const Revocation& body) const { return body.delegator; }
  const Did& operator()(const Sponsorship& body) const { return body.sponsor; }
  const Did& operator()(const Cancellation& body) const { return body.proposer; }
  const Did& operator()(const Resignation& body) const { return body.member; }
  const Did& operator()(const Rotation& body) const { return body.did; }
};

}  // namespace

std::string_view vote_choice_name(VoteChoice choice) { return kChoiceNames[static_cast<std::size_t>(choice)]; }

std::optional<VoteChoice> find_vote_choice(std::string_view name) {
  const auto at = std::find(kChoiceNames.begin(), kChoiceNames.end(), name);
  if (at == kChoiceNames.end()) return std::nullopt;
  return static_cast<VoteChoice>(at - kChoiceNames.begin());
}

std::string_view topic_name(Topic topic) { return topic ? proposal_kind_name(*topic) : kAllTopics; }

std::optional<Topic> find_topic(std::string_view name) {
  // emplace(): g++ 12 takes a converted Topic for uninitialized memory.
  std::optional<Topic> topic;
  const auto kind = find_proposal_kind(name);
  if (kind) topic.emplace(*kind);
  if (name == kAllTopics) topic.emplace();
  return topic;
}

ipld::Block Vote::to_block() const {
  CborWriter writer(256);
  writer.map(6);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("voter").text(voter.to_text());
  writer.key("choice").text(vote_choice_name(choice));
  writer.key("counter").unsigned_integer(counter);
  writer.key("proposal").link(proposal);
  return detail::block_of(writer);
}

Result<Vote> Vote::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "vote", [](CborMap& map) -> Result<Vote> {
    Vote vote;
    ICN_TRY(detail::read_version(map, "vote"));
    vote.scope = ICN_TRY(map.link("scope"));
    vote.voter = ICN_TRY(detail::read_did(map, "voter"));
    const auto known = find_vote_choice(ICN_TRY(map.text("choice", kWordBytesMax)));
    if (!known) return map.bad("choice", "expected yes, no or abstain");
    vote.choice = *known;
    vote.counter = ICN_TRY(detail::read_counter(map));
    vote.proposal = ICN_TRY(map.link("proposal"));
    return vote;
  });
}

ipld::Block Delegation::to_block() const {
  CborWriter writer(320);
  writer.map(7);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("topic").text(topic_name(topic));
  detail::write_until(writer, until);
  writer.key("counter").unsigned_integer(counter);
  writer.key("delegate").text(delegate.to_text());
  writer.key("delegator").text(delegator.to_text());
  return detail::block_of(writer);
}

Result<Delegation> Delegation::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "delegation", [](CborMap& map) -> Result<Delegation> {
    Delegation delegation;
    ICN_TRY(detail::read_version(map, "delegation"));
    delegation.scope = ICN_TRY(map.link("scope"));
    delegation.topic = ICN_TRY(read_topic(map));
    delegation.until = ICN_TRY(detail::read_until(map));
    delegation.counter = ICN_TRY(detail::read_counter(map));
    delegation.delegate = ICN_TRY(detail::read_did(map, "delegate"));
    delegation.delegator = ICN_TRY(detail::read_did(map, "delegator"));
    return delegation;
  });
}

ipld::Block Revocation::to_block() const {
  CborWriter writer(224);
  writer.map(5);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("topic").text(topic_name(topic));
  writer.key("counter").unsigned_integer(counter);
  writer.key("delegator").text(delegator.to_text());
  return detail::block_of(writer);
}

Result<Revocation> Revocation::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "revocation", [](CborMap& map) -> Result<Revocation> {
    Revocation revocation;
    ICN_TRY(detail::read_version(map, "revocation"));
    revocation.scope = ICN_TRY(map.link("scope"));
    revocation.topic = ICN_TRY(read_topic(map));
    revocation.counter = ICN_TRY(detail::read_counter(map));
    revocation.delegator = ICN_TRY(detail::read_did(map, "delegator"));
    return revocation;
  });
}

ipld::Block Sponsorship::to_block() const {
  CborWriter writer(224);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("sponsor").text(sponsor.to_text());
  writer.key("proposal").link(proposal);
  return detail::block_of(writer);
}

Result<Sponsorship> Sponsorship::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "sponsorship", [](CborMap& map) -> Result<Sponsorship> {
    Sponsorship sponsorship;
    ICN_TRY(detail::read_version(map, "sponsorship"));
    sponsorship.scope = ICN_TRY(map.link("scope"));
    sponsorship.sponsor = ICN_TRY(detail::read_did(map, "sponsor"));
    sponsorship.proposal = ICN_TRY(map.link("proposal"));
    return sponsorship;
  });
}

ipld::Block Cancellation::to_block() const {
  CborWriter writer(224);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("proposal").link(proposal);
  writer.key("proposer").text(proposer.to_text());
  return detail::block_of(writer);
}

Result<Cancellation> Cancellation::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "cancellation", [](CborMap& map) -> Result<Cancellation> {
    Cancellation cancellation;
    ICN_TRY(detail::read_version(map, "cancellation"));
    cancellation.scope = ICN_TRY(map.link("scope"));
    cancellation.proposal = ICN_TRY(map.link("proposal"));
    cancellation.proposer = ICN_TRY(detail::read_did(map, "proposer"));
    return cancellation;
  });
}

ipld::Block Resignation::to_block() const {
  CborWriter writer(192);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("since").unsigned_integer(since);
  writer.key("member").text(member.to_text());
  return detail::block_of(writer);
}

Result<Resignation> Resignation::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "resignation", [](CborMap& map) -> Result<Resignation> {
    Resignation resignation;
    ICN_TRY(detail::read_version(map, "resignation"));
    resignation.scope = ICN_TRY(map.link("scope"));
    resignation.since = ICN_TRY(map.unsigned_integer("since"));
    resignation.member = ICN_TRY(detail::read_did(map, "member"));
    return resignation;
  });
}

std::string_view statement_kind_name(StatementKind kind) { return kStatementRows[static_cast<std::size_t>(kind)].name; }

std::optional<StatementKind> find_statement_kind(std::string_view name) {
  for (std::size_t i = 0; i < kStatementKinds; ++i) {
    if (kStatementRows[i].name == name) return static_cast<StatementKind>(i);
  }
  return std::nullopt;
}

SignatureTag tag_of(StatementKind kind) { return kStatementRows[static_cast<std::size_t>(kind)].tag; }

StatementKind kind_of(const Statement& statement) { return static_cast<StatementKind>(statement.index()); }

const Did& author_of(const Statement& statement) { return std::visit(Author{}, statement); }

const ipld::Cid& scope_of(const Statement& statement) {
  return std::visit([](const auto& body) -> const ipld::Cid& { return body.scope; }, statement);
}

ipld::Block body_of(const Statement& statement) {
  return std::visit([](const auto& body) { return body.to_block(); }, statement);
}

Result<Statement> read_statement(StatementKind kind, ByteView body) {
  return read_indexed(kind, body, std::make_index_sequence<kStatementKinds>());
}

namespace {

constexpr std::uint64_t kOfJobVersion = 2;
constexpr std::size_t kCidTextMax = 128;

Result<ipld::Cid> read_cid_text(CborMap& map, std::string_view field) {
  const std::string text = ICN_TRY(map.text(field, kCidTextMax));
  const auto cid = ipld::Cid::parse(text);
  if (!cid) return map.bad(field, cid.error().detail);
  if (cid->to_text() != text) return map.bad(field, "not the canonical text of a CID");
  return *cid;
}

}  // namespace

SignedStatement SignedStatement::of(const Statement& statement, const Signature& signature) {
  return {kind_of(statement), body_of(statement).cid, signature, {}};
}

ipld::Block SignedStatement::to_block() const {
  CborWriter writer(224);
  if (job) {
    writer.map(6);
    writer.key("v").unsigned_integer(kOfJobVersion);
    writer.key("body").link(body);
    writer.key("call").unsigned_integer(job->call);
    writer.key("kind").text(statement_kind_name(kind));
    // As text: what a log keeps of a job is its proof, not its inputs and its output.
    writer.key("order").text(job->order.to_text());
    writer.key("receipt").text(job->receipt.to_text());
    return detail::block_of(writer);
  }
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("body").link(body);
  writer.key("kind").text(statement_kind_name(kind));
  return detail::block_of(writer);
}

Result<SignedStatement> SignedStatement::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed statement", [](CborMap& map) -> Result<SignedStatement> {
    SignedStatement value;
    const bool of_job = ICN_TRY(detail::read_version(map, "signed statement", kOfJobVersion)) == kOfJobVersion;
    if (!of_job) value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.body = ICN_TRY(map.link("body"));
    if (of_job) value.job.emplace().call = ICN_TRY(map.unsigned_integer("call"));
    const auto known = find_statement_kind(ICN_TRY(map.text("kind", kWordBytesMax)));
    if (!known) return map.bad("kind", "an unknown kind of statement");
    value.kind = *known;
    if (!of_job) return value;
    value.job->order = ICN_TRY(read_cid_text(map, "order"));
    value.job->receipt = ICN_TRY(read_cid_text(map, "receipt"));
    return value;
  });
}

Result<void> verify(const SignedStatement& envelope, const Statement& statement, const SigningKeys& keys) {
  const ipld::Cid body = body_of(statement).cid;
  if (envelope.kind != kind_of(statement) || envelope.body != body) {
    return refuse(ErrorCode::conflict, "statement_body",
                  "The envelope signs another body than " + body.to_text() + "; nothing was changed.", body.to_text());
  }
  if (envelope.job) {
    return refuse(ErrorCode::invalid_signature, "job_proof",
                  "A job made the statement " + body.to_text() + ", and the proof is missing; nothing was changed.",
                  body.to_text());
  }
  return keys.verify(tag_of(envelope.kind), body, author_of(statement), envelope.signature);
}

ipld::Block Candidate::to_block() const {
  CborWriter writer(224);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("home").text(home.to_text());
  writer.key("scope").link(scope);
  writer.key("member").text(member.to_text());
  return detail::block_of(writer);
}

Result<Candidate> Candidate::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "candidate", [](CborMap& map) -> Result<Candidate> {
    Candidate candidate;
    ICN_TRY(detail::read_version(map, "candidate"));
    candidate.home = ICN_TRY(detail::read_did(map, "home"));
    candidate.scope = ICN_TRY(map.link("scope"));
    candidate.member = ICN_TRY(detail::read_did(map, "member"));
    return candidate;
  });
}

ipld::Block SignedCandidate::to_block() const {
  CborWriter writer(288);
  writer.map(5);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("home").text(candidate.home.to_text());
  writer.key("scope").link(candidate.scope);
  writer.key("member").text(candidate.member.to_text());
  return detail::block_of(writer);
}

Result<SignedCandidate> SignedCandidate::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed candidate", [](CborMap& map) -> Result<SignedCandidate> {
    SignedCandidate value;
    ICN_TRY(detail::read_version(map, "signed candidate"));
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.candidate.home = ICN_TRY(detail::read_did(map, "home"));
    value.candidate.scope = ICN_TRY(map.link("scope"));
    value.candidate.member = ICN_TRY(detail::read_did(map, "member"));
    return value;
  });
}

Result<void> verify(const SignedCandidate& record, const SigningKeys& keys) {
  return keys.verify(SignatureTag::candidate, record.candidate.to_block().cid, record.candidate.member,
                     record.signature);
}

}  // namespace icn::model
