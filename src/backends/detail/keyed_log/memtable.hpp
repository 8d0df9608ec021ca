// Where the newest entries of recently written keys stand: a skip list in memory, older versions kept beside newer
// ones.
//
// One writer at a time; readers need no lock and are not disturbed: an entry is linked when it is complete, and none is
// ever unlinked. A version is visible to a reader whose number is not below the version's own. About 60 bytes and its
// key per entry.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <vector>

#include "backends/detail/keyed_log/log_format.hpp"

namespace icn::backends::detail::keyed_log {

// What an index says of a key.
struct Indexed {
  Location location;
  bool erased = false;
};

class Memtable {
 public:
  Memtable();
  Memtable(const Memtable&) = delete;
  Memtable& operator=(const Memtable&) = delete;

  // `number` is above all given before for this key. Keys that come in ascending order are cheaper to add.
  void add(ByteView key, std::uint64_t number, const Indexed& indexed);
  [[nodiscard]] std::optional<Indexed> find(ByteView key, std::uint64_t visible) const;
  [[nodiscard]] std::uint64_t entries() const { return entries_.load(std::memory_order_relaxed); }
  // Bytes of entries that a later one here replaced, by segment. For the writer.
  [[nodiscard]] const std::map<std::uint32_t, std::uint64_t>& replaced() const { return replaced_; }

 private:
  struct Node;

 public:
  // The visible version of each key, ascending. The table outlives it.
  class Iterator {
   public:
    Iterator(const Memtable& table, std::uint64_t visible) : table_(&table), visible_(visible) {}
    void seek(ByteView key);  // to the first key that is not less
    [[nodiscard]] bool valid() const { return node_ != nullptr; }
    [[nodiscard]] ByteView key() const;
    [[nodiscard]] const Indexed& indexed() const;
    void next();

   private:
    void skip_invisible();
    const Memtable* table_;
    std::uint64_t visible_;
    const Node* node_ = nullptr;
  };

 private:
  static constexpr int kMaxHeight = 12;
  using Link = std::atomic<Node*>;
  Node* make_node(ByteView key, int height);
  std::uint8_t* allocate(std::size_t bytes);
  int random_height();
  // Fills `before_` with the last node of each level that sorts before (key, number).
  void find_place(ByteView key);
  [[nodiscard]] const Node* first_not_before(ByteView key, std::uint64_t number) const;

  std::vector<std::unique_ptr<std::uint8_t[]>> chunks_;
  std::size_t chunk_bytes_ = 0;
  std::size_t chunk_used_ = 0;
  std::uint64_t random_ = 1;
  Node* head_ = nullptr;
  Node* before_[kMaxHeight]{};  // of the entry added last
  Node* newest_ = nullptr;
  std::atomic<std::uint64_t> entries_{0};
  std::map<std::uint32_t, std::uint64_t> replaced_;
};

// Entries on their way into a table. Many at once, sorted, are added for a fraction of what each takes alone, since
// neighbours are still in the cache. Used by one thread.
class Lot {
 public:
  void add(ByteView key, std::uint64_t number, const Indexed& indexed);
  void move_to(Memtable& table);
  [[nodiscard]] std::size_t entries() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t number;
    Indexed indexed;
    std::uint32_t key_at;  // in keys_
    std::uint16_t key_bytes;
  };
  [[nodiscard]] ByteView key(const Entry& entry) const {
    return ByteView(keys_).subspan(entry.key_at, entry.key_bytes);
  }
  std::vector<Entry> entries_;
  Bytes keys_;
};

}  // namespace icn::backends::detail::keyed_log
