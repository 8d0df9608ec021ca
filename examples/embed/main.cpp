// A program that embeds a node: it runs a WASM program as a paid job and prints the job's output.
//
//   embed FOLDER PROGRAM.wasm [INPUT]      the node's data folder is FOLDER
#include <icn/backends/registry.hpp>
#include <icn/disk/file.hpp>
#include <icn/embed/builder.hpp>
#include <icn/wasm/executor.hpp>

#include <cstdio>

using namespace icn;
constexpr std::uint64_t kFileMax = 64 << 20;

static Result<std::string> run(const std::string& folder, const char* program, const char* input) {
  // A real one comes from a key file (icn/identity/key_file.hpp) or another signer.
  const std::shared_ptr signer = ICN_TRY(backends::signer::all().front()->open(model::KeyPair::from_seed({7})));
  const auto context = ICN_TRY(
      embed::RuntimeContextBuilder<embed::EnvironmentType::development>()
          .with_identity(signer->did())
          .with_signer(signer)
          .with_mana_ledger(std::shared_ptr(ICN_TRY(backends::state_store::open("sqlite:" + folder + "/state.db"))))
          .with_dag_store(std::shared_ptr(ICN_TRY(backends::dag_store::open("sqlite:" + folder + "/blocks.db"))))
          .with_executor(ICN_TRY(wasm::make_executor({})))
          .build());
  runtime::JobDraft draft{.module = ICN_TRY(disk::read_file(program, kFileMax))};
  if (input != nullptr) draft.inputs.push_back(ICN_TRY(disk::read_file(input, kFileMax)));
  const model::JobId job = ICN_TRY(context->submit_program(std::move(draft)));
  const model::SignedReceipt receipt = ICN_TRY(context->execute_job(job));
  std::fprintf(stderr, "job %s, receipt %s\n", job.to_text().c_str(), receipt.receipt.to_text().c_str());
  return context->read_output(job);
}

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: embed FOLDER PROGRAM.wasm [INPUT]\n", stderr), 2;
  const auto output = run(argv[1], argv[2], argv[3]);
  if (!output) std::fprintf(stderr, "embed: %s\n", output.error().detail.c_str());
  std::fputs(output ? output->c_str() : "", stdout);
  return output ? 0 : 1;
}
