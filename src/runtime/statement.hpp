// The statement of an account: one row for each job and for each other thing that changed it, with a running balance.
//
// A job has one row, where its reserve was closed; a job that is open has one at the end of the newest page, for what
// it holds. So rows that are not held never change, and the last row ends at what is available. Pages go from the
// newest to the oldest; what a page costs does not grow with the history. Thread safe; what is reported is durable.
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
  std::uint64_t sequence = 0;  // of the journal; 0 for what is held
  model::UnixMs time;
  std::string_view what;  // "job", "pay" for running one, "held" for open ones, else the name of the transfer's code
  std::optional<model::JobId> job;
  model::Mana in;
  model::Mana out;
  model::Mana balance;  // after it: what is available, and what later rows hold
};

// Where an older page begins: before this record, when the balance was so.
struct StatementCursor {
  std::uint64_t sequence = 0;
  model::Mana balance;
};
struct StatementPage {
  std::vector<StatementRow> rows;  // oldest first
  std::optional<StatementCursor> next;
};

// At most `count` rows, and a few more where one record makes several. Without a cursor the newest, with the newest
// `count` of what open jobs hold, and one row for what the others hold. Errors: storage, corrupted.
[[nodiscard]] Result<StatementPage> mana_statement(const NodeState& node, const model::Did& did,
                                                   std::optional<StatementCursor> before, std::size_t count);

}  // namespace icn::runtime
