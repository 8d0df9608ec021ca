// The commands of zero knowledge: what can be proven, attesting it, and proving it.
#include "api/zk.hpp"

#include <fmt/core.h>

#include "backends/registry.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/needed.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/zk_words.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

constexpr std::size_t kProvingKeyBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kSetBytesMax = 16 * 1024 * 1024;

// Errors: limit_exceeded.
Result<Bytes> whole(const std::string& path, std::size_t bytes_max) {
  const InputFile file = ICN_TRY(InputFile::open(path));
  Bytes bytes;
  Bytes piece(64 * 1024);
  while (const std::size_t got = ICN_TRY(file.read(piece))) {
    append(bytes, ByteView(piece).first(got));
    if (bytes.size() > bytes_max) {
      return refuse(ErrorCode::limit_exceeded, "file_bytes",
                    fmt::format("{} has more than {} bytes", file.name(), bytes_max));
    }
  }
  return bytes;
}

Result<void> write(const Invocation& invocation, const std::string& path, std::string_view text) {
  OutputFile file = ICN_TRY(OutputFile::create(path, invocation.has("--force") ? Existing::replaced : Existing::kept));
  ICN_TRY(file.write(view_of(text)));
  return file.finish();
}

std::string bounds_line(const std::map<std::string, std::string>& bounds) {
  std::string text;
  for (const auto& [name, value] : bounds) text += (text.empty() ? "" : ", ") + name + " " + value;
  return text.empty() ? "none" : text;
}

// One element on each line.
Result<std::vector<std::string>> set_of(const Invocation& invocation) {
  std::vector<std::string> set;
  const auto path = invocation.text("--set");
  if (!path) return set;
  const Bytes bytes = ICN_TRY(whole(*path, kSetBytesMax));
  std::string_view rest = text_of(bytes);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end != 0) set.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return set;
}

}  // namespace

Result<Answer> zk_statements(const Invocation&) {
  api::Context context;
  const api::ZkStatements statements = ICN_TRY(api::list_zk_statements(context, {}));
  Table table({{"STATEMENT"}, {"BOUNDS"}, {"WHAT IS ATTESTED"}, {"FEE", Align::right}}, output_look());
  for (const api::ZkStatementView& row : statements.statements) {
    const std::string bounds = row.min.value_or("") + (row.min && row.max ? ", " : "") + row.max.value_or("");
    table.add({std::string(api::EnumNames<zk::Statement>::name(row.statement)), bounds.empty() ? "-" : bounds,
               row.value, fmt::format("{} mana", row.fee_mana)});
  }
  std::string text = table.text();
  for (const api::ZkStatementView& row : statements.statements)
    text += fmt::format("\n{}: {}", api::EnumNames<zk::Statement>::name(row.statement), row.text);
  return Answer{.json = api::json_text(statements), .laid_out = text + "\n"};
}

Result<Answer> zk_attest(const Invocation& invocation) {
  api::ZkAttestRequest request;
  request.statement = ICN_TRY(zk::find_statement(invocation.arguments[0]));
  request.holder = ICN_TRY(model::Did::parse(ICN_TRY(needed(invocation, "--holder", "did:key:z6Mk…"))));
  request.value = ICN_TRY(needed(invocation, "--value", "2001-05-07"));
  const std::string out = ICN_TRY(needed(invocation, "--out", "witness.json"));
  request.min = invocation.text("--min");
  request.max = invocation.text("--max");
  request.set = ICN_TRY(set_of(invocation));
  const api::ZkWitness witness = ICN_TRY(on_node<&api::call<api::AttestZk>>(invocation, request));
  ICN_TRY(write(invocation, out, witness.witness.text));
  return Answer{api::json_text(witness),
                fmt::format("{}: with it {} can prove {}\nThe file is a secret between you and the holder.\n"
                            "commitment  {}\n",
                            out, witness.holder.to_text(), api::EnumNames<zk::Statement>::name(witness.statement),
                            to_hex(witness.commitment)),
                0};
}

Result<Answer> zk_prove(const Invocation& invocation) {
  api::ZkProveRequest request;
  request.statement = ICN_TRY(zk::find_statement(invocation.arguments[0]));
  request.challenge = ICN_TRY(needed(invocation, "--challenge", "9f86d081884c7d659a2feaa0c55ad015"));
  const std::string out = ICN_TRY(needed(invocation, "--out", "proof.json"));
  const Bytes witness =
      ICN_TRY(whole(ICN_TRY(needed(invocation, "--witness", "witness.json")), zk::kWitnessJsonBytesMax));
  request.witness = text_of(witness);
  request.min = invocation.text("--min");
  request.max = invocation.text("--max");
  if (invocation.has("--no-keys")) request.system = zk::System::bulletproofs;
  if (const auto keys = invocation.text("--keys")) request.keys = ICN_TRY(whole(*keys, zk::kManifestBytesMax));
  if (const auto key = invocation.text("--proving-key"))
    request.proving_key = ICN_TRY(whole(*key, kProvingKeyBytesMax));
  const ports::System system = ICN_TRY(backends::system::open());
  const Progress progress("proving", progress_of(invocation));
  const api::ZkProof proof = ICN_TRY(api::prove_zk(request, *system.random));
  ICN_TRY(write(invocation, out, proof.proof.text + "\n"));
  return Answer{
      api::json_text(proof),
      fmt::format("{}: proves {} of {}\nbounds      {}\n", out, api::EnumNames<zk::Statement>::name(proof.statement),
                  proof.holder.to_text(), bounds_line(proof.bounds)),
      0};
}

std::string zk_verified_text(const api::ZkVerified& shown) {
  std::string text = fmt::format("verified: {}\nholder      {}\nissuer      {}\nbounds      {}\nchallenge   {}\n",
                                 api::EnumNames<zk::Statement>::name(shown.statement), shown.holder.to_text(),
                                 shown.issuer.to_text(), bounds_line(shown.bounds), to_hex(shown.challenge));
  if (shown.set_time) text += "set of      " + time_text(*shown.set_time) + "\n";
  if (shown.keys) text += "keys        " + shown.keys->to_text() + "\n";
  if (shown.development_keys) text += "The keys are for development: this proof could be false.\n";
  return text;
}

Result<Bytes> zk_keys_file(const std::string& path) { return whole(path, zk::kManifestBytesMax); }

}  // namespace icn::cli::commands
