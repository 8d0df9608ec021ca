// The commands that copy a whole node: backup and restore.
#include <fmt/core.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

Answer answer_of(const api::Backup& backup) {
  std::string text = "backup      " + backup.path + "\nmade        " + time_text(backup.made) + "\nstate       " +
                     grouped(backup.pairs) + " pairs\nblocks      " + grouped(backup.blocks) + "\nbytes       " +
                     grouped(backup.bytes) + "\nstate hash  " + to_hex(backup.state_hash) + "\n";
  for (const ipld::Cid& cid : backup.damaged)
    text += "omitted: the block " + cid.to_text() + " is damaged in this node's store\n";
  text += "It holds the key files: protect it like the node. `icn --data NEW restore " + backup.path +
          "` creates a node from it.\n";
  return {api::json_text(backup), std::move(text),
          backup.damaged.empty() ? 0 : error_row(ErrorCode::corrupted).exit_code};
}

}  // namespace

Result<Answer> backup(const Invocation& invocation) {
  const api::BackupRequest request{std::filesystem::absolute(invocation.arguments[0]).string()};
  return answer_of(ICN_TRY(on_folder<api::TakeBackup>(invocation, request, "copying the node")));
}

Result<Answer> restore(const Invocation& invocation) {
  const std::filesystem::path path = ICN_TRY(data_path(invocation));
  const folder::StoresAsked stores = stores_asked(ICN_TRY(configuration(invocation)));
  api::RestoreRequest request;
  request.backup = std::filesystem::absolute(invocation.arguments[0]).string();
  request.data = path.string();
  if (stores.state) request.state_store = stores.state->value;
  if (stores.dag) request.dag_store = stores.dag->value;
  const api::RestoredNode node = ICN_TRY(on_whole_folder<api::RestoreNode>(
      invocation, request, "restoring the node", "icn --data " + request.data + " restore " + request.backup));
  std::string text = fmt::format(
      "Restored node {} in {} as of {}.\nstate       {} pairs in {}\nblocks      {} in "
      "{}\nstate hash  {}\nincarnation {}\n",
      node.node.to_text(), request.data, time_text(node.backup_made), grouped(node.pairs), node.state_store,
      grouped(node.blocks), node.dag_store, to_hex(node.state_hash), node.incarnation);
  for (const ipld::Cid& cid : node.damaged) text += "missing: the block " + cid.to_text() + " was already damaged\n";
  text += "Never run it together with the original node: both would sign with the same keys.\n";
  return Answer{api::json_text(node), std::move(text), 0};
}

}  // namespace icn::cli::commands
