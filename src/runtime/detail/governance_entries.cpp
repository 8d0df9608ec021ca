#include "runtime/detail/governance_entries.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "runtime/detail/governance_money.hpp"
#include "runtime/detail/regeneration.hpp"
#include "runtime/detail/spending.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime::detail {
namespace {

// What other nodes hear of at once; they read the rest in the log.
void announce(const model::SignedStatement& envelope, Staging& staging) {
  const ipld::Cid cid = envelope.to_block().cid;
  if (envelope.kind == model::StatementKind::proposal) staging.announce(model::MessageKind::proposal, cid);
  if (envelope.kind == model::StatementKind::vote) staging.announce(model::MessageKind::vote, cid);
}

// Lists show titles: one with line breaks could pass for other lines of them.
Result<void> check_title(const model::Statement& statement) {
  const auto* proposal = std::get_if<model::Proposal>(&statement);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (proposal == nullptr || std::none_of(proposal->title.begin(), proposal->title.end(), is_control)) return {};
  return refuse(ErrorCode::invalid_argument, std::string(rules::kProposalTitle),
                "The title of a proposal is one line without control characters; nothing was proposed.");
}

// The blocks that a proposal links to are stored with it: its text, one raw block.
Result<void> check_text(const NodeState& node, const PreparedStatement& prepared) {
  const auto* proposal = std::get_if<model::Proposal>(&prepared.statement);
  const std::optional<ipld::Cid> text = proposal == nullptr ? std::nullopt : proposal->text;
  for (const ipld::Block& block : prepared.blocks) {
    ICN_TRY(ports::check_block(block));
    if (text != block.cid || block.bytes.size() > kProposalTextBytesMax) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kProposalText),
                    fmt::format("The block {} is not the text of the proposal, or has more than {} bytes; nothing was "
                                "proposed.",
                                block.cid.to_text(), kProposalTextBytesMax));
    }
  }
  if (!text || !prepared.blocks.empty()) return {};
  if (text->codec() == ipld::Codec::raw && ICN_TRY(node.dag_store().has(*text))) return {};
  return refuse(ErrorCode::missing_data, std::string(rules::kProposalText),
                "The text " + text->to_text() + " of the proposal is not here; nothing was proposed.", text->to_text());
}

// Whose accounts regenerate otherwise from now on: members whose standing changed, and those frozen or thawed.
std::vector<model::Did> members_changed(const std::vector<governance::Effect>& effects, const model::Scope& before,
                                        const model::Scope& after) {
  std::vector<model::Did> members;
  for (const governance::Effect& effect : effects) {
    if (const auto* member = std::get_if<governance::MemberEffect>(&effect.what)) members.push_back(member->member);
  }
  const auto frozen_in = [](const model::Scope& scope) -> const std::vector<std::string>& {
    return scope.parameters().list(model::ParameterKey::frozen_accounts);
  };
  if (frozen_in(before) == frozen_in(after)) return members;
  for (const model::Scope* scope : {&before, &after}) {
    for (const std::string& frozen : frozen_in(*scope)) {
      if (const auto did = model::Did::parse(frozen)) members.push_back(*did);
    }
  }
  return members;
}

// A vote's fee does not count against the limits of a member's spending: it never bars from voting.
Result<void> apply_of_entry(NodeState& node, const model::LogRecord& record,
                            const std::vector<model::Transfer>& transfers, Staging& staging) {
  const model::UnixMs now = record.entry.time;
  const bool is_vote = record.admitted && std::holds_alternative<model::Vote>(record.admitted->statement);
  if (!is_vote) return spend(node, transfers, now, staging);
  return apply_transfers(node, transfers, now, staging).map([](economy::Applied) {});
}

}  // namespace

Result<void> require_clerk(const NodeState& node) {
  const model::Scope scope = node.scope();
  const model::Did& clerk = scope.clerk();
  if (clerk == node.node_did()) return check_version(node, scope);
  return refuse(ErrorCode::permission_denied, std::string(rules::kNotClerk),
                "The log of this scope is kept by the node " + clerk.to_text() +
                    ", which alone enters what members sign; nothing was done.",
                clerk.to_text());
}

