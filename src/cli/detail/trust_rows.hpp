// The rows of the command table about trust. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kContext{"--context", "CONTEXT", Value::one,
                                    "what for: a trust scope that jobs demand, e.g. medical"};
inline constexpr OptionRow kTrustGrant[] = {
    kContext,
    {"--level", "LEVEL", Value::one, "basic, partial or full; none: not, whatever others say"},
    {"--until", "TIME", Value::one, "not from then on: 2026-12-31T12:00:00Z, or 7d from now (default: until revoked)"},
    kAs,
};
inline constexpr OptionRow kTrustRevoke[] = {kContext, kAs};
inline constexpr OptionRow kTrustList[] = {
    {"--context", "CONTEXT", Value::one, "only in this context"},
    {"--count", "N", Value::one, "at most this many (default: 100)"},
    {"--after", "CURSOR", Value::one, "the page after the one that ended with this cursor"},
};
inline constexpr OptionRow kTrustBridge[] = {
    kContext,
    {"--level", "LEVEL", Value::one, "basic, partial or full: no path over it is worth more; none closes the bridge"},
    {"--decay", "Nppm", Value::one, "what it leaves of the strength of a path (default: 500000ppm)"},
    {"--depth", "N", Value::one, "at most this many links behind the gate (default: 1)"},
    {"--until", "TIME", Value::one, "not from then on: 2026-12-31T12:00:00Z, or 7d from now (default: until closed)"},
};

inline constexpr OptionRow kTrustChallenge[] = {
    kContext,
    {"--reason", "TEXT", Value::one, "one line for the other members"},
    {"--withdraw", "", Value::flag, "end the challenge"},
    kAs,
};
inline constexpr OptionRow kTrustRule[] = {
    {"--level", "LEVEL", Value::one, "the least level that counts: basic, partial or full (default: the scope's)"},
    {"--depth", "N", Value::one, "at most this many links in a path (default: the scope's)"},
    {"--members-only", "", Value::flag, "trust only members, their nodes and those behind a bridge"},
    {"--no-bridges", "", Value::flag, "no path leads to another scope"},
};

inline constexpr CommandRow kTrustRows[] = {
    {"trust grant", "DID", "state that you trust a member or a node",
     "In one context, and how far: jobs that demand that trust scope then run there. A later statement about the\n"
     "same DID and context replaces an earlier one. Members who trust you inherit it, weakened.",
     "icn trust grant bob --context medical --level partial --until 90d", "trust", kTrustGrant, 1, 1,
     &commands::trust_grant},
    {"trust revoke", "DID", "take back that you trust a member or a node",
     "In one context. You may then still inherit trust from members whom you trust; --level none of trust grant\n"
     "rules that out.",
     "icn trust revoke bob --context medical", "trust", kTrustRevoke, 1, 1, &commands::trust_revoke},
    {"trust challenge", "DID", "doubt that a member or a node should be trusted",
     "In one context. While enough members do so (`icn param get trust_challenges_max`), others trust the DID there "
     "by\n"
     "their own statements only. You then do not inherit trust in it yourself.",
     "icn trust challenge bob --context medical --reason lost-records", "trust_challenge", kTrustChallenge, 1, 1,
     &commands::trust_challenge},
    {"trust rule", "CONTEXT", "what a context demands",
     "On the clerk's node. It tightens in this context what the scope's parameters allow (`icn param list`), and "
     "replaces\n"
     "the rule before; without options nothing is tightened.",
     "icn trust rule medical --level partial --depth 2", "trust_rule", kTrustRule, 1, 1, &commands::trust_rule},
    {"trust bridge", "SCOPE DID", "open or close a bridge to another scope",
     "On the clerk's node. Members then trust the DID, a member of the other scope, and whom it leads to, as far as\n"
     "`icn param get trust_bridges_max` allows.",
     "icn trust bridge $SCOPE "
     "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK --context medical --level basic",
     "trust_bridge", kTrustBridge, 2, 2, &commands::trust_bridge},
    {"trust list", "[DID]", "whom members trust",
     "All statements, open challenges, rules and bridges, or those by and about one DID, in pages.",
     "icn trust list bob --context medical", "trust_list", kTrustList, 0, 1, &commands::trust_list},
    {"trust explain",
     "DID DID CONTEXT",
     "whether the first trusts the second, and why",
     "The decision that a job of the first on the second would get now: the path of statements, what it is worth,\n"
     "and the rule that decided.",
     "icn trust explain alice bob medical",
     "trust_explanation",
     {},
     3,
     3,
     &commands::trust_explain},
};

}  // namespace icn::cli::detail
