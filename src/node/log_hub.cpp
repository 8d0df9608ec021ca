#include "node/log_hub.hpp"

#include <algorithm>

namespace icn::node {

void LogHub::open(const model::JobId& job) {
  Lock lock(mutex_);
  if (const auto before = std::find(ended_.begin(), ended_.end(), job); before != ended_.end()) {
    ended_bytes_ -= logs_[job].text.size();
    ended_.erase(before);
  }
  logs_[job] = {};
}

void LogHub::write(const model::JobId& job, std::string_view text) {
  Lock lock(mutex_);
  Log& log = logs_[job];
  if (log.ended) return;
  const std::size_t room = kLogHubBytesMax - std::min(kLogHubBytesMax, log.text.size());
  log.text.append(text.substr(0, room));
  changed_.notify_all();
}

void LogHub::close(const model::JobId& job) {
  Lock lock(mutex_);
  const auto found = logs_.find(job);
  if (found != logs_.end() && !found->second.ended) {
    found->second.ended = true;
    found->second.text.shrink_to_fit();
    ended_.push_back(job);
    ended_bytes_ += found->second.text.size();
    forget_ended();
  }
  changed_.notify_all();
}

// A follower of a dropped log had the time since its end to read it; its file holds the whole log.
void LogHub::forget_ended() {
  while (ended_bytes_ > kEndedLogsBytesMax || ended_.size() > kEndedLogsMax) {
    const auto oldest = logs_.find(ended_.front());
    ended_.pop_front();
    ended_bytes_ -= oldest->second.text.size();
    logs_.erase(oldest);
  }
}

std::size_t LogHub::bytes() const {
  Lock lock(mutex_);
  std::size_t total = 0;
  for (const auto& [job, log] : logs_) total += log.text.size();
  return total;
}

void LogHub::shut_down() {
  Lock lock(mutex_);
  down_ = true;
  changed_.notify_all();
}

LogHub::Piece LogHub::read(const model::JobId& job, std::size_t offset, Follow follow) {
  Lock lock(mutex_);
  for (;;) {
    const auto found = logs_.find(job);
    if (found == logs_.end()) return {.text = {}, .ended = true};
    const Log& log = found->second;
    if (log.text.size() > offset) return {.text = log.text.substr(offset), .ended = false};
    if (log.ended || down_ || follow == Follow::no) return {.text = {}, .ended = true};
    changed_.wait(lock);
  }
}

}  // namespace icn::node
