// Who grants trust to whom: people by number, and the grants of each by scope and context.
//
// Not thread safe; part of the state of the engine. Numbers follow the order of arrival and never decide anything.
#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/trust.hpp"

namespace icn::trust::detail {

using PersonId = std::uint32_t;

struct Grant {
  PersonId trustee = 0;
  model::TrustLevel level = model::TrustLevel::none;
  std::uint64_t until = UINT64_MAX;
  std::uint64_t counter = 0;
  [[nodiscard]] bool in_force(model::UnixMs now) const { return now.value < until; }
};

// A context of a scope.
struct GroupKey {
  std::uint32_t scope = 0;
  std::uint32_t context = 0;
  friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
};
struct Group {
  GroupKey key;
  std::vector<Grant> grants;  // sorted by trustee
  std::size_t received = 0;   // grants of others in this context
};

struct Person {
  model::Did did;
  std::vector<Group> groups;    // sorted by key
  std::uint64_t looked_up = 0;  // at which state of the members `active` was read
  bool active = false;
};

class Graph {
 public:
  [[nodiscard]] std::size_t size() const { return people_.size(); }
  [[nodiscard]] Person& person(PersonId id) { return people_[id]; }
  [[nodiscard]] const Person& person(PersonId id) const { return people_[id]; }
  [[nodiscard]] const model::Did& did(PersonId id) const { return people_[id].did; }
  [[nodiscard]] std::optional<PersonId> find(const model::Did& did) const {
    const auto at = numbers_.find(did);
    return at == numbers_.end() ? std::nullopt : std::optional(at->second);
  }
  [[nodiscard]] std::optional<GroupKey> find(const ipld::Cid& scope, const model::TrustContext& context) const {
    const auto s = scopes_.find(scope);
    const auto c = contexts_.find(context);
    if (s == scopes_.end() || c == contexts_.end()) return std::nullopt;
    return GroupKey{s->second, c->second};
  }
  // Null without one.
  [[nodiscard]] const Group* group(PersonId id, const GroupKey& key) const {
    const std::vector<Group>& groups = people_[id].groups;
    const auto at = std::lower_bound(groups.begin(), groups.end(), key, before);
    return at == groups.end() || at->key != key ? nullptr : &*at;
  }
  [[nodiscard]] const Grant* grant(PersonId truster, PersonId trustee, const GroupKey& key) const {
    const Group* of = group(truster, key);
    if (of == nullptr) return nullptr;
    const auto at = std::lower_bound(of->grants.begin(), of->grants.end(), trustee, to);
    return at == of->grants.end() || at->trustee != trustee ? nullptr : &*at;
  }

  // Adds a grant, or replaces that of the same truster, trustee and context; returns whether it is a new one.
  bool put(const model::TrustGrant& body) {
    const GroupKey key{number(scopes_, body.scope), number(contexts_, body.context)};
    const PersonId truster = enter(body.truster);
    const PersonId trustee = enter(body.trustee);
    std::vector<Grant>& grants = make_group(truster, key).grants;
    const Grant made{trustee, body.level, body.until ? body.until->value : UINT64_MAX, body.counter};
    const auto at = std::lower_bound(grants.begin(), grants.end(), trustee, to);
    if (at != grants.end() && at->trustee == trustee) {
      *at = made;
      return false;
    }
    grants.insert(at, made);
    ++make_group(trustee, key).received;
    return true;
  }
  // The grant exists.
  void erase(PersonId truster, PersonId trustee, const GroupKey& key) {
    std::vector<Grant>& grants = make_group(truster, key).grants;
    grants.erase(std::lower_bound(grants.begin(), grants.end(), trustee, to));
    --make_group(trustee, key).received;
    for (const PersonId id : {truster, trustee}) drop_if_empty(id, key);
  }

  // Calls visit(grant) with the body of each, in the order of numbers.
  template <class Visit>
  void for_each(Visit visit) const {
    const std::vector<const ipld::Cid*> scopes = names(scopes_);
    const std::vector<const model::TrustContext*> contexts = names(contexts_);
    for (const Person& person : people_) {
      for (const Group& group : person.groups) {
        for (const Grant& grant : group.grants) {
          model::TrustGrant body{*scopes[group.key.scope],
                                 *contexts[group.key.context],
                                 person.did,
                                 did(grant.trustee),
                                 grant.level,
                                 std::nullopt,
                                 grant.counter};
          if (grant.until != UINT64_MAX) body.until = model::UnixMs{grant.until};
          visit(std::move(body));
        }
      }
    }
  }

 private:
  static bool before(const Group& group, const GroupKey& key) { return group.key < key; }
  static bool to(const Grant& grant, PersonId trustee) { return grant.trustee < trustee; }
  template <class Key>
  static std::uint32_t number(std::map<Key, std::uint32_t>& numbers, const Key& key) {
    return numbers.try_emplace(key, static_cast<std::uint32_t>(numbers.size())).first->second;
  }
  template <class Key>
  static std::vector<const Key*> names(const std::map<Key, std::uint32_t>& numbers) {
    std::vector<const Key*> names(numbers.size());
    for (const auto& [key, at] : numbers) names[at] = &key;
    return names;
  }
  PersonId enter(const model::Did& did) {
    const auto [at, added] = numbers_.try_emplace(did, static_cast<PersonId>(people_.size()));
    if (added) people_.push_back({did, {}});
    return at->second;
  }
  Group& make_group(PersonId id, const GroupKey& key) {
    std::vector<Group>& groups = people_[id].groups;
    const auto at = std::lower_bound(groups.begin(), groups.end(), key, before);
    if (at != groups.end() && at->key == key) return *at;
    return *groups.insert(at, Group{key, {}, 0});
  }
  void drop_if_empty(PersonId id, const GroupKey& key) {
    std::vector<Group>& groups = people_[id].groups;
    const auto at = std::lower_bound(groups.begin(), groups.end(), key, before);
    if (at != groups.end() && at->key == key && at->grants.empty() && at->received == 0) groups.erase(at);
  }

  std::vector<Person> people_;
  std::unordered_map<model::Did, PersonId> numbers_;
  std::map<ipld::Cid, std::uint32_t> scopes_;
  std::map<model::TrustContext, std::uint32_t> contexts_;
};

}  // namespace icn::trust::detail
