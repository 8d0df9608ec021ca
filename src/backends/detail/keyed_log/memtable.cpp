#include "backends/detail/keyed_log/memtable.hpp"

#include <algorithm>
#include <new>

namespace icn::backends::detail::keyed_log {

// The links of the levels follow the node in memory, then the key.
struct Memtable::Node {
  std::uint64_t number = 0;
  Indexed indexed;
  std::uint16_t key_bytes = 0;
  std::uint16_t height = 0;

  Link* links() { return reinterpret_cast<Link*>(this + 1); }
  [[nodiscard]] const Link* links() const { return reinterpret_cast<const Link*>(this + 1); }
  [[nodiscard]] Node* next(int level) const { return links()[level].load(std::memory_order_acquire); }
  [[nodiscard]] ByteView key() const { return {reinterpret_cast<const std::uint8_t*>(links() + height), key_bytes}; }
  // By key, then the newest version first.
  [[nodiscard]] bool is_before(ByteView other, std::uint64_t other_number) const {
    const int order = text_of(key()).compare(text_of(other));
    return order != 0 ? order < 0 : number > other_number;
  }
};

namespace {

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

// Growing keys, as a journal has them, are found from where the last one was added.
void Memtable::find_place(ByteView key) {
  const bool from_newest = newest_ != nullptr && text_of(newest_->key()) < text_of(key);
  Node* at = head_;
  for (int level = kMaxHeight - 1; level >= 0; --level) {
    if (from_newest) {
      Node* near = level < newest_->height ? newest_ : before_[level];
      // What the upper levels found may already be further.
      if (at == head_ || (near != head_ && text_of(at->key()) < text_of(near->key()))) at = near;
    }
    for (Node* next = at->next(level); next != nullptr && text_of(next->key()) < text_of(key); next = at->next(level)) {
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
  const Node* at = head_;
  for (int level = kMaxHeight - 1; level >= 0; --level) {
    for (const Node* next = at->next(level); next != nullptr && next->is_before(key, number); next = at->next(level)) {
      at = next;
    }
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

}  // namespace icn::backends::detail::keyed_log
