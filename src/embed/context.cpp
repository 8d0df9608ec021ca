#include "embed/context.hpp"

#include <fmt/core.h>

#include "model/job_json.hpp"
#include "runtime/describe.hpp"
#include "runtime/mana.hpp"
#include "runtime/receipts.hpp"
#include "runtime/run.hpp"
#include "runtime/submit.hpp"

namespace icn::embed {
namespace {

// The initial balance of the member of a context on an empty store, unless the configuration gives another.
constexpr std::uint64_t kOpeningMana = 1'000;

Result<model::SignedReceipt> receipt_of(const runtime::NodeState& node, const jobs::JobRecord& record) {
  if (!record.receipt) {
    return fail(record.failure.value_or(ErrorCode::infrastructure),
                fmt::format("The job {} is {} without a receipt: {}", record.id.to_text(),
                            jobs::phase_name(record.phase), record.state().reason));
  }
  const ipld::Block block = ICN_TRY(node.dag_store().get(*record.receipt));
  return model::SignedReceipt::from_bytes(block.bytes);
}

}  // namespace

RuntimeContext::RuntimeContext(ServiceConfig config, std::unique_ptr<runtime::NodeState> node)
    : config_(std::move(config)), node_(std::move(node)) {}

Result<std::shared_ptr<RuntimeContext>> RuntimeContext::from_service_config(ServiceConfig config) {
  ICN_TRY(config.validate());
  std::unique_ptr<runtime::NodeState> node;
  if (ICN_TRY(runtime::NodeState::is_founded(*config.services.state_store))) {
    node = ICN_TRY(runtime::NodeState::open(config.services, config.settings));
  } else {
    runtime::Founding founding;
    founding.member = config.identity;
    founding.grant = config.initial_mana.value_or(model::Mana{kOpeningMana * model::Mana::kUnit});
    node = ICN_TRY(runtime::NodeState::found(config.services, config.settings, founding));
  }
  return std::shared_ptr<RuntimeContext>(new RuntimeContext(std::move(config), std::move(node)));
}

Result<void> RuntimeContext::require_key() const {
  if (config_.identity_signer->did() == current_identity()) return {};
  return fail(ErrorCode::invalid_signature,
              "The key of the identity " + current_identity().to_text() +
                  " is not available, so nothing can be signed for it. Nothing was charged.");
}

Result<model::JobId> RuntimeContext::submit(ipld::Block body, std::vector<ipld::Block> blocks) {
  ICN_TRY(require_key());
  runtime::SubmitRequest request;
  request.body = std::move(body);
  request.blocks = std::move(blocks);
  request.signature = ICN_TRY(config_.identity_signer->sign(model::SignatureTag::job, request.body.cid));
  return ICN_TRY(runtime::submit_job(*node_, request)).id;
}

Result<model::JobId> RuntimeContext::handle_submit_job(const ipld::Cid& manifest_cid, ByteView spec_bytes,
                                                       std::uint64_t cost_mana) {
  model::Job job = ICN_TRY(model::Job::from_bytes(spec_bytes));
  job.module = manifest_cid;
  job.cost_mana = cost_mana;
  job.submitter = current_identity();
  job.scope = node_->scope().id();
  return submit(job.to_block());
}

Result<model::JobId> RuntimeContext::submit_job_json(std::string_view job_json) {
  model::Job defaults;
  defaults.entry = "run";
  defaults.submitter = current_identity();
  defaults.scope = node_->scope().id();
  // Without a nonce the same text is a new job each time; with one it is the same job, charged once.
  defaults.nonce.resize(16);
  node_->services().random->fill(defaults.nonce);
  return submit(ICN_TRY(model::job_from_json(job_json, defaults)).to_block());
}

Result<model::JobId> RuntimeContext::submit_program(runtime::JobDraft draft) {
  draft.submitter = current_identity();
  runtime::PreparedJob prepared = ICN_TRY(runtime::prepare_job(*node_, std::move(draft)));
  return submit(std::move(prepared.body), std::move(prepared.blocks));
}

Result<model::SignedReceipt> RuntimeContext::execute_job(const model::JobId& id) {
  const runtime::JobReport report = ICN_TRY(runtime::execute_job(*node_, id));
  return receipt_of(*node_, report.record);
}

Result<model::SignedReceipt> RuntimeContext::execute_job(const ActualMeshJob& job, const model::Did& executor_did,
                                                         const model::Did& creator_did) {
  const std::string name = "the job " + job.id().to_text();
  if (job.job.trust_scope) {
    const model::TrustContext context = ICN_TRY(model::TrustContext::from_scope(*job.job.trust_scope));
    const auto result = validate_trust(creator_did, executor_did, context);
    if (result == trust::TrustValidationResult::denied) {
      return refuse(ErrorCode::permission_denied, std::string(result.rule),
                    fmt::format("{}: {}, so {} was not run.", trust::kDenied, result.why(), name),
                    executor_did.to_text());
    }
  }
  if (creator_did != job.job.submitter) {
    return refuse(
        ErrorCode::permission_denied, "creator",
        fmt::format("{} signed {}, not {}; it was not run.", job.job.submitter.to_text(), name, creator_did.to_text()));
  }
  if (executor_did != node_->node_did()) {
    return refuse(ErrorCode::permission_denied, "executor",
                  fmt::format("This node is {} and cannot run {} as {}; it was not run.", node_->node_did().to_text(),
                              name, executor_did.to_text()));
  }
  return execute_job(job.id());
}

Result<model::SignedReceipt> RuntimeContext::process_mesh_job(const ActualMeshJob& job) {
  runtime::SubmitRequest request;
  request.body = job.job.to_block();
  request.signature = job.signature;
  request.start = runtime::StartMode::now;
  const runtime::JobReport report = ICN_TRY(runtime::run_job(*node_, request));
  return receipt_of(*node_, report.record);
}

Result<ipld::Cid> RuntimeContext::anchor_receipt(const model::SignedReceipt& receipt) {
  return runtime::anchor_receipt(*node_, receipt);
}

Result<JobStatus> RuntimeContext::get_job_status(const model::JobId& id) const {
  std::optional<jobs::JobRecord> record = ICN_TRY(node_->jobs().find(id));
  ICN_TRY(node().books().wait_for_staged());
  if (!record) return fail(ErrorCode::not_found, "This node knows no job " + id.to_text() + ".");
  jobs::JobState state = record->state();
  return JobStatus{id, std::move(state), std::move(*record)};
}

std::map<model::JobId, jobs::JobState> RuntimeContext::job_states() const {
  std::map<model::JobId, jobs::JobState> states;
  for (const jobs::JobRecord& record : node_->jobs().open_jobs()) states.emplace(record.id, record.state());
  return states;
}

Result<std::vector<model::JobId>> RuntimeContext::get_pending_mesh_jobs() const {
  std::vector<model::JobId> ids;
  for (const jobs::JobRecord& record : node_->jobs().open_jobs()) {
    if (record.state().kind == jobs::JobState::Kind::pending) ids.push_back(record.id);
  }
  ICN_TRY(node().books().wait_for_staged());
  return ids;
}

Result<std::string> RuntimeContext::read_output(const model::JobId& id) const {
  const jobs::JobRecord record = ICN_TRY(get_job_status(id)).record;
  std::string output;
  ICN_TRY(runtime::read_output(node(), record, [&output](ByteView piece) -> Result<void> {
    output.append(text_of(piece));
    return {};
  }));
  return output;
}

std::uint64_t RuntimeContext::get_mana(const model::Did& account) const {
  return runtime::view_account(*node_, account).balance.available().whole_floor();
}

Result<void> RuntimeContext::spend_mana(const model::Did& account, std::uint64_t amount) {
  const std::optional<model::Mana> mana = model::Mana::from_whole(amount);
  if (!mana || amount == 0) return fail(ErrorCode::invalid_argument, "The amount to spend is 0 or too large.");
  if (account != current_identity()) {
    return fail(ErrorCode::invalid_argument,
                "Only the context's own identity spends: " + current_identity().to_text() + ".");
  }
  Bytes nonce(16);
  node_->services().random->fill(nonce);
  return runtime::spend_mana(*node_, account, *mana, nonce);
}

Result<void> RuntimeContext::credit_mana(const model::Did& account, std::uint64_t amount) {
  const std::optional<model::Mana> mana = model::Mana::from_whole(amount);
  if (!mana || amount == 0) return fail(ErrorCode::invalid_argument, "The amount to credit is 0 or too large.");
  Bytes nonce(16);
  node_->services().random->fill(nonce);
  return runtime::credit_mana(*node_, current_identity(), account, *mana, nonce);
}

std::uint64_t RuntimeContext::get_reputation(const model::Did& did) const {
  return runtime::view_account(*node_, did).reputation.points_floor();
}

Result<void> RuntimeContext::validate_production_services() const {
  std::vector<std::string> problems = runtime::unfit_for_production(config_.descriptors());
  if (!config_.services.executor) problems.emplace_back("PRODUCTION ERROR: no executor");
  if (config_.identity_signer->did() != config_.identity)
    problems.emplace_back("PRODUCTION ERROR: identity and signer differ");
  if (problems.empty()) return {};
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "; ") + problem;
  return fail(ErrorCode::production_error, text);
}

}  // namespace icn::embed
