// Blocks: a run may read its inputs, the blocks it has put, and the declared roots with everything reachable from them;
// the links of blocks already read prove reachability.
#include "abi/detail/icn_calls.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"

namespace icn::abi::calls {
namespace {

constexpr std::size_t kPutBytesMax = 1024 * 1024;

// A structured block is parsed item by item; the smallest item has one byte.
Result<void> charge_items(CallScope& call, std::uint64_t bytes) {
  constexpr std::uint64_t more_than_a_byte = 15;
  return call.charge_bytes(more_than_a_byte * bytes);
}

void fill_roots(RunData& data) {
  for (const ipld::Cid& cid : data.in.job.inputs) data.reachable.insert(cid);
  for (const model::ReadKey& key : data.in.job.reads) {
    if (key.kind != model::ReadKind::dag) continue;
    if (const auto root = ipld::Cid::parse(key.subject)) data.reachable.insert(*root);
  }
}

// Records the links of a served block. A foreign block that violates its codec has none.
Result<void> follow_links(CallScope& call, const ipld::Block& block) {
  if (block.cid.codec() == ipld::Codec::raw) return {};
  ICN_TRY(call.work(block.bytes.size()));
  RunData& data = call.data();
  std::vector<ipld::Cid> links;
  if (block.cid.codec() == ipld::Codec::dag_cbor) {
    if (auto found = ipld::links_of_dag_cbor(block.bytes)) links = *std::move(found);
  } else if (block.cid.codec() == ipld::Codec::dag_pb) {
    if (auto node = ipld::parse_file_node(block)) {
      for (const ipld::FileNode::Child& child : node->children) links.push_back(child.cid);
    }
  }
  if (links.size() > kReachableMax - std::min(kReachableMax, data.reachable.size())) {
    return refuse(ErrorCode::limit_exceeded, "reachable_blocks_max",
                  "the blocks read link to more than " + std::to_string(kReachableMax) + " others");
  }
  data.reachable.insert(links.begin(), links.end());
  return {};
}

// A block that the run may read: its length is known, its bytes are not read yet.
struct Readable {
  ipld::Cid cid;
  std::uint64_t bytes = 0;
  const ipld::Block* own = nullptr;  // put by this run
};

tl::unexpected<Error> lost_block(CallScope& call, const ipld::Cid& cid, Error why) {
  return call.lost(within("block " + cid.to_text(), std::move(why)));
}

Result<ipld::Cid> cid_in(std::string_view text) {
  auto parsed = ipld::Cid::parse(text);
  if (!parsed) return fail(ErrorCode::invalid_argument, "CID: " + parsed.error().detail);
  return *parsed;
}

// Errors: not_declared; if a declared block is missing, the run is lost.
Result<Readable> find_readable(CallScope& call, const ipld::Cid& cid) {
  RunData& data = call.data();
  if (const auto own = data.own_blocks.find(cid); own != data.own_blocks.end()) {
    const ipld::Block& block = data.blocks[own->second];
    return Readable{cid, block.bytes.size(), &block};
  }
  if (data.reachable.empty()) fill_roots(data);
  if (!data.reachable.contains(cid)) {
    return fail(ErrorCode::not_declared,
                "block " + cid.to_text() +
                    " is not an input, was not put by this run, and no declared root is known to reach it");
  }
  if (!data.in.blocks.length) return call.lost(Error{ErrorCode::infrastructure, "no blocks can be read here"});
  auto bytes = data.in.blocks.length(cid);
  if (!bytes) return lost_block(call, cid, std::move(bytes).error());
  if (!*bytes) return lost_block(call, cid, Error{ErrorCode::missing_data, "it is not in the store"});
  return Readable{cid, **bytes, nullptr};
}

// Reads a block that is paid for. The run is lost if the bytes do not match the CID and length.
Result<ipld::Block> read_paid(CallScope& call, const Readable& found) {
  if (found.own != nullptr) return *found.own;
  ICN_TRY(call.work(found.bytes));
  auto block = call.data().in.blocks.get(found.cid);
  if (!block) return lost_block(call, found.cid, std::move(block).error());
  if (block->cid != found.cid || block->bytes.size() != found.bytes || !block->holds())
    return lost_block(call, found.cid, Error{ErrorCode::corrupted, "its bytes do not match its CID"});
  return *std::move(block);
}

}  // namespace

Result<ipld::Block> readable_block(CallScope& call, const ipld::Cid& cid) {
  const Readable found = ICN_TRY(find_readable(call, cid));
  ICN_TRY(call.charge_bytes(found.bytes));
  return read_paid(call, found);
}

Result<Register> dag_put_block(CallScope& call, std::uint32_t codec, GuestBytes bytes) {
  if (bytes.view.size() > kPutBytesMax) {
    return refuse(
        ErrorCode::limit_exceeded, "put_bytes_max",
        "a block of " + std::to_string(bytes.view.size()) + " bytes, at most " + std::to_string(kPutBytesMax));
  }
  ICN_TRY(call.work(2 * bytes.view.size()));
  if (codec == static_cast<std::uint32_t>(ipld::Codec::dag_cbor)) {
    ICN_TRY(charge_items(call, bytes.view.size()));
    ICN_TRY(ipld::validate_dag_cbor(bytes.view));
  } else if (codec != static_cast<std::uint32_t>(ipld::Codec::raw)) {
    return fail(ErrorCode::unsupported, "codec " + std::to_string(codec) + ", expected 85 (raw) or 113 (dag-cbor)");
  }
  RunData& data = call.data();
  const ipld::Cid cid = ipld::Cid::of(static_cast<ipld::Codec>(codec), bytes.view);
  if (!data.own_blocks.contains(cid)) {
    ICN_TRY(call.add_block(ipld::Block{cid, copy_of(bytes.view)}, model::PutBlockEffect{cid}));
    data.own_blocks.emplace(cid, data.blocks.size() - 1);
  }
  return call.answer(view_of(cid.to_text()));
}

Result<Register> dag_get_block(CallScope& call, GuestStr cid) {
  const Readable found = ICN_TRY(find_readable(call, ICN_TRY(cid_in(cid.text))));
  ICN_TRY(call.charge_bytes(found.bytes));
  const bool has_links = found.own == nullptr && found.cid.codec() != ipld::Codec::raw;
  if (has_links) ICN_TRY(charge_items(call, found.bytes));
  const ipld::Block block = ICN_TRY(read_paid(call, found));
  const Register answered = ICN_TRY(call.answer(block.bytes, found.bytes));
  if (has_links) ICN_TRY(follow_links(call, block));
  return answered;
}

Result<Register> anchor_receipt(CallScope& call, GuestStr cid) {
  const ipld::Block block = ICN_TRY(readable_block(call, ICN_TRY(cid_in(cid.text))));
  const model::SignedReceipt receipt = ICN_TRY(model::SignedReceipt::from_bytes(block.bytes));
  ICN_TRY(model::verify(model::SignatureTag::receipt, receipt.receipt, receipt.executor, receipt.signature));
  ICN_TRY(call.add_effect(model::AnchorReceiptEffect{block.cid}));
  return call.answer(view_of(block.cid.to_text()));
}

}  // namespace icn::abi::calls
