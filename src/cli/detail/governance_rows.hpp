// The rows of the command table about the scope: its members and what they decide.
// Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kScopeSigned[] = {kAs};

inline constexpr OptionRow kMembers[] = {
    {"--status", "STATUS", Value::one, "only these: active, suspended, removed or resigned"},
    {"--count", "N", Value::one, "at most this many (default: 100)"},
    {"--after", "DID", Value::one, "continue a list"},
};

inline constexpr OptionRow kApply[] = {
    {"--out", "FILE", Value::one, "where the signed record goes"},
    {"--scope", "CID", Value::one, "the scope to join (default: this node's)"},
    {"--home", "DID", Value::one, "the node that is to keep the account (default: this node)"},
    {"--force", "", Value::flag, "overwrite FILE if it exists"},
    kAs,
};

inline constexpr OptionRow kPropose[] = {
    {"--title", "TITLE", Value::one, "one line, for lists"},
    {"--text", "FILE", Value::one, "the reasons, for members to read"},
    {"--voting", "DURATION", Value::one, "how long voting is open, as 90s, 36h or 7d (default: what the scope says)"},
    {"--timelock", "DURATION", Value::one,
     "how long it waits between acceptance and execution (default: what the scope says)"},
    {"--quorum", "N|Nppm", Value::one, "members who must take part, or their share (default: what the scope says)"},
    {"--threshold", "Nppm", Value::one, "share of yes among yes and no (default: what the scope says)"},
    {"--rate", "Nppm", Value::one,
     "of federate: this scope's mana for one of the other's, 1000000ppm if they are equal"},
    {"--credit", "MANA", Value::one, "of federate: what the other scope may owe at most"},
    kAs,
};

inline constexpr OptionRow kTopic{"--topic", "KIND", Value::one, "only proposals of this kind, e.g. set"};
inline constexpr OptionRow kDelegate[] = {
    kTopic,
    {"--until", "TIME", Value::one, "not from then on: 2026-12-31T12:00:00Z, or 7d from now (default: until revoked)"},
    kAs,
};
inline constexpr OptionRow kPreview[] = {kTopic, kAs};

inline constexpr OptionRow kProposals[] = {
    {"--state", "STATE", Value::one, "only proposals in this state, e.g. voting"},
    {"--count", "N", Value::one, "at most this many (default: 20)"},
    {"--before", "N", Value::one, "continue a list"},
};

inline constexpr OptionRow kDryRun[] = {
    {"--out", "FILE", Value::one, "write it to FILE"},
    {"--check", "FILE", Value::one, "derive the one in FILE again"},
    {"--force", "", Value::flag, "overwrite FILE if it exists"},
};

inline constexpr OptionRow kScopeLog[] = {
    {"--from", "N", Value::one, "continue from this position"},
    {"--count", "N", Value::one, "at most this many entries (default: 50)"},
};

inline constexpr std::size_t kAnyCount = 1 << 20;

