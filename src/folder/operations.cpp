#include "folder/operations.hpp"

#include "backends/registry.hpp"
#include "folder/backup.hpp"
#include "folder/stores.hpp"
#include "stores/incarnation.hpp"
#include "stores/state_hash.hpp"

namespace icn::folder {

Result<api::StoreHash> hash_stores(const ports::StateReader& state, const ports::DagStore& dag) {
  const stores::StateHash hash = ICN_TRY(stores::hash_state(state, dag));
  const stores::Incarnation incarnation = ICN_TRY(stores::read_incarnation(state));
  api::StoreHash answer;
  answer.state_hash = hash.digest;
  answer.pairs = hash.pairs;
  answer.blocks = hash.blocks;
  answer.incarnation = incarnation.number;
  if (incarnation.restoration)
    answer.restored.emplace(
        api::RestorationView{incarnation.restoration->backup_made, incarnation.restoration->restored});
  return answer;
}

Result<api::Backup> back_up(const DataFolder& folder, const ports::StateStore& state, const ports::DagStore& dag,
                            model::UnixMs now, const std::filesystem::path& destination) {
  const BackupReport report = ICN_TRY(take_backup(folder, state, dag, now, destination));
  const BackupManifest& manifest = report.manifest;
  api::Backup answer;
  answer.path = report.path.string();
  answer.made = manifest.made;
  answer.node = ICN_TRY(model::Did::parse(manifest.record.node));
  answer.member = ICN_TRY(model::Did::parse(manifest.record.member));
  answer.state_hash = manifest.hash.digest;
  answer.pairs = manifest.hash.pairs;
  answer.blocks = manifest.hash.blocks;
  answer.bytes = report.bytes;
  for (const std::string& key : manifest.keys)
    answer.keys.push_back(ICN_TRY(api::parse_enum<api::KeyFile>("key file", key)));
  for (const std::string& cid : manifest.damaged) answer.damaged.push_back(ICN_TRY(ipld::Cid::parse(cid)));
  return answer;
}

void bind_operations(const DataFolder& folder, api::Slots& slots) {
  slots.bind<api::HashStores>([&folder](const api::Context&, const api::HashRequest&) -> Result<api::StoreHash> {
    const OpenStores stores = ICN_TRY(open_stores(folder));
    return hash_stores(*ICN_TRY(stores.state->snapshot()), *stores.dag);
  });
  slots.bind<api::TakeBackup>([&folder](const api::Context&, const api::BackupRequest& request) -> Result<api::Backup> {
    const OpenStores stores = ICN_TRY(open_stores(folder));
    const model::UnixMs now = ICN_TRY(backends::system::open()).clock->now();
    return back_up(folder, *stores.state, *stores.dag, now, request.destination);
  });
}

}  // namespace icn::folder
