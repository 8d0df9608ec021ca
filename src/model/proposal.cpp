#include "model/proposal.hpp"

#include <utility>

#include "core/ppm.hpp"
#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::array<std::string_view, kProposalKinds> kKindNames{
    "set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"};
constexpr std::size_t kVersionBytesMax = 32;
constexpr std::size_t kCidTextMax = 128;
constexpr std::size_t kKindBytesMax = 32;
constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kValueBytesMax = 4'096;
constexpr std::size_t kNonceBytesMax = 32;

struct WriteAction {
  CborWriter& writer;

  void begin(std::size_t fields, ProposalKind kind) const {
    writer.map(fields);
    writer.key("kind").text(proposal_kind_name(kind));
  }
  void one_member(ProposalKind kind, const Did& member) const {
    begin(2, kind);
    writer.key("member").text(member.to_text());
  }
  void operator()(const SetAction& set) const {
    begin(2, ProposalKind::set);
    std::vector<const std::pair<const std::string, std::string>*> sorted;
    for (const auto& value : set.values) sorted.push_back(&value);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return detail::key_before(a->first, b->first); });
    writer.key("values").map(sorted.size());
    for (const auto* value : sorted) writer.key(value->first).text(value->second);
  }
  void operator()(const AdmitAction& admit) const {
    begin(4, ProposalKind::admit);
    writer.key("member").text(admit.member.to_text());
    writer.key("consent");
    if (admit.consent) {
      writer.bytes(*admit.consent);
    } else {
      writer.null();
    }
    writer.key("home_node").text(admit.home.to_text());
  }
  void operator()(const SuspendAction& suspend) const { one_member(ProposalKind::suspend, suspend.member); }
  void operator()(const RemoveAction& remove) const { one_member(ProposalKind::remove, remove.member); }
  void operator()(const BudgetAction& budget) const {
    begin(3, ProposalKind::budget);
    writer.key("amount").unsigned_integer(budget.amount.umana);
    writer.key("member").text(budget.member.to_text());
  }
  void operator()(const ResolutionAction&) const { begin(1, ProposalKind::resolution); }
  void operator()(const ClerkAction& clerk) const {
    begin(2, ProposalKind::clerk);
    writer.key("clerk").text(clerk.clerk.to_text());
  }
  void operator()(const UpgradeAction& upgrade) const {
    begin(2, ProposalKind::upgrade);
    writer.key("version").text(upgrade.version.to_text());
  }
  // The scope as text: its genesis need not be here.
  void operator()(const FederateAction& federate) const {
    begin(4, ProposalKind::federate);
    writer.key("rate").unsigned_integer(federate.terms.rate_ppm);
    writer.key("scope").text(federate.scope.to_text());
    writer.key("credit").unsigned_integer(federate.terms.credit.umana);
  }
  void operator()(const KeyAction& change) const {
    begin(3, ProposalKind::key);
    writer.key("holder").text(change.did.to_text());
    writer.key("new_key").text(change.key.to_text());
  }
};

Result<SetAction> read_set(CborMap& map) {
  ICN_TRY(map.value("values"));
  auto count = map.reader().map();
  if (!count || *count == 0 || *count > kSetValuesMax) return map.bad("values", "expected a map of 1 to 64 entries");
  SetAction set;
  std::string previous;
  for (std::size_t i = 0; i < *count; ++i) {
    auto name = map.reader().text();
    if (!name) return map.bad("values", name.error().detail);
    if (name->size() > kNameBytesMax) return map.bad("values", "a name of more than 256 bytes");
    if (i > 0 && !detail::key_before(previous, *name)) return map.bad("values", "keys out of order or duplicate");
    previous = *name;
    auto value = map.reader().text();
    if (!value) return map.bad("values", previous + ": " + value.error().detail);
    if (value->size() > kValueBytesMax) return map.bad("values", "a value of more than 4096 bytes");
    set.values.emplace(previous, *value);
  }
  return set;
}

