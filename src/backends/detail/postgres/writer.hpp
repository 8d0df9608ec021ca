// The one writer of a store's tables: a connection fenced by an epoch, and transactions whose outcome is always found
// out.
//
// The meta table has one row: version, sequence, writer_epoch, who the writer is and for which holder. Opening only
// looks. A claim raises the epoch, so that the writer before is refused from then on: that is how a standby takes
// over, when it is asked to; openings of one holder follow each other. The first write claims where no claim was
// made, and only if the store is as it was when it was opened. Every transaction raises the sequence where epoch and
// sequence are the expected ones; where they are not, it fails and nothing of it is kept. After a cut connection the
// epoch is raised again, by the same writer: then nothing that the old connection had under way can still happen, and
// the sequence says whether it had.
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
  std::vector<PostgresStatement> statements;  // what the writer's transactions use
};

// The rule of the error that says that another process has taken the store over.
inline constexpr std::string_view kTakenOver = "taken_over";

class PostgresWriter {
 public:
  // Makes the tables where there are none; else only looks. Errors: unsupported_version, unsupported, busy, storage.
  [[nodiscard]] static Result<std::unique_ptr<PostgresWriter>> open(PostgresLocation location, PostgresTables tables);

  // Makes this the store's writer. Errors: as ports::SharedStore.
  [[nodiscard]] Result<void> claim(const ports::Claim& claim);

  // One transaction: `send` sends its statements; the sequence rises by `count`, at least 1; durable when it returns.
  // `send` may run again after a cut connection. After a failure nothing is ever written again.
  // Claims first where that was not done. One thread at a time, also of claim(). Errors: storage, corrupted, busy,
  // invalid_state (rule kNotTheWriter: nothing was written).
  [[nodiscard]] Result<void> commit(std::uint64_t count, const std::function<void(PostgresConnection&)>& send);

  // Thread safe. The last committed sequence of this writer.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  // Thread safe. The error after which nothing is written any more.
  [[nodiscard]] Result<void> refuse_when_failed() const;

 private:
  using Send = std::function<void(PostgresConnection&)>;
  PostgresWriter(PostgresLocation location, PostgresTables tables, PostgresConnection connection);
  [[nodiscard]] Result<void> make_tables();
  [[nodiscard]] Result<void> check_version();
  // What the meta row says now.
  [[nodiscard]] Result<void> look();
  // `epoch`: only if the writer is still that of this epoch.
  [[nodiscard]] Result<void> claim_at(const ports::Claim& claim, std::uint64_t epoch);
  [[nodiscard]] Result<void> try_to_claim(const ports::Claim& claim, std::uint64_t epoch);
  [[nodiscard]] Result<void> upgrade(const ports::Claim& claim);
  [[nodiscard]] Error not_the_writer();
  [[nodiscard]] Result<void> attempt(std::uint64_t count, const Send& send);
  [[nodiscard]] Result<void> commit_or_find_out(std::uint64_t count, const Send& send);
  // The sequence that the server has, once nothing of the lost connection can change it any more.
  [[nodiscard]] Result<std::uint64_t> reconnect(PostgresPatience& patience);
  [[nodiscard]] Result<std::uint64_t> reclaim();
  // Why epoch and sequence are not the expected ones. `doubt`: what is said of the commit under way.
  [[nodiscard]] Error why_refused(std::string_view doubt);

  const PostgresLocation location_;
  const PostgresTables tables_;
  PostgresConnection connection_;
  Bytes token_;                // what the server named this writer at its claim
  std::uint64_t version_ = 0;  // of the tables that were found
  bool is_claimed_ = false;
  std::uint64_t epoch_ = 0;
  std::atomic<std::uint64_t> sequence_{0};
  mutable Mutex mutex_;
  std::optional<Error> failure_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::backends::detail
