#include "economy/detail/checkpoint_writer.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "economy/detail/account_index.hpp"

namespace icn::economy::detail {
namespace {

constexpr std::size_t kRowsOfStep = 16;  // transfers, of which each also has up to two account rows
constexpr std::size_t kGroupsMax = 1 << 16;

// A power of two.
std::size_t groups_for(std::size_t transfers) {
  return std::min(std::bit_ceil(transfers / kRowsOfStep + 1), kGroupsMax);
}

// The group of an id: ids are hashes, so groups are of about one size, and each is one range of the index's keys.
std::size_t group_of(const model::TransferId& id, std::size_t groups) {
  const std::uint64_t first = read_be64(id.data());
  return groups == 1 ? 0 : first >> (64 - std::countr_zero(groups));
}

// From the size of each group to its end.
void sum_up(std::vector<std::uint32_t>& sizes) {
  std::uint32_t end = 0;
  for (std::uint32_t& size : sizes) size = end += size;
}

// Calls `visit(account, sequence)` for every row of an account that the log calls for.
template <class Visit>
void for_each_account_row(const TransferLog& log, const std::vector<Account>& accounts, const Visit& visit) {
  for (std::size_t position = 0; position < log.size(); ++position) {
    const Entry& entry = log[position];
    for (const std::uint32_t account : {entry.debit, entry.credit})
      if (is_indexed(accounts[account].key)) visit(account, entry.sequence);
  }
}

}  // namespace

template <class T>
std::span<T> CheckpointWriter::Groups<T>::group(std::size_t number) {
  const std::size_t begin = number == 0 ? 0 : ends[number - 1];
  return std::span(all).subspan(begin, ends[number] - begin);
}

CheckpointWriter::CheckpointWriter(const Books& books, const TransferLog& log) : log_(&log), encoder_(books) {
  const std::vector<Account>& accounts = encoder_.accounts();
  const std::size_t groups = groups_for(log.size());
  const auto account_group = [&](std::uint32_t account) { return account * groups / accounts.size(); };
  transfers_.ends.resize(groups);
  accounts_.ends.resize(groups);
  for (std::size_t position = 0; position < log.size(); ++position)
    ++transfers_.ends[group_of(log[position].id, groups)];
  for_each_account_row(log, accounts,
                       [&](std::uint32_t account, std::uint64_t) { ++accounts_.ends[account_group(account)]; });
  sum_up(transfers_.ends);
  sum_up(accounts_.ends);
  transfers_.all.resize(transfers_.ends.back());
  accounts_.all.resize(accounts_.ends.back());
  std::vector<std::uint32_t> free = transfers_.ends;
  for (std::size_t position = 0; position < log.size(); ++position)
    transfers_.all[--free[group_of(log[position].id, groups)]] = static_cast<std::uint32_t>(position);
  free = accounts_.ends;
  for_each_account_row(log, accounts, [&](std::uint32_t account, std::uint64_t sequence) {
    accounts_.all[--free[account_group(account)]] = {account, sequence};
  });
}

bool CheckpointWriter::step(ports::Batch& batch) {
  if (group_ < transfers_.ends.size()) {
    put_rows(batch);
    return true;
  }
  Bytes part;
  const bool more = encoder_.next(part, kPartBytes);
  if (parts_ == 0) {
    first_part_ = std::move(part);
  } else {
    batch.put(part_key(sequence(), parts_), std::move(part));
  }
  ++parts_;
  if (!more) batch.put(part_key(sequence(), 0), std::move(first_part_));
  return more;
}

// Ordered stores take sorted keys at a fraction of the cost.
void CheckpointWriter::put_rows(ports::Batch& batch) {
  const std::span<std::uint32_t> positions = transfers_.group(group_);
  std::sort(positions.begin(), positions.end(),
            [&](std::uint32_t a, std::uint32_t b) { return (*log_)[a].id < (*log_)[b].id; });
  for (const std::uint32_t position : positions) TransferIndex::put_row((*log_)[position], batch);
  const std::span<AccountRow> rows = accounts_.group(group_);
  const auto key_of = [&](const AccountRow& row) {
    return std::tie(encoder_.accounts()[row.account].key, row.sequence);
  };
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key_of(a) < key_of(b); });
  const auto end = std::unique(rows.begin(), rows.end(), [](const AccountRow& a, const AccountRow& b) {
    return a.account == b.account && a.sequence == b.sequence;
  });
  for (auto row = rows.begin(); row != end; ++row)
    put_account_row(encoder_.accounts()[row->account].key, row->sequence, batch);
  ++group_;
}

}  // namespace icn::economy::detail
