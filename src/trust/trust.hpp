// The trust engine: whether a member trusts another member, a node or a member of another scope, in one context.
//
// A deterministic state machine over signed statements (model/trust.hpp). Statements of one author apply in the order
// of their counters; those of different authors in any order, with the same result. It has no clock: time, and who is a
// member, come with each call. Only apply() changes it, all or nothing, and adds the rows to the caller's batch, as for
// the ledger (economy/ledger.hpp). A decision costs at most kSearchMax statements. Memory: about 32 bytes for each
// statement in force. Thread safe; one lock, held only for memory work. No DID vouches for itself.
//
// The truster's own statement decides first, whatever others say. Without one, trust is inherited along the grants of
// active members, then over one bridge into another scope. A path is worth its weakest link; each link after the first,
// and a bridge, leaves a share of that. The scope's parameters bound all of it, and a rule of the context can only
// tighten them. docs/decisions/0044-what-trust-counts.md gives the reasons.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/scope.hpp"
#include "model/trust.hpp"
#include "ports/state_store.hpp"

namespace icn::trust {

// What a decision depends on besides the statements.
struct World {
  const model::Scope& scope;  // members, parameters, clerk
  model::Did node;            // that decides, a node of the scope
  model::UnixMs now;
};

// What a path of the weakest link `level` is worth, in ppm of full trust; and the level of a strength.
[[nodiscard]] std::uint64_t strength_of(model::TrustLevel level);
[[nodiscard]] model::TrustLevel level_of(std::uint64_t strength_ppm);

// The specification's text of a refused job.
inline constexpr std::string_view kDenied = "Executor not trusted for this job scope";

struct TrustValidationResult {
  enum Verdict : std::uint8_t { allowed, denied };
  Verdict verdict = denied;
  std::string_view rule;  // that decided (trust/refusals.hpp)
  model::Did creator;
  model::Did executor;
  model::TrustContext context;
  model::TrustLevel level_min = model::TrustLevel::none;  // demanded
  model::TrustLevel level = model::TrustLevel::none;      // of the path; none without one
  std::uint64_t strength_ppm = 0;                         // of the path
  std::vector<model::Did> path;                           // from the creator to the executor; empty without one
  std::optional<ipld::Cid> bridge;                        // the scope into which the path leads
  std::uint64_t looked_at = 0;                            // statements
  // One sentence for people.
  [[nodiscard]] std::string why() const;
  friend bool operator==(const TrustValidationResult& result, Verdict other) { return result.verdict == other; }
};

// Whether apply() verifies the signature: not of a statement that was just signed or verified.
enum class Signatures : std::uint8_t { verify, verified };

class TrustEngine {
 public:
  // Without statements and without a store.
  TrustEngine();
  ~TrustEngine();
  TrustEngine(const TrustEngine&) = delete;
  TrustEngine& operator=(const TrustEngine&) = delete;
  // Reads every statement. Signatures of stored statements are not verified again (verify_statements). Errors:
  // corrupted, unsupported_version, storage.
  [[nodiscard]] static Result<std::unique_ptr<TrustEngine>> open(const ports::StateReader& store);

  // Errors, each with its rule (trust/refusals.hpp), nothing changed: permission_denied, invalid_argument, conflict (an
  // older statement), expired, not_found, limit_exceeded, invalid_signature.
  [[nodiscard]] Result<void> apply(const model::TrustRecord& record, const World& world, Signatures signatures,
                                   ports::Batch& batch);

  [[nodiscard]] TrustValidationResult validate_trust(const model::Did& creator, const model::Did& executor,
                                                     const model::TrustContext& context, const World& world) const;

  // The counter that the author's next statement in the scope needs.
  [[nodiscard]] std::uint64_t next_counter(const ipld::Cid& scope, const model::Did& author) const;
  [[nodiscard]] std::size_t size() const;    // statements
  [[nodiscard]] std::size_t people() const;  // in memory
  // SHA-256 over all statements and counters.
  [[nodiscard]] ipld::Digest state_hash() const;

  static constexpr std::uint64_t kSearchMax = 65'536;            // statements that one decision looks at
  static constexpr std::size_t kStatementsPerAuthorMax = 1'024;  // in force, in one scope
  static constexpr std::size_t kStatementsMax = 1'000'000;       // in force, of one scope

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The statements in force or expired, in the order of their rows: by scope, kind, author and subject.
struct StatementPage {
  std::vector<model::TrustStatement> statements;
  std::optional<Bytes> next;  // the cursor of the next page; empty: this is the last one
};
// At most `count` for which `wanted` holds (an empty function: all), after the cursor. Reads rows until it has them,
// and keeps no others. Errors: as open(); invalid_argument with the rule trust_cursor.
[[nodiscard]] Result<StatementPage> read_statements(
    const ports::StateReader& store, const std::optional<Bytes>& after, std::size_t count,
    const std::function<bool(const model::TrustStatement&)>& wanted = {});
// Reads one row. Errors: as open().
[[nodiscard]] Result<std::optional<model::TrustGrant>> find_grant(const ports::StateReader& store,
                                                                  const model::TrustRevocation& revocation);
// Verifies every stored statement with the keys that its author ever had; returns their number. Errors: as open(),
// invalid_signature.
[[nodiscard]] Result<std::uint64_t> verify_statements(const ports::StateReader& store, const model::SigningKeys& keys);

}  // namespace icn::trust
