#include "backends/detail/keyed_log/memtable.hpp"

#include <algorithm>
#include <new>

#include "backends/detail/keyed_log/encoding.hpp"

namespace icn::backends::detail::keyed_log {

// The links of the levels follow the node in memory, then the key.
struct Memtable::Node {
  std::uint64_t number = 0;
  Indexed indexed;
  std::uint16_t key_bytes = 0;
  std::uint16_t height = 0;
  std::uint32_t begin = 0;  // begin_of(key()): most comparisons end with it, and touch no other line of memory

  Link* links() { return reinterpret_cast<Link*>(this + 1); }
  [[nodiscard]] const Link* links() const { return reinterpret_cast<const Link*>(this + 1); }
  [[nodiscard]] Node* next(int level) const { return links()[level].load(std::memory_order_acquire); }
  [[nodiscard]] ByteView key() const { return {reinterpret_cast<const std::uint8_t*>(links() + height), key_bytes}; }
  [[nodiscard]] int compare(ByteView other, std::uint32_t other_begin) const {
    if (begin != other_begin) return begin < other_begin ? -1 : 1;
    return text_of(key()).compare(text_of(other));
  }
};

namespace {

// The first bytes of a key, as a number that sorts like them; a shorter key is filled with zeros.
std::uint32_t begin_of(ByteView key) {
  std::uint8_t bytes[4]{};
  std::copy_n(key.begin(), std::min(key.size(), sizeof bytes), bytes);
  return get_be32(bytes);
}

constexpr std::size_t kFirstChunkBytes = std::size_t{4} << 10;
constexpr std::size_t kChunkBytesMax = std::size_t{256} << 10;

}  // namespace

Memtable::Memtable() {
  head_ = make_node({}, kMaxHeight);
  std::fill_n(before_, kMaxHeight, head_);
}

std::uint8_t* Memtable::allocate(std::size_t bytes) {
  bytes = (bytes + alignof(Node) - 1) / alignof(Node) * alignof(Node);
  if (chunk_used_ + bytes > chunk_bytes_) {
    chunk_bytes_ = std::clamp(chunk_bytes_ * 2, kFirstChunkBytes, kChunkBytesMax);
    chunks_.push_back(std::make_unique<std::uint8_t[]>(chunk_bytes_));
    chunk_used_ = 0;
  }
  std::uint8_t* at = chunks_.back().get() + chunk_used_;
  chunk_used_ += bytes;
  return at;
}

Memtable::Node* Memtable::make_node(ByteView key, int height) {
  const auto levels = static_cast<std::size_t>(height);
  std::uint8_t* at = allocate(sizeof(Node) + levels * sizeof(Link) + key.size());
  Node* node = new (at) Node;
  node->height = static_cast<std::uint16_t>(height);
  node->key_bytes = static_cast<std::uint16_t>(key.size());
  node->begin = begin_of(key);
  for (std::size_t level = 0; level < levels; ++level) new (node->links() + level) Link(nullptr);
  std::copy(key.begin(), key.end(), reinterpret_cast<std::uint8_t*>(node->links() + levels));
  return node;
}

// Each level holds a quarter of the one below. The sequence is fixed: nothing depends on it but speed.
int Memtable::random_height() {
  random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
  int height = 1;
  for (std::uint64_t bits = random_ >> 33; (bits & 3) == 0 && height < kMaxHeight; bits >>= 2) ++height;
  return height;
}

// Growing keys, as a journal and a sorted lot have them, are found from where the last one was added.
void Memtable::find_place(ByteView key) {
  const std::uint32_t begin = begin_of(key);
  const bool from_newest = newest_ != nullptr && newest_->compare(key, begin) < 0;
  Node* at = head_;
  for (int level = kMaxHeight - 1; level >= 0; --level) {
    if (from_newest) {
      Node* near = level < newest_->height ? newest_ : before_[level];
      // What the upper levels found may already be further.
      if (at == head_ || (near != head_ && at->compare(near->key(), near->begin) < 0)) at = near;
    }
    for (Node* next = at->next(level); next != nullptr && next->compare(key, begin) < 0; next = at->next(level)) {
      at = next;
    }
    before_[level] = at;
  }
}

void Memtable::add(ByteView key, std::uint64_t number, const Indexed& indexed) {
  find_place(key);
  Node* node = make_node(key, random_height());
  node->number = number;
  node->indexed = indexed;
  // Versions of the key that are here already are older and follow.
  if (const Node* older = before_[0]->next(0); older != nullptr && text_of(older->key()) == text_of(key)) {
    replaced_[older->indexed.location.segment] += older->indexed.location.length;
  }
  for (int level = 0; level < node->height; ++level) {
    node->links()[level].store(before_[level]->next(level), std::memory_order_relaxed);
    before_[level]->links()[level].store(node, std::memory_order_release);
  }
  newest_ = node;
  entries_.fetch_add(1, std::memory_order_relaxed);
}

const Memtable::Node* Memtable::first_not_before(ByteView key, std::uint64_t number) const {
  const std::uint32_t begin = begin_of(key);
  // By key, then the newest version first.
  const auto is_before = [&](const Node& node) {
    const int order = node.compare(key, begin);
    return order != 0 ? order < 0 : node.number > number;
  };
  const Node* at = head_;
  for (int level = kMaxHeight - 1; level >= 0; --level) {
    for (const Node* next = at->next(level); next != nullptr && is_before(*next); next = at->next(level)) at = next;
  }
  return at->next(0);
}

std::optional<Indexed> Memtable::find(ByteView key, std::uint64_t visible) const {
  const Node* node = first_not_before(key, visible);
  if (node == nullptr || text_of(node->key()) != text_of(key)) return std::nullopt;
  return node->indexed;
}

void Memtable::Iterator::seek(ByteView key) {
  node_ = table_->first_not_before(key, UINT64_MAX);
  skip_invisible();
}

ByteView Memtable::Iterator::key() const { return node_->key(); }
const Indexed& Memtable::Iterator::indexed() const { return node_->indexed; }

void Memtable::Iterator::next() {
  const ByteView key = node_->key();
  do {
    node_ = node_->next(0);
  } while (node_ != nullptr && text_of(node_->key()) == text_of(key));
  skip_invisible();
}

// A key none of whose versions is visible yet is no key.
void Memtable::Iterator::skip_invisible() {
  while (node_ != nullptr && node_->number > visible_) node_ = node_->next(0);
}

void Lot::add(ByteView key, std::uint64_t number, const Indexed& indexed) {
  entries_.push_back(
      {number, indexed, static_cast<std::uint32_t>(keys_.size()), static_cast<std::uint16_t>(key.size())});
  append(keys_, key);
}

// Of one key the older version must come first: numbers ascend with the places.
void Lot::move_to(Memtable& table) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  order.reserve(entries_.size());
  for (const Entry& entry : entries_)
    order.emplace_back(begin_of(key(entry)), static_cast<std::uint32_t>(order.size()));
  std::sort(order.begin(), order.end(), [this](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int keys = text_of(key(entries_[a.second])).compare(text_of(key(entries_[b.second])));
    return keys != 0 ? keys < 0 : a.second < b.second;
  });
  for (const auto& [begin, at] : order) table.add(key(entries_[at]), entries_[at].number, entries_[at].indexed);
  entries_.clear();
  keys_.clear();
}

}  // namespace icn::backends::detail::keyed_log
