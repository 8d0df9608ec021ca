// The rows of the command table about mana, reputation and proofs. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kOfMember[] = {kAs};

inline constexpr OptionRow kHistory[] = {
    {"--from", "N", Value::one, "continue from this journal sequence"},
    {"--count", "N", Value::one, "at most this many transfers (default: 50)"},
    kAs,
};

inline constexpr OptionRow kStatement[] = {
    {"--count", "N", Value::one, "at most this many lines (default: 50)"},
    {"--before", "CURSOR", Value::one, "continue with older lines"},
    {"--at", "TIME", Value::one, "end at a past moment: 2026-07-01T12:00:00Z, or a day"},
    kAs,
};

inline constexpr OptionRow kProof[] = {
    {"--out", "FILE", Value::one, "write the proof there instead of printing it"},
    {"--anchored", "", Value::flag, "of the end of the last epoch, under the root that is the same for every member"},
    kForce,
    kAs,
};

inline constexpr OptionRow kProofVerify[] = {
    {"--challenge", "HEX", Value::one, "of zero knowledge: refuse a proof that answers another challenge"},
    {"--keys", "FILE", Value::one, "of zero knowledge: the manifest of keys that the proof names"},
    {"--development-keys", "", Value::flag,
     "accept proofs under the development keys, with which false proofs can be made"},
};

inline constexpr OptionRow kChanges[] = {
    {"--count", "N", Value::one, "at most this many lines (default: 50)"},
    {"--before", "N", Value::one, "continue with changes before this number"},
    kAs,
};

inline constexpr CommandRow kManaRows[] = {
    {"mana balance", "[DID]", "balance and reputation", "The account of this folder's member, or of DID.",
     "icn mana balance", "balance", kOfMember, 0, 1, &commands::mana_balance},
    {"mana history", "[DID]", "the transfers of an account", "Oldest first, with running sequence numbers.",
     "icn mana history --count 10", "history", kHistory, 0, 1, &commands::mana_history},
    {"mana statement", "[DID]", "what each job cost, with a running balance",
     "One line for each job and for each other change, oldest first; the last line of the newest page shows the "
     "available\n"
     "balance, as `icn mana balance` does. Amounts are in mana.",
     "icn mana statement --count 20", "statement", kStatement, 0, 1, &commands::mana_statement},
    {"mana audit",
     "",
     "recompute every sum from the journal",
     "Replays the whole ledger and compares. Exit 0 only when every sum is exact.",
     "icn mana audit",
     "audit",
     {},
     0,
     0,
     &commands::mana_audit},
    {"rep history", "[DID]", "how a reputation came about",
     "One line for each change, newest first: why, by how much, and the job, whose receipt `icn receipt verify` "
     "checks.",
     "icn rep history --count 20", "reputation_history", kChanges, 0, 1, &commands::rep_history},
    {"mana proof", "[DID]", "prove a balance to others",
     "The account of this folder's member, or of DID, with the hashes that lead to a root over all accounts. The node\n"
     "signs the root; `icn proof verify` checks the file on any machine. The home anchors such a root at the end of "
     "each\n"
     "epoch (`icn param get mana_epoch_secs`); --anchored proves the balance of then.",
     "icn mana proof --out balance.json", "mana_proof", kProof, 0, 1, &commands::mana_proof},
    {"proof verify", "FILE", "check a proof without a data folder",
     "Of mana: that the account is among all accounts of its home, that their totals balance, and that the home "
     "signed\n"
     "it. Compare the home that it prints with the one that you know. Of zero knowledge: that the statement holds;\n"
     "compare issuer, holder, bounds and challenge. FILE may be -, standard input.",
     "icn proof verify balance.json", "proof_verified", kProofVerify, 1, 1, &commands::proof_verify},
};

}  // namespace icn::cli::detail
