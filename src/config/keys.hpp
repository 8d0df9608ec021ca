// The only table of configuration keys: sections of the file, environment variables and command line options, bounds,
// docs/CONFIG.md and docs/icn.example.toml derive from its rows. Constant and lock-free; reading a configuration is in
// config/configuration.hpp.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/did_resolvers.hpp"
#include "config/environment_type.hpp"
#include "core/result.hpp"

namespace icn::config {

enum class Key : std::uint8_t {
  environment,
  identity_encrypted_keys,
  did_resolvers,
  storage_dag,
  storage_state,
  storage_quota,
  network_service,
  governance_active,
  submitter_trust,
  checkpoint_every,
  sweep_secs,
  grace_secs,
  capabilities,
  federations,
  http_listen,
  http_tls_certificate,
  http_tls_key,
  wasm_threads,
  log_level,
  log_format,
};

// The form of a value; in the file: a string, one of the row's words, a boolean, an integer, an integer or a string
// with a unit, an array of strings.
enum class ValueType : std::uint8_t { text, choice, flag, number, bytes, list };
[[nodiscard]] std::string_view value_type_name(ValueType type);

// Whether a running node applies a changed value, or only a restart does.
enum class Reload : std::uint8_t { restart, live };

struct KeyRow {
  Key key;
  std::string_view name;         // "storage.dag": section and key in the file; a key without a section comes first
  std::string_view variable;     // environment variable
  std::string_view option = {};  // command line option of its own; empty: none
  ValueType type = ValueType::text;
  std::string_view unit = {};   // of a number
  std::string_view words = {};  // of a choice: "none|basic|partial|full"
  std::uint64_t min = 0;        // of a number
  std::uint64_t max = UINT64_MAX;
  std::string_view fallback = {};                       // the default value
  std::optional<std::string_view> in_development = {};  // where the environment changes the default
  std::optional<std::string_view> in_testing = {};
  Reload reload = Reload::restart;
  std::string_view doc;
  // A further check; may be null. Errors: invalid_argument, unsupported.
  Result<void> (*check)(std::string_view value) = nullptr;
};

// Errors: invalid_argument (not a URL of a known backend), unsupported (a backend absent from this build).
[[nodiscard]] Result<void> check_dag_url(std::string_view value);
[[nodiscard]] Result<void> check_state_url(std::string_view value);
[[nodiscard]] Result<void> check_mesh_network(std::string_view value);
[[nodiscard]] Result<void> check_addresses(std::string_view value);

inline constexpr std::array kKeyTable{
    KeyRow{.key = Key::environment,
           .name = "environment",
           .variable = "ICN_ENVIRONMENT",
           .option = "--environment",
           .type = ValueType::choice,
           .words = "production|development|testing",
           .fallback = "production",
           .doc = "where the node runs: it decides the defaults of other keys, and production refuses services and "
                  "keys that are not fit for it"},
    KeyRow{.key = Key::identity_encrypted_keys,
           .name = "identity.encrypted_keys",
           .variable = "ICN_IDENTITY_ENCRYPTED_KEYS",
           .type = ValueType::flag,
           .fallback = "true",
           .in_development = "false",
           .in_testing = "false",
           .doc = "whether a node with plain key files refuses to start; keys sealed with a passphrase and keys in a "
                  "token are always accepted"},
    KeyRow{.key = Key::did_resolvers,
           .name = "identity.did_resolvers",
           .variable = "ICN_DID_RESOLVERS",
           .type = ValueType::list,
           .fallback = "key,peer,web",
           .doc = "which DID methods are resolved, each with its settings after a colon, such as "
                  "`web:allow=192.168.1.10;seconds=5`: `web` reads documents over HTTPS from public addresses, "
                  "`allow=ADDRESS` permits another address, `ca=FILE` names certificate authorities, `seconds=N` "
                  "limits the time",
           .check = &check_resolvers},
    KeyRow{.key = Key::storage_dag,
           .name = "storage.dag",
           .variable = "ICN_STORAGE_DAG",
           .option = "--dag-store",
           .fallback = "sqlite:blocks.db",
           .doc = "where blocks live, as BACKEND:LOCATION; a relative location starts in the data folder. Chosen when "
                  "the folder is created and recorded there; afterwards only `icn store migrate` changes it, and a "
                  "value that differs is refused",
           .check = &check_dag_url},
    KeyRow{.key = Key::storage_state,
           .name = "storage.state",
           .variable = "ICN_STORAGE_STATE",
           .option = "--state-store",
           .fallback = "sqlite:state.db",
           .doc = "where changing state lives (mana, jobs, reputation), as BACKEND:LOCATION; as storage.dag",
           .check = &check_state_url},
    KeyRow{.key = Key::storage_quota,
           .name = "storage.quota",
           .variable = "ICN_STORAGE_QUOTA",
           .type = ValueType::bytes,
           .fallback = "10GiB",
           .doc = "what blocks, compiled modules and logs may take in total, in bytes or with KiB, MiB, GiB or TiB "
                  "after the number; 0 for no quota"},
    KeyRow{.key = Key::network_service,
           .name = "network.service",
           .variable = "ICN_NETWORK_SERVICE",
           .fallback = "standalone",
           .doc = "the mesh network service; `standalone` reaches no other node",
           .check = &check_mesh_network},
    KeyRow{.key = Key::governance_active,
           .name = "governance.active",
           .variable = "ICN_GOVERNANCE_ACTIVE",
           .type = ValueType::flag,
           .fallback = "true",
           .reload = Reload::live,
           .doc = "whether the node of the scope's clerk takes the steps that are due by time: opening, closing and "
                  "executing what members decide"},
    KeyRow{.key = Key::submitter_trust,
           .name = "governance.submitter_trust",
           .variable = "ICN_SUBMITTER_TRUST",
           .type = ValueType::choice,
           .words = "none|basic|partial|full",
           .fallback = "none",
           .doc = "the least level at which the node's operator must trust a submitter, in the context "
                  "`resource_sharing`; `none` accepts every member"},
    KeyRow{.key = Key::checkpoint_every,
           .name = "parameters.checkpoint_every",
           .variable = "ICN_CHECKPOINT_EVERY",
           .type = ValueType::number,
           .unit = "journal records",
           .min = 100,
           .max = 10'000'000,
           .fallback = "10000",
           .doc = "how often the ledger writes a checkpoint; a node that starts reads the newest one and the records "
                  "after it"},
    KeyRow{
        .key = Key::sweep_secs,
        .name = "parameters.sweep_secs",
        .variable = "ICN_SWEEP_SECS",
        .type = ValueType::number,
        .unit = "s",
        .min = 1,
        .max = 3'600,
        .fallback = "30",
        .reload = Reload::live,
        .doc = "the time between two looks for overdue jobs, waiting jobs, due steps of governance and ended epochs"},
    KeyRow{.key = Key::grace_secs,
           .name = "parameters.grace_secs",
           .variable = "ICN_GRACE_SECS",
           .type = ValueType::number,
           .unit = "s",
           .min = 0,
           .max = 3'600,
           .fallback = "30",
           .in_development = "5",
           .in_testing = "0",
           .reload = Reload::live,
           .doc = "how long a node that stops lets running jobs finish; then they are stopped, cost nothing and run "
                  "again after the next start"},
    KeyRow{.key = Key::capabilities,
           .name = "parameters.capabilities",
           .variable = "ICN_CAPABILITIES",
           .type = ValueType::list,
           .doc = "what this node offers, compared with the capabilities that jobs require"},
    KeyRow{.key = Key::federations,
           .name = "parameters.federations",
           .variable = "ICN_FEDERATIONS",
           .type = ValueType::list,
           .doc = "the federations that this node belongs to, compared with those that jobs allow"},
    KeyRow{.key = Key::http_listen,
           .name = "http.listen",
           .variable = "ICN_HTTP_LISTEN",
           .option = "--listen",
           .type = ValueType::list,
           .doc = "where the node serves HTTP besides the socket in its data folder, as ADDRESS:PORT with a numeric "
                  "address, such as `127.0.0.1:7845` or `[::1]:7845`; addresses other than loopback need "
                  "http.tls_certificate. Callers without an API key get what is open to everyone: health, "
                  "readiness and the description of the interface",
           .check = &check_addresses},
    KeyRow{.key = Key::http_tls_certificate,
           .name = "http.tls_certificate",
           .variable = "ICN_HTTP_TLS_CERTIFICATE",
           .doc = "a PEM file with the certificate of the node and its chain; with it, http.listen and adopted "
                  "sockets take TLS 1.3 only"},
    KeyRow{.key = Key::http_tls_key,
           .name = "http.tls_key",
           .variable = "ICN_HTTP_TLS_KEY",
           .doc = "a PEM file with the key of that certificate"},
    KeyRow{.key = Key::wasm_threads,
           .name = "wasm.threads",
           .variable = "ICN_WASM_THREADS",
           .type = ValueType::number,
           .unit = "threads",
           .min = 0,
           .max = 256,
           .fallback = "0",
           .doc = "threads that run programs; 0: one per processor core"},
    KeyRow{.key = Key::log_level,
           .name = "log.level",
           .variable = "ICN_LOG_LEVEL",
           .type = ValueType::choice,
           .words = "error|warning|info|debug",
           .fallback = "info",
           .in_testing = "warning",
           .reload = Reload::live,
           .doc = "the least important lines that `icn node run` writes to standard error"},
    KeyRow{.key = Key::log_format,
           .name = "log.format",
           .variable = "ICN_LOG_FORMAT",
           .type = ValueType::choice,
           .words = "json|text",
           .fallback = "json",
           .in_development = "text",
           .in_testing = "text",
           .reload = Reload::live,
           .doc = "the form of those lines: one JSON object a line, or text"},
};
[[nodiscard]] constexpr const KeyRow& key_row(Key key) { return kKeyTable[static_cast<std::size_t>(key)]; }
// Null for an unknown name.
[[nodiscard]] const KeyRow* find_key(std::string_view name);
[[nodiscard]] std::string_view fallback_of(const KeyRow& row, EnvironmentType environment);

// Whether the row takes the value, in the form that variables and options have: a list is separated by commas. Errors:
// invalid_argument, unsupported.
[[nodiscard]] Result<void> check_value(const KeyRow& row, std::string_view value);
// The entries of a list; none of an empty text.
[[nodiscard]] std::vector<std::string> list_entries(std::string_view value);

// Environment variables that are not keys: which node and what it opens with are the caller's, not the node's.
struct VariableRow {
  std::string_view name;
  std::string_view doc;
};
inline constexpr std::array kVariableTable{
    VariableRow{"ICN_CONFIG", "the configuration file, unless --config names one"},
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
    VariableRow{"ICN_NODE_KEY", "authenticates at the node of --node"},
    VariableRow{"CREDENTIALS_DIRECTORY",
                "set by systemd: without another source, its files `icn-passphrase` and `icn-token-pin` hold the "
                "passphrase and the PIN"},
    VariableRow{"NO_COLOR", "no colours on a terminal, unless it is empty"},
    VariableRow{"TERM", "`dumb`, or not set: the terminal gets no colours and no progress"},
};

// A given value and its source: "--dag-store", "ICN_STORAGE_DAG" or "icn.toml:12".
struct Given {
  std::string value;
  std::string by;
};

// "127.0.0.1:7845" or "[::1]:7845" in its parts. Errors: invalid_argument.
struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

// docs/CONFIG.md.
[[nodiscard]] std::string keys_markdown();
// docs/icn.example.toml: every key with its default, as a comment.
[[nodiscard]] std::string example_file();

}  // namespace icn::config