Result<AdmitAction> read_admit(CborMap& map) {
  AdmitAction admit;
  admit.member = ICN_TRY(detail::read_did(map, "member"));
  if (!ICN_TRY(detail::read_null(map, "consent"))) {
    auto bytes = map.reader().bytes();
    if (!bytes) return map.bad("consent", bytes.error().detail);
    if (bytes->size() != std::tuple_size_v<Signature>) return map.bad("consent", "expected 64 bytes");
    std::copy(bytes->begin(), bytes->end(), admit.consent.emplace().begin());
  }
  admit.home = ICN_TRY(detail::read_did(map, "home_node"));
  return admit;
}

Result<UpgradeAction> read_upgrade(CborMap& map) {
  const auto version = ProgramVersion::parse(ICN_TRY(map.text("version", kVersionBytesMax)));
  if (!version) return map.bad("version", "not a version");
  return UpgradeAction{*version};
}

Result<FederateAction> read_federate(CborMap& map) {
  FederateAction federate;
  federate.terms.rate_ppm = ICN_TRY(map.unsigned_integer("rate"));
  if (federate.terms.rate_ppm == 0 || federate.terms.rate_ppm > kPeerRateMax) return map.bad("rate", "out of bounds");
  const std::string text = ICN_TRY(map.text("scope", kCidTextMax));
  const auto scope = ipld::Cid::parse(text);
  if (!scope) return map.bad("scope", scope.error().detail);
  if (scope->to_text() != text) return map.bad("scope", "not the canonical text of a CID");
  federate.scope = *scope;
  federate.terms.credit = Mana{ICN_TRY(map.unsigned_integer("credit"))};
  return federate;
}

Result<KeyAction> read_key(CborMap& map) {
  KeyAction change;
  change.did = ICN_TRY(detail::read_did(map, "holder"));
  change.key = ICN_TRY(detail::read_did(map, "new_key"));
  return change;
}

Result<Action> read_action(CborMap& map) {
  const std::string name = ICN_TRY(map.text("kind", kKindBytesMax));
  const auto kind = find_proposal_kind(name);
  if (!kind) return map.bad("kind", "an unknown kind of action");
  switch (*kind) {
    case ProposalKind::set:
      return Action{ICN_TRY(read_set(map))};
    case ProposalKind::admit:
      return Action{ICN_TRY(read_admit(map))};
    case ProposalKind::suspend:
      return Action{SuspendAction{ICN_TRY(detail::read_did(map, "member"))}};
    case ProposalKind::remove:
      return Action{RemoveAction{ICN_TRY(detail::read_did(map, "member"))}};
    case ProposalKind::budget: {
      const Mana amount{ICN_TRY(map.unsigned_integer("amount"))};
      return Action{BudgetAction{ICN_TRY(detail::read_did(map, "member")), amount}};
    }
    case ProposalKind::resolution:
      return Action{ResolutionAction{}};
    case ProposalKind::clerk:
      return Action{ClerkAction{ICN_TRY(detail::read_did(map, "clerk"))}};
    case ProposalKind::upgrade:
      return Action{ICN_TRY(read_upgrade(map))};
    case ProposalKind::federate:
      return Action{ICN_TRY(read_federate(map))};
    case ProposalKind::key:
      return Action{ICN_TRY(read_key(map))};
    case ProposalKind::batch:
      break;
  }
  return map.bad("kind", "an action is not a batch");
}

Result<std::optional<Quorum>> read_quorum(CborMap& map) {
  if (ICN_TRY(detail::read_null(map, "quorum"))) return std::nullopt;
  auto count = map.reader().array();
  if (!count || *count != 2) return map.bad("quorum", "expected null or a pair of unit and number");
  auto unit = map.reader().text();
  if (!unit) return map.bad("quorum", unit.error().detail);
  auto value = map.reader().unsigned_integer();
  if (!value) return map.bad("quorum", value.error().detail);
  if (*unit != "heads" && *unit != "ppm") return map.bad("quorum", "an unknown unit");
  const auto known = *unit == "ppm" ? Quorum::Unit::ppm : Quorum::Unit::heads;
  if (*value == 0 || (known == Quorum::Unit::ppm && *value > kPpm)) return map.bad("quorum", "out of bounds");
  return Quorum{known, *value};
}

