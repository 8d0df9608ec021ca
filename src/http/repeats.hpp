// Answers to requests with an Idempotency-Key, so that a client that lost an answer may send its request again.
//
// Kept in memory: for a day, for at most kRepeatsMax requests (kRepeatsOfOneMax of one caller), each with an answer of
// at most kRepeatBytesMax. After a restart, or beyond these bounds, a repeat is executed again; jobs and other signed
// statements are recognised by their id then too. Thread safe.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/mutex.hpp"
#include "http/message.hpp"
#include "ipld/sha256.hpp"

namespace icn::http {

inline constexpr std::size_t kRepeatsMax = 4'096;
inline constexpr std::size_t kRepeatsOfOneMax = 256;
inline constexpr std::size_t kRepeatBytesMax = 64 * 1024;
inline constexpr std::uint64_t kRepeatMs = 24ULL * 3'600 * 1'000;

class Repeats {
 public:
  // Returns the answer that was given; empty: execute the request, then call finish() or forget(). Errors: conflict
  // (rule "idempotency_key": the key was used for another request, or the first one is still executed), busy (too many
  // keys of this caller).
  [[nodiscard]] Result<std::optional<Answer>> begin(const std::string& caller, const std::string& key,
                                                    const ipld::Digest& request, std::uint64_t now_ms);
  void finish(const std::string& caller, const std::string& key, const Answer& answer);
  // The request had no lasting effect; a repeat executes it.
  void forget(const std::string& caller, const std::string& key);

 private:
  struct Entry {
    ipld::Digest request;
    std::uint64_t ends_ms = 0;
    std::optional<Answer> answer;
  };
  void drop_expired(std::uint64_t now_ms) ICN_REQUIRES(mutex_);
  Mutex mutex_;
  std::map<std::string, std::map<std::string, Entry>> entries_ ICN_GUARDED_BY(mutex_);  // by caller, then key
  std::size_t size_ ICN_GUARDED_BY(mutex_) = 0;
};

}  // namespace icn::http
