#include "governance/detail/proposal_codec.hpp"

namespace icn::governance::detail {
namespace {

using ipld::CborReader;
using ipld::CborWriter;

constexpr std::size_t kProposalFields = 23;
constexpr std::size_t kParameterFields = 6;
constexpr std::uint64_t kVoteChoices = static_cast<std::uint64_t>(model::VoteChoice::abstain) + 1;
constexpr std::uint64_t kVoteOutcomes = static_cast<std::uint64_t>(model::VoteOutcome::threshold_not_met) + 1;

Result<Tally> read_tally(CborReader& reader) {
  Tally tally;
  for (std::uint64_t* const count : {&tally.yes, &tally.no, &tally.abstain})
    *count = ICN_TRY(reader.unsigned_integer());
  return tally;
}
void write_tally(CborWriter& writer, const Tally& tally) {
  writer.unsigned_integer(tally.yes).unsigned_integer(tally.no).unsigned_integer(tally.abstain);
}

std::vector<std::pair<std::uint32_t, Ballot>> sorted(const std::unordered_map<std::uint32_t, Ballot>& votes) {
  std::vector<std::pair<std::uint32_t, Ballot>> all(votes.begin(), votes.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return all;
}

}  // namespace

void write_proposal(CborWriter& writer, const ProposalRecord& record) {
  writer.array(kProposalFields).bytes(record.body.to_block().bytes);
  writer.unsigned_integer(static_cast<std::uint64_t>(record.state)).unsigned_integer(record.position);
  writer.unsigned_integer(record.proposed.value).array(record.sponsors.size());
  for (const std::uint32_t sponsor : record.sponsors) writer.unsigned_integer(sponsor);
  writer.unsigned_integer(record.sponsors_wanted).unsigned_integer(record.sponsored_by.value);
  writer.unsigned_integer(record.opens.value);
  writer.unsigned_integer(record.opened.position).unsigned_integer(record.opened.time.value);
  writer.unsigned_integer(record.closes.value).unsigned_integer(record.terms.members);
  writer.unsigned_integer(record.terms.quorum).unsigned_integer(record.terms.threshold);
  writer.unsigned_integer(record.timelock_ms).unsigned_integer(record.execution_ms).unsigned_integer(record.late_ms);
  writer.boolean(record.quorum_seen).array(3 * record.votes.size());
  for (const auto& [voter, ballot] : sorted(record.votes)) {
    writer.unsigned_integer(voter).unsigned_integer(static_cast<std::uint64_t>(ballot.choice));
    writer.unsigned_integer(ballot.counter);
  }
  writer.array(record.outcome ? 7 : 6);
  write_tally(writer, record.direct);
  write_tally(writer, record.tally);
  if (record.outcome) writer.unsigned_integer(static_cast<std::uint64_t>(*record.outcome));
  writer.unsigned_integer(record.executable_from.value).unsigned_integer(record.execute_by.value);
  writer.unsigned_integer(record.ended_position);
}

namespace {

Result<void> read_votes(CborReader& reader, std::size_t members, ProposalRecord& record) {
  const std::size_t numbers = ICN_TRY(reader.array());
  if (numbers % 3 != 0 || numbers / 3 > members) return bad("a proposal has another number of votes");
  record.votes.reserve(numbers / 3);
  for (std::size_t i = 0; i < numbers / 3; ++i) {
    const auto voter = ICN_TRY(read_below<std::uint32_t>(reader, members, "a voter"));
    Ballot ballot;
    ballot.choice = ICN_TRY(read_below<model::VoteChoice>(reader, kVoteChoices, "a vote"));
    ballot.counter = ICN_TRY(reader.unsigned_integer());
    if (!record.votes.emplace(voter, ballot).second) return bad("a member voted twice");
  }
  return {};
}

Result<void> read_counts(CborReader& reader, ProposalRecord& record) {
  const std::size_t counts = ICN_TRY(reader.array());
  if (counts != 6 && counts != 7) return bad("a proposal has another number of counts");
  record.direct = ICN_TRY(read_tally(reader));
  record.tally = ICN_TRY(read_tally(reader));
  if (counts == 7) record.outcome = ICN_TRY(read_below<model::VoteOutcome>(reader, kVoteOutcomes, "an outcome"));
  return {};
}

}  // namespace

Result<ProposalRecord> read_proposal(CborReader& reader, std::size_t members) {
  ICN_TRY(expect(reader, kProposalFields, "a proposal"));
  ProposalRecord record;
  const ByteView body = ICN_TRY(reader.bytes());
  record.body = ICN_TRY(model::Proposal::from_bytes(body));
  record.id = ipld::Cid::of(ipld::Codec::dag_cbor, body);
  record.state = ICN_TRY(read_below<ProposalState>(reader, kProposalStates, "a state"));
  record.position = ICN_TRY(reader.unsigned_integer());
  record.proposed = ICN_TRY(read_time(reader));
  const std::size_t sponsors = ICN_TRY(reader.array());
  for (std::size_t i = 0; i < sponsors; ++i)
    record.sponsors.push_back(ICN_TRY(read_below<std::uint32_t>(reader, members, "a sponsor")));
  record.sponsors_wanted = ICN_TRY(reader.unsigned_integer());
  record.sponsored_by = ICN_TRY(read_time(reader));
  record.opens = ICN_TRY(read_time(reader));
  record.opened.position = ICN_TRY(reader.unsigned_integer());
  record.opened.time = ICN_TRY(read_time(reader));
  record.closes = ICN_TRY(read_time(reader));
  for (std::uint64_t* const number : {&record.terms.members, &record.terms.quorum, &record.terms.threshold,
                                      &record.timelock_ms, &record.execution_ms, &record.late_ms})
    *number = ICN_TRY(reader.unsigned_integer());
  record.quorum_seen = ICN_TRY(reader.boolean());
  ICN_TRY(read_votes(reader, members, record));
  ICN_TRY(read_counts(reader, record));
  record.executable_from = ICN_TRY(read_time(reader));
  record.execute_by = ICN_TRY(read_time(reader));
  record.ended_position = ICN_TRY(reader.unsigned_integer());
  return record;
}

void write_change(CborWriter& writer, const ParameterChange& change) {
  writer.array(kParameterFields).text(change.name).text(change.before).text(change.after).link(change.proposal);
  writer.unsigned_integer(change.position).unsigned_integer(change.time.value);
}

Result<ParameterChange> read_change(CborReader& reader) {
  ICN_TRY(expect(reader, kParameterFields, "a change of a parameter"));
  ParameterChange change;
  change.name = ICN_TRY(reader.text());
  change.before = ICN_TRY(reader.text());
  change.after = ICN_TRY(reader.text());
  change.proposal = ICN_TRY(reader.link());
  change.position = ICN_TRY(reader.unsigned_integer());
  change.time = ICN_TRY(read_time(reader));
  return change;
}

}  // namespace icn::governance::detail
