#include "model/dry_run.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::size_t kTextBytesMax = 4'096;
constexpr std::uint64_t kWithKeysVersion = 2;
constexpr std::size_t kRowsMax = 8'192;  // of a batch of the largest actions

void write_cid(CborWriter& writer, const ipld::Cid& cid) { writer.text(cid.to_text()); }
// Two numbers, or null for each.
void write_terms(CborWriter& writer, const std::optional<PeerTerms>& terms) {
  if (!terms) {
    writer.null();
    return;
  }
  writer.array(2).unsigned_integer(terms->rate_ppm).unsigned_integer(terms->credit.umana);
}

// Reads rows that are arrays of a fixed length.
class Row {
 public:
  Row(CborMap& map, std::string_view field) : map_(map), field_(field) {}

  [[nodiscard]] Result<void> open(std::size_t length) {
    auto count = map_.reader().array();
    if (count && *count == length) return {};
    return map_.bad(field_, "expected arrays of " + std::to_string(length));
  }
  [[nodiscard]] Result<std::string> text() {
    auto value = map_.reader().text();
    if (!value) return map_.bad(field_, value.error().detail);
    if (value->size() > kTextBytesMax) return map_.bad(field_, "a text of more than 4096 bytes");
    return std::string(*value);
  }
  [[nodiscard]] Result<std::uint64_t> number() {
    auto value = map_.reader().unsigned_integer();
    if (!value) return map_.bad(field_, value.error().detail);
    return *value;
  }
  [[nodiscard]] Result<bool> null() {
    auto value = map_.reader().try_null();
    if (!value) return map_.bad(field_, value.error().detail);
    return *value;
  }
  [[nodiscard]] Result<ipld::Cid> cid() {
    const std::string written = ICN_TRY(text());
    const auto cid = ipld::Cid::parse(written);
    if (!cid) return map_.bad(field_, cid.error().detail);
    if (cid->to_text() != written) return map_.bad(field_, "not the canonical text of a CID");
    return *cid;
  }
  [[nodiscard]] Result<Did> did() {
    auto did = Did::parse(ICN_TRY(text()));
    if (!did) return map_.bad(field_, did.error().detail);
    return *did;
  }
  [[nodiscard]] Result<MemberStatus> status() {
    const std::string name = ICN_TRY(text());
    for (std::size_t i = 0; i < kMemberStatuses; ++i) {
      if (member_status_name(static_cast<MemberStatus>(i)) == name) return static_cast<MemberStatus>(i);
    }
    return map_.bad(field_, "an unknown status");
  }
  [[nodiscard]] Result<PeerTerms> terms() {
    ICN_TRY(open(2));
    const std::uint64_t rate_ppm = ICN_TRY(number());
    return PeerTerms{rate_ppm, Mana{ICN_TRY(number())}};
  }

 private:
  CborMap& map_;
  std::string_view field_;
};

template <class Value, class Read>
Result<std::vector<Value>> read_rows(CborMap& map, std::string_view field, std::size_t length, Read read) {
  const std::size_t count = ICN_TRY(map.array(field, kRowsMax));
  std::vector<Value> rows;
  Row row(map, field);
  for (std::size_t i = 0; i < count; ++i) {
    ICN_TRY(row.open(length));
    rows.push_back(ICN_TRY(read(row)));
  }
  return rows;
}

Result<DryRun::Charge> read_charge(Row& row) {
  DryRun::Charge charge;
  charge.receipt = ICN_TRY(row.cid());
  charge.before = Mana{ICN_TRY(row.number())};
  if (!ICN_TRY(row.null())) charge.after = Mana{ICN_TRY(row.number())};
  return charge;
}
Result<DryRun::MemberChange> read_member(Row& row) {
  DryRun::MemberChange member;
  member.did = ICN_TRY(row.did());
  if (!ICN_TRY(row.null())) member.before = ICN_TRY(row.status());
  member.after = ICN_TRY(row.status());
  return member;
}
Result<DryRun::PeerChange> read_peer(Row& row) {
  DryRun::PeerChange peer;
  peer.scope = ICN_TRY(row.cid());
  if (!ICN_TRY(row.null())) peer.before = ICN_TRY(row.terms());
  peer.after = ICN_TRY(row.terms());
  return peer;
}
Result<DryRun::KeyChange> read_key(Row& row) {
  DryRun::KeyChange key;
  key.did = ICN_TRY(row.did());
  key.before = ICN_TRY(row.did());
  key.after = ICN_TRY(row.did());
  return key;
}
Result<DryRun::BalanceChange> read_balance(Row& row) {
  DryRun::BalanceChange balance;
  balance.account = ICN_TRY(row.text());
  balance.before = Mana{ICN_TRY(row.number())};
  balance.after = Mana{ICN_TRY(row.number())};
  return balance;
}
Result<DryRun::ParameterChange> read_parameter(Row& row) {
  DryRun::ParameterChange change;
  change.name = ICN_TRY(row.text());
  change.before = ICN_TRY(row.text());
  change.after = ICN_TRY(row.text());
  return change;
}

