// The rows of the command table about API keys. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kNewAccess[] = {
    {"--role", "ROLE", Value::one,
     "what it may ask for: read (default), submit or operate; each includes those before it"},
    {"--until", "TIME", Value::one, "when it ends: 2026-12-31T12:00:00Z, or 7d from now (default: when revoked)"},
};

inline constexpr CommandRow kAccessRows[] = {
    {"access list",
     "",
     "list the API keys of the node",
     "Names, roles and ends. The keys themselves are not kept: the data folder holds their hashes.",
     "icn access list",
     "access_list",
     {},
     0,
     0,
     &commands::access_list},
    {"access new", "NAME", "create an API key, with which a program asks the node over TCP",
     "Prints the key, once. A program sends it as \"Authorization: Bearer KEY\"; icn takes it from $ICN_NODE_KEY. The "
     "key\n"
     "asks in the name of the node's member: with submit or operate it acts as that member, whose key here signs.",
     "icn access new monitor --role read --until 90d", "new_access_key", kNewAccess, 1, 1, &commands::access_new},
    {"access revoke",
     "NAME",
     "revoke an API key",
     "The running node refuses it from the next request on.",
     "icn access revoke monitor",
     "access_key",
     {},
     1,
     1,
     &commands::access_revoke},
};

}  // namespace icn::cli::detail
