// Waiting work, in turns by owner: an owner with much work does not delay one with little.
//
// Owners take turns, however many items each has waiting. At most `places` items are under way; `kept` more places are
// for owners without any, so that one owner's slow work never blocks all others. The waiting items are bounded, in
// total and for each owner. Not thread safe: its user has a lock.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace icn {

struct FairQueueBounds {
  std::size_t places;
  std::size_t kept = 1;
  std::size_t waiting_max = SIZE_MAX;
  std::size_t waiting_of_one_max = SIZE_MAX;
};

template <class Item>
class FairQueue {
 public:
  explicit FairQueue(FairQueueBounds bounds) : bounds_(bounds) {}

  [[nodiscard]] bool has_room(std::string_view owner) const {
    const auto at = owners_.find(owner);
    return waiting_.size() < bounds_.waiting_max &&
           (at == owners_.end() || at->second.waiting < bounds_.waiting_of_one_max);
  }
  void add(std::string_view owner, Item item) {
    const auto at = owners_.try_emplace(std::string(owner)).first;
    Owner& of = at->second;
    of.last_turn = std::max(turn_, of.last_turn + 1);
    ++of.waiting;
    waiting_.push_back({at->first, of.last_turn, std::move(item)});
  }
  // The next item that has a place and that `may` accepts; its owner occupies the place until done().
  [[nodiscard]] std::optional<std::pair<std::string, Item>> take(const std::function<bool(const Item&)>& may = {}) {
    auto next = waiting_.end();
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
      if (next != waiting_.end() && at->turn >= next->turn) continue;
      if (has_place(owners_.at(at->owner)) && (!may || may(at->item))) next = at;
    }
    if (next == waiting_.end()) return std::nullopt;
    turn_ = std::max(turn_, next->turn);
    Owner& of = owners_.at(next->owner);
    --of.waiting;
    ++of.under_way;
    ++under_way_;
    std::pair<std::string, Item> taken(std::move(next->owner), std::move(next->item));
    waiting_.erase(next);
    return taken;
  }
  void done(std::string_view owner) {
    const auto at = owners_.find(owner);
    --at->second.under_way;
    --under_way_;
    forget_if_idle(at);
  }
  // Removes an item that may still be waiting.
  void give_up(const Item& item) {
    const auto at =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) { return one.item == item; });
    if (at == waiting_.end()) return;
    const auto owner = owners_.find(at->owner);
    --owner->second.waiting;
    waiting_.erase(at);
    forget_if_idle(owner);
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t owners() const { return owners_.size(); }

 private:
  struct Owner {
    std::size_t waiting = 0;
    std::size_t under_way = 0;
    std::uint64_t last_turn = 0;
  };
  struct Waiting {
    std::string owner;
    std::uint64_t turn;
    Item item;
  };
  using Owners = std::map<std::string, Owner, std::less<>>;

  [[nodiscard]] bool has_place(const Owner& owner) const {
    if (under_way_ < bounds_.places) return true;
    return under_way_ < bounds_.places + bounds_.kept && owner.under_way == 0;
  }
  void forget_if_idle(typename Owners::iterator owner) {
    if (owner->second.waiting == 0 && owner->second.under_way == 0) owners_.erase(owner);
  }

  const FairQueueBounds bounds_;
  std::uint64_t turn_ = 0;  // of the item taken last
  std::size_t under_way_ = 0;
  std::list<Waiting> waiting_;  // in order of arrival
  Owners owners_;
};

}  // namespace icn
