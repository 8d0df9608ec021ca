// Connections that read, a few at a time, and how long a server that is gone is waited for. Thread safe.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "backends/detail/postgres/engine.hpp"
#include "core/mutex.hpp"

namespace icn::backends::detail {

// Pauses that grow from 20 ms to 1 s, until the time is over.
class PostgresPatience {
 public:
  explicit PostgresPatience(std::chrono::seconds at_most);
  // Waits a little; false, at once, when the time is over.
  [[nodiscard]] bool wait();

 private:
  std::chrono::steady_clock::time_point end_;
  std::chrono::milliseconds pause_{20};
};

// Readers above this number wait for each other.
inline constexpr std::size_t kPostgresReadersMax = 4;

class PostgresPool {
 public:
  PostgresPool(PostgresLocation location, std::vector<PostgresStatement> statements);

  // Runs `read` on an idle connection or a fresh one. When that connection is lost, `read` runs again on another one
  // until the location's patience is over, unless it has set `begun`: what was handed on cannot be taken back.
  // Errors: those of `read`; storage when the server stays away.
  [[nodiscard]] Result<void> run(const std::function<Result<void>(PostgresConnection&)>& read,
                                 const bool* begun = nullptr);
  // A connection of the caller's own, with the statements prepared. Errors: storage when the server stays away.
  [[nodiscard]] Result<PostgresConnection> connect() const;

 private:
  [[nodiscard]] Result<PostgresConnection> try_to_connect() const;
  class Place;
  [[nodiscard]] std::optional<PostgresConnection> take_idle();
  void give_back(PostgresConnection connection);

  const PostgresLocation location_;
  const std::vector<PostgresStatement> statements_;
  Mutex mutex_;
  Condition one_left_;
  std::vector<PostgresConnection> idle_ ICN_GUARDED_BY(mutex_);
  std::size_t inside_ ICN_GUARDED_BY(mutex_) = 0;
};

}  // namespace icn::backends::detail
