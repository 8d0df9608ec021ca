#include "model/scope_log.hpp"

#include "core/ppm.hpp"
#include "model/detail/fields.hpp"
#include "model/job_proof.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborReader;
using ipld::CborWriter;

constexpr std::array<std::string_view, 3> kOutcomeNames{"accepted", "quorum_not_met", "threshold_not_met"};
constexpr std::size_t kWordBytesMax = 32;
// The clerk's own results, in the order of EntryResult from its second alternative on.
constexpr std::array<std::string_view, 5> kResultNames{"opened", "closed", "executed", "expired", "handed_over"};

struct WriteResult {
  CborWriter& writer;

  void operator()(const AdmittedResult&) const { writer.null(); }
  void operator()(const OpenedResult& opened) const {
    writer.map(6);
    writer.key("closes").unsigned_integer(opened.closes.value);
    writer.key("quorum").unsigned_integer(opened.quorum);
    writer.key("members").unsigned_integer(opened.members);
    writer.key("proposal").link(opened.proposal);
    writer.key("threshold").unsigned_integer(opened.threshold);
    writer.key("electorate").bytes(opened.electorate);
  }
  void operator()(const ClosedResult& closed) const {
    writer.map(6);
    writer.key("no").unsigned_integer(closed.no);
    writer.key("yes").unsigned_integer(closed.yes);
    writer.key("votes").bytes(closed.votes);
    writer.key("abstain").unsigned_integer(closed.abstain);
    writer.key("outcome").text(vote_outcome_name(closed.outcome));
    writer.key("proposal").link(closed.proposal);
  }
  void operator()(const ExecutedResult& executed) const {
    writer.map(1);
    writer.key("proposal").link(executed.proposal);
  }
  void operator()(const ExpiredResult& expired) const {
    writer.map(1);
    writer.key("proposal").link(expired.proposal);
  }
  void operator()(const HandedOverResult& handed_over) const {
    writer.map(1);
    writer.key("hand_over").link(handed_over.hand_over);
  }
};

Result<OpenedResult> read_opened(CborMap& map) {
  OpenedResult opened;
  opened.closes = UnixMs{ICN_TRY(map.unsigned_integer("closes"))};
  opened.quorum = ICN_TRY(map.unsigned_integer("quorum"));
  opened.members = ICN_TRY(map.unsigned_integer("members"));
  opened.proposal = ICN_TRY(map.link("proposal"));
  opened.threshold = ICN_TRY(map.unsigned_integer("threshold"));
  if (opened.threshold == 0 || opened.threshold > kPpm) return map.bad("threshold", "out of bounds");
  opened.electorate = ICN_TRY(detail::read_fixed<32>(map, "electorate"));
  return opened;
}

Result<ClosedResult> read_closed(CborMap& map) {
  ClosedResult closed;
  closed.no = ICN_TRY(map.unsigned_integer("no"));
  closed.yes = ICN_TRY(map.unsigned_integer("yes"));
  closed.votes = ICN_TRY(detail::read_fixed<32>(map, "votes"));
  closed.abstain = ICN_TRY(map.unsigned_integer("abstain"));
  const std::string name = ICN_TRY(map.text("outcome", kWordBytesMax));
  const auto at = std::find(kOutcomeNames.begin(), kOutcomeNames.end(), name);
  if (at == kOutcomeNames.end()) return map.bad("outcome", "an unknown outcome");
  closed.outcome = static_cast<VoteOutcome>(at - kOutcomeNames.begin());
  closed.proposal = ICN_TRY(map.link("proposal"));
  return closed;
}

Result<EntryResult> read_result(CborMap& map, std::string_view kind) {
  if (kind == "opened") return EntryResult{ICN_TRY(read_opened(map))};
  if (kind == "closed") return EntryResult{ICN_TRY(read_closed(map))};
  if (kind == "handed_over") return EntryResult{HandedOverResult{ICN_TRY(map.link("hand_over"))}};
  const ipld::Cid proposal = ICN_TRY(map.link("proposal"));
  if (kind == "executed") return EntryResult{ExecutedResult{proposal}};
  return EntryResult{ExpiredResult{proposal}};
}

