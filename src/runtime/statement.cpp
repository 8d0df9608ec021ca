#include "runtime/statement.hpp"

#include <algorithm>
#include <map>

#include "economy/ledger.hpp"
#include "model/transfer_codes.hpp"
#include "runtime/detail/regeneration.hpp"

namespace icn::runtime {
namespace {

using Rows = std::vector<StatementRow>;

bool names_job(model::TransferCode code) {
  using enum model::TransferCode;
  return code == job_reserve || code == job_discount || code == budget_reserve || code == payout;
}

std::string_view what_of(const model::Transfer& transfer) {
  if (transfer.code == model::TransferCode::payout) return "pay";
  return names_job(transfer.code) ? "job" : transfer_code_name(transfer.code);
}

std::optional<model::JobId> job_of(const model::Transfer& transfer) {
  if (!names_job(transfer.code)) return std::nullopt;
  return model::JobId{ipld::Cid(ipld::Codec::dag_cbor, transfer.user_data)};
}

// Cannot overflow: the ledger bounds the sums of an account.
void add(model::Mana& sum, model::Mana amount) { sum.umana += amount.umana; }

// Adds one entry of the account to its rows; a pending transfer moves nothing yet.
void take_entry(const economy::JournalEntry& entry, const model::AccountKey& account, Rows& rows) {
  const model::Transfer& transfer = entry.transfer;
  if (transfer.phase == model::TransferPhase::pending) return;
  const bool accrues = transfer.code == model::TransferCode::regeneration;
  // Spans without income: the account was at its cap, or its regeneration began.
  if (accrues && transfer.amount.umana == 0) return;
  const std::optional<model::JobId> job = job_of(transfer);
  const bool is_same = !rows.empty() && rows.back().sequence == entry.sequence && rows.back().job == job &&
                       (job || (accrues && rows.back().what == what_of(transfer)));
  if (!is_same) rows.push_back({entry.sequence, entry.time, what_of(transfer), job, {}, {}, {}});
  StatementRow& row = rows.back();
  if (what_of(transfer) == "job") row.what = "job";
  add(transfer.credit == account ? row.in : row.out, transfer.amount);
}

// Returns the rows of the records from `begin` to before `end`; empty if there are more than `rows_max`.
Result<std::optional<Rows>> rows_between(const ports::StateReader& store, const model::AccountKey& account,
                                         std::uint64_t begin, std::uint64_t end, std::size_t rows_max) {
  Rows rows;
  const auto visit = [&](const economy::JournalEntry& entry) {
    take_entry(entry, account, rows);
    return rows.size() <= rows_max;
  };
  ICN_TRY(economy::for_each_entry_of(store, account, begin, visit, end));
  if (rows.size() > rows_max) return std::optional<Rows>();
  return std::optional(std::move(rows));
}

// Returns the last rows before `end`, at least `count` if there are that many. A store scans upwards and the page runs
// downwards, so it reads windows that grow where the account has few records and shrink where it has many.
Result<Rows> last_rows(const ports::StateReader& store, const model::AccountKey& account, std::uint64_t end,
                       std::size_t count) {
  Rows rows;
  const std::size_t rows_max = 4 * count + 64;
  std::uint64_t window = 2 * count + 64;
  while (end > 1 && rows.size() < count) {
    const std::uint64_t begin = end > window ? end - window : 1;
    std::optional<Rows> older = ICN_TRY(rows_between(store, account, begin, end, window == 1 ? SIZE_MAX : rows_max));
    if (!older) {
      window = std::max<std::uint64_t>(1, window / 4);
      continue;
    }
    rows.insert(rows.begin(), older->begin(), older->end());
    end = begin;
    if (window < (UINT64_MAX >> 1)) window *= 2;
  }
  return rows;
}

struct Held {
  model::Mana reserved;                          // total of the account
  std::map<std::uint64_t, StatementRow> newest;  // by job number
};

Held held_by(const NodeState& node, const model::Did& did, model::Mana reserved, std::size_t count) {
  Held held{reserved, {}};
  // Selects no id: the visitor collects what it needs.
  static_cast<void>(node.jobs().open_ids(1, [&](const jobs::JobRecord& record) {
    if (record.submitter != did || record.reserve.umana + record.budget.umana == 0) return false;
    StatementRow row{0, record.accepted, "held", record.id, {}, record.reserve, {}};
    add(row.out, record.budget);
    held.newest.emplace(record.number, row);
    if (held.newest.size() > count) held.newest.erase(held.newest.begin());
    return false;
  }));
  return held;
}

void add_due(model::Mana due, model::UnixMs now, Rows& rows) {
  if (due.umana > 0) rows.push_back({0, now, "due", std::nullopt, due, {}, {}});
}

void add_held(const Held& held, model::UnixMs now, Rows& rows) {
  model::Mana listed;
  for (const auto& [number, row] : held.newest) add(listed, row.out);
  const std::optional<model::Mana> others = held.reserved.minus(listed);
  if (others && others->umana > 0) rows.push_back({0, now, "held", std::nullopt, {}, *others, {}});
  for (const auto& [number, row] : held.newest) rows.push_back(row);
}

// Drops the oldest rows beyond a page; rows of one record stay together.
std::size_t first_of_page(const Rows& rows, std::size_t count) {
  std::size_t first = rows.size() > count ? rows.size() - count : 0;
  while (first > 0 && rows[first].sequence == rows[first - 1].sequence) --first;
  return first;
}

// Fills in the balances of the rows backwards from the balance after the last; returns the balance before the first.
model::Mana fill_balances(Rows& rows, model::Mana balance) {
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    row->balance = balance;
    balance.umana += row->out.umana;
    balance.umana -= row->in.umana;
  }
  return balance;
}

}  // namespace

