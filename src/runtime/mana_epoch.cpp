#include "runtime/mana_epoch.hpp"

#include "model/keys.hpp"
#include "runtime/detail/anchor.hpp"
#include "runtime/detail/world.hpp"
#include "runtime/proof.hpp"

namespace icn::runtime {
namespace {

// When the last epoch ended that is over; empty before the end of the first. An end, not a number, so that a change of
// the length makes no end twice.
std::optional<std::uint64_t> last_end(const NodeState& node) {
  const std::uint64_t opened = node.ledger().opened().value;
  const std::uint64_t length = node.scope().parameters()[model::ParameterKey::mana_epoch_secs] * 1'000;
  const std::uint64_t now = node.now().value;
  if (now < opened || now - opened < length) return std::nullopt;
  return now - (now - opened) % length;
}

// The row of the newest anchored root: be64 end of its epoch ‖ be64 sequence ‖ CID of the signed root.
struct RootRow {
  std::uint64_t end = 0;
  std::uint64_t sequence = 0;
  ipld::Cid signed_root;
};

Bytes encode(const RootRow& row) {
  Bytes bytes;
  append_be64(bytes, row.end);
  append_be64(bytes, row.sequence);
  append(bytes, row.signed_root.to_bytes());
  return bytes;
}

Result<std::optional<RootRow>> newest_row(const NodeState& node) {
  const std::optional<Bytes> bytes = ICN_TRY(node.state_store().get(model::key_of(model::keys::kManaRoot)));
  if (!bytes) return std::optional<RootRow>();
  if (bytes->size() <= 16) return fail(ErrorCode::corrupted, "the row of the newest root of mana is too short");
  auto cid = ipld::Cid::from_bytes(ByteView(*bytes).subspan(16));
  if (!cid) return fail(ErrorCode::corrupted, "the row of the newest root of mana: " + cid.error().detail);
  return std::optional(RootRow{read_be64(bytes->data()), read_be64(bytes->data() + 8), *cid});
}

// The end for which a root is due. A clock that went back makes none due.
Result<std::optional<std::uint64_t>> due_end(const NodeState& node) {
  const std::optional<std::uint64_t> end = last_end(node);
  if (!end) return end;
  const std::optional<RootRow> newest = ICN_TRY(newest_row(node));
  if (newest && (newest->end >= *end || newest->sequence == node.ledger().sequence()))
    return std::optional<std::uint64_t>();
  return end;
}

}  // namespace

Result<model::Mana> pass_on_fees(NodeState& node) {
  const model::AccountKey fees = model::AccountKey::of(model::SystemAccount::fees);
  const std::optional<std::uint64_t> end = last_end(node);
  if (!end || node.ledger().balance(fees).available().umana == 0) return model::Mana{};
  Bytes client_id;
  append_be64(client_id, *end);
  model::Transfer transfer;
  transfer.id = model::transfer_id("ICN-EPOCH-FEES-v1", node.scope().id().digest(), client_id);
  transfer.debit = fees;
  transfer.credit = model::AccountKey::of(model::SystemAccount::treasury);
  transfer.code = model::TransferCode::epoch_fees;
  if (ICN_TRY(node.ledger().find(transfer.id))) return model::Mana{};
  return node.committer().commit([&](Staging& staging) -> Result<model::Mana> {
    if (ICN_TRY(node.ledger().find(transfer.id))) return model::Mana{};
    transfer.amount = node.ledger().balance(fees).available();
    if (transfer.amount.umana == 0) return model::Mana{};
    ICN_TRY(detail::apply_transfers(node, std::span(&transfer, 1), node.now(), staging));
    detail::advance_checkpoint(node, staging);
    return transfer.amount;
  });
}

bool is_root_due(const NodeState& node) { return root_due_since(node).has_value(); }

std::optional<model::UnixMs> root_due_since(const NodeState& node) {
  const auto end = due_end(node);
  if (!end || !*end) return std::nullopt;
  return model::UnixMs{**end};
}

Result<bool> anchor_root(NodeState& node) {
  // One at a time: what the store says of the newest root is the whole truth then.
  Lock making(node.making_root());
  const std::optional<std::uint64_t> end = ICN_TRY(due_end(node));
  if (!end) return false;
  const ManaBooks books = ICN_TRY(books_now(node));
  model::SignedManaRoot signed_root;
  const ipld::Block body = books.root.to_block();
  signed_root.root = body.cid;
  signed_root.home = books.root.home;
  signed_root.signature = ICN_TRY(node.services().signer->sign(model::SignatureTag::mana_root, body.cid));
  const ipld::Block envelope = signed_root.to_block();
  const detail::Anchor anchor =
      ICN_TRY(detail::sign_anchor(node, "mana root", {{envelope.cid, "root", envelope.bytes.size()}}, books.root.time));
  ICN_TRY(node.committer().commit([&](Staging& staging) -> Result<void> {
    for (const ipld::Block* block : {&body, &envelope, &anchor.payload, &anchor.envelope}) staging.add(*block);
    const ipld::Cid root = anchor.envelope.cid;
    node.blocks().pins().put({dag::PinId::of_node(root), dag::PinMode::recursive, node.pin_time(), {}, {root}},
                             staging.batch);
    staging.batch.put(model::key_of(model::keys::kManaRoot), encode({*end, books.root.sequence, envelope.cid}));
    return {};
  }));
  return true;
}

Result<std::optional<ipld::Cid>> newest_root_cid(const NodeState& node) {
  const std::optional<RootRow> row = ICN_TRY(newest_row(node));
  return row ? std::optional(row->signed_root) : std::nullopt;
}

Result<std::optional<AnchoredRoot>> newest_root(const NodeState& node) {
  const std::optional<ipld::Cid> cid = ICN_TRY(newest_root_cid(node));
  if (!cid) return std::optional<AnchoredRoot>();
  const ipld::Block envelope = ICN_TRY(node.dag_store().get(*cid));
  const model::SignedManaRoot signed_root = ICN_TRY(model::SignedManaRoot::from_bytes(envelope.bytes));
  const ipld::Block body = ICN_TRY(node.dag_store().get(signed_root.root));
  auto root = ICN_TRY(model::ManaRoot::from_bytes(body.bytes));
  return std::optional(AnchoredRoot{*cid, std::move(root), signed_root.signature});
}

}  // namespace icn::runtime