Result<ScopeEntry> read_entry(CborMap& map) {
  ScopeEntry entry;
  ICN_TRY(detail::read_version(map, "scope entry"));
  const std::string kind = ICN_TRY(map.text("kind", kWordBytesMax));
  const auto admits = find_statement_kind(kind);
  if (!admits && std::find(kResultNames.begin(), kResultNames.end(), kind) == kResultNames.end())
    return map.bad("kind", "an unknown kind of entry");
  entry.time = UnixMs{ICN_TRY(map.unsigned_integer("time"))};
  entry.scope = ICN_TRY(map.link("scope"));
  if (ICN_TRY(detail::read_null(map, "result")) != admits.has_value())
    return map.bad("result", "null exactly if the entry admits a statement");
  if (!admits) {
    auto result = detail::read_map(map.reader(), "result", [&](CborMap& inner) { return read_result(inner, kind); });
    if (!result) return map.bad("result", result.error().detail);
    entry.result = *result;
  }
  entry.position = ICN_TRY(map.unsigned_integer("position"));
  if (entry.position == 0) return map.bad("position", "0; positions count from 1");
  entry.previous = ICN_TRY(map.link("previous"));
  const std::optional<ipld::Cid> statement = ICN_TRY(map.optional_link("statement"));
  if (statement.has_value() != admits.has_value())
    return map.bad("statement", "null exactly if the entry states a result");
  if (admits) entry.result = AdmittedResult{*admits, *statement};
  return entry;
}

Result<ByteView> read_part(CborReader& reader) {
  auto bytes = reader.bytes();
  if (!bytes) return fail(within("log record", bytes.error()));
  return *bytes;
}

tl::unexpected<Error> bad_record(std::string_view what) {
  return fail(ErrorCode::invalid_format, "log record: " + std::string(what));
}

Result<std::vector<ipld::Block>> read_proof(CborReader& reader, std::size_t count) {
  std::vector<ipld::Block> proof;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView part = ICN_TRY(read_part(reader));
    bytes += part.size();
    if (bytes > kJobProofBytesMax) return bad_record("the proof of the job is too large");
    proof.push_back(ipld::Block::of(ipld::Codec::dag_cbor, copy_of(part)));
  }
  return proof;
}

}  // namespace

std::string_view vote_outcome_name(VoteOutcome outcome) { return kOutcomeNames[static_cast<std::size_t>(outcome)]; }

std::string_view entry_kind_name(const EntryResult& result) {
  if (const auto* admitted = std::get_if<AdmittedResult>(&result)) return statement_kind_name(admitted->kind);
  return kResultNames[result.index() - 1];
}

ipld::Block ScopeEntry::to_block() const {
  CborWriter writer(512);
  const auto* admitted = std::get_if<AdmittedResult>(&result);
  writer.map(8);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("kind").text(entry_kind_name(result));
  writer.key("time").unsigned_integer(time.value);
  writer.key("scope").link(scope);
  writer.key("result");
  std::visit(WriteResult{writer}, result);
  writer.key("position").unsigned_integer(position);
  writer.key("previous").link(previous);
  writer.key("statement");
  if (admitted != nullptr) {
    writer.link(admitted->statement);
  } else {
    writer.null();
  }
  return detail::block_of(writer);
}

Result<ScopeEntry> ScopeEntry::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "scope entry", read_entry);
}

ipld::Block SignedEntry::to_block() const {
  CborWriter writer(224);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("clerk").text(clerk.to_text());
  writer.key("entry").link(entry);
  return detail::block_of(writer);
}

Result<SignedEntry> SignedEntry::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed entry", [](CborMap& map) -> Result<SignedEntry> {
    SignedEntry value;
    ICN_TRY(detail::read_version(map, "signed entry"));
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.clerk = ICN_TRY(detail::read_did(map, "clerk"));
    value.entry = ICN_TRY(map.link("entry"));
    return value;
  });
}

