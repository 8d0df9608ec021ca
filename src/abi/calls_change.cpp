// Changes to the world: effects are collected here and applied at settlement, at the principal's home.
#include <charconv>

#include "abi/detail/icn_calls.hpp"
#include "model/job_json.hpp"
#include "model/parameters.hpp"

namespace icn::abi::calls {
namespace {

Result<std::uint64_t> amount_of(std::int64_t amount) {
  if (amount <= 0)
    return fail(ErrorCode::invalid_argument, "amount " + std::to_string(amount) + ", expected at least 1 mana");
  return static_cast<std::uint64_t>(amount);
}

// Takes `amount` out of spend_max; nothing on an error. Errors: budget_exceeded, insufficient_mana.
Result<void> promise(CallScope& call, std::uint64_t amount) {
  RunData& data = call.data();
  const model::Job& job = call.job();
  const std::uint64_t left = job.spend_max - std::min(job.spend_max, data.pending_mana);
  if (amount > left) {
    return refuse(ErrorCode::budget_exceeded, "spend_max",
                  std::to_string(amount) + " mana asked, " + std::to_string(left) +
                      " left of spend_max = " + std::to_string(job.spend_max));
  }
  // The submitter's own balance is always observed; spend_max itself is reserved when the job is accepted.
  const model::ObservedValue* own = data.in.observations.find({model::ReadKind::account, job.submitter.to_text()});
  const auto* balance = own == nullptr ? nullptr : std::get_if<std::uint64_t>(own);
  if (balance != nullptr && data.pending_mana + amount > *balance) {
    return fail(ErrorCode::insufficient_mana,
                std::to_string(amount) + " mana asked, the account held " + std::to_string(*balance));
  }
  data.pending_mana += amount;
  return {};
}

// A parameter that the order of a job with the grant `treasury` observed; empty in orders of an older release.
std::string_view observed_parameter(const CallScope& call, model::ParameterKey key) {
  const std::string name(model::parameter_row(key).name);
  const model::ObservedValue* value = call.data().in.observations.find({model::ReadKind::parameter, name});
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

// A member's signature alone cannot authorise spending the scope's mana.
Result<void> check_delegate(const CallScope& call) {
  const std::string submitter = call.job().submitter.to_text();
  std::string_view list = observed_parameter(call, model::ParameterKey::treasury_delegates);
  while (!list.empty()) {
    const std::string_view entry = list.substr(0, list.find(','));
    if (entry == submitter) return {};
    list.remove_prefix(std::min(list.size(), entry.size() + 1));
  }
  return refuse(ErrorCode::permission_denied, "treasury_delegates",
                "the job's submitter is not a delegate of the scope's treasury");
}

std::uint64_t credit_limit(const CallScope& call) {
  const std::string_view text = observed_parameter(call, model::ParameterKey::treasury_credit_window_max_mana);
  std::uint64_t most = 0;
  std::from_chars(text.data(), text.data() + text.size(), most);
  return most;
}

// SHA-256("ICN-CHILD-v1" ‖ 0x00 ‖ parent id ‖ call index): the same run submits the same jobs.
Bytes child_nonce(const CallScope& call) {
  Bytes seed = bytes_of(std::string_view("ICN-CHILD-v1\0", 13));
  append(seed, call.data().in.job_id.cid.to_bytes());
  append_be64(seed, call.call_index());
  return copy_of(ipld::sha256(seed));
}

Result<void> check_child(const CallScope& call, const model::Job& child, const Bytes& nonce) {
  const model::Job& parent = call.job();
  if (child.submitter != parent.submitter)
    return fail(ErrorCode::permission_denied, "submitter: a job submits in its own submitter's name only");
  if (child.scope != parent.scope)
    return fail(ErrorCode::permission_denied, "scope: a job submits within its own scope only");
  if (child.nonce != nonce)
    return fail(ErrorCode::invalid_argument, "nonce: follows from the parent job and the call; leave it out");
  if ((child.grants.bits & ~parent.grants.bits) != 0)
    return fail(ErrorCode::permission_denied, "grants: more than the submitting job was granted");
  if (child.module == ipld::Cid())
    return fail(ErrorCode::invalid_argument, "module: the CID of the program is missing");
  if (child.cost_mana == 0) return fail(ErrorCode::price_too_low, "cost_mana: at least 1");
  ICN_TRY(model::effective_limits(child.limits));
  return {};
}

}  // namespace

Result<void> spend(CallScope& call, std::uint64_t amount) {
  ICN_TRY(promise(call, amount));
  return call.add_effect(model::SpendEffect{call.job().submitter, amount});
}

Result<void> account_spend_mana(CallScope& call, GuestStr account, std::int64_t asked) {
  const model::Did did = ICN_TRY(model::Did::parse(account.text));
  const std::uint64_t amount = ICN_TRY(amount_of(asked));
  if (did != call.job().submitter)
    return fail(ErrorCode::invalid_argument, "account: a job spends from its submitter's account only");
  return spend(call, amount);
}

Result<void> account_credit_mana(CallScope& call, GuestStr account, std::int64_t asked) {
  const model::Did did = ICN_TRY(model::Did::parse(account.text));
  const std::uint64_t amount = ICN_TRY(amount_of(asked));
  ICN_TRY(check_delegate(call));
  if (did == call.job().submitter)
    return fail(ErrorCode::permission_denied, "account: a delegate of the treasury credits other members only");
  std::uint64_t& credited = call.data().credited_mana;
  const std::uint64_t most = credit_limit(call);
  if (amount > most - std::min(most, credited)) {
    return refuse(ErrorCode::budget_exceeded, "treasury_credit_window_max_mana",
                  std::to_string(amount) + " mana asked after " + std::to_string(credited) +
                      " mana; the scope allows a delegate of the treasury " + std::to_string(most));
  }
  credited += amount;
  return call.add_effect(model::CreditEffect{did, amount});
}

Result<Register> submit_mesh_job(CallScope& call, GuestStr job_json) {
  model::Job defaults;
  defaults.submitter = call.job().submitter;
  defaults.scope = call.job().scope;
  defaults.nonce = child_nonce(call);
  ICN_TRY(call.work(job_json.text.size()));
  const model::Job child = ICN_TRY(model::job_from_json(job_json.text, defaults));
  ICN_TRY(check_child(call, child, defaults.nonce));
  if (child.spend_max > UINT64_MAX - child.cost_mana)
    return refuse(ErrorCode::budget_exceeded, "spend_max", "the job's cost and budget exceed 64 bits");
  ipld::Block body = child.to_block();
  ICN_TRY(model::Job::from_bytes(body.bytes));  // the bounds of a body hold for this one too
  ICN_TRY(promise(call, child.cost_mana + child.spend_max));
  const ipld::Cid id = body.cid;
  ICN_TRY(call.add_block(std::move(body), model::SubmitJobEffect{id}));
  return call.answer(view_of(id.to_text()));
}

}  // namespace icn::abi::calls
