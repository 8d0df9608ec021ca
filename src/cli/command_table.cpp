#include <algorithm>
#include <array>

#include "cli/commands/commands.hpp"
#include "cli/detail/access_rows.hpp"
#include "cli/detail/credential_rows.hpp"
#include "cli/detail/governance_rows.hpp"
#include "cli/detail/key_rows.hpp"
#include "cli/detail/mana_rows.hpp"
#include "cli/detail/node_rows.hpp"
#include "cli/detail/parameter_rows.hpp"
#include "cli/detail/trust_rows.hpp"
#include "cli/detail/zk_rows.hpp"

namespace icn::cli {
namespace {

constexpr std::size_t kAny = 1 << 20;

constexpr OptionRow kGlobal[] = {
    {"--data", "DIR", Value::one, "the data folder (default: $ICN_DATA, else ~/.local/share/icn)"},
    {"--config", "FILE", Value::one, "the configuration (default: $ICN_CONFIG, else icn.toml in the data folder)"},
    {"--json", "", Value::flag, "print JSON; docs/schemas/ defines its shape"},
    {"--dag-store", "URL", Value::one, "where blocks live (default: $ICN_STORAGE_DAG, else what the folder records)"},
    {"--state-store", "URL", Value::one,
     "where state lives (default: $ICN_STORAGE_STATE, else what the folder records)"},
    {"--passphrase-file", "FILE", Value::one,
     "its first line is the passphrase (default: $ICN_PASSPHRASE, else asked)"},
    {"--wait", "S", Value::optional,
     "seconds to wait for a folder that another process uses (default: 10; --wait alone: no limit)"},
    {"--node", "URL", Value::one,
     "ask a running node: unix:/path, http://127.0.0.1:PORT, https://HOST:PORT (its key: $ICN_NODE_KEY)"},
    {"--verbose", "", Value::flag, "print more on standard error"},
};

constexpr OptionRow kInit[] = {
    {"--development", "", Value::flag, "plain keys without a passphrase: for development only"},
    {"--name", "NAME", Value::one, "the scope's name (default: home)"},
    {"--members", "NAMES", Value::one, "members with a key each in the folder, e.g. alice,bob,carol (default: one)"},
    {"--grant", "MANA", Value::one, "each member's opening grant (default: 1000)"},
    {"--endowment", "MANA", Value::one, "the treasury's endowment (default: 1000)"},
};

constexpr OptionRow kJobOptions[] = {
    {"--input", "FILE", Value::many,
     "an input, - for standard input; a WASI program reads the first (default: piped input)"},
    {"--cost", "MANA", Value::one, "the most that the job may cost, in whole mana (default: the least that covers it)"},
    {"--fuel", "N", Value::one, "fuel limit (default: 10,000,000,000)"},
    {"--memory-pages", "N", Value::one,
     "memory limit in pages of 64 KiB (default: the module's own maximum, within the scope's)"},
    {"--deadline", "S", Value::one, "seconds the run may take (default: 30)"},
    {"--limit", "NAME=N", Value::many, "any other limit by its name, e.g. max_functions=5000"},
    {"--entry", "NAME", Value::one, "the export to call (default: _start, else run)"},
    {"--grant", "CAP", Value::many, "a capability the job gets: spend, submit, anchor, …"},
    {"--read", "KEY", Value::many, "a key the job reads, e.g. account:did:key:z6Mk…"},
    {"--spend-max", "MANA", Value::one, "whole mana that the job's effects may spend (default: 0)"},
    {"--independent", "", Value::flag, "apply effects one by one instead of all or none"},
    {"--trust-scope", "CONTEXT", Value::one, "run only where you trust the executor in this context, e.g. medical"},
    {"--nonce", "N", Value::one, "the same body with the same nonce is the same job (default: random)"},
    kAs,
};

constexpr OptionRow kReport{"--report", "", Value::flag,
                            "print a report after the output: price, balances, receipt, replay"};
constexpr OptionRow kOutputOption{"--output", "FILE", Value::one,
                                  "write the output to FILE instead of standard output"};

// Options of a command that creates and runs a job.
constexpr auto kRunOptions = [] {
  std::array<OptionRow, std::size(kJobOptions) + 3> rows{};
  std::copy(std::begin(kJobOptions), std::end(kJobOptions), rows.begin());
  rows[rows.size() - 3] = kReport;
  rows[rows.size() - 2] = kOutputOption;
  rows[rows.size() - 1] = kForce;
  return rows;
}();

constexpr OptionRow kWait[] = {kReport, kOutputOption, kForce};
constexpr OptionRow kRerun[] = {kReport, kOutputOption, kForce, kAs};
constexpr OptionRow kSigned[] = {kAs};
constexpr OptionRow kOutput[] = {kOutputOption, kForce};

constexpr OptionRow kList[] = {
    {"--phase", "PHASE", Value::one, "only jobs in this phase, e.g. completed"},
    {"--count", "N", Value::one, "at most this many (default: 20)"},
    {"--before", "N", Value::one, "continue a list: jobs with a smaller number"},
};

constexpr OptionRow kLogs[] = {
    {"--follow", "", Value::flag, "follow the log until the job ends", "-f"},
};

constexpr OptionRow kGet[] = {
    {"--as", "raw|dag-json", Value::one, "the block as it is, or as DAG-JSON (default: a file's bytes, else as it is)"},
    {"--out", "PATH", Value::one, "write the file there, or the folder with everything below it"},
    {"--force", "", Value::flag, "replace existing files"},
    {"--max-bytes", "N", Value::one, "write at most this many bytes of files (default: 16 GiB)"},
};

constexpr OptionRow kTree[] = {
    {"--depth", "N", Value::one, "stop this many links below the root (default: 16)"},
};

constexpr OptionRow kExport[] = {
    {"--out", "FILE", Value::one, "where the archive goes; - is standard output (default: -)"},
    kForce,
    {"--car-version", "1|2", Value::one, "1 (default), or 2, which has an index"},
};

constexpr OptionRow kGc[] = {
    {"--dry-run", "", Value::flag, "list what would be removed and why; remove nothing"},
    {"--count", "N", Value::one, "list at most this many blocks of a dry run (default: 100)"},
    {"--reset-times", "", Value::flag, "pins created while the clock was ahead expire as if created now"},
};

constexpr OptionRow kPin[] = {
    {"--recursive", "", Value::flag, "also everything reachable from it"},
    {"--ttl", "S", Value::one, "release it after this many seconds (default: never)"},
    kAs,
};

constexpr OptionRow kPins[] = {
    {"--count", "N", Value::one, "at most this many (default: 100)"},
    {"--after", "HEX", Value::one, "continue a list"},
};

constexpr OptionRow kCid[] = {
    {"--codec", "unixfs|raw|dag-cbor", Value::one, "unixfs (default): as a file; raw or dag-cbor: as one block"},
};

constexpr OptionRow kMigrate[] = {
    {"--verify", "", Value::flag, "compare every pair and every block before the folder switches"},
};

constexpr OptionRow kAbi[] = {
    {"--format", "json|md|c|rust", Value::one, "json (default), md, c or rust"},
};

constexpr OptionRow kMan[] = {
    {"--out", "DIR", Value::one, "write all pages into this folder instead"},
    {"--force", "", Value::flag, "replace existing pages"},
};

constexpr CommandRow kJobRows[] = {
    {"init", "", "create a scope and its node in the data folder",
     "Creates a key for each member and one for the node, the scope's final genesis block and the opening grants. "
     "Keys\n"
     "are sealed with a passphrase unless --development allows plain ones. Stores are SQLite files in the folder "
     "unless\n"
     "--dag-store and --state-store (or ICN_STORAGE_DAG and ICN_STORAGE_STATE) give others, which must be empty.",
     "icn --data ~/try init --development", "init", kInit, 0, 0, &commands::init},
    {"job run", "PROGRAM.wasm [ARGS…]", "run a program as a job and print its output",
     "Signs the job, reserves mana, runs the program in the sandbox, settles, and ends with the program's own exit "
     "code\n"
     "(100–125: the job was refused or failed; docs/ERRORS.md). Standard error is shown as it arrives. Options may "
     "follow ARGS;\n"
     "`--` ends them. Jobs that it submits run after it.",
     "icn job run word_count.wasm < README.md", "job", kRunOptions, 1, kAny, &commands::job_run},
    {"job submit", "PROGRAM.wasm [ARGS…]", "accept a job without running it yet",
     "Commits job, reserve and order, and prints the job id. `icn job wait JOB` runs it, `icn job work` runs all "
     "waiting\n"
     "jobs.",
     "icn job submit word_count.wasm --input README.md", "job", kJobOptions, 1, kAny, &commands::job_submit},
    {"job simulate", "PROGRAM.wasm [ARGS…]", "show what a job would use and cost, without paying",
     "Runs the program under an unsigned order; stores nothing and charges nothing.",
     "icn job simulate word_count.wasm < README.md", "simulation", kJobOptions, 1, kAny, &commands::job_simulate},
    {"job wait", "JOB", "run an accepted job to completion, or report its result",
     "Executes the job if it has not run, prints its output and ends with its exit code.", "icn job wait bafyrei…",
     "job", kWait, 1, 1, &commands::job_wait},
    {"job rerun", "JOB", "run the same program on the same inputs as a new job",
     "The same body with a fresh nonce: a new job, charged again.", "icn job rerun bafyrei…", "job", kRerun, 1, 1,
     &commands::job_rerun},
    {"job work",
     "",
     "run every waiting job",
     "Also runs the jobs that these submit. If interrupted, the remaining jobs keep waiting.",
     "icn job work",
     "work",
     {},
     0,
     0,
     &commands::job_work},
    {"job list", "", "list jobs, newest first",
     "One line per job: number, id, program, age, state, exit code and charge in mana (for an open job its reserve, "
     "in\n"
     "brackets).",
     "icn job list --phase completed", "job_list", kList, 0, 0, &commands::job_list},
    {"job describe",
     "JOB",
     "everything about one job",
     "JOB is a number of `icn job list`, @last, @last-ok, @last-failed, or an id of the job, of its receipt or of its\n"
     "anchor, or a unique prefix of one.",
     "icn job describe bafyreib2x",
     "description",
     {},
     1,
     1,
     &commands::job_describe},
    {"job logs", "JOB", "the log of a job",
     "Standard error and log messages. Works while another process runs the job.", "icn job logs -f bafyrei…", "logs",
     kLogs, 1, 1, &commands::job_logs},
    {"job output", "JOB", "the raw output of a job", "Writes the bytes to standard output, verified against their CID.",
     "icn job output bafyrei… > result", "output", kOutput, 1, 1, &commands::job_output},
    {"job cancel",
     "JOB",
     "cancel a job",
     "A job that has not started releases its whole reserve; a running job is stopped and pays for the fuel it used.",
     "icn job cancel bafyrei…",
     "cancel",
     {},
     1,
     1,
     &commands::job_cancel},
    {"job why",
     "JOB",
     "why a job is in its state, in plain words",
     "The causal chain with what was charged and released, and what to do next.",
     "icn job why bafyrei…",
     "why",
     {},
     1,
     1,
     &commands::job_why},
    {"receipt show",
     "RECEIPT",
     "show a receipt",
     "The body that every honest executor reproduces, and who signed it. RECEIPT is its CID, its job or its anchor.",
     "icn receipt show bafyrei…",
     "receipt",
     {},
     1,
     1,
     &commands::receipt_show},
    {"receipt verify",
     "RECEIPT",
     "check every signature and link of a receipt",
     "Receipt, order, job and anchor: signatures, hashes and the links between them. Exit 0 only when all are valid.\n"
     "RECEIPT is its CID, its job or its anchor, at its home and wherever its anchor was imported.",
     "icn receipt verify bafyrei…",
     "verification",
     {},
     1,
     1,
     &commands::receipt_verify},
    {"receipt replay",
     "RECEIPT",
     "run the job again from its blocks and compare",
     "Needs only blocks: no ledger, node or network. Exit 0 only when the new receipt body equals the signed one, byte "
     "for\n"
     "byte. Exit 121: it differs, and the host call is named; 122: data is missing; 123: unknown profile. RECEIPT is "
     "its\n"
     "CID, its job or its anchor.",
     "icn receipt replay bafyrei…",
     "replay",
     {},
     1,
     1,
     &commands::receipt_replay},
};

constexpr CommandRow kStoreRows[] = {
    {"dag put", "PATH", "store a file or a folder in the DAG",
     "Prints its CID, the one that IPFS tools compute under the profile unixfs-v1-2025, such as kubo with\n"
     "`ipfs add --cid-version=1 --chunker=size-1048576 --max-file-links=1024`. PATH may be as large as the store\n"
     "allows; - is standard input. A folder is stored with everything in it, hidden files too; symbolic links are\n"
     "refused. The file or folder is pinned: `icn dag unpin CID` releases it.",
     "icn dag put README.md", "dag_put", kSigned, 1, 1, &commands::dag_put},
    {"dag get", "CID[/PATH]", "a block, file or folder from the DAG",
     "Prints a file as its bytes, any other block as it is, or either as DAG-JSON. PATH names an entry below a "
     "folder.\n"
     "--out writes a file or a whole folder; a new folder appears when it is complete. Existing files are kept unless\n"
     "--force is given, and nothing outside --out is written.",
     "icn dag get bafybei…/photos --out photos", "dag_get", kGet, 1, 1, &commands::dag_get},
    {"dag cat", "CID[/PATH]", "the bytes of a file",
     "Reads a file of any size leaf by leaf and verifies each leaf before it prints it. PATH names a file below a "
     "folder.",
     "icn dag cat bafybei…/films/film.mp4 > film.mp4", "dag_get", kOutput, 1, 1, &commands::dag_cat},
    {"dag ls",
     "CID[/PATH]",
     "the entries of a folder, or the links of a block",
     "One line per entry or link: its CID, the size that the block states, and its name (of the entry, or its path in "
     "a\n"
     "value). PATH names an entry below a folder. A large folder (HAMT) is listed like any other, sorted by name.",
     "icn dag ls bafyrei…",
     "dag_ls",
     {},
     1,
     1,
     &commands::dag_ls},
    {"dag tree", "CID", "everything below a block, as a tree",
     "Opens each block with links once; later occurrences are marked (above), blocks below --depth (deeper). Ends "
     "with\n"
     "exit code 122 when a block is missing or corrupted.",
     "icn dag tree bafyrei…", "dag_tree", kTree, 1, 1, &commands::dag_tree},
    {"dag export", "CID…", "write everything below blocks into an archive",
     "A CAR file with these roots, each block once, depth first. All blocks are read and verified before the first "
     "byte\n"
     "is written. Other IPFS tools read it.",
     "icn dag export bafyrei… --out things.car", "dag_export", kExport, 1, kAny, &commands::dag_export},
    {"dag import", "FILE", "store the blocks of an archive",
     "Reads CAR files of version 1 and 2 and prints their roots. The whole archive is verified before the first block "
     "is\n"
     "stored. Blocks with codecs other than raw, dag-pb and dag-cbor or hashes other than sha2-256 are refused.",
     "icn dag import things.car", "dag_import", kSigned, 1, 1, &commands::dag_import},
    {"dag gc", "", "remove blocks that nothing holds",
     "Keeps everything that pins reach: open jobs, ended jobs for 90 days, stored files and imported roots. Works "
     "while\n"
     "jobs run. The quota of the store is 10 GiB unless ICN_STORAGE_QUOTA sets another (50GiB; 0 for none).",
     "icn dag gc --dry-run", "dag_gc", kGc, 0, 0, &commands::dag_gc},
    {"dag pin", "CID", "keep a block", "Collections keep the block until it is unpinned or its pin expires.",
     "icn dag pin bafyrei… --recursive", "dag_pin", kPin, 1, 1, &commands::dag_pin},
    {"dag unpin", "CID|JOB", "release a block or a job's evidence",
     "Releases your own pins of a CID, or the blocks of an ended job of yours: after the next `icn dag gc` its receipt "
     "can\n"
     "no longer be replayed here.",
     "icn dag unpin bafyrei…", "dag_unpin", kSigned, 1, 1, &commands::dag_unpin},
    {"dag pins", "", "list pins and their holders", "Pins belong to jobs, leases, members or the node itself.",
     "icn dag pins", "dag_pins", kPins, 0, 0, &commands::dag_pins},
    {"dag stat",
     "",
     "how many blocks and bytes are stored",
     "Counts the whole store.",
     "icn dag stat",
     "dag_stat",
     {},
     0,
     0,
     &commands::dag_stat},
    {"dag verify",
     "[CID]",
     "read every block and check its hash",
     "Reads the whole store, or everything reachable from CID.",
     "icn dag verify",
     "dag_verify",
     {},
     0,
     1,
     &commands::dag_verify},
    {"cid", "FILE", "the CID of a file, without a data folder",
     "The CID that `icn dag put` prints for the file or, with --codec, that of its bytes as one block. Bytes that are "
     "not\n"
     "canonical for the codec are refused. FILE may be -, standard input.",
     "icn cid README.md", "cid", kCid, 1, 1, &commands::cid},
    {"store backends",
     "",
     "the kinds of stores that this build can use",
     "For blocks (dag_store) and for state (state_store). Backends that cannot be opened here, because a library or a\n"
     "module in lib/icn next to the program's folder is missing, are listed with the reason.",
     "icn store backends",
     "store_backends",
     {},
     0,
     0,
     &commands::store_backends},
    {"store hash",
     "",
     "one hash over everything the node keeps",
     "Covers the whole logical state, independent of the backends: a migration does not change it, and a restored node "
     "has\n"
     "the hash of its backup.",
     "icn store hash",
     "store_hash",
     {},
     0,
     0,
     &commands::store_hash},
    {"store migrate", "FROM TO", "move the stores of the data folder to other backends",
     "FROM is a backend's name (every store of the folder that uses it) or a store's URL; TO is a backend's name (its\n"
     "usual places in the folder) or a URL. If interrupted, run it again to resume; until it is done the folder stays "
     "on\n"
     "its old stores. These stay in place afterwards.",
     "icn store migrate sqlite rocksdb --verify", "migration", kMigrate, 2, 2, &commands::store_migrate},
    {"store takeover",
     "",
     "make this data folder the writer of stores on a server",
     "For a standby, which is a copy of the data folder on another machine with the node's key. Use it when the "
     "present\n"
     "writer has ended for good: it can write nothing from then on.",
     "icn store takeover",
     "takeover",
     {},
     0,
     0,
     &commands::store_take_over},
    {"store doctor",
     "",
     "what is wrong with the data folder, and what to do",
     "Examines the folder, its keys, both stores, the ledger, every block and the disk; changes nothing. Exit 0 only "
     "when\n"
     "nothing is wrong.",
     "icn store doctor",
     "doctor",
     {},
     0,
     0,
     &commands::store_doctor},
    {"backup",
     "DEST",
     "copy the whole node into the new folder DEST",
     "Copies the state at one moment, every block that it names, and the key files. The node may be in use meanwhile. "
     "DEST\n"
     "exists only when it is complete; `sha256sum -c SHA256SUMS` checks it anywhere.",
     "icn backup /backups/monday",
     "backup",
     {},
     1,
     1,
     &commands::backup},
    {"restore",
     "SRC",
     "create a data folder from a backup",
     "Checks the whole backup, then creates the folder given by --data, on the backup's stores or on those that\n"
     "--dag-store and --state-store name. The restored node begins a new incarnation.",
     "icn --data /var/lib/icn2 restore /backups/monday",
     "restore",
     {},
     1,
     1,
     &commands::restore},
    {"abi", "", "the host functions a guest may call", "As JSON, Markdown, or headers for guests.",
     "icn abi --format c > icn.h", "abi", kAbi, 0, 0, &commands::abi},
    {"completion",
     "SHELL",
     "a shell's completion script",
     "For bash, zsh or fish.",
     "source <(icn completion bash)",
     "text",
     {},
     1,
     1,
     &commands::completion},
    {"man", "[COMMAND…]", "a manual page, in the form that man(1) reads",
     "A page of one command, or the overview. --out writes all pages into a folder, which it creates if needed.",
     "icn man job run > icn-job-run.1", "text", kMan, 0, 2, &commands::man},
    {"version",
     "",
     "the version of this program",
     "Also shows the execution profile under which it runs jobs.",
     "icn version",
     "version",
     {},
     0,
     0,
     &commands::version},
};

// In the order of the help.
template <std::size_t... N>
constexpr auto joined(const CommandRow (&... parts)[N]) {
  std::array<CommandRow, (N + ...)> rows{};
  auto* end = rows.begin();
  ((end = std::copy(std::begin(parts), std::end(parts), end)), ...);
  return rows;
}
constexpr auto kTable = joined(kJobRows, detail::kManaRows, detail::kKeyRows, detail::kAccessRows,
                               detail::kGovernanceRows, detail::kTrustRows, detail::kCredentialRows, detail::kZkRows,
                               detail::kParameterRows, detail::kNodeRows, kStoreRows);

}  // namespace

const std::span<const OptionRow> kGlobalOptions = kGlobal;
std::span<const CommandRow> command_table() { return kTable; }

}  // namespace icn::cli