std::vector<ipld::Block> LogRecord::blocks() const {
  std::vector<ipld::Block> blocks{envelope.to_block(), entry.to_block()};
  if (admitted) {
    blocks.push_back(admitted->envelope.to_block());
    blocks.push_back(body_of(admitted->statement));
  }
  if (hand_over) blocks.push_back(hand_over->to_block());
  return blocks;
}

Bytes LogRecord::to_bytes() const {
  std::vector<ipld::Block> parts = blocks();
  if (admitted) parts.insert(parts.end(), admitted->proof.begin(), admitted->proof.end());
  CborWriter writer(1024);
  writer.array(1 + parts.size()).unsigned_integer(detail::kVersion);
  for (const ipld::Block& part : parts) writer.bytes(part.bytes);
  return writer.take();
}

Result<LogRecord> LogRecord::from_bytes(ByteView bytes) {
  CborReader reader(bytes);
  auto parts = reader.array();
  if (!parts || *parts < 3 || *parts > 5 + kJobProofBlocksMax) return bad_record("an array of 3 to 5, or with a proof");
  auto version = reader.unsigned_integer();
  if (!version || *version == 0) return bad_record("expected its version");
  if (*version > detail::kVersion)
    return fail(ErrorCode::unsupported_version, "log record: a version newer than this program knows");
  LogRecord record;
  record.envelope = ICN_TRY(SignedEntry::from_bytes(ICN_TRY(read_part(reader))));
  const ByteView entry = ICN_TRY(read_part(reader));
  record.entry = ICN_TRY(ScopeEntry::from_bytes(entry));
  if (record.envelope.entry != ipld::Cid::of(ipld::Codec::dag_cbor, entry))
    return bad_record("the envelope is of another entry");
  const auto* names = std::get_if<AdmittedResult>(&record.entry.result);
  const auto* handed_over = std::get_if<HandedOverResult>(&record.entry.result);
  if ((names != nullptr) != (*parts >= 5)) return bad_record("a statement exactly if the entry admits one");
  if ((handed_over != nullptr) != (*parts == 4)) return bad_record("a hand-over exactly if the entry names one");
  if (handed_over != nullptr) {
    const ByteView bytes_of_it = ICN_TRY(read_part(reader));
    if (handed_over->hand_over != ipld::Cid::of(ipld::Codec::dag_cbor, bytes_of_it))
      return bad_record("another hand-over than the entry names");
    record.hand_over = ICN_TRY(SignedHandOver::from_bytes(bytes_of_it));
  }
  if (names != nullptr) {
    const ByteView envelope = ICN_TRY(read_part(reader));
    const ByteView body = ICN_TRY(read_part(reader));
    const SignedStatement statement = ICN_TRY(SignedStatement::from_bytes(envelope));
    if (names->statement != ipld::Cid::of(ipld::Codec::dag_cbor, envelope) || names->kind != statement.kind ||
        statement.body != ipld::Cid::of(ipld::Codec::dag_cbor, body))
      return bad_record("another statement than the entry admits");
    if (statement.job.has_value() != (*parts > 5)) return bad_record("a proof exactly if a job made the statement");
    auto admitted = ICN_TRY(read_statement(statement.kind, body));
    auto proof = ICN_TRY(read_proof(reader, *parts - 5));
    record.admitted = Admitted{statement, std::move(admitted), std::move(proof)};
  }
  if (auto end = reader.end(); !end) return fail(within("log record", end.error()));
  return record;
}

Result<std::optional<Did>> LogRecord::Admitted::verify(const SigningKeys& keys) const {
  if (envelope.job) return std::optional(ICN_TRY(model::verify(envelope, statement, proof, keys)));
  ICN_TRY(model::verify(envelope, statement, keys));
  return std::optional<Did>();
}

Result<void> LogRecord::verify_signatures(const SigningKeys& keys) const {
  ICN_TRY(keys.verify(SignatureTag::scope_entry, envelope.entry, envelope.clerk, envelope.signature));
  if (admitted) ICN_TRY(admitted->verify(keys));
  if (hand_over) ICN_TRY(hand_over->verify_signatures(keys));
  return {};
}

}  // namespace icn::model
