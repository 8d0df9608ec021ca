#include "runtime/detail/pinning.hpp"

#include <algorithm>

#include "model/transcript.hpp"

namespace icn::runtime::detail {
namespace {

// The most roots of an ended job: the roots that it declared to read, the chunks of its transcript, the anchors of the
// jobs above it and of its effects, and its own.
static_assert(model::kLimitTable.back().name == "max_observations");
constexpr std::size_t kReadsMax = model::kLimitTable.back().ceiling;
static_assert(kReadsMax + model::kTranscriptChunksKept + kAuthorityDepthMax + model::kEffectsMax + 2 <=
              dag::kPinRootsMax);

model::UnixMs plus(model::UnixMs time, std::uint64_t ms) {
  return model::UnixMs{time.value + std::min(ms, UINT64_MAX - time.value)};
}

}  // namespace

std::vector<ipld::Cid> roots_read(const model::Job& job) {
  std::vector<ipld::Cid> roots;
  for (const model::ReadKey& key : job.reads) {
    if (key.kind != model::ReadKind::dag) continue;
    if (const Result<ipld::Cid> root = ipld::Cid::parse(key.subject)) roots.push_back(*root);
  }
  return roots;
}

Result<std::vector<ipld::Cid>> anchors_above(const NodeState& node, const jobs::JobRecord& record) {
  std::vector<ipld::Cid> anchors;
  std::optional<model::JobId> up = record.parent;
  while (up && anchors.size() < kAuthorityDepthMax) {
    const std::optional<jobs::JobRecord> above = ICN_TRY(node.jobs().find(*up));
    if (!above) break;
    if (above->anchor) anchors.push_back(*above->anchor);
    up = above->parent;
  }
  return anchors;
}

// The job's envelope and its order link to the job and so to module and inputs, and to the tables and the observations.
// The observations hold the roots that it reads as text, so these are named here.
void pin_accepted(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                  std::vector<ipld::Cid> evidence, Staging& staging) {
  std::vector<ipld::Cid> roots = roots_read(job);
  roots.insert(roots.end(), evidence.begin(), evidence.end());
  roots.push_back(record.order_envelope);
  roots.push_back(record.authority);
  node.blocks().pins().put(
      {dag::PinId::of_job(record.number, record.id), dag::PinMode::recursive, node.pin_time(), {}, std::move(roots)},
      staging.batch);
}

void pin_ended(NodeState& node, const jobs::JobRecord& record, std::vector<ipld::Cid> evidence, Staging& staging) {
  // The anchor links to the receipt, the order and the authority.
  if (record.anchor) {
    evidence.push_back(*record.anchor);
  } else {
    evidence.push_back(record.order_envelope);
    evidence.push_back(record.authority);
  }
  const std::uint64_t kept_ms = std::max(node.retention_ms(), node.settings().dispute_window_ms);
  node.blocks().pins().put({dag::PinId::of_job(record.number, record.id), dag::PinMode::recursive, node.pin_time(),
                            after(node, kept_ms), std::move(evidence)},
                           staging.batch);
}

void pin_beside(NodeState& node, const jobs::JobRecord& record, const ipld::Cid& evidence, Staging& staging) {
  const model::UnixMs from = std::max(node.pin_time(), record.deadlines.expires);
  node.blocks().pins().put({dag::PinId::of_job(record.number, record.id, evidence),
                            dag::PinMode::recursive,
                            node.pin_time(),
                            plus(from, node.retention_ms()),
                            {evidence}},
                           staging.batch);
}

model::UnixMs after(NodeState& node, std::uint64_t ms) { return plus(node.pin_time(), ms); }

}  // namespace icn::runtime::detail
