// The commands that show how blocks are linked: ls and tree.
#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "ipld/cid_index.hpp"
#include "ipld/links.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kDepthDefault = 16;
constexpr std::uint64_t kDepthMax = 1000;

std::string_view codec_name(ipld::Codec codec) {
  switch (codec) {
    case ipld::Codec::raw:
      return "raw";
    case ipld::Codec::dag_pb:
      return "dag-pb";
    case ipld::Codec::dag_cbor:
      return "dag-cbor";
  }
  return "?";
}

struct Link {
  std::string name;
  ipld::Cid cid;
};

// A block that cannot be shown is a line of the tree and ends nothing.
enum class State : std::uint8_t { here, above, deeper, missing, corrupted };

std::string_view state_name(State state) {
  constexpr std::string_view names[] = {"here", "above", "deeper", "missing", "corrupted"};
  return names[static_cast<std::size_t>(state)];
}

// Walks below a root, each inner block once, and tells every line to `show`.
class Tree {
 public:
  struct Line {
    std::size_t depth;
    const Link& link;
    State state;
    const std::vector<bool>& last;  // by depth: whether the line's ancestors, and it, are the last of their block
  };
  using Show = std::function<Result<void>(const Line&)>;

  Tree(const ports::DagStore& store, std::size_t depth_max, Show show)
      : store_(store), depth_max_(depth_max), show_(std::move(show)) {}

  Result<void> walk(const ipld::Cid& root) {
    std::vector<Level> levels;
    levels.push_back({{{"", root}}, 0});
    while (!levels.empty()) {
      Level& level = levels.back();
      if (level.next == level.links.size()) {
        levels.pop_back();
        continue;
      }
      const Link link = std::move(level.links[level.next++]);
      last_.resize(levels.size());
      last_.back() = level.next == level.links.size();
      const std::size_t depth = levels.size() - 1;
      std::vector<Link> below;
      const State state = ICN_TRY(look(link.cid, depth, below));
      if (state == State::missing || state == State::corrupted) ++bad_;
      ICN_TRY(show_({depth, link, state, last_}));
      if (!below.empty()) levels.push_back({std::move(below), 0});
    }
    return {};
  }
  [[nodiscard]] std::uint64_t bad() const { return bad_; }

 private:
  struct Level {
    std::vector<Link> links;
    std::size_t next;
  };

  Result<State> look(const ipld::Cid& cid, std::size_t depth, std::vector<Link>& below) {
    // A raw block has nothing below it that its bytes would have to be read for.
    if (cid.codec() == ipld::Codec::raw) return ICN_TRY(store_.has(cid)) ? State::here : State::missing;
    if (seen_.find(cid)) return State::above;
    if (depth == depth_max_) return ICN_TRY(store_.has(cid)) ? State::deeper : State::missing;
    const auto block = store_.get(cid);
    if (!block && block.error().code == ErrorCode::missing_data) return State::missing;
    if (!block && block.error().code == ErrorCode::corrupted) return State::corrupted;
    if (!block) return fail(block.error());
    seen_.insert(cid);
    const auto read = ipld::for_each_link(*block, [&](std::string_view name, const ipld::Cid& to, auto) {
      below.push_back({std::string(name), to});
    });
    if (read) return State::here;
    below.clear();
    return State::corrupted;
  }

  const ports::DagStore& store_;
  const std::size_t depth_max_;
  const Show show_;
  ipld::CidIndex seen_;
  std::vector<bool> last_;
  std::uint64_t bad_ = 0;
};

std::string line_text(const Tree::Line& line) {
  std::string text;
  for (std::size_t depth = 1; depth < line.depth; ++depth) text += line.last[depth] ? "   " : "│  ";
  if (line.depth > 0) text += line.last[line.depth] ? "└─ " : "├─ ";
  if (!line.link.name.empty()) text += line.link.name + "  ";
  text += line.link.cid.to_text() + " " + std::string(codec_name(line.link.cid.codec()));
  if (line.state != State::here) text += " (" + std::string(state_name(line.state)) + ")";
  return text + "\n";
}

Json line_json(const Tree::Line& line) {
  Json json;
  json["depth"] = line.depth;
  json["name"] = line.link.name;
  json["cid"] = line.link.cid.to_text();
  json["codec"] = codec_name(line.link.cid.codec());
  json["state"] = state_name(line.state);
  return json;
}

}  // namespace

Result<Answer> dag_ls(const Invocation& invocation) {
  const ipld::Cid cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  const auto node = ICN_TRY(open_node(invocation));
  const ipld::Block block = ICN_TRY(node->state().dag_store().get(cid));
  Json json;
  json["cid"] = cid.to_text();
  json["codec"] = codec_name(cid.codec());
  json["bytes"] = block.bytes.size();
  json["links"] = Json::array();
  std::string text;
  const auto read = ipld::for_each_link(
      block, [&](std::string_view name, const ipld::Cid& to, const std::optional<std::uint64_t>& size) {
        Json link;
        link["name"] = name;
        link["cid"] = to.to_text();
        link["size"] = size ? Json(*size) : Json(nullptr);
        json["links"].push_back(std::move(link));
        std::string size_text = size ? std::to_string(*size) : "-";
        size_text.insert(0, size_text.size() < 12 ? 12 - size_text.size() : 0, ' ');
        text += to.to_text() + " " + size_text + (name.empty() ? "" : " " + std::string(name)) + "\n";
      });
  if (!read) return fail(within("block " + cid.to_text(), read.error()));
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> dag_tree(const Invocation& invocation) {
  const ipld::Cid root = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  const auto depth = ICN_TRY(invocation.number("--depth", kDepthMax));
  const auto node = ICN_TRY(open_node(invocation));
  const ports::DagStore& store = node->state().dag_store();
  ICN_TRY(store.get(root));
  Json nodes = Json::array();
  Tree tree(store, depth.value_or(kDepthDefault), [&](const Tree::Line& line) -> Result<void> {
    if (!invocation.wants_json()) return write_to(Stream::output, line_text(line));
    nodes.push_back(line_json(line));
    return {};
  });
  ICN_TRY(tree.walk(root));
  Json json;
  json["root"] = root.to_text();
  json["nodes"] = std::move(nodes);
  return Answer{dump(json), "", tree.bad() == 0 ? 0 : error_row(ErrorCode::missing_data).exit_code};
}

}  // namespace icn::cli::commands
