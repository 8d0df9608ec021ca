// The commands that move whole DAGs: export and import of archives.
#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "dag/archive.hpp"
#include "runtime/blocks.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

Json summary_json(const dag::ArchiveSummary& summary) {
  Json json;
  json["roots"] = Json::array();
  for (const ipld::Cid& root : summary.roots) json["roots"].push_back(root.to_text());
  json["car_version"] = static_cast<int>(summary.version);
  json["blocks"] = summary.blocks;
  json["bytes"] = summary.bytes;
  return json;
}

Result<ipld::CarVersion> car_version(const Invocation& invocation) {
  const auto text = invocation.text("--car-version");
  if (!text || *text == "1") return ipld::CarVersion::v1;
  if (*text == "2") return ipld::CarVersion::v2;
  return fail(ErrorCode::invalid_argument, "--car-version " + *text + ": the versions are 1 and 2; nothing was done");
}

Result<void> check_output(const Invocation& invocation, const std::string& out) {
  if (out != "-") return {};
  if (invocation.wants_json()) {
    return fail(ErrorCode::invalid_argument,
                "the archive and the JSON would both go to standard output; give --out FILE; nothing was done");
  }
  if (is_terminal(Stream::output)) {
    return fail(
        ErrorCode::invalid_argument,
        "an archive is nothing to read on a terminal; give --out FILE or redirect the output; nothing was done");
  }
  return {};
}

}  // namespace

Result<Answer> dag_export(const Invocation& invocation) {
  std::vector<ipld::Cid> roots;
  for (const std::string& text : invocation.arguments) roots.push_back(ICN_TRY(ipld::Cid::parse(text)));
  const ipld::CarVersion version = ICN_TRY(car_version(invocation));
  const std::string out = invocation.text("--out").value_or("-");
  ICN_TRY(check_output(invocation, out));
  const auto node = ICN_TRY(open_node(invocation));
  const Progress progress("writing the archive", progress_of(invocation));
  OutputFile file = ICN_TRY(OutputFile::create(out));
  const dag::ArchiveSummary summary = ICN_TRY(dag::export_archive(node->state().dag_store(), roots, version,
                                                                  [&](ByteView piece) { return file.write(piece); }));
  ICN_TRY(file.finish());
  if (out == "-") return Answer{};
  Json json = summary_json(summary);
  json["file"] = out;
  return Answer{dump(json), out + ": " + grouped(summary.blocks) + " blocks of " + grouped(summary.bytes) + " bytes\n",
                0};
}

Result<Answer> dag_import(const Invocation& invocation) {
  const InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  ICN_TRY(file.require_rereading("an archive is read twice, so that nothing of a damaged one is stored"));
  const auto node = ICN_TRY(open_node(invocation));
  runtime::BlockIntake intake(node->state());
  const Progress progress("reading the archive", progress_of(invocation));
  const auto summary = dag::import_archive(
      intake, [&](std::uint64_t offset, std::span<std::uint8_t> into) { return file.read_at(offset, into); });
  if (!summary) return fail(within(file.name(), summary.error()));
  // Roots stay with all that is here below them until they are unpinned; an archive may hold a part of a DAG only.
  ICN_TRY(intake.finish(summary->roots, node->member(), {}));
  std::string text;
  for (const ipld::Cid& root : summary->roots) text += root.to_text() + "\n";
  return Answer{dump(summary_json(*summary)), std::move(text), 0};
}

}  // namespace icn::cli::commands
