// The rows of the command table about keys and DIDs. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kNewKey[] = {
    {"--pkcs11", "URI", Value::one, "a key in a token: pkcs11:token=NAME;object=KEY?module-path=FILE"},
};

inline constexpr CommandRow kKeyRows[] = {
    {"key list",
     "",
     "list the member keys in the data folder",
     "Names, DIDs, and whether each DID is a member of the scope. The default key signs unless --as names another.",
     "icn key list",
     "key_list",
     {},
     0,
     0,
     &commands::key_list},
    {"key new", "NAME", "create a key for another member",
     "The key is sealed like the folder's other keys. Its DID is not a member until the scope admits it.\n"
     "--pkcs11 takes a key in a token instead, and creates it there if the token has none of that name; the secret\n"
     "key never leaves the token. The PIN comes from the terminal, from ICN_TOKEN_PIN or from the systemd credential\n"
     "icn-token-pin, never from the URI.",
     "icn key new dora", "key", kNewKey, 1, 1, &commands::key_new},
    {"key rotate", "NAME", "replace the key that signs for a member or the node",
     "Enters the rotation into the scope's log: what the old key signed before remains valid, and from there on only\n"
     "the new key counts. The DID stays. \"node\" is the node's own key. The old key file remains in the data folder\n"
     "and signs nothing more. A lost key is replaced by a vote: `icn gov propose key NAME NEW-DID`.",
     "icn key rotate alice", "key", kNewKey, 1, 1, &commands::key_rotate},
    {"key show",
     "[NAME]",
     "show a member's key",
     "Without NAME the default key. Shows its DID, never the secret key.",
     "icn key show alice",
     "key",
     {},
     0,
     1,
     &commands::key_show},
    {"did resolve",
     "DID",
     "the W3C document of a DID",
     "Prints the document: keys, what each may do, services. did:key and did:peer (0, 2, 4) contain their document;\n"
     "did:web is read over HTTPS, from public addresses only. ICN_DID_RESOLVERS chooses methods and settings.\n"
     "Needs no data folder.",
     "icn did resolve did:web:example.com",
     "did_document",
     {},
     1,
     1,
     &commands::did_resolve},
};

}  // namespace icn::cli::detail
