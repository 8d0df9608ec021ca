#include "node/log_hub.hpp"

#include <algorithm>

namespace icn::node {

void LogHub::open(const model::JobId& job) {
  Lock lock(mutex_);
  logs_[job] = {};
}

void LogHub::write(const model::JobId& job, std::string_view text) {
  Lock lock(mutex_);
  Log& log = logs_[job];
  const std::size_t room = kLogHubBytesMax - std::min(kLogHubBytesMax, log.text.size());
  log.text.append(text.substr(0, room));
  changed_.notify_all();
}

void LogHub::close(const model::JobId& job) {
  Lock lock(mutex_);
  logs_[job].ended = true;
  changed_.notify_all();
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
