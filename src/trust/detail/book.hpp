// The state of the trust engine, and how statements change it. Checks are const and come first; what changes then
// cannot fail.
#pragma once
#include <set>

#include "core/mutex.hpp"
#include "trust/detail/search.hpp"
#include "trust/trust.hpp"

namespace icn::trust::detail {

class Book {
 public:
  // Whether the statement may be applied now; its signature is not verified here.
  [[nodiscard]] Result<void> check(const model::TrustStatement& statement, const World& world) const;
  // Takes a statement that was checked or stored. Nothing that it names grows beyond what is in force.
  void take(const model::TrustStatement& statement);
  void set_counter(const ipld::Cid& scope, const model::Did& author, std::uint64_t counter);

  [[nodiscard]] std::uint64_t counter(const ipld::Cid& scope, const model::Did& author) const;
  // Those wanted (an empty function: all), in the order of their rows.
  [[nodiscard]] std::vector<model::TrustStatement> statements(
      const std::function<bool(const model::TrustStatement&)>& wanted = {}) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t people() const { return graph_.size(); }
  [[nodiscard]] ipld::Digest hash() const;

  [[nodiscard]] TrustValidationResult decide(const model::Did& creator, const model::Did& executor,
                                             const model::TrustContext& context, const World& world);

 private:
  struct Author {
    std::uint64_t counter = 0;
    std::size_t statements = 0;  // in force or expired
  };
  using AuthorKey = std::pair<ipld::Cid, model::Did>;
  using ChallengeKey = std::tuple<ipld::Cid, model::TrustContext, model::Did>;  // whose trustee
  using BridgeKey = std::tuple<ipld::Cid, model::TrustContext, ipld::Cid>;      // to which scope
  struct Terms {
    model::TrustLevel level_min;
    std::uint64_t depth_max;
    std::uint64_t decay_ppm;
    bool members_only;
    bool bridges;
    std::uint64_t challenges_max;
  };
  struct Way {
    std::uint64_t strength_ppm = 0;
    std::vector<model::Did> path;
    std::optional<ipld::Cid> bridge;
  };

  [[nodiscard]] Result<void> check_author(const model::TrustStatement& statement, const World& world) const;
  [[nodiscard]] Result<void> check_other_scope(const model::TrustStatement& statement, const World& world) const;
  [[nodiscard]] Result<void> check_content(const model::TrustStatement& statement, const World& world) const;
  [[nodiscard]] Result<void> check_room(const model::TrustStatement& statement) const;
  // Whether a statement of the same key is held: a grant for a revocation.
  [[nodiscard]] bool holds(const model::TrustStatement& statement) const;
  [[nodiscard]] static bool is_open(const model::TrustBridge& bridge, model::UnixMs now);
  [[nodiscard]] bool has_bridge(const ipld::Cid& scope, const ipld::Cid& other, const model::TrustContext& context,
                                model::UnixMs now) const;

  bool take_one(const model::TrustGrant& body) { return graph_.put(body); }
  bool take_one(const model::TrustChallenge& body);
  bool take_one(const model::TrustRule& body);
  bool take_one(const model::TrustBridge& body);
  // A statement of the scope is now that of another clerk.
  void hand_over(const ipld::Cid& scope, const model::Did& from, const model::Did& to);
  void rebuild();

  [[nodiscard]] Terms terms_of(const model::TrustContext& context, const World& world) const;
  // Decides by what the creator or the members say of the executor themselves; false: others decide.
  [[nodiscard]] bool decide_at_once(TrustValidationResult& result, const Terms& terms, const World& world) const;
  [[nodiscard]] bool is_challenged(const TrustValidationResult& result, const Terms& terms, const World& world) const;
  [[nodiscard]] Way inherited(const TrustValidationResult& result, const Terms& terms, const World& world,
                              std::uint64_t& work, bool& cut);
  [[nodiscard]] Way over_bridges(const TrustValidationResult& result, const Terms& terms, const World& world,
                                 std::uint64_t& work, bool& cut);
  [[nodiscard]] bool belongs(const model::Did& did, const std::vector<model::Did>& path, const World& world) const;
  [[nodiscard]] bool is_active(PersonId id, const World& world);
  void conclude(TrustValidationResult& result, const Terms& terms, Way way, bool cut, const World& world) const;

  Graph graph_;
  std::map<AuthorKey, Author> authors_;
  std::map<ipld::Cid, std::size_t> sizes_;  // statements by scope
  std::size_t size_ = 0;
  std::map<ChallengeKey, std::map<model::Did, model::TrustChallenge>> challenges_;  // by challenger
  std::map<std::pair<ipld::Cid, model::TrustContext>, model::TrustRule> rules_;
  std::map<BridgeKey, model::TrustBridge> bridges_;

  Search search_;
  // Counts the states of the members that decisions have seen; Person::looked_up refers to it.
  std::uint64_t members_seen_ = 0;
  std::optional<ipld::Cid> members_head_;
};

// The key of a statement's row; of a revocation, that of the grant.
[[nodiscard]] Bytes row_key(const model::TrustStatement& statement);
[[nodiscard]] Bytes counter_key(const ipld::Cid& scope, const model::Did& author);
// Whether the statement is kept: a revocation or a withdrawn challenge only removes another.
[[nodiscard]] bool is_kept(const model::TrustStatement& statement);

}  // namespace icn::trust::detail

namespace icn::trust {

struct TrustEngine::State {
  mutable Mutex mutex;
  detail::Book book ICN_GUARDED_BY(mutex);
};

}  // namespace icn::trust
