// The log of one run, written to a file in the data folder and to readers of the folder owner's log hub. Used by one
// thread at a time; the node outlives it.
#pragma once
#include <optional>
#include <string_view>

#include "disk/file.hpp"
#include "model/job.hpp"

namespace icn::node {

class EmbeddedNode;

class JobLog {
 public:
  // Truncates the log of an earlier run.
  JobLog(EmbeddedNode& node, const model::JobId& job);
  // Readers that follow the log get the end.
  ~JobLog();
  JobLog(const JobLog&) = delete;
  JobLog& operator=(const JobLog&) = delete;
  void write(std::string_view text);

 private:
  EmbeddedNode& node_;
  const model::JobId job_;
  std::optional<disk::File> file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace icn::node
