#include "dag/collection.hpp"

#include <algorithm>

#include "ipld/links.hpp"

namespace icn::dag {
namespace {

constexpr std::size_t kPinsAtOnce = 1'024;

}  // namespace

Collection::Collection(ports::DagStore& store, const Pins& pins, Guard& guard, model::UnixMs now)
    : store_(store), pins_(pins), guard_(guard), now_(now) {
  report_.causes.push_back({"nothing pins it", 0, 0});
}

Result<std::unique_ptr<Collection>> Collection::begin(ports::DagStore& store, const Pins& pins, Guard& guard,
                                                      model::UnixMs now) {
  ICN_TRY(guard.begin());
  return std::unique_ptr<Collection>(new Collection(store, pins, guard, now));
}

Collection::~Collection() { guard_.end(); }

void Collection::add_pin(Pin pin) {
  if (pin.ended(now_)) {
    ++report_.ended_pins;
    ended_.push_back(std::move(pin));
    return;
  }
  const auto kind = std::find(kPinKinds.begin(), kPinKinds.end(), pin.id.kind);
  ++report_.pins[static_cast<std::size_t>(kind - kPinKinds.begin())];
  for (const ipld::Cid& root : pin.roots) {
    if (pin.mode == PinMode::direct) {
      direct_.insert(root);
    } else {
      open_.push_back(root);
    }
  }
}

// Pins made while the pages are read shade their roots, so the pages need not be from one moment.
Result<void> Collection::mark() {
  std::optional<Bytes> after;
  do {
    PinPage page = ICN_TRY(pins_.list(after, kPinsAtOnce));
    for (Pin& pin : page.pins) {
      origin_ = pin.to_text();
      absence_ = Absence::counts;
      add_pin(std::move(pin));
      ICN_TRY(trace());
    }
    ICN_TRY(trace_waiting());
    after = std::move(page.after);
  } while (after);
  return {};
}

Result<void> Collection::trace_waiting() {
  open_ = guard_.take_waiting();
  origin_ = "what is being written now";
  absence_ = Absence::expected;
  return trace();
}

Result<void> Collection::trace() {
  while (!open_.empty()) {
    const ipld::Cid cid = open_.back();
    open_.pop_back();
    if (!traced_.insert(cid) || cid.codec() == ipld::Codec::raw) continue;
    const Result<ipld::Block> block = store_.get(cid);
    if (!block && block.error().code == ErrorCode::missing_data) {
      if (absence_ == Absence::counts) ++report_.missing_blocks;
      continue;
    }
    if (!block) {
      Error error = within("reached from " + origin_, block.error());
      if (error.code == ErrorCode::corrupted) {
        error.detail += "; what it links to is unknown, so nothing more is removed";
        error.rule = "unreadable_block";
        error.subject = cid.to_text();
      }
      return fail(std::move(error));
    }
    const auto links = ipld::links_of(*block);
    if (!links) {
      ++report_.opaque_blocks;
      continue;
    }
    for (const ipld::Cid& link : *links) {
      if (!traced_.contains(link)) open_.push_back(link);
    }
  }
  return {};
}

Result<void> Collection::explain() {
  for (const Pin& pin : ended_) {
    report_.causes.push_back({pin.to_text() + " has ended", 0, 0});
    std::vector<ipld::Cid> open = pin.roots;
    while (!open.empty()) {
      const ipld::Cid cid = open.back();
      open.pop_back();
      if (keeps(cid) || !causes_.emplace(cid, report_.causes.size() - 1).second) continue;
      if (pin.mode == PinMode::direct || cid.codec() == ipld::Codec::raw) continue;
      const Result<ipld::Block> block = store_.get(cid);
      if (!block && block.error().code == ErrorCode::storage) return fail(block.error());
      // Damaged or already gone: what it linked to is reported as unpinned.
      if (!block) continue;
      if (const auto links = ipld::links_of(*block)) open.insert(open.end(), links->begin(), links->end());
    }
  }
  return {};
}

Result<std::vector<Collection::Sized>> Collection::next_page(const std::optional<ipld::Cid>& after,
                                                             std::size_t blocks) const {
  std::vector<Sized> page;
  ICN_TRY(store_.for_each(after, [&](const ipld::Cid& cid, std::uint64_t bytes) {
    page.push_back({cid, bytes});
    return page.size() < blocks;
  }));
  return page;
}

Result<std::vector<Collection::Sized>> Collection::sweep_page(SweepMode mode, const std::vector<Sized>& page) {
  std::vector<Sized> swept;
  const auto sweep = [&](const Guard::WasPut& was_put) -> Result<void> {
    std::vector<ipld::Cid> cids;
    for (const Sized& one : page) {
      if (keeps(one.cid) || was_put(one.cid)) continue;
      swept.push_back(one);
      cids.push_back(one.cid);
    }
    if (mode == SweepMode::look || cids.empty()) return {};
    return store_.remove(cids);
  };
  do {
    ICN_TRY(trace_waiting());
  } while (!ICN_TRY(guard_.when_traced(sweep)));
  return swept;
}

void Collection::tally(const std::vector<Sized>& page, const std::vector<Sized>& swept, const SweepOptions& options) {
  for (const Sized& one : page) {
    ++report_.kept_blocks;
    report_.kept_bytes += one.bytes;
  }
  for (const Sized& one : swept) {
    --report_.kept_blocks;
    report_.kept_bytes -= one.bytes;
    ++report_.removed_blocks;
    report_.removed_bytes += one.bytes;
    const auto found = causes_.find(one.cid);
    const std::size_t cause = found == causes_.end() ? 0 : found->second;
    ++report_.causes[cause].blocks;
    report_.causes[cause].bytes += one.bytes;
    if (options.on_block) options.on_block(one.cid, one.bytes, cause);
  }
}

Result<void> Collection::sweep(const SweepOptions& options) {
  const auto note = [&](CollectionStep step) {
    if (options.on_step) options.on_step(step);
  };
  std::optional<ipld::Cid> after;
  while (true) {
    const std::vector<Sized> page = ICN_TRY(next_page(after, options.page_blocks));
    if (page.empty()) return {};
    after = page.back().cid;
    const bool whole = std::all_of(page.begin(), page.end(), [&](const Sized& one) { return keeps(one.cid); });
    const std::vector<Sized> swept = whole ? std::vector<Sized>() : ICN_TRY(sweep_page(options.mode, page));
    if (options.mode == SweepMode::remove && !swept.empty()) {
      note(CollectionStep::page_removed);
      ICN_TRY(store_.flush());
      note(CollectionStep::page_flushed);
    }
    tally(page, swept, options);
  }
}

}  // namespace icn::dag
