// The commands that copy a node as a whole: backup and restore.
#include <nlohmann/json.hpp>

#include "backends/registry.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "folder/restore.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

Answer answer_of(const api::Backup& backup) {
  std::string text = "backup      " + backup.path + "\nmade        " + time_text(backup.made) + "\nstate       " +
                     grouped(backup.pairs) + " pairs\nblocks      " + grouped(backup.blocks) + "\nbytes       " +
                     grouped(backup.bytes) + "\nstate hash  " + to_hex(backup.state_hash) + "\n";
  for (const ipld::Cid& cid : backup.damaged)
    text += "left out: the block " + cid.to_text() + " is damaged in this node's store\n";
  text += "It holds the key files: keep it as safe as the node. `icn --data NEW restore " + backup.path +
          "` makes a node of it.\n";
  return {api::json_text(backup), std::move(text),
          backup.damaged.empty() ? 0 : error_row(ErrorCode::corrupted).exit_code};
}

Result<model::UnixMs> this_moment() { return ICN_TRY(backends::system::open()).clock->now(); }

}  // namespace

Result<Answer> backup(const Invocation& invocation) {
  const api::BackupRequest request{std::filesystem::absolute(invocation.arguments[0]).string()};
  return answer_of(ICN_TRY(on_folder<api::TakeBackup>(invocation, request)));
}

Result<Answer> restore(const Invocation& invocation) {
  folder::Restore restore;
  restore.backup = std::filesystem::absolute(invocation.arguments[0]);
  restore.folder = ICN_TRY(data_path(invocation));
  restore.stores = ICN_TRY(stores_asked(invocation));
  restore.now = ICN_TRY(this_moment());
  restore.owner = "icn restore";
  restore.command = "icn --data " + restore.folder.string() + " restore " + restore.backup.string();
  const folder::RestoreReport report = ICN_TRY(folder::restore_backup(restore));
  const folder::BackupManifest& manifest = report.manifest;
  Json json;
  json["data"] = std::filesystem::absolute(restore.folder).string();
  json["node"] = report.record.node;
  json["member"] = report.record.member;
  json["state_store"] = folder::shown_url(report.record.state_store);
  json["dag_store"] = folder::shown_url(report.record.dag_store);
  json["state_hash"] = to_hex(manifest.hash.digest);
  json["pairs"] = manifest.hash.pairs;
  json["blocks"] = manifest.hash.blocks;
  json["backup_made"] = time_text(manifest.made);
  json["incarnation"] = report.incarnation.number;
  json["damaged"] = manifest.damaged;
  std::string text = "The node " + report.record.node + " lives in " + restore.folder.string() + " as it was at " +
                     time_text(manifest.made) + ".\nstate       " + grouped(manifest.hash.pairs) + " pairs in " +
                     folder::shown_url(report.record.state_store) + "\nblocks      " + grouped(manifest.hash.blocks) +
                     " in " + folder::shown_url(report.record.dag_store) + "\nstate hash  " +
                     to_hex(manifest.hash.digest) + "\nincarnation " + std::to_string(report.incarnation.number) + "\n";
  for (const std::string& cid : manifest.damaged) text += "missing: the block " + cid + " was damaged already\n";
  text += "Never run it beside the node that the backup is of: both would sign with the same keys.\n";
  return Answer{dump(json), std::move(text), 0};
}

}  // namespace icn::cli::commands
