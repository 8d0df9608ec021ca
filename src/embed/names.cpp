#include "embed/names.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace icn::embed {
namespace {

constexpr std::size_t kPageBytes = 64 * 1024;

Result<void> check_range(std::size_t memory_bytes, std::uint32_t ptr, std::size_t len) {
  if (ptr <= memory_bytes && len <= memory_bytes - ptr) return {};
  return fail(ErrorCode::guest_fault,
              fmt::format("{} bytes at address {} lie outside the memory of {} bytes", len, ptr, memory_bytes));
}

}  // namespace

MeshNetworkServiceType type_of(const MeshNetworkService& service) {
  return service.descriptor().grade == ports::Grade::test ? MeshNetworkServiceType::Stub
                                                          : MeshNetworkServiceType::Default;
}

Result<JobId> generate_job_id(const Cid& manifest_cid, ByteView spec_bytes, const Did& submitter) {
  JobSpec job = ICN_TRY(JobSpec::from_bytes(spec_bytes));
  job.module = manifest_cid;
  job.submitter = submitter;
  return model::job_id_of(job.to_block());
}

Result<std::string> read_string(std::span<const std::uint8_t> memory, std::uint32_t ptr, std::uint32_t len) {
  ICN_TRY(check_range(memory.size(), ptr, len));
  const ByteView bytes = memory.subspan(ptr, len);
  if (!is_utf8(bytes)) return fail(ErrorCode::invalid_format, "the text is not UTF-8");
  return std::string(text_of(bytes));
}

Result<void> write_string(std::span<std::uint8_t> memory, std::uint32_t ptr, std::string_view data) {
  ICN_TRY(check_range(memory.size(), ptr, data.size()));
  std::copy(data.begin(), data.end(), memory.begin() + ptr);
  return {};
}

ICNResourceLimiter ICNResourceLimiter::of(const WasmSecurityLimits& limits) {
  return {std::chrono::seconds(limits.max_execution_time_secs), limits.max_memory_pages};
}

bool ICNResourceLimiter::memory_growing(std::size_t current, std::size_t desired,
                                        std::optional<std::size_t> maximum) const {
  if (desired < current || (maximum && desired > *maximum)) return false;
  return desired <= std::size_t{max_memory_pages} * kPageBytes;
}

Result<IdentityExecutionReceipt> WasmExecutor::execute_job(const ActualMeshJob& job) const {
  const WasmSecurityLimits asked = ICN_TRY(model::effective_limits(job.job.limits));
  for (std::size_t row = 0; row < model::kLimitCount; ++row) {
    const std::uint64_t most = model::limit_value(security_limits_, row);
    if (model::limit_value(asked, row) <= most) continue;
    const std::string name(model::kLimitTable[row].name);
    return refuse(ErrorCode::limit_exceeded, name,
                  fmt::format("The job {} asks for {} = {}, and this executor allows {}; it was not run.",
                              job.id().to_text(), name, model::limit_value(asked, row), most));
  }
  return context_->execute_job(job.id());
}

}  // namespace icn::embed
