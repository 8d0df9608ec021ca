#include "cli/main.hpp"

#include <nlohmann/json.hpp>

#include "cli/parse.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "core/log.hpp"
#include "wasm/compile_worker.hpp"

namespace icn::cli {
namespace {

int finish(Result<void> printed, int exit_code) {
  // Nobody is left to be told when the output itself cannot be written.
  return printed ? exit_code : error_row(printed.error().code).exit_code;
}

int report_error(const Error& error, bool json, bool is_job_run) {
  const int exit_code = error_row(error.code).exit_code;
  if (json)
    return finish(write_to(Stream::output, dump(is_job_run ? refusal_json(error) : error_json(error))), exit_code);
  return finish(write_to(Stream::error, "icn: " + std::string(error_row(error.code).name) + ": " + error.detail + "\n"),
                exit_code);
}

}  // namespace

int run(const std::vector<std::string>& words) {
  // The sandbox compiles in a child of this same program.
  if (!words.empty() && words[0] == wasm::kCompileWorkerWord)
    return wasm::run_compile_worker({words.begin() + 1, words.end()});
  const bool json = asks_for_json(words);
  auto parsed = parse(words);
  const bool is_run = words.size() > 1 && std::find(words.begin(), words.end(), "run") != words.end();
  if (!parsed) return report_error(parsed.error(), json, is_run);
  if (const auto* help = std::get_if<HelpText>(&*parsed)) return finish(write_to(Stream::output, help->text), 0);
  const Invocation& invocation = std::get<Invocation>(*parsed);
  if (invocation.has("--verbose")) set_log_level(LogLevel::info);
  auto answer = invocation.command->run(invocation);
  const bool tells_job = invocation.command->schema == "job";
  if (!answer) return report_error(answer.error(), invocation.wants_json(), tells_job);
  return finish(write_to(Stream::output, invocation.wants_json() ? answer->json : answer->text), answer->exit_code);
}

}  // namespace icn::cli
