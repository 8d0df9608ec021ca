#include "dag/archive.hpp"

#include <fmt/core.h>

#include <set>

#include "dag/block_batch.hpp"
#include "ipld/dag_walk.hpp"
#include "ipld/links.hpp"

namespace icn::dag {
namespace {

// What an export will write, found by reading all of it once.
struct Plan {
  std::vector<ipld::Cid> roots;
  ipld::CarExtent extent;
  std::uint64_t bytes = 0;
};

std::vector<ipld::Cid> each_once(std::span<const ipld::Cid> cids) {
  std::vector<ipld::Cid> once;
  std::set<ipld::Cid> seen;
  for (const ipld::Cid& cid : cids) {
    if (seen.insert(cid).second) once.push_back(cid);
  }
  return once;
}

// Reads everything below the roots in order.
Result<void> walk(const ports::DagStore& store, std::span<const ipld::Cid> roots,
                  const std::function<Result<void>(const ipld::Block&)>& visit) {
  ipld::DagWalk walk(roots);
  while (const auto cid = walk.next()) {
    const ipld::Block block = ICN_TRY(store.get(*cid));
    const auto links = ipld::links_of(block);
    if (!links) return fail(within("block " + cid->to_text(), links.error()));
    walk.found(*links);
    ICN_TRY(visit(block));
  }
  return {};
}

Result<Plan> plan_export(const ports::DagStore& store, std::span<const ipld::Cid> roots) {
  Plan plan;
  plan.roots = each_once(roots);
  ICN_TRY(walk(store, plan.roots, [&](const ipld::Block& block) -> Result<void> {
    plan.extent.add(block.bytes.size());
    plan.bytes += block.bytes.size();
    return {};
  }));
  return plan;
}

Result<void> check_whole(const ports::DagStore& store, const ipld::CarSource& source) {
  ipld::CarReader reader = ICN_TRY(ipld::CarReader::open(source, ports::kBlockBytesMax));
  std::set<ipld::Cid> absent(reader.roots().begin(), reader.roots().end());
  while (const auto block = ICN_TRY(reader.next())) absent.erase(block->cid);
  for (const ipld::Cid& root : absent) {
    if (ICN_TRY(store.has(root))) continue;
    return fail(ErrorCode::missing_data,
                "archive: its root " + root.to_text() + " is neither in the archive nor in the store");
  }
  return {};
}

Result<ArchiveSummary> store_all(BlockBatch& batch, const ipld::CarSource& source) {
  ipld::CarReader reader = ICN_TRY(ipld::CarReader::open(source, ports::kBlockBytesMax));
  while (auto block = ICN_TRY(reader.next())) ICN_TRY(batch.add(*std::move(block)));
  ICN_TRY(batch.finish());
  return ArchiveSummary{reader.version(), reader.roots(), batch.blocks(), batch.bytes()};
}

// Appends the outcome of the work to the error.
tl::unexpected<Error> with_words(Error error, const std::string& words) {
  error.detail += "; " + words;
  return fail(std::move(error));
}

}  // namespace

Result<ArchiveSummary> export_archive(const ports::DagStore& store, std::span<const ipld::Cid> roots,
                                      ipld::CarVersion version, const ipld::CarSink& sink) {
  const auto plan = plan_export(store, roots);
  if (!plan) return with_words(plan.error(), "nothing was exported");
  ipld::CarWriter writer = ICN_TRY(ipld::CarWriter::open(sink, version, plan->roots, plan->extent));
  ICN_TRY(walk(store, plan->roots, [&](const ipld::Block& block) { return writer.add(block); }));
  ICN_TRY(writer.finish());
  return ArchiveSummary{version, plan->roots, plan->extent.blocks, plan->bytes};
}

Result<ArchiveSummary> import_archive(ports::DagStore& store, const ipld::CarSource& source) {
  if (const auto checked = check_whole(store, source); !checked)
    return with_words(checked.error(), "nothing was imported");
  BlockBatch batch(store);
  auto summary = store_all(batch, source);
  if (summary) return summary;
  return with_words(summary.error(),
                    fmt::format("some of the first {} blocks were stored but are not referenced; import the "
                                "archive again",
                                batch.blocks()));
}

}  // namespace icn::dag
