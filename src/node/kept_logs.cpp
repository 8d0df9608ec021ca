#include "node/kept_logs.hpp"

#include "disk/folder.hpp"

namespace icn::node {
namespace {

constexpr std::string_view kSuffix = ".log";
constexpr std::uint64_t kBlockBytes = 4'096;  // files occupy whole blocks

}  // namespace

std::filesystem::path KeptLogs::path_of(const model::JobId& job) const {
  return folder_ / (job.to_text() + std::string(kSuffix));
}

std::optional<disk::File> KeptLogs::begin(const model::JobId& job) {
  if (!disk::make_private_folder(folder_)) return std::nullopt;
  auto file = disk::File::open(path_of(job), disk::Open::truncate);
  if (!file) return std::nullopt;
  return *std::move(file);
}

void KeptLogs::ended(std::uint64_t bytes) {
  Lock lock(mutex_);
  if (bytes_) *bytes_ += bytes / kBlockBytes * kBlockBytes + kBlockBytes;
  if (bytes_ && *bytes_ <= bytes_max_) return;
  // Prunes more than needed, so that not every job pays for a listing.
  const auto counted = disk::prune_folder(folder_, kSuffix, bytes_ ? bytes_max_ - bytes_max_ / 8 : bytes_max_);
  if (counted) bytes_ = *counted;
}

Result<std::string> KeptLogs::read(const model::JobId& job) const { return disk::read_text(path_of(job), UINT64_MAX); }

}  // namespace icn::node
