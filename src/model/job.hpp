// The mesh job: the body that a member signs. Its id is the body's CID, so the same body is the same job, charged once.
//
// Body: {v, module, entry, args, inputs, limits, reads, grants, spend_max, independent, cost_mana, resources,
// required_capabilities, trust_scope, min_executor_reputation, federations, scope, durations, submitter, nonce}
// (docs/FORMATS.md). The envelope {v, body, sig} is a separate block.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ipld/cid.hpp"
#include "model/capability.hpp"
#include "model/did.hpp"
#include "model/limits.hpp"
#include "model/signature.hpp"

namespace icn::model {

// The CID of a job body.
struct JobId {
  ipld::Cid cid;
  [[nodiscard]] std::string to_text() const { return cid.to_text(); }
  [[nodiscard]] static Result<JobId> parse(std::string_view text);
  friend auto operator<=>(const JobId&, const JobId&) = default;
};

// One key of the world that a job reads: "account:DID", "reputation:DID", "parameter:NAME", "jobs:pending",
// "job:JOB-ID", "dag:CID", "proposal:ID". The home node resolves it at acceptance into the order's observations.
enum class ReadKind : std::uint8_t { account, reputation, parameter, jobs, job, dag, proposal };
struct ReadKey {
  ReadKind kind = ReadKind::account;
  std::string subject;
  [[nodiscard]] std::string to_text() const;
  // Errors: invalid_argument.
  [[nodiscard]] static Result<ReadKey> parse(std::string_view text);
  friend auto operator<=>(const ReadKey&, const ReadKey&) = default;
};

enum class EffectsMode : std::uint8_t { all_or_none, independent };

struct Resources {
  std::uint32_t cpu_cores = 0;
  std::uint32_t memory_mb = 0;
  std::uint32_t storage_mb = 0;
  friend bool operator==(const Resources&, const Resources&) = default;
};

// How long each phase may take, in milliseconds; the order turns them into moments. Publish < verify < settle < expiry.
struct Durations {
  std::uint64_t bidding_ms = 10'000;
  std::uint64_t execution_ms = 30'000;  // at least max_execution_time_secs
  std::uint64_t settlement_ms = 60'000;
  std::uint64_t expiry_ms = 86'400'000;
  friend bool operator==(const Durations&, const Durations&) = default;
};

// Bounds of the job body's variable parts; larger bodies are refused before anything is stored.
inline constexpr std::size_t kJobBodyBytesMax = 1024 * 1024;
inline constexpr std::size_t kJobArgsMax = 1'024;
inline constexpr std::size_t kJobArgBytesMax = 128 * 1024;
inline constexpr std::size_t kJobInputsMax = 256;
inline constexpr std::size_t kNonceBytesMax = 32;

struct Job {
  ipld::Cid module;
  std::string entry = "_start";  // a WASI command's `_start`, or an export `() -> i64`, usually "run"
  std::vector<std::string> args;
  std::vector<ipld::Cid> inputs;
  LimitsAsked limits;
  std::vector<ReadKey> reads;
  Grants grants;
  std::uint64_t spend_max = 0;  // whole mana
  EffectsMode effects = EffectsMode::all_or_none;
  std::uint64_t cost_mana = 0;  // whole mana
  Resources resources;
  std::vector<std::string> required_capabilities;
  std::optional<std::string> trust_scope;
  std::optional<std::uint64_t> min_executor_reputation;  // whole points
  std::vector<std::string> federations;
  ipld::Cid scope;
  Durations durations;
  Did submitter;
  Bytes nonce;

  friend bool operator==(const Job&, const Job&) = default;

  // The canonical body as a block; its CID is the job id.
  [[nodiscard]] ipld::Block to_block() const;
  // Errors: invalid_format naming the field, unsupported_version, limit_exceeded naming the bound.
  [[nodiscard]] static Result<Job> from_bytes(ByteView body);
};

[[nodiscard]] inline JobId job_id_of(const ipld::Block& body) { return JobId{body.cid}; }

// A member's signature over a job body.
struct SignedJob {
  JobId job;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedJob> from_bytes(ByteView bytes);
};

}  // namespace icn::model
