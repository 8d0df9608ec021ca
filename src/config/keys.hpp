// The only table of configuration keys: their environment variables and command line options, docs/CONFIG.md and the
// checks of their values derive from its rows.
#pragma once
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/did_resolvers.hpp"
#include "core/result.hpp"

namespace icn::config {

enum class Key : std::uint8_t { storage_dag, storage_state, storage_quota, submitter_trust, did_resolvers };

struct KeyRow {
  Key key;
  std::string_view name;      // "storage.dag"
  std::string_view variable;  // environment variable
  std::string_view option;    // command line option; empty: none
  std::string_view fallback;  // the default value
  std::string_view doc;
  // Errors: invalid_argument, unsupported.
  Result<void> (*check)(std::string_view value);
};

// Errors: invalid_argument (not a URL of a known backend), unsupported (a backend absent from this build).
[[nodiscard]] Result<void> check_dag_url(std::string_view value);
[[nodiscard]] Result<void> check_state_url(std::string_view value);
// Errors: invalid_argument.
[[nodiscard]] Result<void> check_bytes(std::string_view value);
[[nodiscard]] Result<void> check_trust_level(std::string_view value);

inline constexpr std::array kKeyTable{
    KeyRow{Key::storage_dag, "storage.dag", "ICN_STORAGE_DAG", "--dag-store", "sqlite:blocks.db",
           "where blocks live, as BACKEND:LOCATION; a relative location starts in the data folder. Chosen when the "
           "folder is created and recorded there; afterwards only `icn store migrate` changes it, and a value that "
           "differs is refused",
           &check_dag_url},
    KeyRow{Key::storage_state, "storage.state", "ICN_STORAGE_STATE", "--state-store", "sqlite:state.db",
           "where changing state lives (mana, jobs, reputation), as BACKEND:LOCATION; as storage.dag",
           &check_state_url},
    KeyRow{Key::storage_quota, "storage.quota", "ICN_STORAGE_QUOTA", "", "10GiB",
           "what blocks, compiled modules and logs may take in total, in bytes or with KiB, MiB, GiB or TiB after the "
           "number; 0 for no quota",
           &check_bytes},
    KeyRow{
        Key::submitter_trust, "submitter.trust", "ICN_SUBMITTER_TRUST", "", "none",
        "the least level at which the node's operator must trust a submitter, in the context `resource_sharing`: none "
        "(every member is accepted), basic, partial or full",
        &check_trust_level},
    KeyRow{
        Key::did_resolvers, "did.resolvers", "ICN_DID_RESOLVERS", "", "key,peer,web",
        "which DID methods are resolved, each with its settings after a colon, such as "
        "`web:allow=192.168.1.10;seconds=5`: `web` reads documents over HTTPS from public addresses, `allow=ADDRESS` "
        "permits another address, `ca=FILE` names certificate authorities, `seconds=N` limits the time",
        &check_resolvers},
};
[[nodiscard]] constexpr const KeyRow& key_row(Key key) { return kKeyTable[static_cast<std::size_t>(key)]; }

// Environment variables that are not keys: which node and what it opens with are the caller's, not the node's.
struct VariableRow {
  std::string_view name;
  std::string_view doc;
};
inline constexpr std::array kVariableTable{
    VariableRow{"ICN_DATA", "the data folder, unless --data names one"},
    VariableRow{"XDG_DATA_HOME",
                "where user data lives, if it is an absolute path: the data folder is then its `icn`, "
                "unless ICN_DATA or --data names one"},
    VariableRow{"HOME", "without those the data folder is `.local/share/icn` in it"},
    VariableRow{"ICN_PASSPHRASE",
                "opens the keys, unless --passphrase-file is given; read once, then removed from the "
                "process's environment"},
    VariableRow{"ICN_TOKEN_PIN",
                "the PIN of a key in a PKCS#11 token; read once, then removed from the process's environment"},
    VariableRow{"CREDENTIALS_DIRECTORY",
                "set by systemd: without another source, its files `icn-passphrase` and `icn-token-pin` hold the "
                "passphrase and the PIN"},
    VariableRow{"NO_COLOR", "no colours on a terminal, unless it is empty"},
    VariableRow{"TERM", "`dumb`, or not set: the terminal gets no colours and no progress"},
};

// A given value and its source: "--dag-store" or "ICN_STORAGE_DAG".
struct Given {
  std::string value;
  std::string_view by;
};
using Environment = std::function<std::optional<std::string>(std::string_view variable)>;
// The option's value, else the variable's (an empty one does not count); empty if neither was given.
[[nodiscard]] std::optional<Given> unchecked_value(Key key, const std::optional<std::string>& option,
                                                   const Environment& environment);
// Like unchecked_value(), but checks the value. Errors: those of the row's check, naming the source of the value.
[[nodiscard]] Result<std::optional<Given>> given_value(Key key, const std::optional<std::string>& option,
                                                       const Environment& environment);

// Returns the text of docs/CONFIG.md.
[[nodiscard]] std::string keys_markdown();

}  // namespace icn::config
