#include "embed/native_host.hpp"

#include <algorithm>

namespace icn::embed {
namespace {

Result<model::Did> account_of(std::string_view account_id) {
  if (account_id.empty()) return refuse(ErrorCode::invalid_argument, "account", "The account id is empty.");
  Result<model::Did> did = model::Did::parse(account_id);
  if (!did) return refuse(ErrorCode::invalid_argument, "account", "The account id is not a DID: " + did.error().detail);
  return did;
}

Result<void> check_amount(std::uint64_t amount) {
  if (amount == 0) return refuse(ErrorCode::invalid_argument, "amount", "The amount is 0.");
  return {};
}

}  // namespace

Result<std::uint64_t> host_account_get_mana(const RuntimeContext& context, std::string_view account_id) {
  return context.get_mana(ICN_TRY(account_of(account_id)));
}

Result<void> host_account_spend_mana(RuntimeContext& context, std::string_view account_id, std::uint64_t amount) {
  const model::Did account = ICN_TRY(account_of(account_id));
  ICN_TRY(check_amount(amount));
  return context.spend_mana(account, amount);
}

Result<void> host_account_credit_mana(RuntimeContext& context, std::string_view account_id, std::uint64_t amount) {
  const model::Did account = ICN_TRY(account_of(account_id));
  ICN_TRY(check_amount(amount));
  return context.credit_mana(account, amount);
}

Result<model::JobId> host_submit_mesh_job(RuntimeContext& context, std::string_view job_json) {
  return context.submit_job_json(job_json);
}

Result<std::vector<ActualMeshJob>> host_get_pending_mesh_jobs(const RuntimeContext& context) {
  std::vector<jobs::JobRecord> open = context.node().jobs().open_jobs();
  ICN_TRY(context.node().books().wait_for_staged());
  std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  std::vector<ActualMeshJob> jobs;
  for (const jobs::JobRecord& record : open) {
    if (record.state().kind != jobs::JobState::Kind::pending) continue;
    const ipld::Block body = ICN_TRY(context.node().dag_store().get(record.id.cid));
    ActualMeshJob job;
    job.job = ICN_TRY(model::Job::from_bytes(body.bytes));
    // A guest's job is not signed itself: its parent's receipt authorises it.
    if (!record.parent) {
      const ipld::Block envelope = ICN_TRY(context.node().dag_store().get(record.authority));
      job.signature = ICN_TRY(model::SignedJob::from_bytes(envelope.bytes)).signature;
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

Result<ipld::Cid> host_anchor_receipt(RuntimeContext& context, const model::SignedReceipt& receipt) {
  return context.anchor_receipt(receipt);
}

Result<std::uint64_t> host_get_reputation(const RuntimeContext& context, const model::Did& did) {
  return context.get_reputation(did);
}

Result<JobStatus> host_get_job_status(const RuntimeContext& context, std::string_view job_id) {
  const Result<model::JobId> id = model::JobId::parse(job_id);
  if (!id) return refuse(ErrorCode::invalid_argument, "job_id", "That is not a job id: " + id.error().detail);
  return context.get_job_status(*id);
}

}  // namespace icn::embed
