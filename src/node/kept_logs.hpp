// Job logs in the data folder's logs/, one file per job, bounded by bytes: above the bound, the least recently modified
// are removed. Thread safe.
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

  // Creates an empty file for the log of a starting run; no value if that fails: the log is then shown but not kept.
  [[nodiscard]] std::optional<disk::File> begin(const model::JobId& job);
  // Call when a run has ended; `bytes` is the size of its log.
  void ended(std::uint64_t bytes);
  // Errors: not_found, storage.
  [[nodiscard]] Result<std::string> read(const model::JobId& job) const;

 private:
  [[nodiscard]] std::filesystem::path path_of(const model::JobId& job) const;
  const std::filesystem::path folder_;
  const std::uint64_t bytes_max_;
  Mutex mutex_;
  std::optional<std::uint64_t> bytes_ ICN_GUARDED_BY(mutex_);  // upper bound of the total; empty: not counted yet
};

}  // namespace icn::node
