// Replay: re-executes a receipt from blocks alone and compares the receipt bodies byte for byte.
//
// Needs only a DAG store that holds the blocks and an executor that knows the profile: no ledger, node or network.
// Changes nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "model/receipt.hpp"
#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/executor.hpp"

namespace icn::runtime {

enum class ReplayVerdict : std::uint8_t { match, differs, missing_data, unknown_profile };
[[nodiscard]] std::string_view replay_verdict_name(ReplayVerdict verdict);
// No code for a match; otherwise replay_differs, missing_data or unknown_profile.
[[nodiscard]] std::optional<ErrorCode> replay_error_code(ReplayVerdict verdict);

struct ReplayReport {
  ReplayVerdict verdict = ReplayVerdict::match;
  std::optional<model::Receipt> expected;
  std::optional<model::Receipt> got;
  std::string field;                        // the first field that differs ("fuel", "transcript", …)
  std::optional<std::uint64_t> call_index;  // first host call that differs, if the transcripts show it
  std::string detail;                       // one sentence for people
};

// The time limit of a re-execution, as a multiple of the order's time because machines differ; never more than an hour.
inline constexpr std::uint64_t kReplayTimes = 10;
inline constexpr std::uint64_t kReplaySecondsMax = 3'600;

// `receipt` is the CID of a signed receipt or of a receipt body. Errors: invalid_format or corrupted blocks,
// infrastructure (this machine could not run it, or not in time, which says nothing about the receipt), storage. Every
// other result is a verdict.
[[nodiscard]] Result<ReplayReport> replay_receipt(const ports::DagStore& store, ports::Executor& executor,
                                                  const ports::Clock& clock, const ipld::Cid& receipt);

}  // namespace icn::runtime
