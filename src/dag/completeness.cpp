#include "dag/completeness.hpp"

#include "dag/detail/cid_set.hpp"
#include "ipld/links.hpp"
#include "model/keys.hpp"

namespace icn::dag {
namespace {

Bytes key_of_root(const ipld::Cid& root) { return model::key_of(model::keys::kDagComplete, root.to_bytes()); }

}  // namespace

Result<bool> Completeness::recorded(const ipld::Cid& root) const {
  return ICN_TRY(store_.get(key_of_root(root))).has_value();
}

void Completeness::record(const ipld::Cid& root, ports::Batch& batch) {
  if (root.codec() != ipld::Codec::raw) batch.put(key_of_root(root), {});
}

void Completeness::erase(const ipld::Cid& root, ports::Batch& batch) { batch.erase(key_of_root(root)); }

Result<std::vector<ipld::Cid>> Completeness::not_kept(const std::function<bool(const ipld::Cid&)>& keeps) const {
  std::vector<ipld::Cid> lost;
  const Bytes begin = model::key_of(model::keys::kDagComplete);
  const auto visit = [&](ByteView key, ByteView) -> Result<bool> {
    const Result<ipld::Cid> root = ipld::Cid::from_bytes(key.subspan(begin.size()));
    if (!root) {
      return fail(ErrorCode::corrupted, "The state store has no valid root under the key " + to_hex(key) + ".");
    }
    if (!keeps(*root)) lost.push_back(*root);
    return true;
  };
  ICN_TRY(ports::scan_each(store_, begin, model::end_of(model::keys::kDagComplete), visit));
  return lost;
}

Result<Walked> require_whole(const ports::DagStore& store, const ipld::Cid& root, const WalkBounds& bounds) {
  detail::CidSet seen;
  Walked walked;
  std::vector<ipld::Cid> open{root};
  while (!open.empty()) {
    const ipld::Cid cid = open.back();
    open.pop_back();
    if (!seen.insert(cid)) continue;
    if (bounds.before_each) ICN_TRY(bounds.before_each());
    if (++walked.blocks > bounds.blocks_max || walked.bytes > bounds.bytes_max) {
      return refuse(ErrorCode::limit_exceeded, "max_walk",
                    "more than " + std::to_string(bounds.blocks_max) + " blocks or " +
                        std::to_string(bounds.bytes_max) + " bytes can be reached from " + root.to_text(),
                    root.to_text());
    }
    if (cid.codec() == ipld::Codec::raw) {
      if (ICN_TRY(store.has(cid))) continue;
      return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
    }
    const ipld::Block block = ICN_TRY(store.get(cid));
    walked.bytes += block.bytes.size();
    const auto links = ipld::links_of(block);
    if (!links) return fail(within("block " + cid.to_text(), links.error()));
    for (const ipld::Cid& link : *links) {
      if (!seen.contains(link)) open.push_back(link);
    }
  }
  return walked;
}

}  // namespace icn::dag
