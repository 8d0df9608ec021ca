#include "ipld/dag_walk.hpp"

namespace icn::ipld {

void DagWalk::take_out(Number number) {
  const Entry& entry = entries_[number];
  if (entry.above != kNone) {
    entries_[entry.above].below = entry.below;
  } else if (top_ == number) {
    top_ = entry.below;
  }
  if (entry.below != kNone) entries_[entry.below].above = entry.above;
}

std::optional<Cid> DagWalk::next() {
  if (top_ == kNone) return std::nullopt;
  const Number number = top_;
  take_out(number);
  entries_[number].state = State::read;
  return met_[number];
}

void DagWalk::found(std::span<const Cid> links) {
  // The last link is pushed first, so that the first one is on top.
  for (auto link = links.rbegin(); link != links.rend(); ++link) {
    const auto [number, is_new] = met_.insert(*link);
    if (is_new) {
      entries_.emplace_back();
    } else if (entries_[number].state == State::read) {
      continue;
    } else {
      take_out(number);
    }
    entries_[number].above = kNone;
    entries_[number].below = top_;
    if (top_ != kNone) entries_[top_].above = number;
    top_ = number;
  }
}

bool DagWalk::was_read(const Cid& cid) const {
  const auto number = met_.find(cid);
  return number && entries_[*number].state == State::read;
}

}  // namespace icn::ipld
