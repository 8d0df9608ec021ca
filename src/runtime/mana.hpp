// Accounts: balances, history and audit, spending and crediting outside a job. Thread safe.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "economy/ledger.hpp"
#include "reputation/reputation.hpp"

namespace icn::runtime {

class NodeState;

struct AccountView {
  model::Did did;
  economy::Balance balance;  // with what regeneration has made due
  model::Mana due;           // that part of what is posted; the account's next change writes it to the journal
  reputation::Score reputation;
};
// Reports durable state only.
[[nodiscard]] AccountView view_account(const NodeState& node, const model::Did& did);

struct HistoryPage {
  std::vector<economy::JournalEntry> entries;  // oldest first
  std::optional<std::uint64_t> next;           // sequence number of the next page
};
// Lists transfers to or from the account. Errors: storage, corrupted.
[[nodiscard]] Result<HistoryPage> mana_history(const NodeState& node, const model::AccountKey& account,
                                               std::uint64_t from, std::size_t count);
// Recomputes every sum from the whole journal and compares it with memory. Slows down while others commit, so that it
// takes about a fifth of one core from them. Errors: unbalanced, corrupted.
[[nodiscard]] Result<economy::AuditReport> audit_mana(const NodeState& node);
// Spends mana of a member of this home outside a job: member → FEES. `client_id` makes it idempotent. Errors:
// insufficient_mana, invalid_argument (zero).
[[nodiscard]] Result<void> spend_mana(NodeState& node, const model::Did& account, model::Mana amount,
                                      ByteView client_id);
// Credits a member of this home out of the treasury, as a delegate of the treasury (runtime/detail/credits.hpp) that
// the caller has authenticated. `client_id` makes it idempotent. Errors: invalid_argument (zero), permission_denied
// (treasury_delegates, frozen_accounts, own_credit), invalid_state (not_a_member, other_home), limit_exceeded and busy
// (treasury_credit_window_max_mana), insufficient_mana, unsupported_version (scope_version).
[[nodiscard]] Result<void> credit_mana(NodeState& node, const model::Did& delegate, const model::Did& account,
                                       model::Mana amount, ByteView client_id);

}  // namespace icn::runtime
