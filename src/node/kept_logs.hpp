// What jobs wrote to their logs, in the data folder's logs/, one file a job, bounded by bytes: the longest unchanged
// ones go when all of them take more. Thread safe.
#pragma once
#include <filesystem>
#include <optional>

#include "core/mutex.hpp"
#include "disk/file.hpp"
#include "model/job.hpp"

namespace icn::node {

class KeptLogs {
 public:
  KeptLogs(std::filesystem::path folder, std::uint64_t bytes_max) : folder_(std::move(folder)), bytes_max_(bytes_max) {}

  // An empty file for the log of a starting run; no value if it cannot be kept: the log is still shown.
  [[nodiscard]] std::optional<disk::File> begin(const model::JobId& job);
  // The run has ended and its log has that many bytes.
  void ended(std::uint64_t bytes);
  // Errors: not_found, storage.
  [[nodiscard]] Result<std::string> read(const model::JobId& job) const;

 private:
  [[nodiscard]] std::filesystem::path path_of(const model::JobId& job) const;
  const std::filesystem::path folder_;
  const std::uint64_t bytes_max_;
  Mutex mutex_;
  std::optional<std::uint64_t> bytes_ ICN_GUARDED_BY(mutex_);  // at least what all take; nothing: not counted yet
};

}  // namespace icn::node
