// The log of a scope: entries that the clerk signs, each naming the one before it. The position in it decides what
// counts; times that authors claim count for nothing.
//
// An entry admits a member's signed statement, or states a result of the clerk's: that a vote opened, its count, that
// a proposal was executed or expired. Any reader derives the results from the entries before, so a wrong one is
// refused. Two signed entries at one position prove that the clerk forked the log; a signed entry that admits a
// statement is the clerk's acknowledgement of it. The first entry of a clerk that the members called names their
// hand-over.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "model/ballot.hpp"
#include "model/hand_over.hpp"

namespace icn::model {

struct AdmittedResult {
  StatementKind kind = StatementKind::proposal;
  ipld::Cid statement;  // the envelope
  friend bool operator==(const AdmittedResult&, const AdmittedResult&) = default;
};
// Voting is open. Its rules are frozen here.
struct OpenedResult {
  ipld::Cid proposal;
  UnixMs closes;
  std::uint64_t members = 0;    // of the electorate
  ipld::Digest electorate{};    // SHA-256 of the active members' keys, ascending
  std::uint64_t quorum = 0;     // members that must take part
  std::uint64_t threshold = 0;  // ppm
  friend bool operator==(const OpenedResult&, const OpenedResult&) = default;
};
// Append-only; each name is a text of docs/FORMATS.md.
enum class VoteOutcome : std::uint8_t { accepted, quorum_not_met, threshold_not_met };
[[nodiscard]] std::string_view vote_outcome_name(VoteOutcome outcome);
struct ClosedResult {
  ipld::Cid proposal;
  VoteOutcome outcome = VoteOutcome::quorum_not_met;
  std::uint64_t yes = 0;  // with delegated votes
  std::uint64_t no = 0;
  std::uint64_t abstain = 0;
  ipld::Digest votes{};  // SHA-256 of each direct vote's voter key and choice (one byte), ascending
  friend bool operator==(const ClosedResult&, const ClosedResult&) = default;
};
struct ExecutedResult {
  ipld::Cid proposal;
  friend bool operator==(const ExecutedResult&, const ExecutedResult&) = default;
};
struct ExpiredResult {
  ipld::Cid proposal;
  friend bool operator==(const ExpiredResult&, const ExpiredResult&) = default;
};
// The first entry of a clerk that the members called.
struct HandedOverResult {
  ipld::Cid hand_over;  // the signed hand-over
  friend bool operator==(const HandedOverResult&, const HandedOverResult&) = default;
};
using EntryResult =
    std::variant<AdmittedResult, OpenedResult, ClosedResult, ExecutedResult, ExpiredResult, HandedOverResult>;

struct ScopeEntry {
  ipld::Cid scope;
  std::uint64_t position = 1;  // from 1
  ipld::Cid previous;          // the entry before; the scope's id at position 1
  UnixMs time;                 // never before that of the previous entry
  EntryResult result;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<ScopeEntry> from_bytes(ByteView bytes);
  friend bool operator==(const ScopeEntry&, const ScopeEntry&) = default;
};
// "vote", "opened", …: as the field `kind` says.
[[nodiscard]] std::string_view entry_kind_name(const EntryResult& result);

struct SignedEntry {
  ipld::Cid entry;
  Did clerk;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedEntry> from_bytes(ByteView bytes);
  friend bool operator==(const SignedEntry&, const SignedEntry&) = default;
};

// An entry with everything that is needed to apply it.
struct LogRecord {
  SignedEntry envelope;
  ScopeEntry entry;
  // Of an entry that admits a statement.
  struct Admitted {
    SignedStatement envelope;
    Statement statement;
    std::vector<ipld::Block> proof = {};  // of a statement that a job made (model/job_proof.hpp)
    // The author's signature or the proof, with the keys in force. Returns the home that ordered the job, if a job made
    // it. Errors: invalid_signature, conflict.
    [[nodiscard]] Result<std::optional<Did>> verify(const SigningKeys& keys) const;
    friend bool operator==(const Admitted& a, const Admitted& b) {
      return a.envelope == b.envelope && a.statement == b.statement &&
             std::equal(a.proof.begin(), a.proof.end(), b.proof.begin(), b.proof.end(),
                        [](const ipld::Block& one, const ipld::Block& other) { return one.cid == other.cid; });
    }
  };
  std::optional<Admitted> admitted = {};
  std::optional<SignedHandOver> hand_over = {};  // of an entry that names one

  // Envelope and body of the entry, then of the statement, or the hand-over: what a scope publishes. A job's proof is
  // in the record only.
  [[nodiscard]] std::vector<ipld::Block> blocks() const;
  // All of them as one value, for stores and files.
  [[nodiscard]] Bytes to_bytes() const;
  // Checks that each part names the next; no signatures. Errors: invalid_format, unsupported_version.
  [[nodiscard]] static Result<LogRecord> from_bytes(ByteView bytes);
  // The clerk's signature, and the author's or those of the hand-over, with the keys before the entry. Errors:
  // invalid_signature.
  [[nodiscard]] Result<void> verify_signatures(const SigningKeys& keys) const;
  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};

}  // namespace icn::model
