// The commands that move whole DAGs: export and import of archives.
#include "api/dag.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

Result<std::uint8_t> car_version(const Invocation& invocation) {
  const auto text = invocation.text("--car-version");
  if (!text || *text == "1") return std::uint8_t{1};
  if (*text == "2") return std::uint8_t{2};
  return fail(ErrorCode::invalid_argument, "--car-version " + *text + ": the versions are 1 and 2; nothing was done");
}

Result<void> check_output(const Invocation& invocation, const std::string& out) {
  if (out != "-") return {};
  if (invocation.has("--force"))
    return fail(ErrorCode::invalid_argument, "--force does nothing without --out FILE; nothing was done");
  if (invocation.wants_json()) {
    return fail(ErrorCode::invalid_argument,
                "the archive and the JSON would both go to standard output; "
                "give --out FILE; nothing was done");
  }
  if (is_terminal(Stream::output)) {
    return refuse(ErrorCode::invalid_argument, std::string(OutputSink::kBinary),
                  "an archive is binary, and standard output is a terminal; nothing was done", "--out");
  }
  return {};
}

}  // namespace

Result<Answer> dag_export(const Invocation& invocation) {
  api::ExportRequest request;
  request.roots = invocation.arguments;
  request.car_version = ICN_TRY(car_version(invocation));
  const std::string out = invocation.text("--out").value_or("-");
  ICN_TRY(check_output(invocation, out));
  Work work(invocation, "writing the archive");
  OutputFile file = ICN_TRY(OutputFile::create(out, invocation.has("--force") ? Existing::replaced : Existing::kept));
  const Prepare prepare = [&](api::Context& context) {
    work.begin();
    context.out = [&](ByteView piece) {
      work.add(piece.size());
      return file.write(piece);
    };
  };
  api::ArchiveExported written = ICN_TRY(on_node<&api::export_archive>(invocation, request, prepare));
  ICN_TRY(file.finish());
  if (out == "-") return Answer{};
  written.file = out;
  return Answer{api::json_text(written),
                out + ": " + grouped(written.blocks) + " blocks of " + grouped(written.bytes) + " bytes\n", 0};
}

Result<Answer> dag_import(const Invocation& invocation) {
  const InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  ICN_TRY(file.require_rereading("an archive is read twice, to store nothing of a damaged one"));
  // Reads it once to verify it and once to store it.
  Work work(invocation, "reading the archive", 2 * file.size());
  const Prepare prepare = [&](api::Context& context) {
    work.begin();
    context.in_at = [&](std::uint64_t offset, std::span<std::uint8_t> into) -> Result<std::size_t> {
      const std::size_t got = ICN_TRY(file.read_at(offset, into));
      work.add(got);
      return got;
    };
  };
  const auto stored = on_node<&api::import_archive>(invocation, {}, prepare);
  if (!stored) return fail(within(file.name(), stored.error()));
  std::string text;
  for (const ipld::Cid& root : stored->roots) text += root.to_text() + "\n";
  return Answer{api::json_text(*stored), std::move(text), 0};
}

}  // namespace icn::cli::commands
