// The only writer of a store's tables: a connection fenced by an epoch, and transactions whose outcome is always
// determined.
//
// The meta table has one row: version, sequence, writer_epoch, the writer and its holder. Opening only reads. A claim
// raises the epoch, so that the previous writer is refused from then on: a standby takes over this way, on request;
// openings of one holder follow each other. Without a claim the first write claims the store, but only if it has not
// changed since it was opened. Every transaction raises the sequence if epoch and sequence are the expected ones;
// otherwise it fails and nothing of it is kept. After a cut connection the same writer raises the epoch again: then
// nothing that the old connection had under way can still happen, and the sequence shows whether it had.
#pragma once
#include <atomic>
#include <functional>
#include <optional>

#include "backends/detail/postgres/pool.hpp"
#include "ports/shared_store.hpp"

namespace icn::backends::detail {

struct PostgresTables {
  std::string meta;           // the meta table's name
  std::string meta_more;      // its further columns, each with a default: "blocks bigint NOT NULL DEFAULT 0"
  std::string make;           // SQL that makes the other tables
  std::uint64_t version = 2;  // 1 had no holder
  std::vector<PostgresStatement> statements;  // for the writer's transactions
};

// The rule of the error that another process has taken over the store.
inline constexpr std::string_view kTakenOver = "taken_over";

class PostgresWriter {
 public:
  // Creates the tables if there are none; otherwise only reads. Errors: unsupported_version, unsupported, busy,
  // storage.
  [[nodiscard]] static Result<std::unique_ptr<PostgresWriter>> open(PostgresLocation location, PostgresTables tables);

  // Makes this the store's writer. Errors: as ports::SharedStore.
  [[nodiscard]] Result<void> claim(const ports::Claim& claim);

  // One transaction: `send` sends its statements; the sequence rises by `count`, at least 1; durable when it returns.
  // `send` may run again after a cut connection. After a failure nothing is ever written again. Claims the store first
  // if that was not done. Used by one thread at a time, including claim(). Errors: storage, corrupted, busy,
  // invalid_state (rule kNotTheWriter: nothing was written).
  [[nodiscard]] Result<void> commit(std::uint64_t count, const std::function<void(PostgresConnection&)>& send);

  // Thread safe. The last committed sequence of this writer.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  // Thread safe. The error after which nothing more is written.
  [[nodiscard]] Result<void> refuse_when_failed() const;

 private:
  using Send = std::function<void(PostgresConnection&)>;
  PostgresWriter(PostgresLocation location, PostgresTables tables, PostgresConnection connection);
  [[nodiscard]] Result<void> make_tables();
  [[nodiscard]] Result<void> check_version();
  // Reads the meta row.
  [[nodiscard]] Result<void> look();
  // `epoch`: claims only if the writer still has this epoch.
  [[nodiscard]] Result<void> claim_at(const ports::Claim& claim, std::uint64_t epoch);
  [[nodiscard]] Result<void> try_to_claim(const ports::Claim& claim, std::uint64_t epoch);
  [[nodiscard]] Result<void> upgrade(const ports::Claim& claim);
  [[nodiscard]] Error not_the_writer();
  [[nodiscard]] Result<void> attempt(std::uint64_t count, const Send& send);
  [[nodiscard]] Result<void> commit_or_find_out(std::uint64_t count, const Send& send);
  // The server's sequence, once nothing of the lost connection can change it any more.
  [[nodiscard]] Result<std::uint64_t> reconnect(PostgresPatience& patience);
  [[nodiscard]] Result<std::uint64_t> reclaim();
  // Why epoch and sequence are not the expected ones. `doubt`: the statement about the commit under way.
  [[nodiscard]] Error why_refused(std::string_view doubt);

  const PostgresLocation location_;
  const PostgresTables tables_;
  PostgresConnection connection_;
  Bytes token_;                // the server's name for this writer since its claim
  std::uint64_t version_ = 0;  // of the tables found
  bool is_claimed_ = false;
  std::uint64_t epoch_ = 0;
  std::atomic<std::uint64_t> sequence_{0};
  mutable Mutex mutex_;
  std::optional<Error> failure_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::backends::detail