Result<void> check_prepared(const NodeState& node, const PreparedStatement& prepared) {
  ICN_TRY(check_title(prepared.statement));
  return check_text(node, prepared);
}

bool EntrySigner::knows(const model::ScopeEntry& entry) const { return signatures_.contains(entry.to_block().cid); }

Result<model::LogRecord> EntrySigner::sign(model::ScopeEntry entry,
                                           std::optional<model::LogRecord::Admitted> admitted) {
  model::LogRecord record;
  record.envelope.entry = entry.to_block().cid;
  record.envelope.clerk = node_.node_did();
  const auto known = signatures_.find(record.envelope.entry);
  if (known != signatures_.end()) {
    record.envelope.signature = known->second;
  } else {
    record.envelope.signature =
        ICN_TRY(node_.services().signer->sign(model::SignatureTag::scope_entry, record.envelope.entry));
    signatures_.emplace(record.envelope.entry, record.envelope.signature);
  }
  record.entry = std::move(entry);
  record.admitted = std::move(admitted);
  return record;
}

Result<governance::Applied> make_entry(NodeState& node, const EntryDraft& entry, Durable durable) {
  EntrySigner signer(node);
  for (int tries = kSigningTries;; --tries) {
    // What is refused here is refused below, once everything before it is durable.
    if (const auto drafted = entry.draft()) ICN_TRY(signer.sign(*drafted, {}));
    const auto stage = [&](Staging& staging) -> Result<std::optional<governance::Applied>> {
      model::ScopeEntry drafted = ICN_TRY(entry.draft());
      if (tries > 0 && !signer.knows(drafted)) return std::optional<governance::Applied>();
      std::vector<model::Transfer> transfers;
      if (entry.transfers) transfers = ICN_TRY(entry.transfers());
      model::LogRecord record = ICN_TRY(signer.sign(std::move(drafted), entry.admitted));
      record.hand_over = entry.hand_over;
      governance::Applied applied = ICN_TRY(stage_entry(node, record, transfers, staging));
      for (const ipld::Block& block : entry.blocks) staging.add(block);
      return std::optional(std::move(applied));
    };
    std::optional<governance::Applied> applied =
        ICN_TRY(durable == Durable::now ? node.committer().commit(stage) : node.committer().commit_later(stage));
    if (applied) return *std::move(applied);
  }
}

Result<governance::Applied> stage_entry(NodeState& node, const model::LogRecord& record,
                                        const std::vector<model::Transfer>& transfers, Staging& staging) {
  const model::UnixMs now = record.entry.time;
  const economy::RatesOf rates_before = rates_of(node);
  const model::Scope before = node.scope();
  if (!transfers.empty()) ICN_TRY(apply_of_entry(node, record, transfers, staging));
  const auto applied = node.governance().apply(record, governance::Signatures::verified, staging.batch);
  ICN_CHECK(applied.has_value());
  // Who is suspended or leaves keeps what regenerated until then.
  accrue_before_change(node, members_changed(applied->effects, before, node.scope()), now, rates_before, staging);
  if (applied->proposal) {
    const auto closing = transfers_of_deposit(node, *applied->proposal, applied->deposit);
    ICN_CHECK(closing.empty() || apply_transfers(node, closing, now, staging).has_value());
  }
  for (ipld::Block& block : record.blocks()) staging.add(std::move(block));
  const ipld::Cid envelope = record.envelope.to_block().cid;
  std::vector<ipld::Cid> roots{envelope};
  if (record.admitted) roots.push_back(record.admitted->envelope.to_block().cid);
  node.blocks().pins().put(
      {dag::PinId::of_node(envelope), dag::PinMode::recursive, node.pin_time(), {}, std::move(roots)}, staging.batch);
  if (record.admitted) announce(record.admitted->envelope, staging);
  advance_checkpoint(node, staging);
  return *applied;
}

}  // namespace icn::runtime::detail
