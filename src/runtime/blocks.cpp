#include "runtime/blocks.hpp"

#include <algorithm>

#include "ipld/unixfs.hpp"
#include "runtime/detail/pinning.hpp"
#include "runtime/find.hpp"

namespace icn::runtime {
namespace {

constexpr std::size_t kPinsForgottenAtOnce = 1'000;

std::optional<model::UnixMs> end_of(NodeState& node, TimeToLive lives) {
  if (!lives.ms) return std::nullopt;
  return detail::after(node, *lives.ms);
}

dag::Pin pin_of(NodeState& node, const model::Did& by, const ipld::Cid& cid, dag::PinMode mode,
                std::optional<model::UnixMs> until) {
  return {dag::PinId::of_member(by, cid, mode, until), mode, node.pin_time(), until, {cid}};
}

}  // namespace

BlockIntake::BlockIntake(NodeState& node) : node_(node), hold_(node.blocks().guard()) {}

Result<void> BlockIntake::put(std::span<const ipld::Block> blocks) {
  // Puts pieces that one lease can name.
  for (; blocks.size() > kHeldMax; blocks = blocks.subspan(kHeldMax)) ICN_TRY(put_piece(blocks.first(kHeldMax)));
  return put_piece(blocks);
}

Result<void> BlockIntake::put_piece(std::span<const ipld::Block> blocks) {
  std::uint64_t bytes = 0;
  for (const ipld::Block& block : blocks) bytes += block.bytes.size();
  ICN_TRY(dag::check_quota(node_.settings().dag_quota, node_.blocks().usage(), node_.dag_store(),
                           bytes + node_.jobs().open_result_bytes(), "The data being stored"));
  put_ += blocks.size();
  node_.blocks().usage().add(ICN_TRY(hold_.put(node_.dag_store(), {blocks.begin(), blocks.end()})));
  if (hold_.size() < kHeldMax) return {};
  return lease_what_is_held();
}

Result<ipld::Block> BlockIntake::get(const ipld::Cid& cid) const { return node_.dag_store().get(cid); }
Result<std::optional<std::uint64_t>> BlockIntake::length(const ipld::Cid& cid) const {
  return node_.dag_store().length(cid);
}
Result<void> BlockIntake::remove(std::span<const ipld::Cid>) {
  return fail(ErrorCode::unsupported, "Blocks are not removed one by one; a collection removes what nothing pins.");
}
Result<void> BlockIntake::for_each(const std::optional<ipld::Cid>& after,
                                   const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const {
  return node_.dag_store().for_each(after, visit);
}
Result<ports::DagStatistics> BlockIntake::statistics() const { return node_.dag_store().statistics(); }
Result<void> BlockIntake::flush() { return node_.dag_store().flush(); }
const ports::Descriptor& BlockIntake::descriptor() const { return node_.dag_store().descriptor(); }

Result<void> BlockIntake::lease_what_is_held() {
  ICN_TRY(node_.dag_store().flush());
  const auto stage = [&](Staging& staging) -> Result<void> {
    if (lease_.parts == 0) {
      node_.services().random->fill(lease_.id);
      lease_.until = detail::after(node_, kIntakeMs);
    }
    node_.blocks().pins().take(lease_, hold_.cids(), node_.pin_time(), staging.batch);
    return {};
  };
  ICN_TRY(node_.committer().commit(stage));
  hold_.clear();
  return {};
}

Result<std::vector<ipld::Cid>> BlockIntake::complete_among(const std::vector<ipld::Cid>& roots) const {
  std::vector<ipld::Cid> complete;
  // All blocks that came in, and a few that may have been here before.
  const dag::WalkBounds bounds{put_ + kHeldMax, UINT64_MAX};
  for (const ipld::Cid& root : roots) {
    const Result<dag::Walked> walked = dag::require_whole(node_.dag_store(), root, bounds);
    if (walked) complete.push_back(root);
    if (!walked && walked.error().code == ErrorCode::storage) return fail(walked.error());
  }
  return complete;
}

Result<std::optional<model::UnixMs>> BlockIntake::finish(const std::vector<ipld::Cid>& roots, const model::Did& by,
                                                         TimeToLive lives) {
  for (const ipld::Cid& root : roots) hold_.add(root);
  const std::vector<ipld::Cid> complete = ICN_TRY(complete_among(roots));
  ICN_TRY(node_.dag_store().flush());
  ports::Batch evidence;
  for (const ipld::Cid& root : roots) ICN_TRY(note_evidence(node_, root, evidence));
  const auto stage = [&](Staging& staging) -> Result<std::optional<model::UnixMs>> {
    if (lease_.parts > 0 && lease_.until <= node_.pin_time()) {
      return fail(ErrorCode::expired,
                  "Storing took longer than a day, and its first blocks may have been collected meanwhile. Nothing "
                  "was pinned; store it again: blocks that are still here are not stored twice.");
    }
    const std::optional<model::UnixMs> until = end_of(node_, lives);
    for (const ipld::Cid& root : roots)
      node_.blocks().pins().put(pin_of(node_, by, root, dag::PinMode::recursive, until), staging.batch);
    for (const ipld::Cid& root : complete) dag::Completeness::record(root, staging.batch);
    staging.batch.append(std::move(evidence));
    node_.blocks().pins().release(lease_, staging.batch);
    return until;
  };
  return node_.committer().commit(stage);
}

Result<StoredFile> put_file(NodeState& node, const model::Did& by, ByteView bytes, TimeToLive lives) {
  // Checks the whole file before anything is stored; put() checks each block again.
  ICN_TRY(dag::check_quota(node.settings().dag_quota, node.blocks().usage(), node.dag_store(),
                           bytes.size() + node.jobs().open_result_bytes(), "The file, with what open jobs may write,"));
  BlockIntake intake(node);
  StoredFile out;
  // Leaves have 1 MiB each, so each block is a separate put.
  ipld::FileBuilder builder([&](const ipld::Block& block) {
    ++out.blocks;
    return intake.put({&block, 1});
  });
  ICN_TRY(builder.write(bytes));
  out.cid = ICN_TRY(builder.finish());
  out.until = ICN_TRY(intake.finish({out.cid}, by, lives));
  return out;
}

Result<PinnedBlock> pin_block(NodeState& node, const model::Did& by, const ipld::Cid& cid, dag::PinMode mode,
                              TimeToLive lives) {
  dag::Guard::Hold hold(node.blocks().guard());
  hold.add(cid);
  // Looked up only now: the hold keeps every block found from here on.
  PinnedBlock out;
  if (mode == dag::PinMode::recursive) {
    const Result<dag::Walked> walked = dag::require_whole(node.dag_store(), cid);
    if (!walked) {
      Error error = walked.error();
      error.detail =
          cid.to_text() + " cannot be pinned with everything it links to: " + error.detail + ". Nothing was pinned.";
      error.rule = "pin_recursive";
      error.subject = cid.to_text();
      return fail(std::move(error));
    }
    out.blocks = walked->blocks;
  } else if (!ICN_TRY(node.dag_store().has(cid))) {
    return fail(ErrorCode::missing_data,
                "The block " + cid.to_text() + " is not in the DAG store; nothing was pinned.");
  }
  ICN_TRY(node.dag_store().flush());
  const auto stage = [&](Staging& staging) -> Result<PinnedBlock> {
    out.until = end_of(node, lives);
    node.blocks().pins().put(pin_of(node, by, cid, mode, out.until), staging.batch);
    if (mode == dag::PinMode::recursive) dag::Completeness::record(cid, staging.batch);
    return out;
  };
  return node.committer().commit(stage);
}

namespace {

Result<void> check_may_let_go(const jobs::JobRecord& record, const model::Did& by) {
  if (record.submitter != by) {
    return fail(ErrorCode::permission_denied, "The job " + record.id.to_text() + " was submitted by " +
                                                  record.submitter.to_text() +
                                                  ", who alone may unpin it. Nothing was unpinned.");
  }
  if (!jobs::is_terminal(record.phase)) {
    return fail(ErrorCode::invalid_state, "The job " + record.id.to_text() + " is " +
                                              std::string(jobs::phase_name(record.phase)) +
                                              "; its blocks are needed until it has ended and its receipt is final. "
                                              "Nothing was unpinned.");
  }
  return {};
}

}  // namespace

Result<std::vector<dag::Pin>> unpin(NodeState& node, const model::Did& by, std::string_view text) {
  const ipld::Cid cid = ICN_TRY(find_block(node, text));
  const std::optional<jobs::JobRecord> found = ICN_TRY(job_behind(node, cid));
  const auto stage = [&](Staging& staging) -> Result<std::vector<dag::Pin>> {
    std::vector<dag::Pin> own = ICN_TRY(node.blocks().pins().of_member(by, cid));
    const std::optional<jobs::JobRecord> job = found ? ICN_TRY(node.jobs().find(found->id)) : std::nullopt;
    // A member's own pin of a job's body is released in any phase of the job.
    if (job && own.empty()) {
      ICN_TRY(check_may_let_go(*job, by));
      own = ICN_TRY(node.blocks().pins().of_job(job->number, job->id));
    }
    if (own.empty()) {
      return refuse(ErrorCode::not_found, "not_pinned",
                    "Nothing is pinned as " + std::string(text) + " by " + by.to_text() + ".", std::string(text));
    }
    for (const dag::Pin& pin : own) node.blocks().pins().erase(pin.id, staging.batch);
    return own;
  };
  return node.committer().commit(stage);
}

namespace {

// An expired record never changes again, so it is removed without another check.
Result<void> forget_pins(NodeState& node, const std::vector<dag::Pin>& ended) {
  for (std::size_t at = 0; at < ended.size(); at += kPinsForgottenAtOnce) {
    const std::size_t end = std::min(ended.size(), at + kPinsForgottenAtOnce);
    ICN_TRY(node.committer().commit([&](Staging& staging) -> Result<void> {
      for (std::size_t i = at; i < end; ++i) node.blocks().pins().erase(ended[i].id, staging.batch);
      return {};
    }));
  }
  return {};
}

Result<void> forget_complete(NodeState& node, const dag::Collection& collection) {
  const auto keeps = [&](const ipld::Cid& root) { return collection.keeps_all_below(root); };
  const std::vector<ipld::Cid> lost = ICN_TRY(node.blocks().completeness().not_kept(keeps));
  for (std::size_t at = 0; at < lost.size(); at += kPinsForgottenAtOnce) {
    const std::size_t end = std::min(lost.size(), at + kPinsForgottenAtOnce);
    ICN_TRY(node.committer().commit([&](Staging& staging) -> Result<void> {
      for (std::size_t i = at; i < end; ++i) dag::Completeness::erase(lost[i], staging.batch);
      return {};
    }));
  }
  return {};
}

Result<void> sweep(NodeState& node, dag::Collection& collection, const GarbageOptions& options) {
  const bool removes = options.sweep.mode == dag::SweepMode::remove;
  const auto note = [&](dag::CollectionStep step) {
    if (options.sweep.on_step) options.sweep.on_step(step);
  };
  note(dag::CollectionStep::marked);
  if (options.reasons == GarbageOptions::Reasons::yes) ICN_TRY(collection.explain());
  if (removes) {
    // Removes the records before the blocks, so a pin never names a collected block.
    ICN_TRY(forget_pins(node, collection.ended()));
    ICN_TRY(forget_complete(node, collection));
    note(dag::CollectionStep::pins_forgotten);
    node.blocks().modules().forget_unless([&](const ipld::Cid& module) { return collection.keeps(module); });
  }
  Result<void> swept = collection.sweep(options.sweep);
  if (swept) return {};
  Error error = std::move(swept).error();
  if (const std::uint64_t before = collection.report().removed_blocks; removes && before > 0)
    error.detail += " (" + std::to_string(before) + " unreachable blocks were removed before)";
  return fail(std::move(error));
}

}  // namespace

Result<GarbageReport> collect_garbage(NodeState& node, const GarbageOptions& options) {
  // The clock itself, not the latest time: a pin ends early by neither. Later renewals use this time too.
  const model::UnixMs now = node.now();
  static_cast<void>(node.pin_time());
  const std::uint64_t added = node.blocks().usage().added();
  const std::unique_ptr<dag::Collection> collection = ICN_TRY(node.committer().when_idle(
      [&] { return dag::Collection::begin(node.dag_store(), node.blocks().pins(), node.blocks().guard(), now); }));
  ICN_TRY(collection->mark());
  ICN_TRY(sweep(node, *collection, options));
  GarbageReport report;
  report.collection = collection->report();
  report.quota_bytes = node.settings().dag_quota.bytes;
  report.open_to_new_bytes = node.settings().dag_quota.open_to_new();
  if (options.sweep.mode == dag::SweepMode::remove) {
    node.blocks().usage().set_counted(report.collection.kept_bytes, added);
    // The next commit stores the figure; a commit for it alone would write it immediately.
    ICN_TRY(node.committer().commit([&](Staging& staging) -> Result<void> {
      node.blocks().usage().stamp(staging.batch);
      return {};
    }));
    node.metrics().add(Metric::dag_blocks_collected, report.collection.removed_blocks);
  }
  return report;
}

namespace {

// Only pins with an end: a pin without one belongs to an open job, whose end will be counted from the right time.
bool is_of_the_future(const dag::Pin& pin, model::UnixMs now) {
  return pin.until && pin.made > now && (pin.id.kind == dag::PinKind::job || pin.id.kind == dag::PinKind::member);
}

dag::Pin as_if_made(const dag::Pin& pin, model::UnixMs now) {
  dag::Pin moved = pin;
  moved.made = now;
  moved.until = model::UnixMs{now.value + (pin.until->value - std::min(pin.made.value, pin.until->value))};
  if (pin.id.kind != dag::PinKind::member) return moved;
  // Its name contains its end.
  model::PublicKey member{};
  std::copy_n(pin.id.rest.begin(), std::min(member.size(), pin.id.rest.size()), member.begin());
  moved.id = dag::PinId::of_member(model::Did::of_key(member), pin.roots.front(), pin.mode, moved.until);
  return moved;
}

}  // namespace

Result<std::uint64_t> reset_pin_times(NodeState& node) {
  const model::UnixMs now = node.now();
  node.blocks().usage().reset_latest(now);
  // Pins staged with a later time are then in the store.
  ICN_TRY(node.committer().wait_for_staged());
  std::uint64_t count = 0;
  std::optional<Bytes> after;
  do {
    const dag::PinPage page = ICN_TRY(node.blocks().pins().list(after, kPinsForgottenAtOnce));
    after = page.after;
    ICN_TRY(node.committer().commit([&](Staging& staging) -> Result<void> {
      for (const dag::Pin& pin : page.pins) {
        if (!is_of_the_future(pin, now)) continue;
        node.blocks().pins().erase(pin.id, staging.batch);
        node.blocks().pins().put(as_if_made(pin, now), staging.batch);
        ++count;
      }
      // Stores the time itself, even if nothing was pinned at a later one.
      node.blocks().usage().stamp(staging.batch);
      return {};
    }));
  } while (after);
  return count;
}

}  // namespace icn::runtime
