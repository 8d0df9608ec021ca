#include "folder/operations.hpp"

#include "backends/registry.hpp"
#include "folder/backup.hpp"
#include "folder/doctor.hpp"
#include "folder/restore.hpp"
#include "folder/store_migration.hpp"
#include "folder/stores.hpp"
#include "stores/incarnation.hpp"
#include "stores/state_hash.hpp"

namespace icn::folder {
namespace {

Result<std::vector<ipld::Cid>> parsed(const std::vector<std::string>& texts) {
  std::vector<ipld::Cid> cids;
  for (const std::string& text : texts) cids.push_back(ICN_TRY(ipld::Cid::parse(text)));
  return cids;
}

const config::KeyRow& key_of(StorePort port) {
  return config::key_row(port == StorePort::state ? config::Key::storage_state : config::Key::storage_dag);
}

Result<api::RestoredNode> restore(const Doing& doing, const api::RestoreRequest& request, const Moved& moved) {
  Restore restore;
  restore.backup = request.backup;
  restore.folder = request.data;
  if (request.state_store)
    restore.stores.state = config::Given{*request.state_store, std::string(key_of(StorePort::state).name)};
  if (request.dag_store)
    restore.stores.dag = config::Given{*request.dag_store, std::string(key_of(StorePort::dag).name)};
  restore.now = ICN_TRY(backends::system::open()).clock->now();
  restore.owner = doing.owner;
  restore.command = doing.command;
  restore.moved = moved;
  const RestoreReport report = ICN_TRY(restore_backup(restore));
  const BackupManifest& manifest = report.manifest;
  api::RestoredNode answer;
  answer.data = std::filesystem::absolute(restore.folder).string();
  answer.node = ICN_TRY(model::Did::parse(report.record.node));
  answer.member = ICN_TRY(model::Did::parse(report.record.member));
  answer.state_store = shown_url(report.record.state_store);
  answer.dag_store = shown_url(report.record.dag_store);
  answer.state_hash = manifest.hash.digest;
  answer.pairs = manifest.hash.pairs;
  answer.blocks = manifest.hash.blocks;
  answer.backup_made = manifest.made;
  answer.incarnation = report.incarnation.number;
  answer.damaged = ICN_TRY(parsed(manifest.damaged));
  return answer;
}

Result<api::MigrationDone> migrate_stores(const Doing& doing, const api::MigrationRequest& request,
                                          const Moved& moved) {
  Migration migration;
  migration.from = request.from;
  migration.to = request.to;
  migration.command = doing.command;
  migration.moved = moved;
  migration.verify = request.verify ? Verify::yes : Verify::no;
  // The requested stores may be the old or the new ones; they are compared after the move.
  DataFolder folder = ICN_TRY(DataFolder::open(request.data, doing.owner));
  api::MigrationDone answer;
  for (const MovedStore& store : ICN_TRY(migrate(folder, migration))) {
    answer.moved.push_back({store.port, shown_url(store.from), shown_url(store.to), store.copied.things,
                            store.copied.written, store.copied.removed, store.removal});
  }
  answer.verified = request.verify && !answer.moved.empty();
  for (const api::AskedStore& asked : request.asked) {
    StoresAsked stores;
    stores[asked.port] = config::Given{asked.url, asked.by};
    const auto good = key_of(asked.port).check(asked.url);
    const auto fits = good ? folder.require(stores) : Result<void>(fail(within(asked.by, good.error())));
    if (!fits && !answer.note) answer.note = fits.error().detail;
  }
  return answer;
}

api::FindingView view(Finding finding) {
  api::FindingView view;
  view.severity = finding.severity;
  if (finding.severity != Severity::note) view.error = std::string(error_row(finding.code).name);
  view.what = std::move(finding.what);
  view.where = std::move(finding.where);
  view.advice = std::move(finding.advice);
  if (!finding.rule.empty()) view.rule = std::move(finding.rule);
  if (!finding.subject.empty()) view.subject = std::move(finding.subject);
  return view;
}

api::Examination examine_folder(const api::ExaminationRequest& request) {
  Examination examination;
  examination.folder = request.data;
  api::Examination answer;
  for (const api::AskedStore& asked : request.asked) {
    if (const auto good = key_of(asked.port).check(asked.url); !good) {
      answer.findings.push_back(view({Severity::warning, good.error().code, within(asked.by, good.error()).detail,
                                      "the environment", "correct the value, or omit it"}));
    } else {
      examination.stores[asked.port] = config::Given{asked.url, asked.by};
    }
  }
  for (Finding& finding : examine(examination)) answer.findings.push_back(view(std::move(finding)));
  return answer;
}

}  // namespace

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
                            model::UnixMs now, const std::filesystem::path& destination, const Moved& moved) {
  const BackupReport report = ICN_TRY(take_backup(folder, state, dag, now, destination, moved));
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
  answer.keys = manifest.keys;
  answer.damaged = ICN_TRY(parsed(manifest.damaged));
  return answer;
}

void bind_operations(const DataFolder& folder, api::Slots& slots) {
  slots.bind<api::HashStores>([&folder](const api::Context&, const api::HashRequest&) -> Result<api::StoreHash> {
    const OpenStores stores = ICN_TRY(open_stores(folder));
    return hash_stores(*ICN_TRY(stores.state->snapshot()), *stores.dag);
  });
  slots.bind<api::TakeBackup>(
      [&folder](const api::Context& context, const api::BackupRequest& request) -> Result<api::Backup> {
        const OpenStores stores = ICN_TRY(open_stores(folder));
        const model::UnixMs now = ICN_TRY(backends::system::open()).clock->now();
        return back_up(folder, *stores.state, *stores.dag, now, request.destination, context.moved);
      });
}

void bind_whole_folder_operations(const Doing& doing, api::Slots& slots) {
  slots.bind<api::RestoreNode>([doing](const api::Context& context, const api::RestoreRequest& request) {
    return restore(doing, request, context.moved);
  });
  slots.bind<api::MigrateStores>([doing](const api::Context& context, const api::MigrationRequest& request) {
    return migrate_stores(doing, request, context.moved);
  });
  slots.bind<api::ExamineFolder>(
      [](const api::Context&, const api::ExaminationRequest& request) -> Result<api::Examination> {
        return examine_folder(request);
      });
}

}  // namespace icn::folder
