// A few connections for reading, and how long to wait for a lost server. Thread safe.
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
  // Waits a little; returns false immediately once the time is over.
  [[nodiscard]] bool wait();

 private:
  std::chrono::steady_clock::time_point end_;
  std::chrono::milliseconds pause_{20};
};

// More readers than this wait for each other.
inline constexpr std::size_t kPostgresReadersMax = 4;

class PostgresPool {
 public:
  PostgresPool(PostgresLocation location, std::vector<PostgresStatement> statements);

  // Runs `read` on an idle connection or a fresh one. If that connection is lost, `read` runs again on another one
  // until the location's patience is over, unless it has set `begun`: visited data cannot be taken back. Errors: those
  // of `read`; storage if the server stays away.
  [[nodiscard]] Result<void> run(const std::function<Result<void>(PostgresConnection&)>& read,
                                 const bool* begun = nullptr);
  // A connection for the caller alone, with the statements prepared. Errors: storage if the server stays away.
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