inline constexpr CommandRow kGovernanceRows[] = {
    {"coop show",
     "",
     "the scope that this node serves",
     "Its clerk, its members, its treasury and how long its log is.",
     "icn coop show",
     "coop",
     {},
     0,
     0,
     &commands::coop_show},
    {"coop members", "", "who is a member", "And who was. Only an active member votes, proposes and submits jobs.",
     "icn coop members --status active", "member_list", kMembers, 0, 0, &commands::coop_members},
    {"coop apply", "", "sign an application to join a scope",
     "Writes the candidate's signed record, which names the node that is to keep the account. A member proposes it\n"
     "with `icn gov propose admit FILE`. The key that signs is made with `icn key new`.",
     "icn coop apply --as dora --out dora.record", "application", kApply, 0, 0, &commands::coop_apply},
    {"coop resign", "", "leave the scope", "At once: the account stays, its owner no longer votes or submits jobs.",
     "icn coop resign --as carol", "resigned", kScopeSigned, 0, 0, &commands::coop_resign},
    {"gov propose", "KIND …", "propose something for the members to decide",
     "KIND is one of `set NAME=VALUE…` (parameters), `admit FILE|DID`, `suspend DID`, `remove DID`,\n"
     "`budget DID MANA` (from the treasury), `resolution`, `clerk DID`,\n"
     "`upgrade VERSION` (nodes below it only read), `federate SCOPE --rate Nppm --credit MANA` (mana for one of\n"
     "the other scope's, and what it may owe), `key DID KEY` (a lost or stolen key), and `batch FILE`: a file with one "
     "of\n"
     "these on each line, all of which are done or none. For a DID, the name of a key in the data folder will\n"
     "do. A deposit is held until the proposal ends.",
     "icn gov propose set job_base_umana=20000 --title 'Jobs cost twice as much' --voting 7d", "proposal_made",
     kPropose, 1, kAnyCount, &commands::gov_propose},
    {"gov list", "", "list proposals, newest first", "With their state and their votes.", "icn gov list --state voting",
     "proposal_list", kProposals, 0, 0, &commands::gov_list},
    {"gov show",
     "PROPOSAL",
     "everything about one proposal",
     "PROPOSAL is its id, a beginning of it, or @last.",
     "icn gov show @last",
     "proposal",
     {},
     1,
     1,
     &commands::gov_show},
    {"gov sponsor", "PROPOSAL", "support that a proposal is voted on",
     "Where the scope wants sponsors, voting opens when there are enough.", "icn gov sponsor @last --as bob",
     "proposal", kScopeSigned, 1, 1, &commands::gov_sponsor},
    {"gov vote", "PROPOSAL yes|no|abstain", "vote on a proposal",
     "A later vote replaces an earlier one. An abstention counts for the quorum only.",
     "icn gov vote @last yes --as bob", "proposal", kScopeSigned, 2, 2, &commands::gov_vote},
    {"gov cancel", "PROPOSAL", "withdraw a proposal of your own", "Before it is decided.", "icn gov cancel @last",
     "proposal", kScopeSigned, 1, 1, &commands::gov_cancel},
    {"gov execute", "PROPOSAL", "carry out what is due of a proposal",
     "Counts the votes when voting is over, and executes when it was accepted and its time has come. Other\n"
     "commands do that too; this one says why it cannot be done yet.",
     "icn gov execute @last", "proposal", kScopeSigned, 1, 1, &commands::gov_execute},
    {"gov tally",
     "PROPOSAL",
     "count the votes as they are",
     "With those that were delegated.",
     "icn gov tally @last",
     "tally",
     {},
     1,
     1,
     &commands::gov_tally},
    {"gov dry-run", "PROPOSAL", "exactly what a proposal would change",
     "Parameters, members and balances, before and after; of a price or a limit, what the newest 100 jobs would\n"
     "have cost. --out writes it for other members; --check derives one again and reports the first difference.\n"
     "Changes nothing.",
     "icn gov dry-run @last --out proposal.dry-run", "dry_run", kDryRun, 1, 1, &commands::gov_dry_run},
    {"gov delegate", "DID", "let another member vote for you",
     "Where you do not vote yourself. With --topic on proposals of one kind, else on all that no other\n"
     "delegation covers.",
     "icn gov delegate bob --topic set --until 30d --as carol", "delegation", kDelegate, 1, 1, &commands::gov_delegate},
    {"gov revoke", "DID", "take your delegations to a member back", "On every topic.", "icn gov revoke bob --as carol",
     "delegations_revoked", kScopeSigned, 1, 1, &commands::gov_revoke},
    {"gov preview", "[PROPOSAL]", "where your vote goes",
     "The members that it is passed to while you do not vote yourself, one after the other: on one proposal, or on\n"
     "any of a kind.",
     "icn gov preview --as carol --topic set", "vote_preview", kPreview, 0, 1, &commands::gov_preview},
    {"gov log", "", "the log of the scope", "Every statement and every result, in the order that counts.",
     "icn gov log", "scope_log", kScopeLog, 0, 0, &commands::gov_log},
    {"gov verify-log",
     "",
     "check the whole log of the scope",
     "Every signature, every link, and that every result follows from the entries before it.",
     "icn gov verify-log",
     "log_check",
     {},
     0,
     0,
     &commands::gov_verify_log},
};

}  // namespace icn::cli::detail
