#include "runtime/change_feed.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include <fmt/core.h>

#include "model/keys.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

std::optional<Change::Kind> kind_of_write(const ports::Batch::Write& write) {
  if (!write.value) return std::nullopt;
  const std::string_view key = text_of(write.key);
  if (key.starts_with(model::keys::kJob)) return Change::Kind::job;
  if (key.starts_with(model::keys::kScopeLog)) return Change::Kind::log_entry;
  return std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void ChangeFeed::publish(std::span<const ports::Batch> batches) {
  std::vector<Change> added;
  for (const ports::Batch& batch : batches) {
    for (const ports::Batch::Write& write : batch.writes()) {
      const auto kind = kind_of_write(write);
      if (kind) added.push_back({0, *kind, {}, std::make_shared<const Bytes>(*write.value)});
    }
  }
  if (added.empty()) return;
  const model::UnixMs now = clock_->now();
  Lock lock(mutex_);
  for (Change& change : added) {
    change.number = ++newest_;
    change.time = now;
    bytes_ += change.value->size();
    changes_.push_back(std::move(change));
  }
  while (changes_.size() > kChangesMax || bytes_ > kBytesMax) {
    bytes_ -= changes_.front().value->size();
    changes_.pop_front();
  }
  changed_.notify_all();
}

std::string ChangeFeed::place_text(std::uint64_t number) const { return fmt::format("{:x}-{}", epoch_, number); }

Result<ChangeFeed::Place> ChangeFeed::parse_place(std::string_view text) const {
  const std::size_t dash = text.find('-');
  const auto epoch = parse_number(text.substr(0, dash), 16);
  const auto number = dash == std::string_view::npos ? std::nullopt : parse_number(text.substr(dash + 1), 10);
  if (!epoch || !number) {
    return refuse(ErrorCode::invalid_argument, "event_id", "not the id of an event of this node",
                  std::string(text.substr(0, 100)));
  }
  Lock lock(mutex_);
  if (*epoch == epoch_ && *number <= newest_) return Place{*number, true};
  return Place{newest_ - changes_.size(), false};
}

std::uint64_t ChangeFeed::newest() const {
  Lock lock(mutex_);
  return newest_;
}

ChangeFeed::Piece ChangeFeed::read(std::uint64_t after, std::size_t count, std::uint64_t wait_ms) {
  Lock lock(mutex_);
  if (newest_ <= after && !ended_ && wait_ms > 0) changed_.wait_for(lock, std::chrono::milliseconds(wait_ms));
  Piece piece;
  piece.has_ended = ended_;
  const std::uint64_t dropped = newest_ - changes_.size();  // number of the newest change that was dropped
  piece.lost = dropped > after ? dropped - after : 0;
  const std::size_t skip = after > dropped ? static_cast<std::size_t>(after - dropped) : 0;
  for (std::size_t i = skip; i < changes_.size() && piece.changes.size() < count; ++i)
    piece.changes.push_back(changes_[i]);
  return piece;
}

void ChangeFeed::end() {
  Lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

Result<ChangeFeed::Follower> ChangeFeed::follow() {
  Lock lock(mutex_);
  if (ended_) return refuse(ErrorCode::busy, "stopping", "the node is shutting down");
  if (followers_ >= kFollowersMax) {
    return refuse(
        ErrorCode::busy, "max_streams",
        fmt::format("{} callers follow the events of this node, which is the most that it serves", followers_));
  }
  ++followers_;
  return Follower(this);
}

void ChangeFeed::leave() {
  Lock lock(mutex_);
  --followers_;
}

ChangeFeed& changes_of(NodeState& node) {
  // Every node has one (node_state.cpp).
  return static_cast<PublishingStore&>(node.state_store()).changes();
}

}  // namespace icn::runtime
