#include "node/job_log.hpp"

#include "node/embedded_node.hpp"

namespace icn::node {

JobLog::JobLog(EmbeddedNode& node, const model::JobId& job) : node_(node), job_(job) {
  node_.logs().open(job);
  file_ = node_.kept_logs().begin(job);
}

JobLog::~JobLog() {
  node_.logs().close(job_);
  if (file_) node_.kept_logs().ended(bytes_);
}

void JobLog::write(std::string_view text) {
  node_.logs().write(job_, text);
  bytes_ += text.size();
  if (file_ && !file_->write(view_of(text))) file_.reset();
}

}  // namespace icn::node
