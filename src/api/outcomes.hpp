// How a request ended, for scripts: a job that was run, refused or left unfinished, and any other failure.
#pragma once
#include "api/jobs.hpp"

namespace icn::api {

// What running, submitting and waiting for a job answers, for a refusal too.
struct JobEnd : JobView {
  static constexpr std::string_view kName = "job";
  static constexpr std::string_view kText = "A job that was run, submitted, waited for or refused.";
  std::optional<std::string> note;

  static constexpr auto fields() {
    return std::tuple_cat(
        JobView::fields(),
        std::tuple{Field<&JobEnd::note>{
            "note", "what the home adds: the same job was accepted before, or the discount was reduced", {.min = 1}}});
  }
};
// An empty `note` adds nothing.
[[nodiscard]] JobEnd job_end(const jobs::JobRecord& record, const std::string& note = "");
// A job that was not accepted: no id, no receipt; the rule and the words of the error.
[[nodiscard]] JobEnd refused_job(const Error& error);
// A job that is accepted and that this process could not bring to its end.
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
        Field<&T::rule>{"rule", "the limit or rule that refused", {.min = 1}},
        Field<&T::subject>{"subject", "the thing that it is about", {.min = 1}},
        Field<&T::detail>{"detail", "for people", {.min = 1}},
        Field<&T::exit_code>{"exit_code", "what icn ends with", {.min = 100, .max = 125}},
        Field<&T::retryable>{"retryable", "whether the same request may succeed later"},
    };
  }
};
struct Failure {
  static constexpr std::string_view kName = "error";
  static constexpr std::string_view kText = "What a request that is not about one job answers when it fails.";
  FailureDetail error;

  static constexpr auto fields() { return std::tuple{Field<&Failure::error>{"error", "what failed"}}; }
};
[[nodiscard]] Failure failure_of(const Error& error);

}  // namespace icn::api
