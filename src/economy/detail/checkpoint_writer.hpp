// One checkpoint on its way into the store, in steps of bounded size, so that no commit carries all of it: first the
// index rows of the transfers since the checkpoint before (transfer_index.hpp, account_index.hpp), then the state of
// the books in parts. Part 0 comes last and makes the checkpoint complete: without it, opening ignores the other parts.
//
// Not thread safe.
#pragma once
#include "economy/detail/books_encoder.hpp"
#include "model/keys.hpp"

namespace icn::economy::detail {

// A fraction of what a store accepts as one value: a commit that carries a part takes little longer than others.
inline constexpr std::size_t kPartBytes = 64 * 1024;
static_assert(kPartBytes + 1'024 < ports::kStateValueBytesMax);

[[nodiscard]] inline Bytes part_key(std::uint64_t sequence, std::uint64_t part) {
  Bytes key = model::key_of(model::keys::kLedgerCheckpoint, sequence);
  append_be64(key, part);
  return key;
}

class CheckpointWriter {
 public:
  // Copies the state of the books. `log` holds the transfers since the checkpoint before and outlives the writer.
  CheckpointWriter(const Books& books, const TransferLog& log);

  // Adds what is next to the batch: a few rows, or a part. Returns whether more follows.
  [[nodiscard]] bool step(ports::Batch& batch);
  [[nodiscard]] std::uint64_t sequence() const { return encoder_.sequence(); }
  [[nodiscard]] std::uint64_t parts() const { return parts_; }

 private:
  // Numbers in groups: group i ends at ends[i].
  template <class T>
  struct Groups {
    std::vector<T> all;
    std::vector<std::uint32_t> ends;
    [[nodiscard]] std::span<T> group(std::size_t number);
  };
  struct AccountRow {
    std::uint32_t account = 0;
    std::uint64_t sequence = 0;
  };
  void put_rows(ports::Batch& batch);

  const TransferLog* log_;
  BooksEncoder encoder_;
  Groups<std::uint32_t> transfers_;  // positions in the log, by the first bits of their ids
  Groups<AccountRow> accounts_;
  std::size_t group_ = 0;
  Bytes first_part_;
  std::uint64_t parts_ = 0;
};

}  // namespace icn::economy::detail