Result<StatementPage> mana_statement(const NodeState& node, const model::Did& did,
                                     std::optional<StatementCursor> before, std::size_t count) {
  StatementPage page;
  if (count == 0) return page;
  const model::AccountKey account = model::AccountKey::of(did);
  struct Moment {
    economy::Standing standing;
    std::unique_ptr<ports::StateReader> state;
    Held held;
  };
  std::optional<Moment> moment;
  if (!before) {
    // Idle only until the snapshot is taken, so balance, journal and job book agree.
    moment = ICN_TRY(node.books().when_idle([&]() -> Result<Moment> {
      const economy::Standing standing = detail::standing(node, account, node.now());
      auto snapshot = ICN_TRY(node.state_store().snapshot());
      return Moment{standing, std::move(snapshot), held_by(node, did, standing.balance.reserved, count)};
    }));
  }
  const ports::StateReader* const store = moment ? moment->state.get() : &node.state_store();
  const std::uint64_t end = before ? before->sequence : UINT64_MAX;
  Rows rows = ICN_TRY(last_rows(*store, account, std::min(end, node.ledger().sequence() + 1), count + 1));
  const std::size_t first = first_of_page(rows, count);
  const bool has_older = first > 0;
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(first));
  if (moment) add_due(moment->standing.due, node.now(), rows);
  if (moment) add_held(moment->held, node.now(), rows);
  const model::Mana at_the_end = moment ? moment->standing.available() : before->balance;
  const model::Mana at_the_begin = fill_balances(rows, at_the_end);
  page.balance = at_the_end;
  if (has_older) page.next = StatementCursor{rows.front().sequence, at_the_begin};
  page.rows = std::move(rows);
  return page;
}

Result<StatementCursor> statement_at(const NodeState& node, const model::Did& did, model::UnixMs time) {
  const model::AccountKey account = model::AccountKey::of(did);
  struct Moment {
    model::Mana posted;
    std::uint64_t sequence = 0;
    std::unique_ptr<ports::StateReader> state;
  };
  // Idle only until the snapshot is taken, so balance and journal agree.
  const Moment moment = ICN_TRY(node.books().when_idle([&]() -> Result<Moment> {
    auto snapshot = ICN_TRY(node.state_store().snapshot());
    return Moment{node.ledger().balance(account).posted, node.ledger().sequence(), std::move(snapshot)};
  }));
  const std::uint64_t last = ICN_TRY(economy::record_at(*moment.state, moment.sequence, time));
  StatementCursor cursor{last + 1, moment.posted};
  // Back from the present: the sums wrap in between and fit at the end, as they did then.
  const auto take_back = [&](const economy::JournalEntry& entry) {
    const model::Transfer& transfer = entry.transfer;
    if (transfer.phase == model::TransferPhase::pending) return true;
    if (transfer.credit == account) cursor.balance.umana -= transfer.amount.umana;
    if (transfer.debit == account) cursor.balance.umana += transfer.amount.umana;
    return true;
  };
  ICN_TRY(economy::for_each_entry_of(*moment.state, account, last + 1, take_back, moment.sequence + 1));
  return cursor;
}

}  // namespace icn::runtime
