// The commands on blocks: tree, stat, verify.
#include <fmt/core.h>

#include <algorithm>

#include "api/dag.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

// Whether the line is the last one of its depth below the same block.
bool is_last(const std::vector<api::TreeLine>& lines, std::size_t at) {
  for (std::size_t next = at + 1; next < lines.size() && lines[next].depth >= lines[at].depth; ++next)
    if (lines[next].depth == lines[at].depth) return false;
  return true;
}

std::string tree_text(const std::vector<api::TreeLine>& lines, const Look& look) {
  std::string text;
  std::vector<bool> last;  // by depth: whether the line and its ancestors are the last of their block
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const api::TreeLine& line = lines[at];
    last.resize(line.depth);
    last.push_back(is_last(lines, at));
    for (std::size_t depth = 1; depth < line.depth; ++depth) text += last[depth] ? "   " : "│  ";
    if (line.depth > 0) text += last[line.depth] ? "└─ " : "├─ ";
    if (!line.name.empty()) text += line.name + "  ";
    text += fmt::format("{} {}", id_text(line.cid, look), api::EnumNames<ipld::Codec>::name(line.codec));
    if (line.state != api::TreeState::here)
      text += fmt::format(" ({})", api::EnumNames<api::TreeState>::name(line.state));
    text += "\n";
  }
  return text;
}

}  // namespace

Result<Answer> dag_tree(const Invocation& invocation) {
  api::TreeRequest request{.cid = invocation.arguments[0]};
  if (const auto depth = ICN_TRY(invocation.number("--depth", api::TreeRequest::kDepthMax))) request.depth = *depth;
  const api::BlockTree tree = ICN_TRY(on_node<&api::walk_tree>(invocation, request));
  const bool whole = std::none_of(tree.nodes.begin(), tree.nodes.end(), [](const api::TreeLine& line) {
    return line.state == api::TreeState::missing || line.state == api::TreeState::corrupted;
  });
  return Answer{invocation.wants_json() ? api::json_text(tree) : "",
                invocation.wants_json() ? "" : tree_text(tree.nodes, output_look()),
                whole ? 0 : error_row(ErrorCode::missing_data).exit_code};
}

Result<Answer> dag_stat(const Invocation& invocation) {
  const api::StoreStat stat = ICN_TRY(on_node<&api::stat_store>(invocation, {}));
  return Answer{api::json_text(stat), grouped(stat.blocks) + " blocks, " + grouped(stat.bytes) + " bytes\n", 0};
}

Result<Answer> dag_verify(const Invocation& invocation) {
  api::VerifyRequest request;
  if (!invocation.arguments.empty()) request.cid = invocation.arguments[0];
  Work work(invocation, "reading every block");
  const api::BlocksVerified verified =
      ICN_TRY(on_node<&api::verify_blocks>(invocation, request, [&](api::Context&) { work.begin(); }));
  std::string text;
  for (const std::string& bad : verified.bad) text += bad + "\n";
  text += fmt::format("{} blocks OK, {} bad\n", grouped(verified.blocks), verified.bad.size());
  return Answer{api::json_text(verified), std::move(text),
                verified.bad.empty() ? 0 : error_row(ErrorCode::corrupted).exit_code};
}

}  // namespace icn::cli::commands
