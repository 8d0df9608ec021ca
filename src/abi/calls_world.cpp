// Reads of the world: answers come only from the order's observations, never from this machine.
#include "abi/detail/icn_calls.hpp"

namespace icn::abi::calls {
namespace {

using model::ObservedValue;
using model::ReadKey;
using model::ReadKind;

// Errors: not_declared, not_found (declared, and the home node found nothing).
Result<const ObservedValue*> observed(const CallScope& call, ReadKind kind, std::string subject) {
  const ReadKey key{kind, std::move(subject)};
  const ObservedValue* value = call.data().in.observations.find(key);
  if (value == nullptr) return fail(ErrorCode::not_declared, "'" + key.to_text() + "' is not among the job's reads");
  if (std::holds_alternative<std::monostate>(*value)) {
    return fail(ErrorCode::not_found, "'" + key.to_text() + "' did not exist when the job was accepted");
  }
  return value;
}

Result<std::uint64_t> observed_number(const CallScope& call, ReadKind kind, std::string subject) {
  const ObservedValue* value = ICN_TRY(observed(call, kind, std::move(subject)));
  const auto* number = std::get_if<std::uint64_t>(value);
  if (number == nullptr) return fail(ErrorCode::invalid_format, "the order's observation is not a number");
  return *number;
}

}  // namespace

Result<std::string> observed_text(const CallScope& call, ReadKind kind, std::string subject) {
  const ObservedValue* value = ICN_TRY(observed(call, kind, std::move(subject)));
  if (const auto* number = std::get_if<std::uint64_t>(value)) return std::to_string(*number);
  return std::get<std::string>(*value);
}

Result<std::uint64_t> account_get_mana(CallScope& call, GuestStr account) {
  const model::Did did = ICN_TRY(model::Did::parse(account.text));
  const std::uint64_t balance = ICN_TRY(observed_number(call, ReadKind::account, did.to_text()));
  if (did != call.job().submitter) return balance;
  const std::uint64_t pending = call.data().pending_mana;
  return balance > pending ? balance - pending : 0;
}

Result<std::uint64_t> get_reputation(CallScope& call, GuestStr did_text) {
  const model::Did did = ICN_TRY(model::Did::parse(did_text.text));
  return observed_number(call, ReadKind::reputation, did.to_text());
}

Result<Register> get_pending_mesh_jobs(CallScope& call) {
  return call.answer(view_of(ICN_TRY(observed_text(call, ReadKind::jobs, "pending"))));
}

Result<Register> get_job_status(CallScope& call, GuestStr job_id) {
  auto id = model::JobId::parse(job_id.text);
  if (!id) return fail(ErrorCode::invalid_argument, "job id: " + id.error().detail);
  return call.answer(view_of(ICN_TRY(observed_text(call, ReadKind::job, id->to_text()))));
}

Result<Register> get_parameter(CallScope& call, GuestStr name) {
  if (name.text.empty()) return fail(ErrorCode::invalid_argument, "an empty parameter name");
  return call.answer(view_of(ICN_TRY(observed_text(call, ReadKind::parameter, std::string(name.text)))));
}

}  // namespace icn::abi::calls
