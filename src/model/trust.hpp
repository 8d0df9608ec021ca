// Statements of trust: whom a member trusts and how far, its withdrawal, a challenge of whom others trust, and by the
// scope's clerk the rules of a context and the bridges to other scopes.
//
// A statement is about one context, names its scope and its author, and counts: the counters of an author's statements
// in a scope rise, so that an older one cannot be replayed. Each kind has a signature tag. TrustRecord is a statement
// with its signature, as it is stored and passed on. Values; what they mean together is in trust/.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/order.hpp"
#include "model/signing_keys.hpp"

namespace icn::model {

// Ordered. Append-only; each name is a text of docs/FORMATS.md.
enum class TrustLevel : std::uint8_t { none, basic, partial, full };
inline constexpr std::size_t kTrustLevels = 4;
[[nodiscard]] std::string_view trust_level_name(TrustLevel level);
[[nodiscard]] std::optional<TrustLevel> find_trust_level(std::string_view name);

// What the trust is for: a trust scope that jobs demand. Any text; kTrustContexts lists the common ones. Two contexts
// are the same if their bytes are.
class TrustContext {
 public:
  TrustContext() = default;  // general
  // Errors: invalid_argument with the rule trust_context (empty, too long, not one line of UTF-8).
  [[nodiscard]] static Result<TrustContext> from_scope(std::string_view text);
  [[nodiscard]] const std::string& to_text() const { return text_; }
  friend auto operator<=>(const TrustContext&, const TrustContext&) = default;

 private:
  explicit TrustContext(std::string_view text) : text_(text) {}
  std::string text_ = "general";
};
inline constexpr std::size_t kTrustContextBytesMax = 128;
inline constexpr std::array<std::string_view, 7> kTrustContexts{
    "governance", "resource_sharing", "mutual_credit", "identity", "infrastructure", "data_sharing", "general"};

inline constexpr std::uint64_t kTrustDepthMax = 8;
inline constexpr std::size_t kTrustReasonBytesMax = 1'024;

// The truster trusts the trustee in the context; none: not, whatever others say.
struct TrustGrant {
  ipld::Cid scope;
  TrustContext context;
  Did truster;
  Did trustee;
  TrustLevel level = TrustLevel::basic;
  std::optional<UnixMs> until;  // not in force from then on
  std::uint64_t counter = 1;    // greater than that of the author's earlier statements in the scope, from 1
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<TrustGrant> from_bytes(ByteView bytes);
  friend bool operator==(const TrustGrant&, const TrustGrant&) = default;
};

// Withdraws a grant.
struct TrustRevocation {
  ipld::Cid scope;
  TrustContext context;
  Did truster;
  Did trustee;
  std::uint64_t counter = 1;  // as of a grant
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<TrustRevocation> from_bytes(ByteView bytes);
  friend bool operator==(const TrustRevocation&, const TrustRevocation&) = default;
};

// A member doubts that a DID should be trusted through others.
struct TrustChallenge {
  ipld::Cid scope;
  TrustContext context;
  Did challenger;
  Did trustee;
  bool open = true;  // false: withdrawn
  std::string reason;
  std::uint64_t counter = 1;  // as of a grant
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<TrustChallenge> from_bytes(ByteView bytes);
  friend bool operator==(const TrustChallenge&, const TrustChallenge&) = default;
};

// Tightens what the scope's parameters allow in one context; it never loosens them.
struct TrustRule {
  ipld::Cid scope;
  TrustContext context;
  Did clerk;
  TrustLevel level_min = TrustLevel::none;
  std::uint64_t depth_max = kTrustDepthMax;  // links of a path, from 1
  bool members_only = false;
  bool bridges = true;        // whether a path may lead to another scope
  std::uint64_t counter = 1;  // as of a grant
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<TrustRule> from_bytes(ByteView bytes);
  friend bool operator==(const TrustRule&, const TrustRule&) = default;
};

// Members of the scope trust through a bridge whom another scope trusts: those to whom the bridge's gate leads by
// statements made in that scope.
struct TrustBridge {
  ipld::Cid scope;
  TrustContext context;
  Did clerk;
  ipld::Cid other;                       // the scope at the far end
  Did gate;                              // a member there: where its paths begin
  TrustLevel level = TrustLevel::basic;  // no path over it is worth more; none: the bridge is closed
  std::uint64_t decay_ppm = 500'000;     // of the strength of each path over it
  std::uint64_t depth_max = 1;           // links behind the gate, from 1
  std::optional<UnixMs> until;           // not in force from then on
  std::uint64_t counter = 1;             // as of a grant
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<TrustBridge> from_bytes(ByteView bytes);
  friend bool operator==(const TrustBridge&, const TrustBridge&) = default;
};

// In the order of TrustKind.
using TrustStatement = std::variant<TrustGrant, TrustRevocation, TrustChallenge, TrustRule, TrustBridge>;
// Append-only; each name is a text of docs/FORMATS.md.
enum class TrustKind : std::uint8_t { grant, revocation, challenge, rule, bridge };
inline constexpr std::size_t kTrustKinds = 5;
[[nodiscard]] std::string_view trust_kind_name(TrustKind kind);
[[nodiscard]] std::optional<TrustKind> find_trust_kind(std::string_view name);
[[nodiscard]] SignatureTag tag_of(TrustKind kind);
[[nodiscard]] TrustKind kind_of(const TrustStatement& statement);
[[nodiscard]] const Did& author_of(const TrustStatement& statement);
[[nodiscard]] const ipld::Cid& scope_of(const TrustStatement& statement);
[[nodiscard]] const TrustContext& context_of(const TrustStatement& statement);
[[nodiscard]] std::uint64_t counter_of(const TrustStatement& statement);
[[nodiscard]] ipld::Block body_of(const TrustStatement& statement);

struct TrustRecord {
  TrustStatement statement;
  Signature signature{};  // by the author, over the CID of the statement's body
  [[nodiscard]] ipld::Block to_block() const;
  // Does not verify the signature.
  [[nodiscard]] static Result<TrustRecord> from_bytes(ByteView bytes);
  friend bool operator==(const TrustRecord&, const TrustRecord&) = default;
};
// Errors: invalid_signature.
[[nodiscard]] Result<void> verify(const TrustRecord& record, const SigningKeys& keys);
// Of one that is stored, which was verified when it was entered.
[[nodiscard]] Result<void> verify_recorded(const TrustRecord& record, const SigningKeys& keys);

}  // namespace icn::model
