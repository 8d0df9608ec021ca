#include "http/repeats.hpp"

namespace icn::http {
namespace {

constexpr const char* kRule = "idempotency_key";

}  // namespace

void Repeats::drop_expired(std::uint64_t now_ms) {
  for (auto of = entries_.begin(); of != entries_.end();) {
    for (auto at = of->second.begin(); at != of->second.end();) {
      // A request that is executed still counts.
      const bool is_over = at->second.answer && at->second.ends_ms <= now_ms;
      if (is_over) --size_;
      at = is_over ? of->second.erase(at) : std::next(at);
    }
    of = of->second.empty() ? entries_.erase(of) : std::next(of);
  }
}

Result<std::optional<Answer>> Repeats::begin(const std::string& caller, const std::string& key,
                                             const ipld::Digest& request, std::uint64_t now_ms) {
  Lock lock(mutex_);
  const auto of = entries_.find(caller);
  if (of != entries_.end()) {
    const auto at = of->second.find(key);
    if (at != of->second.end() && (!at->second.answer || at->second.ends_ms > now_ms)) {
      if (at->second.request != request)
        return refuse(ErrorCode::conflict, kRule, "the key was used for another request; nothing was done", key);
      if (!at->second.answer)
        return refuse(ErrorCode::conflict, kRule, "the request with this key is still being executed", key);
      return at->second.answer;
    }
    if (at == of->second.end() && of->second.size() >= kRepeatsOfOneMax) drop_expired(now_ms);
  }
  if (size_ >= kRepeatsMax) drop_expired(now_ms);
  auto& keys = entries_[caller];
  if (keys.size() >= kRepeatsOfOneMax || size_ >= kRepeatsMax) {
    if (keys.empty()) entries_.erase(caller);
    return refuse(ErrorCode::busy, kRule, "too many requests with a key are remembered; nothing was done", key);
  }
  if (keys.insert_or_assign(key, Entry{request, now_ms + kRepeatMs, {}}).second) ++size_;
  return std::optional<Answer>();
}

void Repeats::finish(const std::string& caller, const std::string& key, const Answer& answer) {
  if (answer.body.size() > kRepeatBytesMax) return forget(caller, key);
  Lock lock(mutex_);
  entries_[caller][key].answer = answer;
}

void Repeats::forget(const std::string& caller, const std::string& key) {
  Lock lock(mutex_);
  const auto of = entries_.find(caller);
  if (of == entries_.end()) return;
  size_ -= of->second.erase(key);
  if (of->second.empty()) entries_.erase(of);
}

}  // namespace icn::http
