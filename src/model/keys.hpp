// The key space of the state store: one prefix per owner, listed here so that no two owners collide.
//
// A key is its prefix, then fixed-width or self-delimiting parts; numbers are big-endian so that they sort. Rows that
// grow with the jobs are keyed by number where possible: rows written together are stored together, so a store writes
// few pages for many of them. A row keyed by a digest costs the store a page.
#pragma once
#include <array>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::model {

struct KeyPrefix {
  std::string_view prefix;
  std::string_view owner;
  std::string_view doc;
};

namespace keys {
inline constexpr std::string_view kMeta = "m/";                    // node: format version, genesis, and the next three
inline constexpr std::string_view kWriterEpoch = "m/epoch";        // who may write, if a standby may take over
inline constexpr std::string_view kIncarnation = "m/incarnation";  // be64, raised by each restore
inline constexpr std::string_view kRestored = "m/restored";   // the backup that the node was restored from, and when
inline constexpr std::string_view kLedgerJournal = "lj/";     // economy: be64 sequence → journal record
inline constexpr std::string_view kLedgerCheckpoint = "lc/";  // economy: be64 sequence → checkpoint
inline constexpr std::string_view kLedgerTransfer = "li/";    // economy: transfer id → be64 sequence of its record
inline constexpr std::string_view kLedgerAccount = "la/";  // economy: account ‖ be64 sequence of a record that names it
inline constexpr std::string_view kReputation = "rp/";     // reputation: DID key → score record
inline constexpr std::string_view kReputationSeen = "rs/";  // reputation: receipt digest → counted
inline constexpr std::string_view kReputationChange = "rh/";  // reputation: DID key ‖ be64 number → change of its score
inline constexpr std::string_view kReputationDecay = "rd/";  // reputation: empty → day and share of the last decay
inline constexpr std::string_view kJob = "jb/";              // jobs: be64 acceptance number → job record
inline constexpr std::string_view kJobStory = "jt/";   // jobs: be64 acceptance number → the story of a terminal job
inline constexpr std::string_view kJobNumber = "ji/";  // jobs: job digest → be64 acceptance number
inline constexpr std::string_view kJobOpen = "jo/";    // jobs: be64 number of each job that is not terminal → empty
inline constexpr std::string_view kJobNewest =
    "jn/";  // jobs: which (jobs/job_book.hpp) → be64 number of the newest such job
inline constexpr std::string_view kPin = "pn/";          // dag: kind ‖ holder ‖ … → pin (docs/FORMATS.md)
inline constexpr std::string_view kDagUsage = "du/";     // dag: bytes stored, and the latest time
inline constexpr std::string_view kDagComplete = "dc/";  // dag: root CID → empty; everything below is in the store
inline constexpr std::string_view kOutbox = "ob/";       // runtime: be64 number → message
inline constexpr std::string_view kEvidence =
    "ev/";  // runtime: digest of an imported job or receipt → anchor block CID
inline constexpr std::string_view kAnchor = "an/";    // runtime: receipt CID → anchor block CID
inline constexpr std::string_view kManaRoot = "mr/";  // runtime: the newest anchored root of mana (mana_epoch.cpp)
inline constexpr std::string_view kScopeLog = "gl/";  // governance: be64 position → log record
inline constexpr std::string_view kTrust = "tr/";     // trust: scope ‖ … → trust record (docs/FORMATS.md)
inline constexpr std::string_view kTrustCounter =
    "tc/";                                           // trust: scope ‖ author → be64 counter of the newest statement
inline constexpr std::string_view kRefused = "rw/";  // runtime: DID key → window of unpaid work (refused_work.hpp)
inline constexpr std::string_view kSpent = "mw/";    // runtime: DID key → window of spent µmana (mana_limits.hpp)
inline constexpr std::string_view kCredited = "tw/";  // runtime: DID key → window of µmana credited out of the treasury
inline constexpr std::string_view kScopeCheckpoint = "gc/";  // governance: be64 position ‖ be64 part → checkpoint
inline constexpr std::string_view kCredential = "cr/";  // runtime: be64 index → issued credential (credentials.cpp)
}  // namespace keys