// Null, or a text.
Result<std::optional<std::string>> read_text(CborMap& map, std::string_view field) {
  if (ICN_TRY(detail::read_null(map, field))) return std::optional<std::string>();
  return std::optional(ICN_TRY(Row(map, field).text()));
}

Result<DryRun> read_dry_run(CborMap& map) {
  DryRun run;
  const bool with_keys = ICN_TRY(detail::read_version(map, "dry run", kWithKeysVersion)) == kWithKeysVersion;
  run.head = ICN_TRY(map.link("head"));
  run.home = ICN_TRY(detail::read_did(map, "home"));
  if (with_keys) run.keys = ICN_TRY(read_rows<DryRun::KeyChange>(map, "keys", 3, read_key));
  if (with_keys && run.keys.empty()) return map.bad("keys", "empty; version 1 is without them");
  if (const auto clerk = ICN_TRY(read_text(map, "clerk"))) {
    auto did = Did::parse(*clerk);
    if (!did) return map.bad("clerk", did.error().detail);
    run.clerk = *did;
  }
  run.peers = ICN_TRY(read_rows<DryRun::PeerChange>(map, "peers", 3, read_peer));
  run.scope = ICN_TRY(map.link("scope"));
  run.charges = ICN_TRY(read_rows<DryRun::Charge>(map, "charges", 3, read_charge));
  run.members = ICN_TRY(read_rows<DryRun::MemberChange>(map, "members", 3, read_member));
  run.refused = ICN_TRY(read_text(map, "refused"));
  if (const auto version = ICN_TRY(read_text(map, "version"))) {
    run.version = ProgramVersion::parse(*version);
    if (!run.version) return map.bad("version", "not a version");
  }
  run.balances = ICN_TRY(read_rows<DryRun::BalanceChange>(map, "balances", 3, read_balance));
  run.position = ICN_TRY(map.unsigned_integer("position"));
  run.proposal = ICN_TRY(map.link("proposal"));
  run.parameters = ICN_TRY(read_rows<DryRun::ParameterChange>(map, "parameters", 3, read_parameter));
  return run;
}

void write_text(CborWriter& writer, const std::optional<std::string>& text) {
  if (text) {
    writer.text(*text);
  } else {
    writer.null();
  }
}

}  // namespace

ipld::Block DryRun::to_block() const {
  CborWriter writer(1'024 + 128 * charges.size());
  writer.map(keys.empty() ? 14 : 15);
  writer.key("v").unsigned_integer(keys.empty() ? detail::kVersion : kWithKeysVersion);
  writer.key("head").link(head);
  writer.key("home").text(home.to_text());
  if (!keys.empty()) writer.key("keys").array(keys.size());
  for (const KeyChange& row : keys)
    writer.array(3).text(row.did.to_text()).text(row.before.to_text()).text(row.after.to_text());
  write_text(writer.key("clerk"), clerk ? std::optional(clerk->to_text()) : std::nullopt);
  writer.key("peers").array(peers.size());
  for (const PeerChange& peer : peers) {
    write_cid(writer.array(3), peer.scope);
    write_terms(writer, peer.before);
    write_terms(writer, peer.after);
  }
  writer.key("scope").link(scope);
  writer.key("charges").array(charges.size());
  for (const Charge& charge : charges) {
    write_cid(writer.array(3), charge.receipt);
    writer.unsigned_integer(charge.before.umana);
    if (charge.after) {
      writer.unsigned_integer(charge.after->umana);
    } else {
      writer.null();
    }
  }
  writer.key("members").array(members.size());
  for (const MemberChange& member : members) {
    writer.array(3).text(member.did.to_text());
    if (member.before) {
      writer.text(member_status_name(*member.before));
    } else {
      writer.null();
    }
    writer.text(member_status_name(member.after));
  }
  write_text(writer.key("refused"), refused);
  write_text(writer.key("version"), version ? std::optional(version->to_text()) : std::nullopt);
  writer.key("balances").array(balances.size());
  for (const BalanceChange& row : balances)
    writer.array(3).text(row.account).unsigned_integer(row.before.umana).unsigned_integer(row.after.umana);
  writer.key("position").unsigned_integer(position);
  writer.key("proposal").link(proposal);
  writer.key("parameters").array(parameters.size());
  for (const ParameterChange& row : parameters) writer.array(3).text(row.name).text(row.before).text(row.after);
  return detail::block_of(writer);
}

Result<DryRun> DryRun::from_bytes(ByteView bytes) { return detail::read_body(bytes, "dry run", read_dry_run); }

}  // namespace icn::model
