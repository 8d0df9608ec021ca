// The logs of running jobs, for observers: read what a job has written so far, or wait for more.
//
// Bounded: keeps at most kLogHubBytesMax per running job (the sandbox bounds a job's log below that) and
// kEndedLogsBytesMax for all ended jobs, latest first. Thread safe; writers never wait for readers.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "core/mutex.hpp"
#include "model/job.hpp"

namespace icn::node {

inline constexpr std::size_t kLogHubBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kEndedLogsBytesMax = 2 * kLogHubBytesMax;
inline constexpr std::size_t kEndedLogsMax = 1'024;

class LogHub {
 public:
  void open(const model::JobId& job);
  void write(const model::JobId& job, std::string_view text);
  // Marks the job as ended: readers get the rest, then the end. Readers of a job that was dropped get the end.
  void close(const model::JobId& job);
  // Wakes every reader; from then on read() returns the end.
  void shut_down();

  enum class Follow : std::uint8_t { no, yes };
  struct Piece {
    std::string text;
    bool ended = false;  // nothing will follow
  };
  // Returns the text after `offset`; with Follow::yes, waits until there is some or the job ends.
  [[nodiscard]] Piece read(const model::JobId& job, std::size_t offset, Follow follow);
  [[nodiscard]] std::size_t bytes() const;  // in memory

 private:
  struct Log {
    std::string text;
    bool ended = false;
  };
  void forget_ended() ICN_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Condition changed_;
  std::map<model::JobId, Log> logs_ ICN_GUARDED_BY(mutex_);
  std::deque<model::JobId> ended_ ICN_GUARDED_BY(mutex_);  // oldest first
  std::size_t ended_bytes_ ICN_GUARDED_BY(mutex_) = 0;
  bool down_ ICN_GUARDED_BY(mutex_) = false;
};

}  // namespace icn::node
