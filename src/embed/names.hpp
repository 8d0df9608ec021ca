// The specification's names where this program uses others, for code written against the specification: aliases, and
// functions of a few lines over the modules below. docs/DEVIATIONS.md lists the differences, and
// tests/spec/identifiers.txt maps every identifier of the specification to its name here.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "economy/ledger.hpp"
#include "embed/context.hpp"
#include "jobs/job_state.hpp"
#include "model/job.hpp"
#include "model/limits.hpp"
#include "model/receipt.hpp"
#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "reputation/reputation.hpp"

namespace icn::embed {

using model::Did;
using model::JobId;
using model::TrustContext;
using model::WasmSecurityLimits;
using Cid = ipld::Cid;
using jobs::JobState;
using trust::TrustValidationResult;
using JobSpec = model::Job;
using IdentityExecutionReceipt = model::SignedReceipt;
using HostAbiError = Error;  // one error type for both
using CommonError = Error;
using ServiceEnvironment = EnvironmentType;
using Signer = ports::Signer;
using MeshNetworkService = ports::MeshNetworkService;
using DagStorageService = ports::DagStore;
using TimeProvider = ports::Clock;
using SimpleManaLedger = economy::Ledger;
using ReputationStore = reputation::Reputation;
using GovernanceModule = governance::Governance;

// Numbers of the host functions; append-only, as the host table is.
inline constexpr std::uint32_t ABI_HOST_ACCOUNT_GET_MANA = 10;
inline constexpr std::uint32_t ABI_HOST_ACCOUNT_SPEND_MANA = 11;
inline constexpr std::uint32_t ABI_HOST_ACCOUNT_CREDIT_MANA = 12;
inline constexpr std::uint32_t ABI_HOST_SUBMIT_MESH_JOB = 16;
inline constexpr std::uint32_t ABI_HOST_GET_PENDING_MESH_JOBS = 22;
inline constexpr std::uint32_t ABI_HOST_ANCHOR_RECEIPT = 23;
inline constexpr std::uint32_t ABI_HOST_GET_REPUTATION = 24;

// Whether a mesh network service is a test double.
enum class MeshNetworkServiceType : std::uint8_t { Stub, Default };
[[nodiscard]] MeshNetworkServiceType type_of(const MeshNetworkService& service);

// The id that handle_submit_job() gives a job: that of the body in `spec_bytes` with this module and submitter; price
// and scope come from `spec_bytes`. Errors: invalid_format.
[[nodiscard]] Result<JobId> generate_job_id(const Cid& manifest_cid, ByteView spec_bytes, const Did& submitter);

// A guest's memory, as a host function sees it: the bytes from `ptr` on, or an error when they are not all inside it.
// Errors: guest_fault (outside the memory), invalid_format (not UTF-8).
[[nodiscard]] Result<std::string> read_string(std::span<const std::uint8_t> memory, std::uint32_t ptr,
                                              std::uint32_t len);
// Errors: guest_fault, which leaves the memory unchanged.
[[nodiscard]] Result<void> write_string(std::span<std::uint8_t> memory, std::uint32_t ptr, std::string_view data);

// The sandbox's rule for growing a guest's memory: pages of 64 KiB, never above the limit or the memory's own maximum.
// Thread safe.
struct ICNResourceLimiter {
  std::chrono::seconds timeout;
  std::uint32_t max_memory_pages;
  [[nodiscard]] static ICNResourceLimiter of(const WasmSecurityLimits& limits);
  // Sizes in bytes.
  [[nodiscard]] bool memory_growing(std::size_t current, std::size_t desired, std::optional<std::size_t> maximum) const;
};

// Runs jobs of a context within separate limits: a job that asks for more is refused and unchanged. Thread safe; the
// context outlives it.
class WasmExecutor {
 public:
  WasmExecutor(std::shared_ptr<RuntimeContext> context, const WasmSecurityLimits& security_limits)
      : context_(std::move(context)), security_limits_(security_limits) {}
  // Runs an accepted job on the calling thread until it is terminal. Errors: limit_exceeded (naming the limit), and
  // those of RuntimeContext::execute_job.
  [[nodiscard]] Result<IdentityExecutionReceipt> execute_job(const ActualMeshJob& job) const;

 private:
  std::shared_ptr<RuntimeContext> context_;
  WasmSecurityLimits security_limits_;
};

}  // namespace icn::embed
