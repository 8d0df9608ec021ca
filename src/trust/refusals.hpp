// The rules by which trust is decided (TrustValidationResult::rule) and statements of trust are refused (Error::rule).
// Scripts and hints rely on these texts.
#pragma once
#include <string_view>

namespace icn::trust::rules {

// Why a decision allows
inline constexpr std::string_view kSelf = "self";            // creator and executor are the same
inline constexpr std::string_view kDirect = "direct";        // the creator's own statement
inline constexpr std::string_view kInherited = "inherited";  // a path of statements of members
inline constexpr std::string_view kBridge = "bridge";        // a path over a bridge to another scope
// Why a decision denies
inline constexpr std::string_view kNoPath = "no_trust_path";
inline constexpr std::string_view kLevel = "trust_level_min";           // the path is worth less than is demanded
inline constexpr std::string_view kMembersOnly = "trust_members_only";  // the executor does not belong to the scope
inline constexpr std::string_view kBridges = "trust_bridges_max";       // a bridge leads there, and none may be crossed
inline constexpr std::string_view kChallenged = "trust_challenged";     // by the creator, or by enough members
inline constexpr std::string_view kSearch = "trust_search_max";         // too many statements around the creator
inline constexpr std::string_view kNotAMember = "not_a_member";         // also of a statement's author
// Why a statement is refused
inline constexpr std::string_view kSelfTrust = "self_trust";          // about its own author
inline constexpr std::string_view kReplayed = "statement_replayed";   // its counter is not above the author's last one
inline constexpr std::string_view kExpired = "trust_expired";         // over before it begins
inline constexpr std::string_view kNotTrusted = "not_trusted";        // a revocation of nothing
inline constexpr std::string_view kNotChallenged = "not_challenged";  // a withdrawal of nothing
inline constexpr std::string_view kClerk = "trust_clerk";             // a rule or a bridge that is not the clerk's
inline constexpr std::string_view kOwnScope = "trust_own_scope";      // a bridge to the scope itself
inline constexpr std::string_view kOtherScope = "other_scope";        // of a scope to which no bridge leads
inline constexpr std::string_view kNotVouched = "trust_not_vouched";  // no one in the other scope trusts the author
inline constexpr std::string_view kStatements = "trust_statements_max";  // the author's, or the scope's
// Why a list is refused
inline constexpr std::string_view kCursor = "trust_cursor";

}  // namespace icn::trust::rules
