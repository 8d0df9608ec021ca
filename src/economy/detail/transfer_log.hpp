// Transfers in the order they were applied, found by id: the newest part of the journal, in memory.
//
// Append-only, except that the newest can be removed. An entry takes 128 bytes, its slot in the index 8, and the index
// is between a third and two thirds full: about 144 bytes a transfer. Ids are already hashes; their first bytes are the
// hash here.
#pragma once
#include <memory>
#include <vector>

#include "core/check.hpp"
#include "economy/detail/journal.hpp"

namespace icn::economy::detail {

// A transfer with its accounts as interned numbers.
struct Entry {
  model::TransferId id{};
  std::uint32_t debit = 0;
  std::uint32_t credit = 0;
  model::Mana amount;
  model::TransferCode code{};
  model::TransferPhase phase{};
  ipld::Digest user_data{};
  model::TransferId pending_id{};
  std::uint64_t sequence = 0;  // of its record
};

class TransferLog {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const Entry& operator[](std::size_t position) const {
    return blocks_[position / kBlockEntries][position % kBlockEntries];
  }
  // Null if no transfer here has the id.
  [[nodiscard]] const Entry* find(const model::TransferId& id) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[slot_of(id)];
    return slot.number == 0 ? nullptr : &(*this)[slot.number - 1];
  }
  enum class Added : std::uint8_t { yes, id_taken };
  [[nodiscard]] Added add(const Entry& entry) {
    if ((size_ + 1) * 3 > slots_.size() * 2) grow();
    Slot& slot = slots_[slot_of(entry.id)];
    if (slot.number != 0) return Added::id_taken;
    if (size_ == blocks_.size() * kBlockEntries) blocks_.push_back(std::make_unique<Entry[]>(kBlockEntries));
    blocks_[size_ / kBlockEntries][size_ % kBlockEntries] = entry;
    slot = {tag_of(entry.id), static_cast<std::uint32_t>(++size_)};
    return Added::yes;
  }
  // An emptied slot breaks no other entry's probing: entries that probed past it were added later and are already gone.
  void remove_newest() {
    slots_[slot_of((*this)[size_ - 1].id)] = {};
    --size_;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;     // part of the id, so that a probe rarely reads the log
    std::uint32_t number = 0;  // position + 1; 0: empty
  };
  static constexpr std::size_t kBlockEntries = 4'096;
  static constexpr std::size_t kSlotsMin = 4'096;

  static std::uint32_t tag_of(const model::TransferId& id) {
    std::uint32_t tag = 0;
    std::memcpy(&tag, id.data() + 8, sizeof tag);
    return tag;
  }
  // The slot that holds the id, or the empty slot where it belongs.
  [[nodiscard]] std::size_t slot_of(const model::TransferId& id) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint32_t tag = tag_of(id);
    std::uint64_t start = 0;
    std::memcpy(&start, id.data(), sizeof start);
    for (std::size_t at = start & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.number == 0 || (slot.tag == tag && (*this)[slot.number - 1].id == id)) return at;
    }
  }
  void grow() {
    ICN_CHECK(size_ < UINT32_MAX / 2);  // half a terabyte of entries
    slots_.assign(slots_.empty() ? kSlotsMin : slots_.size() * 2, Slot{});
    // In order of addition: remove_newest() relies on it.
    for (std::size_t i = 0; i < size_; ++i) {
      const model::TransferId& id = (*this)[i].id;
      slots_[slot_of(id)] = {tag_of(id), static_cast<std::uint32_t>(i + 1)};
    }
  }

  std::vector<std::unique_ptr<Entry[]>> blocks_;
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace icn::economy::detail