Result<std::uint64_t> read_duration(CborMap& map, std::string_view field, std::uint64_t min) {
  const std::uint64_t value = ICN_TRY(map.unsigned_integer(field));
  if (value < min || value > kGovernedDurationMsMax) return map.bad(field, "out of bounds");
  return value;
}

Result<std::vector<Action>> read_actions(CborMap& map, ProposalKind kind) {
  const std::size_t count = ICN_TRY(map.array("actions", kBatchActionsMax));
  if (count == 0 || (kind != ProposalKind::batch && count != 1))
    return map.bad("actions", "their number does not match the kind");
  std::vector<Action> actions;
  for (std::size_t i = 0; i < count; ++i) {
    auto action = detail::read_map(map.reader(), "action", read_action);
    if (!action) return map.bad("actions", action.error().detail);
    if (kind != ProposalKind::batch && kind_of(*action) != kind)
      return map.bad("actions", "the action is not of the proposal's kind");
    actions.push_back(*std::move(action));
  }
  return actions;
}

Result<Proposal> read_proposal(CborMap& map) {
  Proposal proposal;
  ICN_TRY(detail::read_version(map, "proposal"));
  const auto kind = find_proposal_kind(ICN_TRY(map.text("kind", kKindBytesMax)));
  if (!kind) return map.bad("kind", "an unknown kind of proposal");
  proposal.kind = *kind;
  proposal.text = ICN_TRY(map.optional_link("text"));
  proposal.nonce = ICN_TRY(map.bytes("nonce", kNonceBytesMax));
  proposal.scope = ICN_TRY(map.link("scope"));
  proposal.title = ICN_TRY(map.text("title", kTitleBytesMax));
  proposal.quorum = ICN_TRY(read_quorum(map));
  proposal.voting_ms = ICN_TRY(read_duration(map, "voting", 1));
  proposal.actions = ICN_TRY(read_actions(map, proposal.kind));
  proposal.proposer = ICN_TRY(detail::read_did(map, "proposer"));
  proposal.timelock_ms = ICN_TRY(read_duration(map, "timelock", 0));
  if (!ICN_TRY(detail::read_null(map, "threshold"))) {
    auto threshold = map.reader().unsigned_integer();
    if (!threshold) return map.bad("threshold", threshold.error().detail);
    if (*threshold == 0 || *threshold > kPpm) return map.bad("threshold", "out of bounds");
    proposal.threshold = *threshold;
  }
  return proposal;
}

}  // namespace

std::string_view proposal_kind_name(ProposalKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::optional<ProposalKind> find_proposal_kind(std::string_view name) {
  const auto at = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (at == kKindNames.end()) return std::nullopt;
  return static_cast<ProposalKind>(at - kKindNames.begin());
}

ProposalKind kind_of(const Action& action) { return static_cast<ProposalKind>(action.index()); }

ipld::Block Proposal::to_block() const {
  CborWriter writer(512);
  writer.map(12);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("kind").text(proposal_kind_name(kind));
  writer.key("text");
  if (text) {
    writer.link(*text);
  } else {
    writer.null();
  }
  writer.key("nonce").bytes(nonce);
  writer.key("scope").link(scope);
  writer.key("title").text(title);
  writer.key("quorum");
  if (quorum) {
    writer.array(2).text(quorum->unit == Quorum::Unit::ppm ? "ppm" : "heads").unsigned_integer(quorum->value);
  } else {
    writer.null();
  }
  writer.key("voting").unsigned_integer(voting_ms);
  writer.key("actions").array(actions.size());
  for (const Action& action : actions) std::visit(WriteAction{writer}, action);
  writer.key("proposer").text(proposer.to_text());
  writer.key("timelock").unsigned_integer(timelock_ms);
  writer.key("threshold");
  if (threshold) {
    writer.unsigned_integer(*threshold);
  } else {
    writer.null();
  }
  return detail::block_of(writer);
}

Result<Proposal> Proposal::from_bytes(ByteView bytes) { return detail::read_body(bytes, "proposal", read_proposal); }

}  // namespace icn::model
