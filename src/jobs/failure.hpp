// Infrastructure failures: why a run produces no receipt. One closed list: the cause, whether the job runs again, who
// is notified, and who bears the cost.
//
// A submitter's data never causes one: the effect of a module, an input or a declared key is an outcome with a receipt
// and a charge, or a refusal before anything is reserved.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/error.hpp"
#include "ports/executor.hpp"

namespace icn::jobs {

enum class FailureCause : std::uint8_t {
  node_stopped,     // a shutdown while the job ran
  node_died,        // found by the sweep after a crash
  overdue,          // not finished by finish_by
  block_lost,       // a block of the evidence, complete at acceptance, is missing or damaged
  store_failed,     // a store could not be read
  no_room,          // the sandbox is full
  executor_failed,  // the sandbox or its compiler failed on this machine
  profile_unknown,  // this program does not have the order's profile
  not_trusted,      // the submitter no longer trusts the executor
  start_refused,    // the executor refuses a job that acceptance allowed
  defect,           // anything else
};

enum class Rerun : std::uint8_t {
  uncounted,  // runs again; the attempt does not count
  counted,    // runs again until the attempts are used up
  never,      // every attempt would fail in the same way
};
// The submitter always sees it in the job's record.
enum class Reported : std::uint8_t { submitter, operator_too };
// No row charges the submitter or the treasury.
enum class Bearer : std::uint8_t { executor, home };

struct FailureRow {
  FailureCause cause;
  std::string_view name;
  Rerun rerun;
  Reported reported;
  Bearer bearer;
  std::span<const ErrorCode> codes;  // errors that map to it; empty if it is detected otherwise
};

namespace detail {
inline constexpr std::array kBlockLost{ErrorCode::missing_data, ErrorCode::corrupted};
inline constexpr std::array kStoreFailed{ErrorCode::storage};
inline constexpr std::array kNoRoom{ErrorCode::busy};
inline constexpr std::array kExecutorFailed{ErrorCode::infrastructure};
inline constexpr std::array kProfileUnknown{ErrorCode::unknown_profile};
inline constexpr std::array kNotTrusted{ErrorCode::permission_denied};
inline constexpr std::array kStartRefused{ErrorCode::invalid_module, ErrorCode::limit_exceeded, ErrorCode::unsupported,
                                          ErrorCode::invalid_format, ErrorCode::invalid_argument};
}  // namespace detail

// In the order of FailureCause.
inline constexpr std::array kFailureTable{
    FailureRow{FailureCause::node_stopped, "node_stopped", Rerun::uncounted, Reported::submitter, Bearer::executor, {}},
    FailureRow{FailureCause::node_died, "node_died", Rerun::counted, Reported::submitter, Bearer::executor, {}},
    FailureRow{FailureCause::overdue, "overdue", Rerun::uncounted, Reported::operator_too, Bearer::executor, {}},
    FailureRow{FailureCause::block_lost, "block_lost", Rerun::counted, Reported::operator_too, Bearer::home,
               detail::kBlockLost},
    FailureRow{FailureCause::store_failed, "store_failed", Rerun::counted, Reported::operator_too, Bearer::home,
               detail::kStoreFailed},
    FailureRow{FailureCause::no_room, "no_room", Rerun::uncounted, Reported::submitter, Bearer::executor,
               detail::kNoRoom},
    FailureRow{FailureCause::executor_failed, "executor_failed", Rerun::counted, Reported::operator_too,
               Bearer::executor, detail::kExecutorFailed},
    FailureRow{FailureCause::profile_unknown, "profile_unknown", Rerun::never, Reported::operator_too, Bearer::executor,
               detail::kProfileUnknown},
    FailureRow{FailureCause::not_trusted, "not_trusted", Rerun::never, Reported::submitter, Bearer::executor,
               detail::kNotTrusted},
    FailureRow{FailureCause::start_refused, "start_refused", Rerun::never, Reported::operator_too, Bearer::home,
               detail::kStartRefused},
    FailureRow{FailureCause::defect, "defect", Rerun::counted, Reported::operator_too, Bearer::executor, {}},
};

[[nodiscard]] constexpr const FailureRow& failure_row(FailureCause cause) {
  return kFailureTable[static_cast<std::size_t>(cause)];
}
// The cause for a run that ended with `error` after it was asked to stop for `stopped_by`.
[[nodiscard]] FailureCause cause_of(const Error& error, ports::StopReason stopped_by);

}  // namespace icn::jobs
