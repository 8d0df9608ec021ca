#include "api/dag.hpp"

#include "api/dag_folders.hpp"
#include "api/detail/derive.hpp"
#include "api/detail/files.hpp"
#include "dag/archive.hpp"
#include "dag/block_batch.hpp"
#include "ipld/links.hpp"
#include "ipld/unixfs.hpp"
#include "runtime/blocks.hpp"

namespace icn::api {
namespace {

Result<const ports::DagStore*> store_of(const Context& context) { return &ICN_TRY(node_of(context))->dag_store(); }

Result<ipld::Cid> block_of(const Context& context, const std::string& name) {
  return runtime::find_block(*ICN_TRY(node_of(context)), name);
}

Result<model::Did> caller_of(const Context& context) {
  if (!context.caller) return fail(ErrorCode::permission_denied, "this operation needs a caller; nothing was changed");
  return *context.caller;
}

PinView view_of(const dag::Pin& pin) {
  return {pin.id.kind, pin.id.holder_text(), pin.mode, pin.made, pin.until, pin.roots};
}

template <class Answer>
void fill(Answer& answer, const dag::ArchiveSummary& summary) {
  answer.roots = summary.roots;
  answer.car_version = static_cast<std::uint8_t>(summary.version);
  answer.blocks = summary.blocks;
  answer.bytes = summary.bytes;
}

}  // namespace

Result<FileStored> put_file(Context& context, const NoFields&) {
  const model::Did by = ICN_TRY(caller_of(context));
  runtime::BlockIntake intake(*ICN_TRY(node_of(context)));
  dag::BlockBatch batch(intake);
  ipld::FileBuilder builder([&](ipld::Block block) { return batch.add(std::move(block)); });
  FileStored answer;
  Bytes piece(256 * 1024);
  while (context.in) {
    const std::size_t got = ICN_TRY(context.in(piece.data(), piece.size()));
    if (got == 0) break;
    answer.bytes += got;
    ICN_TRY(builder.write(ByteView(piece).first(got)));
  }
  answer.cid = ICN_TRY(builder.finish());
  ICN_TRY(batch.finish());
  ICN_TRY(intake.finish({answer.cid}, by, {}));
  answer.blocks = batch.blocks();
  return answer;
}

Result<BlockBytes> get_block(Context& context, const GetBlockRequest& request) {
  const ports::DagStore& store = *ICN_TRY(store_of(context));
  const ipld::Cid cid = ICN_TRY(resolve_path(store, ICN_TRY(block_of(context, request.cid)), request.path));
  if (!request.as && cid.codec() == ipld::Codec::dag_pb) return read_file_to(context, store, cid);
  const ipld::Block block = ICN_TRY(store.get(cid));
  BlockBytes answer{cid, block.bytes.size(), {}};
  if (request.as == BlockForm::dag_json) {
    const auto json = ipld::dag_json_of(block);
    if (!json) return fail(within("block " + cid.to_text(), json.error()));
    if (context.out) ICN_TRY(context.out(icn::view_of(*json + "\n")));
  } else if (context.out) {
    ICN_TRY(context.out(block.bytes));
  }
  if (!context.out) answer.hex = block.bytes;
  return answer;
}

Result<StoreStat> stat_store(Context& context, const NoFields&) {
  const ports::DagStore& store = *ICN_TRY(store_of(context));
  const ports::DagStatistics statistics = ICN_TRY(store.statistics());
  return StoreStat{statistics.blocks, statistics.bytes, std::string(store.descriptor().name)};
}

Result<PinMade> pin_block(Context& context, const PinRequest& request) {
  runtime::TimeToLive lives;
  if (request.ttl_s) lives.ms = *request.ttl_s * 1'000;
  const auto mode = request.recursive ? dag::PinMode::recursive : dag::PinMode::direct;
  const ipld::Cid cid = ICN_TRY(block_of(context, request.cid));
  const runtime::PinnedBlock pinned =
      ICN_TRY(runtime::pin_block(*ICN_TRY(node_of(context)), ICN_TRY(caller_of(context)), cid, mode, lives));
  return PinMade{cid, mode, pinned.blocks, pinned.until};
}

Result<PinsReleased> unpin(Context& context, const UnpinRequest& request) {
  PinsReleased answer;
  for (const dag::Pin& pin :
       ICN_TRY(runtime::unpin(*ICN_TRY(node_of(context)), ICN_TRY(caller_of(context)), request.name)))
    answer.unpinned.push_back(view_of(pin));
  return answer;
}

Result<PinPage> list_pins(Context& context, const PinsRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const dag::PinPage page = ICN_TRY(node.blocks().pins().list(request.after, request.count));
  PinPage answer;
  for (const dag::Pin& pin : page.pins) answer.pins.push_back(view_of(pin));
  answer.next_after = page.after;
  return answer;
}

Result<Collected> collect_garbage(Context& context, const CollectRequest& request) {
  struct Listed {
    ipld::Cid cid;
    std::uint64_t bytes;
    std::size_t cause;
  };
  std::vector<Listed> listed;
  runtime::GarbageOptions options;
  options.sweep.mode = request.dry_run ? dag::SweepMode::look : dag::SweepMode::remove;
  options.reasons = request.dry_run ? runtime::GarbageOptions::Reasons::yes : runtime::GarbageOptions::Reasons::no;
  if (request.dry_run) {
    options.sweep.on_block = [&](const ipld::Cid& cid, std::uint64_t bytes, std::size_t cause) {
      if (listed.size() < request.count) listed.push_back({cid, bytes, cause});
    };
  }
  runtime::NodeState& node = *ICN_TRY(node_of(context));
  const bool resets = request.reset_times && !request.dry_run;
  const std::uint64_t reset_pins = resets ? ICN_TRY(runtime::reset_pin_times(node)) : 0;
  const runtime::GarbageReport report = ICN_TRY(runtime::collect_garbage(node, options));
  const dag::CollectionReport& found = report.collection;
  Collected answer{.dry_run = request.dry_run,
                   .pins = {found.pins[0], found.pins[1], found.pins[2], found.pins[3]},
                   .ended_pins = found.ended_pins,
                   .reset_pins = reset_pins,
                   .kept_blocks = found.kept_blocks,
                   .kept_bytes = found.kept_bytes,
                   .removed_blocks = found.removed_blocks,
                   .removed_bytes = found.removed_bytes,
                   .missing_blocks = found.missing_blocks,
                   .opaque_blocks = found.opaque_blocks,
                   .causes = {},
                   .listed = {},
                   .quota_bytes = report.quota_bytes,
                   .open_to_new_bytes = report.open_to_new_bytes};
  static_assert(dag::kPinKinds ==
                std::array{dag::PinKind::job, dag::PinKind::lease, dag::PinKind::member, dag::PinKind::node});
  for (const auto& cause : found.causes) answer.causes.push_back({cause.why, cause.blocks, cause.bytes});
  for (const Listed& one : listed) answer.listed.push_back({one.cid, one.bytes, found.causes[one.cause].why});
  return answer;
}

Result<ArchiveExported> export_archive(Context& context, const ExportRequest& request) {
  const auto version = request.car_version == 1 ? ipld::CarVersion::v1 : ipld::CarVersion::v2;
  const auto sink = [&](ByteView piece) { return context.out ? context.out(piece) : Result<void>(); };
  std::vector<ipld::Cid> roots;
  for (const std::string& name : request.roots) roots.push_back(ICN_TRY(block_of(context, name)));
  const dag::ArchiveSummary summary = ICN_TRY(dag::export_archive(*ICN_TRY(store_of(context)), roots, version, sink));
  ArchiveExported answer;
  fill(answer, summary);
  return answer;
}

Result<ArchiveImported> import_archive(Context& context, const NoFields&) {
  const model::Did by = ICN_TRY(caller_of(context));
  if (!context.in_at) return fail(ErrorCode::invalid_argument, "the request has no archive; nothing was stored");
  runtime::BlockIntake intake(*ICN_TRY(node_of(context)));
  const dag::ArchiveSummary summary = ICN_TRY(dag::import_archive(intake, context.in_at));
  // Pins the roots with everything below them that is stored, until they are unpinned; an archive may hold only part of
  // a DAG.
  ICN_TRY(intake.finish(summary.roots, by, {}));
  ArchiveImported answer;
  fill(answer, summary);
  return answer;
}

template struct Shape<NoFields>;
template struct Shape<BlockNamed>;
template struct Shape<FileStored>;
template struct Shape<GetBlockRequest>;
template struct Shape<BlockBytes>;
template struct Shape<StoreStat>;
template struct Shape<PinRequest>;
template struct Shape<PinMade>;
template struct Shape<UnpinRequest>;
template struct Shape<PinsReleased>;
template struct Shape<PinsRequest>;
template struct Shape<PinPage>;
template struct Shape<CollectRequest>;
template struct Shape<Collected>;
template struct Shape<ExportRequest>;
template struct Shape<ArchiveExported>;
template struct Shape<ArchiveImported>;

}  // namespace icn::api
