#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "abi/detail/icn_calls.hpp"

namespace icn::abi::calls {
namespace {

constexpr std::uint32_t kAbiVersion = 1;
constexpr std::array<std::string_view, 5> kLevels{"error", "warn", "info", "debug", "trace"};
constexpr std::uint32_t kPpmMax = 1'000'000;
constexpr std::size_t kProgressBytesMax = 1024;

nlohmann::ordered_json limits_json(const model::WasmSecurityLimits& limits) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t row = 0; row < model::kLimitTable.size(); ++row) {
    json[std::string(model::kLimitTable[row].name)] = model::limit_value(limits, row);
  }
  return json;
}

// Lower bound of the JSON's size: its texts and lists.
std::uint64_t job_info_bytes_min(const RunInputs& in) {
  constexpr std::uint64_t cid_bytes = 59;
  std::uint64_t bytes = in.job.inputs.size() * cid_bytes;
  for (const std::string& arg : in.job.args) bytes += arg.size();
  for (const model::ReadKey& key : in.job.reads) bytes += key.subject.size();
  return bytes;
}

std::string job_info_json(const RunInputs& in) {
  using nlohmann::ordered_json;
  const model::Job& job = in.job;
  ordered_json inputs = ordered_json::array();
  for (std::size_t i = 0; i < job.inputs.size(); ++i) {
    inputs.push_back({{"cid", job.inputs[i].to_text()}, {"bytes", i < in.inputs.size() ? in.inputs[i].size() : 0}});
  }
  ordered_json reads = ordered_json::array();
  for (const model::ReadKey& key : job.reads) reads.push_back(key.to_text());
  ordered_json grants = ordered_json::array();
  for (const model::CapabilityRow& row : model::kCapabilityTable) {
    if (job.grants.has(row.capability)) grants.push_back(std::string(row.name));
  }
  const ordered_json json = {{"job_id", in.job_id.to_text()},
                             {"submitter", job.submitter.to_text()},
                             {"scope", job.scope.to_text()},
                             {"module", job.module.to_text()},
                             {"entry", job.entry},
                             {"args", job.args},
                             {"inputs", std::move(inputs)},
                             {"reads", std::move(reads)},
                             {"grants", std::move(grants)},
                             {"spend_max", job.spend_max},
                             {"cost_mana", job.cost_mana},
                             {"independent", job.effects == model::EffectsMode::independent},
                             {"limits", limits_json(in.order.limits)},
                             {"time_ms", in.order.time.value}};
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

Result<std::uint32_t> abi_version(CallScope&) { return kAbiVersion; }

Result<void> log_message(CallScope& call, std::uint32_t level, GuestStr text) {
  if (level >= kLevels.size())
    return fail(ErrorCode::invalid_argument, "level " + std::to_string(level) + ", expected 0 (error) to 4 (trace)");
  std::string line = "[" + std::string(kLevels[level]) + "] ";
  line += text.text;
  line += '\n';
  return call.write_log(line);
}

// Built once per run and charged, by the size of its texts, beforehand.
Result<Register> get_job_info(CallScope& call) {
  RunData& data = call.data();
  std::uint64_t charged = 0;
  if (!data.job_info) {
    charged = job_info_bytes_min(data.in);
    ICN_TRY(call.charge_bytes(charged));
    ICN_TRY(call.work(charged));
    data.job_info = job_info_json(data.in);
  }
  return call.answer(view_of(*data.job_info), charged);
}

Result<std::uint32_t> read_result(CallScope& call, std::uint32_t offset, OutBytes out) {
  const ByteView result = call.data().result;
  const std::size_t from = std::min<std::size_t>(offset, result.size());
  const std::size_t count = std::min(out.size(), result.size() - from);
  ICN_TRY(call.fill(out, result.subspan(from, count)));
  return static_cast<std::uint32_t>(count);
}

Result<std::uint64_t> read_input(CallScope& call, std::uint32_t index, std::int64_t offset, OutBytes out) {
  const std::vector<Bytes>& inputs = call.data().in.inputs;
  if (index >= inputs.size())
    return fail(ErrorCode::not_found, "input " + std::to_string(index) + " of " + std::to_string(inputs.size()));
  if (offset < 0) return fail(ErrorCode::invalid_argument, "offset " + std::to_string(offset) + " is below 0");
  const ByteView input = inputs[index];
  const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(offset), input.size()));
  const std::size_t count = std::min(out.size(), input.size() - from);
  ICN_TRY(call.fill(out, input.subspan(from, count)));
  return std::uint64_t{count};
}

Result<std::uint32_t> write_output(CallScope& call, GuestBytes bytes) {
  ICN_TRY(call.write_output(bytes.view));
  call.data().wrote_output = true;
  return static_cast<std::uint32_t>(bytes.view.size());
}

Result<Register> get_caller(CallScope& call) { return call.answer(view_of(call.job().submitter.to_text())); }

Result<std::uint64_t> get_time(CallScope& call) {
  RunData& data = call.data();
  data.elapsed_ns += std::min(kClockStepNs, UINT64_MAX - data.elapsed_ns);
  return call.now_ns() / 1'000'000;
}

Result<void> report_progress(CallScope& call, std::uint32_t ppm, GuestStr text) {
  if (ppm > kPpmMax)
    return fail(ErrorCode::invalid_argument, "progress " + std::to_string(ppm) + " ppm, at most 1000000");
  const RunInputs& in = call.data().in;
  if (in.on_progress) in.on_progress(ppm, clipped_utf8(text.text, kProgressBytesMax));
  return {};
}

Result<std::uint32_t> random(CallScope& call, OutBytes out) {
  RunData& data = call.data();
  ICN_TRY(call.fill_with(out, [&](std::span<std::uint8_t> part) { data.random.fill(data.in.job_id, part); }));
  return static_cast<std::uint32_t>(out.size());
}

}  // namespace icn::abi::calls
