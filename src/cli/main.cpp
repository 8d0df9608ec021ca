#include "cli/main.hpp"

#include <fmt/core.h>

#include <csignal>

#include "api/outcomes.hpp"
#include "cli/candidates.hpp"
#include "cli/help.hpp"
#include "cli/hints.hpp"
#include "cli/interrupt.hpp"
#include "cli/parse.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "core/log.hpp"
#include "core/visible_text.hpp"
#include "wasm/compile_worker.hpp"

namespace icn::cli {
namespace {

// Ends by SIGPIPE like other programs whose reader has closed the pipe, after all other work is complete.
int end_for_closed_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  return error_row(ErrorCode::storage).exit_code;
}

int report_error(const Error& error, bool json, bool reports_job) {
  if (error.rule == kReaderGone) return end_for_closed_pipe();
  const int exit_code = error_row(error.code).exit_code;
  if (json) {
    if (write_to(Stream::output,
                 reports_job ? api::json_text(api::refused_job(error)) : api::json_text(api::failure_of(error))))
      return exit_code;
  }
  const std::string name = styled(fmt::format("icn: {}:", error_row(error.code).name), Style::bad, error_look());
  // If standard error is closed too, only the exit code reports the failure.
  static_cast<void>(
      write_control(name + visible_text(fmt::format(" {}\n{}", with_grouped_numbers(error.detail), hint_line(error))))
          .has_value());
  return exit_code;
}

int print(const Answer& answer, bool json) {
  const Result<void> printed = write_answer(answer, json);
  if (printed) return answer.exit_code;
  Error error = printed.error();
  if (!answer.kept.empty()) error.detail += "; " + answer.kept;
  return report_error(error, false, false);
}

}  // namespace

int run(const std::vector<std::string>& words) {
  // The sandbox compiles in a child of this same program.
  if (!words.empty() && words[0] == wasm::kCompileWorkerWord)
    wasm::run_compile_worker({words.begin() + 1, words.end()});
  keep_memory_private();
  prepare_standard_streams();
  if (!words.empty() && words[0] == kCompleteWord)
    return print(Answer{"", candidates({words.begin() + 1, words.end()})}, false);
  const bool json = asks_for_json(words);
  const CommandRow* named = named_command(words);
  // A command that answers with a job reports a refusal in the same form.
  const bool reports_job = named != nullptr && named->schema == kJobSchema;
  const auto parsed = parse(words);
  if (!parsed) return report_error(parsed.error(), json, reports_job);
  if (const auto* help = std::get_if<HelpRequest>(&*parsed))
    return print({.json = json ? help_json(*help) : "", .laid_out = json ? "" : help_text(*help, output_look())}, json);
  const Invocation& invocation = std::get<Invocation>(*parsed);
  if (invocation.has("--verbose")) set_log_level(LogLevel::info);
  speak_when_interrupted(interrupt_text(invocation.command->path));
  const auto answer = invocation.command->run(invocation);
  if (!answer) return report_error(answer.error(), json, reports_job);
  return print(*answer, json);
}

}  // namespace icn::cli
