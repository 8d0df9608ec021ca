// A program that embeds a node: it runs a WASM program as a paid job and prints the job's output.
//
//   embed FOLDER PROGRAM.wasm [INPUT]      the node's data folder is FOLDER
#include <icn/backends/registry.hpp>
#include <icn/disk/file.hpp>
#include <icn/embed/builder.hpp>
#include <icn/runtime/describe.hpp>
#include <icn/runtime/job_draft.hpp>
#include <icn/wasm/executor.hpp>

#include <cstdio>

using namespace icn;
constexpr std::uint64_t kFileMax = 64 << 20;

static Result<std::string> run(const std::string& folder, const std::string& program, const std::string& input) {
  // A real one comes from a key file (icn/identity/key_file.hpp) or another signer.
  const std::shared_ptr<ports::Signer> member =
      ICN_TRY(backends::signer::all().front()->open(model::KeyPair::from_seed({7})));
  const auto context = ICN_TRY(
      embed::RuntimeContextBuilder<embed::EnvironmentType::development>()
          .with_identity(member->did())
          .with_signer(member)
          .with_mana_ledger(std::shared_ptr(ICN_TRY(backends::state_store::open("sqlite:" + folder + "/state.db"))))
          .with_dag_store(std::shared_ptr(ICN_TRY(backends::dag_store::open("sqlite:" + folder + "/blocks.db"))))
          .with_executor(ICN_TRY(wasm::make_executor({})))
          .build());
  runtime::JobDraft draft;
  draft.submitter = member->did();
  draft.module = ICN_TRY(disk::read_file(program, kFileMax));
  if (!input.empty()) draft.inputs.push_back(ICN_TRY(disk::read_file(input, kFileMax)));
  const runtime::PreparedJob job = ICN_TRY(runtime::prepare_job(context->node(), std::move(draft)));
  ports::DagStore& blocks = context->node().dag_store();
  ICN_TRY(blocks.put(job.blocks));
  const auto id = ICN_TRY(context->handle_submit_job(job.job.module, job.body.bytes, job.job.cost_mana));
  const model::SignedReceipt receipt = ICN_TRY(context->execute_job(id));
  const auto body = ICN_TRY(model::Receipt::from_bytes(ICN_TRY(blocks.get(receipt.receipt)).bytes));
  std::fprintf(stderr, "job %s, receipt %s\n", id.to_text().c_str(), receipt.receipt.to_text().c_str());
  if (!body.output) return std::string();
  return std::string(text_of(ICN_TRY(runtime::read_file_bytes(blocks, *body.output, kFileMax))));
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto output = run(argv[1], argv[2], argc > 3 ? argv[3] : "");
  if (!output) std::fprintf(stderr, "embed: %s\n", output.error().detail.c_str());
  std::fputs(output ? output->c_str() : "", stdout);
  return output ? 0 : 1;
}
