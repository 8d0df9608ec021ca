#include "api/outcomes.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {
namespace {

// Whether an error that kept a job from being accepted or run is not its submitter's fault.
bool is_infrastructure(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal:
    case ErrorCode::missing_data:
    case ErrorCode::corrupted:
    case ErrorCode::storage:
    case ErrorCode::busy:
    case ErrorCode::infrastructure:
    case ErrorCode::production_error:
    case ErrorCode::unbalanced:
      return true;
    default:
      return false;
  }
}

Nullable<std::string> text_or_null(const std::string& text) {
  Nullable<std::string> value;
  if (!text.empty()) value = text;
  return value;
}

// Adds an error to the known fields of a job.
void say_error(JobEnd& end, const Error& error, JobOutcome outcome) {
  end.outcome = outcome;
  end.code = static_cast<std::uint32_t>(error.code);
  end.rule = text_or_null(error.rule);
  end.exit_code = error_row(error.code).exit_code;
  end.message = error.detail;
}

}  // namespace

JobEnd job_end(const jobs::JobRecord& record, const std::string& note) {
  JobEnd end;
  static_cast<JobView&>(end) = job_view(record);
  if (!note.empty()) end.note = note;
  return end;
}

JobEnd refused_job(const Error& error) {
  JobEnd end;
  say_error(end, error, is_infrastructure(error.code) ? JobOutcome::infrastructure : JobOutcome::refused);
  if (!end.rule) end.rule = std::string(error_row(error.code).name);
  return end;
}

JobEnd unfinished_job(const jobs::JobRecord& record, const Error& error) {
  JobEnd end = job_end(record);
  say_error(end, error, JobOutcome::infrastructure);
  return end;
}

Failure failure_of(const Error& error) {
  const ErrorRow& row = error_row(error.code);
  Failure failure;
  failure.error.code = static_cast<std::uint16_t>(error.code);
  failure.error.name = std::string(row.name);
  failure.error.rule = text_or_null(error.rule);
  failure.error.subject = text_or_null(error.subject);
  failure.error.detail = error.detail;
  failure.error.exit_code = row.exit_code;
  failure.error.retryable = row.retry == Retry::yes;
  return failure;
}

template struct Shape<JobEnd>;
template struct Shape<Failure>;

}  // namespace icn::api
