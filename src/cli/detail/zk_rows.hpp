// The rows of the command table about zero knowledge. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kZkAttest[] = {
    {"--holder", "DID", Value::one, "whom the value is about"},
    {"--value", "VALUE", Value::one, "a whole number, or a date like 2008-11-30"},
    {"--min", "VALUE", Value::one, "the lower bound to prove, unless the holder chooses another"},
    {"--max", "VALUE", Value::one, "the upper bound"},
    {"--set", "FILE", Value::one,
     "one element per line: the other members' commitments, or the serial numbers of revoked credentials"},
    {"--out", "FILE", Value::one, "write the holder's witness there"},
    kForce,
    kAs,
};
inline constexpr OptionRow kZkProve[] = {
    {"--witness", "FILE", Value::one, "what the issuer gave you"},
    {"--challenge", "HEX", Value::one, "16 to 64 bytes that the verifier chose"},
    {"--min", "VALUE", Value::one, "the lower bound (default: the witness's)"},
    {"--max", "VALUE", Value::one, "the upper bound (default: the witness's)"},
    {"--no-keys", "", Value::flag, "a proof of a range by Bulletproofs, which need no keys"},
    {"--keys", "FILE", Value::one, "a manifest of keys from a ceremony (default: the development keys)"},
    {"--proving-key", "FILE", Value::one, "the statement's proving key of that manifest"},
    {"--out", "FILE", Value::one, "write the proof there"},
    kForce,
};

inline constexpr CommandRow kZkRows[] = {
    {"zk statements",
     "",
     "what can be proven without showing it",
     "Each with the names of its bounds and what a job pays for a call (`icn abi` shows the calls).",
     "icn zk statements",
     "zk_statements",
     {},
     0,
     0,
     &commands::zk_statements},
    {"zk attest", "STATEMENT", "give a holder what a proof needs",
     "Signs a commitment to VALUE, or the root of a set that contains it. The holder proves the statement with the\n"
     "file; verifiers see who signed, and neither VALUE nor the other elements of the set.",
     "icn zk attest age_over --holder did:key:z6Mk… --value 2001-05-07 --out alice.json", "zk_witness", kZkAttest, 1, 1,
     &commands::zk_attest},
    {"zk prove", "STATEMENT", "prove a statement to one verifier",
     "The proof is about you, the issuer, the bounds and the verifier's challenge; with another one it does not hold.\n"
     "Needs no node. Everything stays on this machine but the proof.",
     "icn zk prove age_over --witness alice.json --max 2008-11-30 --challenge 9f86d081884c7d659a2feaa0c55ad015 "
     "--out proof.json",
     "zk_proof", kZkProve, 1, 1, &commands::zk_prove},
};

}  // namespace icn::cli::detail