inline constexpr std::array kKeyTable{
    KeyPrefix{keys::kMeta, "node", "format version, genesis, operator, writer epoch, incarnation, restore marker"},
    KeyPrefix{keys::kLedgerJournal, "economy", "journal records by sequence"},
    KeyPrefix{keys::kLedgerCheckpoint, "economy", "checkpoints by sequence"},
    KeyPrefix{keys::kLedgerTransfer, "economy", "journal sequences by the first 16 bytes of a transfer's id"},
    KeyPrefix{keys::kLedgerAccount, "economy", "journal sequences by member account"},
    KeyPrefix{keys::kReputation, "reputation", "scores by DID"},
    KeyPrefix{keys::kReputationSeen, "reputation", "receipts already counted"},
    KeyPrefix{keys::kReputationChange, "reputation", "changes of scores by DID and number"},
    KeyPrefix{keys::kReputationDecay, "reputation", "the last decay of scores"},
    KeyPrefix{keys::kJob, "jobs", "job records by acceptance number"},
    KeyPrefix{keys::kJobStory, "jobs", "history of terminal jobs, by acceptance number"},
    KeyPrefix{keys::kJobNumber, "jobs", "acceptance numbers by job id"},
    KeyPrefix{keys::kJobOpen, "jobs", "acceptance numbers of non-terminal jobs"},
    KeyPrefix{keys::kJobNewest, "jobs", "numbers of the newest jobs: accepted, ended well, failed"},
    KeyPrefix{keys::kPin, "dag", "pins and leases by kind and holder"},
    KeyPrefix{keys::kDagUsage, "dag", "bytes in the DAG store, and the latest time at which a pin was made"},
    KeyPrefix{keys::kDagComplete, "dag", "roots whose DAGs are complete in the DAG store"},
    KeyPrefix{keys::kOutbox, "runtime", "messages to send at least once"},
    KeyPrefix{keys::kEvidence, "runtime", "anchor blocks of other homes by job and receipt"},
    KeyPrefix{keys::kAnchor, "runtime", "anchor blocks by receipt"},
    KeyPrefix{keys::kManaRoot, "runtime", "the newest anchored root over all accounts"},
    KeyPrefix{keys::kScopeLog, "governance", "log records of the scope by position"},
    KeyPrefix{keys::kTrust, "trust", "statements of trust in force"},
    KeyPrefix{keys::kTrustCounter, "trust", "counters of the authors of statements of trust"},
    KeyPrefix{keys::kRefused, "runtime", "windows of refused work by DID"},
    KeyPrefix{keys::kSpent, "runtime", "windows of spent mana by DID"},
    KeyPrefix{keys::kCredited, "runtime", "windows of mana credited out of the treasury, by DID"},
    KeyPrefix{keys::kScopeCheckpoint, "governance", "checkpoints of governance by position"},
    KeyPrefix{keys::kCredential, "runtime", "issued credentials by index of the status list"},
};

// Prefixes that the state hash leaves out: their rows may differ between two nodes with the same history.
inline constexpr std::array kUnhashedKeys{
    keys::kLedgerCheckpoint, keys::kLedgerTransfer, keys::kLedgerAccount, keys::kWriterEpoch, keys::kIncarnation,
    keys::kRestored,         keys::kDagUsage,       keys::kDagComplete,   keys::kOutbox,      keys::kJobNewest,
    keys::kEvidence,         keys::kRefused,        keys::kSpent,         keys::kCredited,    keys::kScopeCheckpoint};
[[nodiscard]] inline bool is_hashed(ByteView key) {
  for (const std::string_view prefix : kUnhashedKeys) {
    if (text_of(key).starts_with(prefix)) return false;
  }
  return true;
}

[[nodiscard]] inline Bytes key_of(std::string_view prefix) { return bytes_of(prefix); }
[[nodiscard]] inline Bytes key_of(std::string_view prefix, ByteView rest) {
  Bytes key;
  key.reserve(prefix.size() + rest.size());
  append(key, prefix);
  append(key, rest);
  return key;
}
[[nodiscard]] inline Bytes key_of(std::string_view prefix, std::uint64_t number) {
  Bytes key = bytes_of(prefix);
  append_be64(key, number);
  return key;
}
// The least key after all keys that begin with `prefix`, as the end of a scan.
[[nodiscard]] inline Bytes end_of(std::string_view prefix) {
  Bytes key = bytes_of(prefix);
  ++key.back();  // no prefix ends in 0xff
  return key;
}

}  // namespace icn::model
