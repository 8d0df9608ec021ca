#include "ipld/cid_index.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace icn::ipld {
namespace {

constexpr std::size_t kSlotsMin = 64;
constexpr std::size_t kCidsMax = std::size_t{1} << 31;

}  // namespace

// Open addressing with linear probing; the table's size is a power of two, and at most three quarters of it are used.
std::size_t CidIndex::slot_of(const Cid& cid) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = std::hash<Cid>{}(cid)&mask;
  while (table_[slot] != 0 && cids_[table_[slot] - 1] != cid) slot = (slot + 1) & mask;
  return slot;
}

void CidIndex::grow() {
  table_ = std::vector<Number>(std::max(kSlotsMin, table_.size() * 2));
  for (std::size_t i = 0; i < cids_.size(); ++i) table_[slot_of(cids_[i])] = static_cast<Number>(i + 1);
}

CidIndex::Inserted CidIndex::insert(const Cid& cid) {
  if ((cids_.size() + 1) * 4 > table_.size() * 3) grow();
  Number& entry = table_[slot_of(cid)];
  if (entry != 0) return {entry - 1, false};
  ICN_CHECK(cids_.size() < kCidsMax);
  cids_.push_back(cid);
  entry = static_cast<Number>(cids_.size());
  return {entry - 1, true};
}

std::optional<CidIndex::Number> CidIndex::find(const Cid& cid) const {
  if (table_.empty()) return std::nullopt;
  const Number entry = table_[slot_of(cid)];
  return entry == 0 ? std::nullopt : std::optional<Number>(entry - 1);
}

}  // namespace icn::ipld
