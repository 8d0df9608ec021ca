#include "runtime/replay.hpp"

#include <algorithm>

#include "model/transcript.hpp"
#include "runtime/detail/execution.hpp"
#include "runtime/detail/files.hpp"

namespace icn::runtime {
namespace {

// Everything that a receipt depends on, read from blocks.
struct ReplayEvidence {
  model::Receipt receipt;
  ports::ExecutionRequest request;
};

Result<model::Receipt> read_receipt(const ports::DagStore& store, const ipld::Cid& cid) {
  const ipld::Block block = ICN_TRY(store.get(cid));
  if (const Result<model::SignedReceipt> envelope = model::SignedReceipt::from_bytes(block.bytes)) {
    return detail::read_block<model::Receipt>(store, envelope->receipt, "receipt body");
  }
  Result<model::Receipt> body = model::Receipt::from_bytes(block.bytes);
  if (!body) return fail(within(cid.to_text() + " is not a receipt", std::move(body).error()));
  return body;
}

Result<ReplayEvidence> gather(const ports::DagStore& store, const ipld::Cid& receipt) {
  ReplayEvidence out;
  out.receipt = ICN_TRY(read_receipt(store, receipt));
  const auto load_module = [&store](const ipld::Cid& module, std::uint64_t bytes_max) {
    return detail::load_file(detail::BlockSource(store, {}), module, bytes_max, "max_module_bytes");
  };
  out.request = ICN_TRY(detail::read_request(store, out.receipt.job, out.receipt.order, load_module));
  // A clock or a person ended a stopped run; the receipt records the place as fuel.
  if (out.receipt.outcome.kind == model::OutcomeKind::stopped) out.request.stop_at_fuel = out.receipt.fuel;
  return out;
}

// The fuel of the order, or of a stopped receipt, ends every run. Evidence may name more fuel than any wait allows.
Result<ports::ExecutionResult> run(ports::Executor& executor, const ports::Clock& clock,
                                   ports::ExecutionRequest request) {
  const std::uint64_t own = request.order.limits.max_execution_time_secs;
  const std::uint64_t seconds = std::min(kReplaySecondsMax, std::min(own, kReplaySecondsMax) * kReplayTimes);
  detail::RunTime time(clock, seconds);
  const std::unique_ptr<ports::Execution> execution = ICN_TRY(executor.start(std::move(request)));
  while (time.measured([&] { return execution->poll(); }) == ports::RunState::running) {
    if (!time.is_used_up()) continue;
    return refuse(ErrorCode::infrastructure, "replay_time",
                  "the re-execution took " + std::to_string(seconds) +
                      " s of this machine's time and was stopped; this says nothing about the receipt");
  }
  return execution->finish();
}

// A transcript's list and the available kept chunks, for a comparison.
struct Transcript {
  ipld::Block list;
  std::vector<ipld::Block> chunks;
  [[nodiscard]] model::TranscriptSide side() const {
    model::TranscriptSide out{list.bytes, {}};
    for (const ipld::Block& chunk : chunks) out.chunks.emplace_back(chunk.bytes);
    return out;
  }
};

Result<Transcript> load_transcript(const detail::BlockSource& source, const ipld::Cid& cid) {
  Transcript out;
  out.list = ICN_TRY(source.get(cid));
  const model::TranscriptList list = ICN_TRY(model::TranscriptList::from_bytes(out.list.bytes));
  for (const ipld::Cid& chunk : list.kept_chunks()) {
    Result<ipld::Block> block = source.get(chunk);
    // Without the chunk the comparison is coarser, not wrong.
    if (!block) break;
    out.chunks.push_back(std::move(*block));
  }
  return out;
}

// Adds the host call at which the transcripts differ, as far as the kept chunks show.
void tell_call(const ports::DagStore& store, const ports::ProfileTables& tables, const ports::ExecutionResult& result,
               ReplayReport& report) {
  const Result<Transcript> expected = load_transcript(detail::BlockSource(store, {}), report.expected->transcript);
  const Result<Transcript> got = load_transcript(detail::BlockSource(store, result.blocks), report.got->transcript);
  if (!expected || !got) {
    report.detail += " The transcript itself cannot be read here, so the call is not known: " +
                     (expected ? got.error().detail : expected.error().detail) + ".";
    return;
  }
  const auto difference = model::first_difference(expected->side(), got->side());
  if (!difference || !*difference) return;
  report.call_index = (*difference)->call_index;
  report.detail += " They differ " + (*difference)->to_text(tables.abi.bytes) + ".";
}

bool is_missing(const Error& error) { return error.code == ErrorCode::missing_data; }

}  // namespace

std::string_view replay_verdict_name(ReplayVerdict verdict) {
  switch (verdict) {
    case ReplayVerdict::match:
      return "match";
    case ReplayVerdict::differs:
      return "differs";
    case ReplayVerdict::missing_data:
      return "missing_data";
    case ReplayVerdict::unknown_profile:
      return "unknown_profile";
  }
  return "?";
}

std::optional<ErrorCode> replay_error_code(ReplayVerdict verdict) {
  switch (verdict) {
    case ReplayVerdict::match:
      return std::nullopt;
    case ReplayVerdict::differs:
      return ErrorCode::replay_differs;
    case ReplayVerdict::missing_data:
      return ErrorCode::missing_data;
    case ReplayVerdict::unknown_profile:
      return ErrorCode::unknown_profile;
  }
  return ErrorCode::internal;
}

Result<ReplayReport> replay_receipt(const ports::DagStore& store, ports::Executor& executor, const ports::Clock& clock,
                                    const ipld::Cid& receipt) {
  ReplayReport report;
  Result<ReplayEvidence> evidence = gather(store, receipt);
  if (!evidence && is_missing(evidence.error())) {
    report.verdict = ReplayVerdict::missing_data;
    report.detail = "It cannot be re-executed here: " + evidence.error().detail + ".";
    return report;
  }
  if (!evidence) return fail(std::move(evidence).error());
  report.expected = evidence->receipt;
  if (!executor.knows(evidence->request.order)) {
    report.verdict = ReplayVerdict::unknown_profile;
    report.detail = "Its order names the execution profile " + evidence->request.order.profile.to_text() +
                    ", host costs " + evidence->request.order.costs.to_text() + " and host rows " +
                    evidence->request.order.abi.to_text() + "; this program does not have all three.";
    return report;
  }
  Result<ports::ExecutionResult> result = run(executor, clock, std::move(evidence->request));
  if (!result && (is_missing(result.error()) || result.error().code == ErrorCode::unknown_profile)) {
    report.verdict = is_missing(result.error()) ? ReplayVerdict::missing_data : ReplayVerdict::unknown_profile;
    report.detail = result.error().detail;
    return report;
  }
  if (!result) return fail(std::move(result).error());
  report.got = result->receipt;
  const auto difference = model::first_difference(*report.expected, *report.got);
  if (!difference) {
    report.detail = "The re-execution produced the same receipt body, byte for byte.";
    return report;
  }
  report.verdict = ReplayVerdict::differs;
  report.field = difference->field;
  report.detail = "The re-execution differs in '" + report.field + "': the receipt says " + difference->expected +
                  ", this run produced " + difference->got + ".";
  if (report.expected->transcript != report.got->transcript) tell_call(store, executor.tables(), *result, report);
  return report;
}

}  // namespace icn::runtime
