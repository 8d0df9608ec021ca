// The rows of the command table about credentials. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kCredentialOut{"--out", "FILE", Value::one, "where the signed text goes (default: here)"};
inline constexpr OptionRow kCredentialForce{"--force", "", Value::flag, "overwrite FILE if it exists"};
inline constexpr OptionRow kAudience{"--audience", "NAME", Value::one, "the verifier, as https://clinic.example"};
inline constexpr OptionRow kChallenge{"--challenge", "TEXT", Value::one, "what the verifier chose for this showing"};

inline constexpr OptionRow kCredentialIssue[] = {
    {"--selective", "", Value::flag, "an SD-JWT, whose holder chooses what it shows (default: a W3C document)"},
    {"--until", "TIME", Value::one, "when it ends: 2026-12-31T12:00:00Z, or 7d from now (default: until revoked)"},
    kCredentialOut,
    kCredentialForce,
};
inline constexpr OptionRow kCredentialPresent[] = {
    kAudience,
    kChallenge,
    {"--disclose", "NAMES", Value::one, "claims of a selective credential to show, with commas between"},
    kCredentialOut,
    kCredentialForce,
    kAs,
};
inline constexpr OptionRow kCredentialVerify[] = {
    kAudience,
    kChallenge,
    {"--status", "FILE", Value::one, "the issuer's status list, if another scope issued it"},
};
inline constexpr OptionRow kCredentialStatus[] = {kCredentialOut, kCredentialForce};

inline constexpr CommandRow kCredentialRows[] = {
    {"credential issue", "MEMBER", "attest that a member belongs to the scope",
     "On the clerk's node. The text can be verified without the scope: a document of the W3C with the proof\n"
     "eddsa-jcs-2022, or an SD-JWT. `icn credential revoke` takes it back.",
     "icn credential issue bob --out bob.credential", "credential_issued", kCredentialIssue, 1, 1,
     &commands::credential_issue},
    {"credential present", "FILE", "show a credential to one verifier",
     "Signs the verifier's challenge with the holder's key, so that the text counts there and once. Of a selective\n"
     "credential it shows what --disclose names: member, memberOf, memberSince, sub.",
     "icn credential present bob.credential --audience https://clinic.example --challenge 8f2c --as bob",
     "presentation", kCredentialPresent, 1, 1, &commands::credential_present},
    {"credential verify", "FILE", "verify a credential or what a holder shows",
     "Signatures, times and status. With --audience and --challenge the text must be a presentation to you.",
     "icn credential verify shown.txt --audience https://clinic.example --challenge 8f2c", "credential",
     kCredentialVerify, 1, 1, &commands::credential_verify},
    {"credential revoke",
     "INDEX",
     "take a credential back",
     "INDEX is what `icn credential issue` answered.",
     "icn credential revoke 4711",
     "credential_revoked",
     {},
     1,
     1,
     &commands::credential_revoke},
    {"credential status", "", "the signed list of what is revoked", "For verifiers elsewhere, to publish.",
     "icn credential status --out status.json", "status_list", kCredentialStatus, 0, 0, &commands::credential_status},
};

}  // namespace icn::cli::detail
