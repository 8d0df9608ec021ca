#include "model/trust.hpp"

#include <fmt/core.h>

#include "core/ppm.hpp"
#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::size_t kWordBytesMax = 32;
constexpr std::size_t kBodyBytesMax = 4'096;
constexpr std::array<std::string_view, kTrustLevels> kLevelNames{"none", "basic", "partial", "full"};

struct KindRow {
  std::string_view name;
  SignatureTag tag;
};
// In the order of TrustKind.
constexpr std::array<KindRow, kTrustKinds> kKindRows{{
    {"grant", SignatureTag::trust_grant},
    {"revocation", SignatureTag::trust_revocation},
    {"challenge", SignatureTag::trust_challenge},
    {"rule", SignatureTag::trust_rule},
    {"bridge", SignatureTag::trust_bridge},
}};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Result<TrustContext> read_context(CborMap& map) {
  const std::string text = ICN_TRY(map.text("context", kTrustContextBytesMax));
  auto context = TrustContext::from_scope(text);
  if (!context) return map.bad("context", context.error().detail);
  return context;
}

Result<TrustLevel> read_level(CborMap& map, std::string_view field) {
  const auto level = find_trust_level(ICN_TRY(map.text(field, kWordBytesMax)));
  if (!level) return map.bad(field, "expected none, basic, partial or full");
  return *level;
}

Result<std::uint64_t> read_depth(CborMap& map) {
  const std::uint64_t depth = ICN_TRY(map.unsigned_integer("depth_max"));
  if (depth == 0 || depth > kTrustDepthMax) return map.bad("depth_max", "not from 1 to 8");
  return depth;
}

// Reads the rest of a body into a value whose version was read.
template <class Body, class Read>
Result<Body> read_as(ByteView bytes, std::string_view what, Read read) {
  return detail::read_body(bytes, what, [&](CborMap& map) -> Result<Body> {
    Body body;
    ICN_TRY(detail::read_version(map, what));
    ICN_TRY(read(map, body));
    return body;
  });
}

template <class Body>
Result<TrustStatement> statement_of(ByteView body) {
  return TrustStatement{ICN_TRY(Body::from_bytes(body))};
}
template <std::size_t... kIndex>
Result<TrustStatement> read_indexed(TrustKind kind, ByteView body, std::index_sequence<kIndex...>) {
  using Read = Result<TrustStatement> (*)(ByteView);
  constexpr std::array<Read, sizeof...(kIndex)> kReaders{
      statement_of<std::variant_alternative_t<kIndex, TrustStatement>>...};
  return kReaders[static_cast<std::size_t>(kind)](body);
}

struct Author {
  const Did& operator()(const TrustGrant& body) const { return body.truster; }
  const Did& operator()(const TrustRevocation& body) const { return body.truster; }
  const Did& operator()(const TrustChallenge& body) const { return body.challenger; }
  const Did& operator()(const TrustRule& body) const { return body.clerk; }
  const Did& operator()(const TrustBridge& body) const { return body.clerk; }
};

}  // namespace

