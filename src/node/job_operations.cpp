#include "node/job_operations.hpp"

#include "api/jobs.hpp"
#include "disk/file.hpp"
#include "node/embedded_node.hpp"

namespace icn::node {
namespace {

using LogSink = std::function<Result<void>(std::string_view)>;

Result<std::string> stored_log(const EmbeddedNode& node, const jobs::JobRecord& record) {
  const std::string id = record.id.to_text();
  auto text = disk::read_text(node.folder().logs_path() / (id + ".log"), UINT64_MAX);
  if (text || text.error().code != ErrorCode::not_found) return text;
  if (jobs::is_terminal(record.phase) || record.attempts > 0)
    return fail(ErrorCode::not_found, "no log of job " + id + " is kept here");
  return refuse(ErrorCode::not_found, "job_waits", "the job " + id + " has not run yet, so it has no log", id);
}

Result<void> read_log(EmbeddedNode& node, const jobs::JobRecord& record, LogHub::Follow follow, const LogSink& sink) {
  if (!node.state().running().runs(record.id)) return sink(ICN_TRY(stored_log(node, record)));
  for (std::size_t offset = 0;;) {
    const LogHub::Piece piece = node.logs().read(record.id, offset, follow);
    if (piece.ended) return {};
    ICN_TRY(sink(piece.text));
    offset += piece.text.size();
  }
}

Result<api::JobLog> read_job_log(EmbeddedNode& node, const api::Context& context, const api::JobLogRequest& request) {
  const jobs::JobRecord record = ICN_TRY(node.state().jobs().find_by_text(request.job));
  api::JobLog answer{record.id, ""};
  const LogSink sink = [&](std::string_view piece) -> Result<void> {
    if (context.out) return context.out(view_of(piece));
    answer.log.append(piece);
    return {};
  };
  ICN_TRY(read_log(node, record, request.follow ? LogHub::Follow::yes : LogHub::Follow::no, sink));
  return answer;
}

}  // namespace

void bind_job_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::ReadJobLog>([&node](const api::Context& context, const api::JobLogRequest& request) {
    return read_job_log(node, context, request);
  });
}

}  // namespace icn::node
