#include "backends/detail/postgres/pool.hpp"

#include <algorithm>
#include <thread>

namespace icn::backends::detail {

PostgresPatience::PostgresPatience(std::chrono::seconds at_most) : end_(std::chrono::steady_clock::now() + at_most) {}

bool PostgresPatience::wait() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= end_) return false;
  std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(pause_, end_ - now));
  pause_ = std::min(pause_ * 2, std::chrono::milliseconds(1'000));
  return true;
}

PostgresPool::PostgresPool(PostgresLocation location, std::vector<PostgresStatement> statements)
    : location_(std::move(location)), statements_(std::move(statements)) {}

Result<PostgresConnection> PostgresPool::connect() const {
  PostgresPatience patience(location_.patience);
  for (;;) {
    Result<PostgresConnection> fresh = try_to_connect();
    if (fresh || !patience.wait()) return fresh;
  }
}

Result<PostgresConnection> PostgresPool::try_to_connect() const {
  PostgresConnection connection = ICN_TRY(PostgresConnection::open(location_));
  ICN_TRY(connection.prepare(statements_));
  return connection;
}

// A place among the readers, for the duration of one read.
class PostgresPool::Place {
 public:
  explicit Place(PostgresPool& pool) : pool_(pool) {
    Lock lock(pool_.mutex_);
    while (pool_.inside_ == kPostgresReadersMax) pool_.one_left_.wait(lock);
    ++pool_.inside_;
  }
  ~Place() {
    Lock lock(pool_.mutex_);
    --pool_.inside_;
    pool_.one_left_.notify_one();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  PostgresPool& pool_;
};

Result<void> PostgresPool::run(const std::function<Result<void>(PostgresConnection&)>& read, const bool* begun) {
  const Place place(*this);
  PostgresPatience patience(location_.patience);
  for (;;) {
    std::optional<PostgresConnection> connection = take_idle();
    const bool was_idle = connection.has_value();
    Result<void> outcome;
    if (!was_idle) {
      Result<PostgresConnection> fresh = try_to_connect();
      if (fresh) {
        connection.emplace(*std::move(fresh));
      } else {
        outcome = fail(fresh.error());
      }
    }
    if (connection) {
      outcome = read(*connection);
      if (!connection->is_lost()) {
        if (connection->is_reusable()) give_back(*std::move(connection));
        return outcome;
      }
      if (begun != nullptr && *begun) return outcome;
    }
    // An idle connection may have been cut long ago; the server is probably still there.
    if (!was_idle && !patience.wait()) return outcome;
  }
}

std::optional<PostgresConnection> PostgresPool::take_idle() {
  Lock lock(mutex_);
  if (idle_.empty()) return std::nullopt;
  PostgresConnection connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void PostgresPool::give_back(PostgresConnection connection) {
  Lock lock(mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace icn::backends::detail
