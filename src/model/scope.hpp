// A scope at a position of its log: its members, parameters and clerk. The only source of "who is a member" and "what
// is this parameter".
//
// A value: made by governance/ from the genesis and the log, immutable for its readers and so thread safe. A copy takes
// constant time: the members are in shared shards, and a change copies one shard. Lookups take constant time.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/genesis.hpp"
#include "model/mana_rates.hpp"
#include "model/order.hpp"
#include "model/parameters.hpp"
#include "model/proposal.hpp"
#include "model/signing_keys.hpp"

namespace icn::model {

// Only an active member votes, proposes and submits jobs. Append-only; each name is a text of the interfaces.
enum class MemberStatus : std::uint8_t { active, suspended, removed, resigned };
inline constexpr std::size_t kMemberStatuses = 4;
[[nodiscard]] std::string_view member_status_name(MemberStatus status);

struct MemberRecord {
  Did home;  // the node that keeps the member's account
  MemberStatus status = MemberStatus::active;
  std::uint64_t since = 0;  // position of the log entry that set the status; 0: the genesis
  UnixMs since_time{};      // from when on its mana regenerates: that entry, or the end of a freeze; 0: the genesis
  friend bool operator==(const MemberRecord&, const MemberRecord&) = default;
};
struct ListedMember {
  Did did;
  MemberRecord record;
  friend bool operator==(const ListedMember&, const ListedMember&) = default;
};

// The version that the members require of every node.
struct RequiredVersion {
  ProgramVersion version;
  std::uint64_t since = 0;  // position of the log entry that set it
  friend bool operator==(const RequiredVersion&, const RequiredVersion&) = default;
};
// Another scope that this one deals with.
struct Peer {
  PeerTerms terms;
  std::uint64_t since = 0;  // position of the log entry that set them
  friend bool operator==(const Peer&, const Peer&) = default;
};
inline constexpr std::size_t kPeersMax = 1'024;

// How a scope differs from its genesis, at a position of its log.
struct ScopeChanges {
  std::uint64_t position = 0;
  ipld::Cid head;
  UnixMs time;
  Did clerk;
  Parameters parameters;
  RateSegments mana_rates;
  std::vector<ListedMember> members;  // those whose record is another
  std::optional<RequiredVersion> required_version;
  std::map<ipld::Cid, Peer> peers;
  SigningKeys keys;
};

class Scope {
 public:
  Scope();
  // The scope at position 0, as its genesis says.
  Scope(const ipld::Cid& id, const Genesis& genesis, Parameters parameters, const std::vector<Member>& members);

  [[nodiscard]] const ipld::Cid& id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return *name_; }
  [[nodiscard]] const Did& clerk() const { return clerk_; }
  // The number of log entries it reflects, the last of them, and its time (0 at position 0, where the head is the id).
  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] const ipld::Cid& head() const { return head_; }
  [[nodiscard]] UnixMs time() const { return time_; }
  [[nodiscard]] const Parameters& parameters() const { return *parameters_; }
  // How its members' mana regenerated since the genesis; never empty, the first segment begins at 0.
  [[nodiscard]] const RateSegments& mana_rates() const { return *mana_rates_; }

  // Null for a DID that was never a member. The record lives as long as this value, and is not changed by a copy.
  [[nodiscard]] const MemberRecord* find(const Did& did) const;
  [[nodiscard]] bool is_member(const Did& did) const;  // and active
  [[nodiscard]] std::size_t active_count() const { return counts_[0]; }
  [[nodiscard]] std::size_t count(MemberStatus status) const { return counts_[static_cast<std::size_t>(status)]; }
  // All that ever were members, sorted by DID. In time proportional to their number.
  [[nodiscard]] std::vector<ListedMember> members() const;

  [[nodiscard]] const std::optional<RequiredVersion>& required_version() const { return required_version_; }
  [[nodiscard]] const std::map<ipld::Cid, Peer>& peers() const { return *peers_; }

  // Which key signs for whom after this position.
  [[nodiscard]] const SigningKeys& keys() const { return keys_; }
  // Whether it keeps the log, or the account of a member that is active or suspended. In time proportional to the
  // number of members.
  [[nodiscard]] bool is_node(const Did& did) const;

  // For governance/: everything else treats a Scope as read-only.
  void set_member(const Did& did, const MemberRecord& record);
  void set_required_version(const RequiredVersion& required) { required_version_ = required; }
  void set_peer(const ipld::Cid& scope, const Peer& peer);
  void set_parameters(Parameters parameters, UnixMs from);  // `from` does not descend
  void set_clerk(const Did& clerk) { clerk_ = clerk; }
  void set_key(const Did& did, const Did& key, std::uint64_t position) { keys_.replace(did, key, position); }
  void advance(const ipld::Cid& head, UnixMs time);
  // All changes since the genesis at once, in time proportional to their number and the shards they reach.
  void restore(ScopeChanges changes);

 private:
  using Shard = std::unordered_map<Did, MemberRecord>;
  static constexpr std::size_t kShards = 256;
  using Shards = std::array<std::shared_ptr<const Shard>, kShards>;
  void count_member(Shard& shard, const Did& did, const MemberRecord& record);

  ipld::Cid id_;
  std::shared_ptr<const std::string> name_;
  Did clerk_;
  std::uint64_t position_ = 0;
  ipld::Cid head_;
  UnixMs time_;
  std::shared_ptr<const Parameters> parameters_;
  std::shared_ptr<const RateSegments> mana_rates_;
  std::shared_ptr<const Shards> shards_;
  std::array<std::size_t, kMemberStatuses> counts_{};
  std::optional<RequiredVersion> required_version_;
  SigningKeys keys_;
  std::shared_ptr<const std::map<ipld::Cid, Peer>> peers_ = std::make_shared<const std::map<ipld::Cid, Peer>>();
};

}  // namespace icn::model
