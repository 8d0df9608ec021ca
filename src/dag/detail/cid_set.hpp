// A set of CIDs for walks over millions of blocks: a flat table, 22 to 43 bytes per block.
//
// It stores 120 bits of each digest and the codec. Finding two blocks that share those is infeasible (2^120 hashes
// against another's block), so a set of names is as good as exact. Used under its owner's lock.
#pragma once
#include <cstdint>
#include <cstring>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::dag::detail {

class CidSet {
 public:
  // Returns whether it was new.
  bool insert(const ipld::Cid& cid) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    if (!place(key_of(cid))) return false;
    ++size_;
    return true;
  }
  [[nodiscard]] bool contains(const ipld::Cid& cid) const {
    if (slots_.empty()) return false;
    const Key key = key_of(cid);
    for (std::size_t at = slot_of(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == key) return true;
      if (slots_[at] == Key{}) return false;
    }
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  void clear() {
    slots_ = {};
    size_ = 0;
  }

 private:
  // The codec is never 0, so no key is the empty slot.
  struct Key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  static Key key_of(const ipld::Cid& cid) {
    Key key;
    std::memcpy(&key.high, cid.digest().data(), 8);
    std::memcpy(&key.low, cid.digest().data() + 8, 8);
    key.low = (key.low & ~std::uint64_t{0xff}) | static_cast<std::uint64_t>(cid.codec());
    return key;
  }
  [[nodiscard]] std::size_t slot_of(const Key& key) const {
    return static_cast<std::size_t>(key.high) & (slots_.size() - 1);
  }
  bool place(const Key& key) {
    std::size_t at = slot_of(key);
    while (slots_[at] != Key{}) {
      if (slots_[at] == key) return false;
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = key;
    return true;
  }
  void grow() {
    const std::vector<Key> before = std::exchange(slots_, std::vector<Key>(slots_.empty() ? 64 : slots_.size() * 2));
    for (const Key& key : before) {
      if (key != Key{}) place(key);
    }
  }

  std::vector<Key> slots_;  // a power of two, at most three quarters full
  std::size_t size_ = 0;
};

}  // namespace icn::dag::detail
