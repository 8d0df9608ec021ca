// The result of a request, for scripts: a job that was run, refused or left unfinished, or any other failure.
#pragma once
#include "api/jobs.hpp"

namespace icn::api {

// The answer to running, submitting or waiting for a job, including a refusal.
struct JobEnd : JobView {
  static constexpr std::string_view kName = "job";
  static constexpr std::string_view kText = "A job that was run, submitted, waited for or refused.";
  std::optional<std::string> note;

  static constexpr auto fields() {
    return std::tuple_cat(
        JobView::fields(),
        std::tuple{Field<&JobEnd::note>{
            "note", "note of the home: the same job was accepted before, or the discount was reduced", {.min = 1}}});
  }
};
// An empty `note` adds nothing.
[[nodiscard]] JobEnd job_end(const jobs::JobRecord& record, const std::string& note = "");
// A job that was not accepted: without id and receipt, with the rule and message of the error.
[[nodiscard]] JobEnd refused_job(const Error& error);
// An accepted job that this process could not complete.
[[nodiscard]] JobEnd unfinished_job(const jobs::JobRecord& record, const Error& error);

struct FailureDetail {
  std::uint16_t code = 0;
  std::string name;
  Nullable<std::string> rule;
  Nullable<std::string> subject;
  std::string detail;
  std::uint8_t exit_code = 0;
  bool retryable = false;

  static constexpr auto fields() {
    using T = FailureDetail;
    return std::tuple{
        Field<&T::code>{"code", "number of the error's row", {.min = 1}},
        Field<&T::name>{"name", "name of the error's row", {.form = Form::word}},
        Field<&T::rule>{"rule", "the limit or rule that refused the request", {.min = 1}},
        Field<&T::subject>{"subject", "the thing that the error is about", {.min = 1}},
        Field<&T::detail>{"detail", "explanation for people", {.min = 1}},
        Field<&T::exit_code>{"exit_code", "exit code of icn", {.min = 100, .max = 125}},
        Field<&T::retryable>{"retryable", "whether the same request may succeed later"},
    };
  }
};
struct Failure {
  static constexpr std::string_view kName = "error";
  static constexpr std::string_view kText = "The answer to a failed request that is not about one job.";
  FailureDetail error;

  static constexpr auto fields() { return std::tuple{Field<&Failure::error>{"error", "what failed"}}; }
};
[[nodiscard]] Failure failure_of(const Error& error);

}  // namespace icn::api
