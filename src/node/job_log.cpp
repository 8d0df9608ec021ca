#include "node/job_log.hpp"

#include "disk/folder.hpp"
#include "node/embedded_node.hpp"

namespace icn::node {

JobLog::JobLog(EmbeddedNode& node, const model::JobId& job) : node_(node), job_(job) {
  node_.logs().open(job);
  // A log that cannot be kept is shown all the same.
  if (!disk::make_private_folder(node_.folder().logs_path())) return;
  auto file = disk::File::open(node_.folder().logs_path() / (job.to_text() + ".log"), disk::Open::truncate);
  if (file) file_ = *std::move(file);
}

JobLog::~JobLog() { node_.logs().close(job_); }

void JobLog::write(std::string_view text) {
  node_.logs().write(job_, text);
  if (file_ && !file_->write(view_of(text))) file_.reset();
}

}  // namespace icn::node
