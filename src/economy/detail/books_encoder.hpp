// The bytes of a checkpoint of the books, piece by piece. It copies the state when it is made, so that the books may
// change while it is read.
#pragma once
#include <utility>
#include <vector>

#include "economy/detail/state.hpp"

namespace icn::economy::detail {

class BooksEncoder {
 public:
  // Copies the accounts and the open reserves: about 100 bytes each.
  explicit BooksEncoder(const Books& books);
  // Appends pieces until `to` has at least `size` bytes, or all were appended. Returns whether more follow.
  [[nodiscard]] bool next(Bytes& to, std::size_t size);
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }

 private:
  void append_head(Bytes& to) const;
  static void append_account(Bytes& to, const Account& account);
  void append_pending(Bytes& to, std::size_t number) const;

  std::uint64_t sequence_;
  std::uint64_t transfers_;
  ipld::Digest chain_;
  std::vector<Account> accounts_;
  std::vector<std::pair<model::TransferId, Pending>> pendings_;  // sorted by id
  std::size_t piece_ = 0;  // the head, the accounts, the number of reserves, the reserves, the checksum
  ipld::Sha256 sum_;
};

}  // namespace icn::economy::detail
