// The statement of an account: one row for each job and each other change, with a running balance.
//
// An ended job has one row, at the point where its reserve was closed; an open job has one at the end of the newest
// page, for its reserve. So rows other than "held" and "due" never change, and the last row shows the available
// balance. Pages run from the newest to the oldest; the cost of a page does not grow with the history. Thread safe;
// reports durable state only.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/job.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"

namespace icn::runtime {

class NodeState;

struct StatementRow {
  std::uint64_t sequence = 0;  // of the journal; 0 for held and due rows
  model::UnixMs time;
  std::string_view what;  // "job", "pay" for running one, "held" for open ones, "due" for mana
                          // regenerated since the account's last change, else the name of the transfer's code
  std::optional<model::JobId> job;
  model::Mana in;
  model::Mana out;
  model::Mana balance;  // after the row: the available balance plus the reserves of later rows
};

// The start of an older page: the record before which it ends, and the balance at that point.
struct StatementCursor {
  std::uint64_t sequence = 0;
  model::Mana balance;
};
struct StatementPage {
  std::vector<StatementRow> rows;  // oldest first
  model::Mana balance;             // after the last row
  std::optional<StatementCursor> next;
};

// Returns at most `count` rows, and a few more where one record makes several. Without a cursor it returns the newest,
// then the reserves of the newest `count` open jobs and one row for all others. Errors: storage, corrupted.
[[nodiscard]] Result<StatementPage> mana_statement(const NodeState& node, const model::Did& did,
                                                   std::optional<StatementCursor> before, std::size_t count);

// The end of the last record that is not later than `time` (economy::record_at), with what the account held then, its
// reserves included: the statement before it is that of a past moment. Reads what changed the account since. Errors:
// storage, corrupted.
[[nodiscard]] Result<StatementCursor> statement_at(const NodeState& node, const model::Did& did, model::UnixMs time);

}  // namespace icn::runtime