std::string_view trust_level_name(TrustLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::optional<TrustLevel> find_trust_level(std::string_view name) {
  const auto at = std::find(kLevelNames.begin(), kLevelNames.end(), name);
  if (at == kLevelNames.end()) return std::nullopt;
  return static_cast<TrustLevel>(at - kLevelNames.begin());
}

Result<TrustContext> TrustContext::from_scope(std::string_view text) {
  const bool is_line = is_utf8(view_of(text)) && std::none_of(text.begin(), text.end(), is_control);
  if (!text.empty() && text.size() <= kTrustContextBytesMax && is_line) return TrustContext(text);
  return refuse(
      ErrorCode::invalid_argument, "trust_context",
      fmt::format("A trust context is one line of 1 to {} bytes without control characters.", kTrustContextBytesMax));
}

ipld::Block TrustGrant::to_block() const {
  CborWriter writer(320);
  writer.map(8);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("level").text(trust_level_name(level));
  writer.key("scope").link(scope);
  detail::write_until(writer, until);
  writer.key("context").text(context.to_text());
  writer.key("counter").unsigned_integer(counter);
  writer.key("trustee").text(trustee.to_text());
  writer.key("truster").text(truster.to_text());
  return detail::block_of(writer);
}

Result<TrustGrant> TrustGrant::from_bytes(ByteView bytes) {
  return read_as<TrustGrant>(bytes, "trust grant", [](CborMap& map, TrustGrant& body) -> Result<void> {
    body.level = ICN_TRY(read_level(map, "level"));
    body.scope = ICN_TRY(map.link("scope"));
    body.until = ICN_TRY(detail::read_until(map));
    body.context = ICN_TRY(read_context(map));
    body.counter = ICN_TRY(detail::read_counter(map));
    body.trustee = ICN_TRY(detail::read_did(map, "trustee"));
    body.truster = ICN_TRY(detail::read_did(map, "truster"));
    return {};
  });
}

ipld::Block TrustRevocation::to_block() const {
  CborWriter writer(288);
  writer.map(6);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("scope").link(scope);
  writer.key("context").text(context.to_text());
  writer.key("counter").unsigned_integer(counter);
  writer.key("trustee").text(trustee.to_text());
  writer.key("truster").text(truster.to_text());
  return detail::block_of(writer);
}

Result<TrustRevocation> TrustRevocation::from_bytes(ByteView bytes) {
  return read_as<TrustRevocation>(bytes, "trust revocation", [](CborMap& map, TrustRevocation& body) -> Result<void> {
    body.scope = ICN_TRY(map.link("scope"));
    body.context = ICN_TRY(read_context(map));
    body.counter = ICN_TRY(detail::read_counter(map));
    body.trustee = ICN_TRY(detail::read_did(map, "trustee"));
    body.truster = ICN_TRY(detail::read_did(map, "truster"));
    return {};
  });
}

ipld::Block TrustChallenge::to_block() const {
  CborWriter writer(320 + reason.size());
  writer.map(8);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("open").boolean(open);
  writer.key("scope").link(scope);
  writer.key("reason").text(reason);
  writer.key("context").text(context.to_text());
  writer.key("counter").unsigned_integer(counter);
  writer.key("trustee").text(trustee.to_text());
  writer.key("challenger").text(challenger.to_text());
  return detail::block_of(writer);
}

Result<TrustChallenge> TrustChallenge::from_bytes(ByteView bytes) {
  return read_as<TrustChallenge>(bytes, "trust challenge", [](CborMap& map, TrustChallenge& body) -> Result<void> {
    body.open = ICN_TRY(map.boolean("open"));
    body.scope = ICN_TRY(map.link("scope"));
    body.reason = ICN_TRY(map.text("reason", kTrustReasonBytesMax));
    if (std::any_of(body.reason.begin(), body.reason.end(), is_control)) return map.bad("reason", "not one line");
    body.context = ICN_TRY(read_context(map));
    body.counter = ICN_TRY(detail::read_counter(map));
    body.trustee = ICN_TRY(detail::read_did(map, "trustee"));
    body.challenger = ICN_TRY(detail::read_did(map, "challenger"));
    return {};
  });
}

ipld::Block TrustRule::to_block() const {
  CborWriter writer(256);
  writer.map(9);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("clerk").text(clerk.to_text());
  writer.key("scope").link(scope);
  writer.key("bridges").boolean(bridges);
  writer.key("context").text(context.to_text());
  writer.key("counter").unsigned_integer(counter);
  writer.key("depth_max").unsigned_integer(depth_max);
  writer.key("level_min").text(trust_level_name(level_min));
  writer.key("members_only").boolean(members_only);
  return detail::block_of(writer);
}

Result<TrustRule> TrustRule::from_bytes(ByteView bytes) {
  return read_as<TrustRule>(bytes, "trust rule", [](CborMap& map, TrustRule& body) -> Result<void> {
    body.clerk = ICN_TRY(detail::read_did(map, "clerk"));
    body.scope = ICN_TRY(map.link("scope"));
    body.bridges = ICN_TRY(map.boolean("bridges"));
    body.context = ICN_TRY(read_context(map));
    body.counter = ICN_TRY(detail::read_counter(map));
    body.depth_max = ICN_TRY(read_depth(map));
    body.level_min = ICN_TRY(read_level(map, "level_min"));
    body.members_only = ICN_TRY(map.boolean("members_only"));
    return {};
  });
}

ipld::Block TrustBridge::to_block() const {
  CborWriter writer(384);
  writer.map(11);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("gate").text(gate.to_text());
  writer.key("clerk").text(clerk.to_text());
  writer.key("level").text(trust_level_name(level));
  writer.key("other").link(other);
  writer.key("scope").link(scope);
  detail::write_until(writer, until);
  writer.key("context").text(context.to_text());
  writer.key("counter").unsigned_integer(counter);
  writer.key("decay_ppm").unsigned_integer(decay_ppm);
  writer.key("depth_max").unsigned_integer(depth_max);
  return detail::block_of(writer);
}

Result<TrustBridge> TrustBridge::from_bytes(ByteView bytes) {
  return read_as<TrustBridge>(bytes, "trust bridge", [](CborMap& map, TrustBridge& body) -> Result<void> {
    body.gate = ICN_TRY(detail::read_did(map, "gate"));
    body.clerk = ICN_TRY(detail::read_did(map, "clerk"));
    body.level = ICN_TRY(read_level(map, "level"));
    body.other = ICN_TRY(map.link("other"));
    body.scope = ICN_TRY(map.link("scope"));
    body.until = ICN_TRY(detail::read_until(map));
    body.context = ICN_TRY(read_context(map));
    body.counter = ICN_TRY(detail::read_counter(map));
    body.decay_ppm = ICN_TRY(map.unsigned_integer("decay_ppm"));
    if (body.decay_ppm > kPpm) return map.bad("decay_ppm", "more than 1000000");
    body.depth_max = ICN_TRY(read_depth(map));
    return {};
  });
}

std::string_view trust_kind_name(TrustKind kind) { return kKindRows[static_cast<std::size_t>(kind)].name; }

std::optional<TrustKind> find_trust_kind(std::string_view name) {
  for (std::size_t i = 0; i < kTrustKinds; ++i) {
    if (kKindRows[i].name == name) return static_cast<TrustKind>(i);
  }
  return std::nullopt;
}

SignatureTag tag_of(TrustKind kind) { return kKindRows[static_cast<std::size_t>(kind)].tag; }
TrustKind kind_of(const TrustStatement& statement) { return static_cast<TrustKind>(statement.index()); }
const Did& author_of(const TrustStatement& statement) { return std::visit(Author{}, statement); }
const ipld::Cid& scope_of(const TrustStatement& statement) {
  return std::visit([](const auto& body) -> const ipld::Cid& { return body.scope; }, statement);
}
const TrustContext& context_of(const TrustStatement& statement) {
  return std::visit([](const auto& body) -> const TrustContext& { return body.context; }, statement);
}
std::uint64_t counter_of(const TrustStatement& statement) {
  return std::visit([](const auto& body) { return body.counter; }, statement);
}
ipld::Block body_of(const TrustStatement& statement) {
  return std::visit([](const auto& body) { return body.to_block(); }, statement);
}

ipld::Block TrustRecord::to_block() const {
  CborWriter writer(640);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("body").bytes(body_of(statement).bytes);
  writer.key("kind").text(trust_kind_name(kind_of(statement)));
  return detail::block_of(writer);
}

Result<TrustRecord> TrustRecord::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "trust record", [](CborMap& map) -> Result<TrustRecord> {
    TrustRecord record;
    ICN_TRY(detail::read_version(map, "trust record"));
    record.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    const Bytes body = ICN_TRY(map.bytes("body", kBodyBytesMax));
    const auto kind = find_trust_kind(ICN_TRY(map.text("kind", kWordBytesMax)));
    if (!kind) return map.bad("kind", "an unknown kind of statement");
    auto read = read_indexed(*kind, body, std::make_index_sequence<kTrustKinds>());
    if (!read) return fail(within("trust record: field 'body'", std::move(read).error()));
    record.statement = *std::move(read);
    return record;
  });
}

Result<void> verify(const TrustRecord& record, const SigningKeys& keys) {
  return keys.verify(tag_of(kind_of(record.statement)), body_of(record.statement).cid, author_of(record.statement),
                     record.signature);
}

Result<void> verify_recorded(const TrustRecord& record, const SigningKeys& keys) {
  return keys.verify_recorded(tag_of(kind_of(record.statement)), body_of(record.statement).cid,
                              author_of(record.statement), record.signature);
}

}  // namespace icn::model
