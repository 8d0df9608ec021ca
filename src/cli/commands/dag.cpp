// The commands about blocks: put, get, cat, ls, tree, stat, verify.
#include <fmt/core.h>

#include <algorithm>

#include "api/dag.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

// The bytes go to standard output as they come, or into the JSON.
template <class Read>
Result<Answer> show_bytes(const Invocation& invocation, Read read) {
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  if (!invocation.wants_json())
    context.out = [](ByteView piece) { return write_bytes(Stream::output, text_of(piece)); };
  const api::BlockBytes answer = ICN_TRY(read(context));
  return Answer{invocation.wants_json() ? api::json_text(answer) : "", "", 0};
}

// Whether the line is the last one of its depth below the same block.
bool is_last(const std::vector<api::TreeLine>& lines, std::size_t at) {
  for (std::size_t next = at + 1; next < lines.size() && lines[next].depth >= lines[at].depth; ++next)
    if (lines[next].depth == lines[at].depth) return false;
  return true;
}

std::string tree_text(const std::vector<api::TreeLine>& lines) {
  std::string text;
  std::vector<bool> last;  // by depth: whether the line's ancestors, and it, are
                           // the last of their block
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const api::TreeLine& line = lines[at];
    last.resize(line.depth);
    last.push_back(is_last(lines, at));
    for (std::size_t depth = 1; depth < line.depth; ++depth) text += last[depth] ? "   " : "│  ";
    if (line.depth > 0) text += last[line.depth] ? "└─ " : "├─ ";
    if (!line.name.empty()) text += line.name + "  ";
    text += fmt::format("{} {}", line.cid.to_text(), api::EnumNames<ipld::Codec>::name(line.codec));
    if (line.state != api::TreeState::here)
      text += fmt::format(" ({})", api::EnumNames<api::TreeState>::name(line.state));
    text += "\n";
  }
  return text;
}

}  // namespace

Result<Answer> dag_put(const Invocation& invocation) {
  const InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  const auto node = ICN_TRY(open_node(invocation));
  const Progress progress("storing the file", progress_of(invocation));
  api::Context context = node->context();
  context.in = [&](std::uint8_t* to, std::size_t size) { return file.read({to, size}); };
  const api::FileStored stored = ICN_TRY(api::put_file(context, {}));
  return Answer{api::json_text(stored), stored.cid.to_text() + "\n", 0};
}

Result<Answer> dag_get(const Invocation& invocation) {
  api::GetBlockRequest request{ICN_TRY(ipld::Cid::parse(invocation.arguments[0])), {}};
  if (const auto form = invocation.text("--as")) {
    const auto parsed = api::parse_enum<api::BlockForm>("form", *form);
    if (!parsed) return fail(within("--as", parsed.error()));
    request.as = *parsed;
  }
  return show_bytes(invocation, [&](api::Context& context) { return api::get_block(context, request); });
}

Result<Answer> dag_cat(const Invocation& invocation) {
  const api::BlockNamed request{ICN_TRY(ipld::Cid::parse(invocation.arguments[0]))};
  return show_bytes(invocation, [&](api::Context& context) { return api::cat_file(context, request); });
}

Result<Answer> dag_ls(const Invocation& invocation) {
  const api::BlockNamed request{ICN_TRY(ipld::Cid::parse(invocation.arguments[0]))};
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  const api::BlockLinks block = ICN_TRY(api::list_links(context, request));
  std::string text;
  for (const api::LinkView& link : block.links) {
    std::string size = link.size ? std::to_string(*link.size) : "-";
    size.insert(0, size.size() < 12 ? 12 - size.size() : 0, ' ');
    text += link.cid.to_text() + " " + size + (link.name.empty() ? "" : " " + link.name) + "\n";
  }
  return Answer{api::json_text(block), std::move(text), 0};
}

Result<Answer> dag_tree(const Invocation& invocation) {
  api::TreeRequest request{.cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]))};
  if (const auto depth = ICN_TRY(invocation.number("--depth", api::TreeRequest::kDepthMax))) request.depth = *depth;
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  const api::BlockTree tree = ICN_TRY(api::walk_tree(context, request));
  const bool whole = std::none_of(tree.nodes.begin(), tree.nodes.end(), [](const api::TreeLine& line) {
    return line.state == api::TreeState::missing || line.state == api::TreeState::corrupted;
  });
  return Answer{invocation.wants_json() ? api::json_text(tree) : "",
                invocation.wants_json() ? "" : tree_text(tree.nodes),
                whole ? 0 : error_row(ErrorCode::missing_data).exit_code};
}

Result<Answer> dag_stat(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  const api::StoreStat stat = ICN_TRY(api::stat_store(context, {}));
  return Answer{api::json_text(stat), grouped(stat.blocks) + " blocks, " + grouped(stat.bytes) + " bytes\n", 0};
}

Result<Answer> dag_verify(const Invocation& invocation) {
  api::VerifyRequest request;
  if (!invocation.arguments.empty()) request.cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  const auto node = ICN_TRY(open_node(invocation));
  const Progress progress("reading every block", progress_of(invocation));
  api::Context context = node->context();
  const api::BlocksVerified verified = ICN_TRY(api::verify_blocks(context, request));
  std::string text;
  for (const std::string& bad : verified.bad) text += bad + "\n";
  text += fmt::format("{} blocks OK, {} bad\n", grouped(verified.blocks), verified.bad.size());
  return Answer{api::json_text(verified), std::move(text),
                verified.bad.empty() ? 0 : error_row(ErrorCode::corrupted).exit_code};
}

}  // namespace icn::cli::commands
