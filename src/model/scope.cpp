#include "model/scope.hpp"

#include <algorithm>

namespace icn::model {
namespace {

constexpr std::array<std::string_view, kMemberStatuses> kStatusNames{"active", "suspended", "removed", "resigned"};

// The maps inside a shard hash the first bytes of the key.
std::size_t shard_of(const Did& did) { return did.key()[15]; }

}  // namespace

RateSegment rate_segment(UnixMs from, const Parameters& parameters) {
  const std::optional<Mana> cap = Mana::from_whole(parameters[ParameterKey::mana_max_capacity]);
  return {from, parameters[ParameterKey::mana_regeneration_umana_per_hour], cap.value_or(Mana{UINT64_MAX})};
}

std::string_view member_status_name(MemberStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

Scope::Scope()
    : name_(std::make_shared<const std::string>()),
      parameters_(std::make_shared<const Parameters>()),
      mana_rates_(std::make_shared<const RateSegments>(1, rate_segment({}, *parameters_))),
      shards_(std::make_shared<const Shards>()) {}

Scope::Scope(const ipld::Cid& id, const Genesis& genesis, Parameters parameters, const std::vector<Member>& members)
    : id_(id),
      name_(std::make_shared<const std::string>(genesis.name)),
      clerk_(genesis.clerk),
      head_(id),
      parameters_(std::make_shared<const Parameters>(std::move(parameters))),
      mana_rates_(std::make_shared<const RateSegments>(1, rate_segment({}, *parameters_))) {
  std::array<std::shared_ptr<Shard>, kShards> filled;
  for (const Member& member : members) {
    std::shared_ptr<Shard>& shard = filled[shard_of(member.did)];
    if (shard == nullptr) shard = std::make_shared<Shard>();
    counts_[0] += shard->emplace(member.did, MemberRecord{member.home}).second ? 1 : 0;
  }
  auto shards = std::make_shared<Shards>();
  std::move(filled.begin(), filled.end(), shards->begin());
  shards_ = std::move(shards);
}

const MemberRecord* Scope::find(const Did& did) const {
  const std::shared_ptr<const Shard>& shard = (*shards_)[shard_of(did)];
  if (shard == nullptr) return nullptr;
  const auto found = shard->find(did);
  return found == shard->end() ? nullptr : &found->second;
}

bool Scope::is_member(const Did& did) const {
  const MemberRecord* record = find(did);
  return record != nullptr && record->status == MemberStatus::active;
}

bool Scope::is_node(const Did& did) const {
  if (did == clerk_) return true;
  const auto is_home = [&did](const auto& row) {
    const MemberStatus status = row.second.status;
    return row.second.home == did && (status == MemberStatus::active || status == MemberStatus::suspended);
  };
  return std::any_of(shards_->begin(), shards_->end(), [&](const std::shared_ptr<const Shard>& shard) {
    return shard != nullptr && std::any_of(shard->begin(), shard->end(), is_home);
  });
}

std::vector<ListedMember> Scope::members() const {
  std::vector<ListedMember> members;
  for (const auto& shard : *shards_) {
    if (shard == nullptr) continue;
    for (const auto& [did, record] : *shard) members.push_back({did, record});
  }
  std::sort(members.begin(), members.end(), [](const ListedMember& a, const ListedMember& b) { return a.did < b.did; });
  return members;
}

void Scope::count_member(Shard& shard, const Did& did, const MemberRecord& record) {
  const auto [at, added] = shard.try_emplace(did, record);
  if (!added) {
    --counts_[static_cast<std::size_t>(at->second.status)];
    at->second = record;
  }
  ++counts_[static_cast<std::size_t>(record.status)];
}

void Scope::set_member(const Did& did, const MemberRecord& record) {
  auto shards = std::make_shared<Shards>(*shards_);
  std::shared_ptr<const Shard>& place = (*shards)[shard_of(did)];
  auto shard = place == nullptr ? std::make_shared<Shard>() : std::make_shared<Shard>(*place);
  count_member(*shard, did, record);
  place = std::move(shard);
  shards_ = std::move(shards);
}

void Scope::set_parameters(Parameters parameters, UnixMs from) {
  parameters_ = std::make_shared<const Parameters>(std::move(parameters));
  const RateSegment next = rate_segment(from, *parameters_);
  const RateSegment& last = mana_rates_->back();
  if (next.umana_per_hour == last.umana_per_hour && next.cap == last.cap) return;
  RateSegments segments = *mana_rates_;
  if (last.from == from) segments.pop_back();
  segments.push_back(next);
  mana_rates_ = std::make_shared<const RateSegments>(std::move(segments));
}

void Scope::set_peer(const ipld::Cid& scope, const Peer& peer) {
  auto peers = std::make_shared<std::map<ipld::Cid, Peer>>(*peers_);
  peers->insert_or_assign(scope, peer);
  peers_ = std::move(peers);
}

void Scope::advance(const ipld::Cid& head, UnixMs time) {
  ++position_;
  head_ = head;
  time_ = time;
}

void Scope::restore(ScopeChanges changes) {
  position_ = changes.position;
  head_ = changes.head;
  time_ = changes.time;
  clerk_ = changes.clerk;
  parameters_ = std::make_shared<const Parameters>(std::move(changes.parameters));
  mana_rates_ = std::make_shared<const RateSegments>(std::move(changes.mana_rates));
  required_version_ = changes.required_version;
  peers_ = std::make_shared<const std::map<ipld::Cid, Peer>>(std::move(changes.peers));
  keys_ = std::move(changes.keys);
  std::array<std::shared_ptr<Shard>, kShards> changed;
  for (const ListedMember& member : changes.members) {
    const std::size_t number = shard_of(member.did);
    const std::shared_ptr<const Shard>& place = (*shards_)[number];
    if (changed[number] == nullptr)
      changed[number] = place == nullptr ? std::make_shared<Shard>() : std::make_shared<Shard>(*place);
    count_member(*changed[number], member.did, member.record);
  }
  auto shards = std::make_shared<Shards>(*shards_);
  for (std::size_t number = 0; number < kShards; ++number) {
    if (changed[number] != nullptr) (*shards)[number] = std::move(changed[number]);
  }
  shards_ = std::move(shards);
}

}  // namespace icn::model
