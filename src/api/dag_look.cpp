// Reads the links of blocks and verifies blocks: ls, tree, verify.
#include "api/dag.hpp"
#include "api/detail/derive.hpp"
#include "ipld/cid_index.hpp"
#include "ipld/dag_walk.hpp"
#include "ipld/links.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

// Walks the DAG below a root and opens each inner block once.
class TreeWalk {
 public:
  TreeWalk(const ports::DagStore& store, std::uint64_t depth_max) : store_(store), depth_max_(depth_max) {}

  Result<std::vector<TreeLine>> walk(const ipld::Cid& root) {
    std::vector<TreeLine> lines;
    std::vector<Level> levels;
    levels.push_back({{{"", root, {}}}, 0});
    while (!levels.empty()) {
      Level& level = levels.back();
      if (level.next == level.links.size()) {
        levels.pop_back();
        continue;
      }
      LinkView link = std::move(level.links[level.next++]);
      const std::size_t depth = levels.size() - 1;
      std::vector<LinkView> below;
      const TreeState state = ICN_TRY(look(link.cid, depth, below));
      lines.push_back({depth, std::move(link.name), link.cid, link.cid.codec(), state});
      if (!below.empty()) levels.push_back({std::move(below), 0});
    }
    return lines;
  }

 private:
  struct Level {
    std::vector<LinkView> links;
    std::size_t next;
  };

  Result<TreeState> look(const ipld::Cid& cid, std::size_t depth, std::vector<LinkView>& below) {
    // A raw block has no links, so its bytes need not be read.
    if (cid.codec() == ipld::Codec::raw) return ICN_TRY(store_.has(cid)) ? TreeState::here : TreeState::missing;
    if (seen_.find(cid)) return TreeState::above;
    if (depth == depth_max_) return ICN_TRY(store_.has(cid)) ? TreeState::deeper : TreeState::missing;
    const auto block = store_.get(cid);
    if (!block && block.error().code == ErrorCode::missing_data) return TreeState::missing;
    if (!block && block.error().code == ErrorCode::corrupted) return TreeState::corrupted;
    if (!block) return fail(block.error());
    seen_.insert(cid);
    const auto read = ipld::for_each_link(*block, [&](std::string_view name, const ipld::Cid& to, auto) {
      below.push_back({std::string(name), to, {}});
    });
    if (read) return TreeState::here;
    below.clear();
    return TreeState::corrupted;
  }

  const ports::DagStore& store_;
  const std::uint64_t depth_max_;
  ipld::CidIndex seen_;
};

Result<void> check_block(const ports::DagStore& store, const ipld::Cid& cid, BlocksVerified& checked,
                         std::vector<ipld::Cid>* links) {
  auto block = store.get(cid);
  if (!block && (block.error().code == ErrorCode::corrupted || block.error().code == ErrorCode::missing_data)) {
    checked.bad.push_back(block.error().detail);
    return {};
  }
  if (!block) return fail(block.error());
  ++checked.blocks;
  checked.bytes += block->bytes.size();
  auto found = ipld::links_of(*block);
  if (!found) {
    checked.bad.push_back("block " + cid.to_text() + ": " + found.error().detail);
  } else if (links != nullptr) {
    *links = *std::move(found);
  }
  return {};
}

Result<BlocksVerified> check_reachable(const ports::DagStore& store, const ipld::Cid& root) {
  BlocksVerified checked;
  ipld::DagWalk walk({&root, 1});
  while (const auto cid = walk.next()) {
    std::vector<ipld::Cid> links;
    ICN_TRY(check_block(store, *cid, checked, &links));
    walk.found(links);
  }
  return checked;
}

// Page by page, because nothing else may read the store during for_each().
Result<BlocksVerified> check_all(const ports::DagStore& store) {
  constexpr std::size_t page_blocks = 1024;
  BlocksVerified checked;
  std::optional<ipld::Cid> after;
  for (;;) {
    std::vector<ipld::Cid> page;
    ICN_TRY(store.for_each(after, [&](const ipld::Cid& cid, std::uint64_t) {
      page.push_back(cid);
      return page.size() < page_blocks;
    }));
    for (const ipld::Cid& cid : page) ICN_TRY(check_block(store, cid, checked, nullptr));
    if (page.size() < page_blocks) return checked;
    after = page.back();
  }
}

}  // namespace

std::string_view EnumNames<ipld::Codec>::name(ipld::Codec codec) {
  return codec == ipld::Codec::raw ? "raw" : codec == ipld::Codec::dag_pb ? "dag-pb" : "dag-cbor";
}

std::string_view EnumNames<TreeState>::name(TreeState state) {
  constexpr std::string_view names[] = {"here", "above", "deeper", "missing", "corrupted"};
  return names[static_cast<std::size_t>(state)];
}

Result<BlockTree> walk_tree(Context& context, const TreeRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const ipld::Cid cid = ICN_TRY(runtime::find_block(node, request.cid));
  ICN_TRY(node.dag_store().get(cid));
  auto walked = ICN_TRY(TreeWalk(node.dag_store(), request.depth).walk(cid));
  return BlockTree{cid, std::move(walked)};
}

Result<BlocksVerified> verify_blocks(Context& context, const VerifyRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  if (!request.cid) return check_all(node.dag_store());
  return check_reachable(node.dag_store(), ICN_TRY(runtime::find_block(node, *request.cid)));
}

template struct Shape<TreeRequest>;
template struct Shape<BlockTree>;
template struct Shape<VerifyRequest>;
template struct Shape<BlocksVerified>;

}  // namespace icn::api
