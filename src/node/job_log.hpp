// The log of one run, in a file of the data folder and for those that ask the folder's owner. Belongs to one thread at
// a time; the node outlives it.
#pragma once
#include <optional>
#include <string_view>

#include "disk/file.hpp"
#include "model/job.hpp"

namespace icn::node {

class EmbeddedNode;

class JobLog {
 public:
  // Empties the log of an earlier run.
  JobLog(EmbeddedNode& node, const model::JobId& job);
  // Readers that follow it get the end.
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
