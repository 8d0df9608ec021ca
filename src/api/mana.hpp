// Mana: balances, history and audit of the ledger (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/operation.hpp"
#include "ipld/sha256.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"
#include "model/transfer.hpp"

namespace icn::api {

template <>
struct EnumNames<model::TransferPhase> {
  static constexpr auto values = first_values<model::TransferPhase, 4>();
  static std::string_view name(model::TransferPhase phase) {
    constexpr std::array<std::string_view, 4> names{"single", "pending", "post", "void"};
    return names[static_cast<std::size_t>(phase)];
  }
};

struct BalanceRequest {
  std::optional<model::Did> did;

  static constexpr auto fields() {
    return std::tuple{Field<&BalanceRequest::did>{"did", "owner of the account; default: the caller"}};
  }
};

struct Balance {
  static constexpr std::string_view kName = "balance";
  static constexpr std::string_view kText = "An account and its reputation.";
  model::Did did;
  model::Mana available;
  model::Mana reserved;
  model::Mana posted;
  model::Mana due;
  std::string reputation_micro_points;

  static constexpr auto fields() {
    using T = Balance;
    return std::tuple{
        Field<&T::did>{"did", "owner of the account"},
        Field<&T::available>{"available_umana", "spendable: posted and due minus reserved"},
        Field<&T::reserved>{"reserved_umana", "held for open jobs"},
        Field<&T::posted>{"posted_umana", "credits minus debits"},
        Field<&T::due>{"due_umana", "regenerated since; posted with the account's next change"},
        Field<&T::reputation_micro_points>{
            "reputation_micro_points", "reputation in millionths of a point", {.form = Form::decimal}},
    };
  }
};

struct HistoryRequest {
  std::optional<model::Did> did;
  std::uint64_t from = 0;
  std::uint64_t count = 50;
  static constexpr std::uint64_t kCountMax = 100'000;

  static constexpr auto fields() {
    using T = HistoryRequest;
    return std::tuple{
        Field<&T::did>{"did", "owner of the account; default: the caller"},
        Field<&T::from>{"from", "the first sequence number", {.missing = Missing::allowed}},
        Field<&T::count>{
            "count", "most entries of the page", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
    };
  }
};

struct TransferView {
  std::uint64_t sequence = 0;
  model::UnixMs time;
  model::TransferId id{};
  std::string code;
  model::TransferPhase phase = model::TransferPhase::single;
  model::AccountKey debit;
  model::AccountKey credit;
  model::Mana amount;

  static constexpr auto fields() {
    using T = TransferView;
    return std::tuple{
        Field<&T::sequence>{"sequence", "its number in the journal", {.min = 1}},
        Field<&T::time>{"time", "when"},
        Field<&T::id>{"id", "unique id of the transfer"},
        Field<&T::code>{"code", "reason of the transfer", {.form = Form::word}},
        Field<&T::phase>{"phase", "immediate, reserve, or end of a reserve"},
        Field<&T::debit>{"debit", "the account that pays"},
        Field<&T::credit>{"credit", "the account that receives"},
        Field<&T::amount>{"amount_umana", "amount of the transfer"},
    };
  }
};

struct History {
  static constexpr std::string_view kName = "history";
  static constexpr std::string_view kText = "The transfers that name an account, oldest first.";
  model::Did did;
  std::vector<TransferView> transfers;
  Nullable<std::uint64_t> next_from;

  static constexpr auto fields() {
    using T = History;
    return std::tuple{
        Field<&T::did>{"did", "owner of the account"},
        Field<&T::transfers>{"transfers", "transfers, oldest first"},
        Field<&T::next_from>{"next_from", "`from` of the next page; null on the last", {.min = 1}},
    };
  }
};

struct StatementRequest {
  std::optional<model::Did> did;
  std::optional<std::string> before;
  std::optional<model::UnixMs> at;
  std::uint64_t count = 50;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = StatementRequest;
    return std::tuple{
        Field<&T::did>{"did", "owner of the account; default: the caller"},
        Field<&T::at>{"at", "a past moment at which the statement ends"},
        Field<&T::before>{"before", "`next_before` of a newer page", {.min = 3, .max = 64}},
        Field<&T::count>{
            "count", "most entries of the page", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
    };
  }
};

struct StatementRowView {
  model::UnixMs time;
  std::string what;
  Nullable<model::JobId> job;
  Nullable<std::string> program;
  std::string amount_umana;
  model::Mana balance;

  static constexpr auto fields() {
    using T = StatementRowView;
    return std::tuple{
        Field<&T::time>{"time", "time of the change; in a held row, of the job's acceptance"},
        Field<&T::what>{"what",
                        "`job`: cost of a job; `pay`: earned by running one; `held`: reserves of open jobs; "
                        "`due`: regenerated since the last change; "
                        "else the name of a transfer's code",
                        {.form = Form::word}},
        Field<&T::job>{"job", "the job, if the row is about one"},
        Field<&T::program>{"program", "the label of its program, if it has one", {.min = 1}},
        Field<&T::amount_umana>{"amount_umana", "change of the balance", {.form = Form::signed_decimal}},
        Field<&T::balance>{"balance_umana", "balance after the row"},
    };
  }
};

struct Statement {
  static constexpr std::string_view kName = "statement";
  static constexpr std::string_view kText =
      "One row for each job and for each other change of an account, oldest first; on the newest page the last balance "
      "is the available balance.";
  model::Did did;
  std::vector<StatementRowView> rows;
  model::Mana balance;
  Nullable<std::string> next_before;

  static constexpr auto fields() {
    using T = Statement;
    return std::tuple{
        Field<&T::did>{"did", "owner of the account"},
        Field<&T::rows>{"rows", "rows, oldest first"},
        Field<&T::balance>{"balance_umana", "after the last row; of a past moment, reserves included"},
        Field<&T::next_before>{"next_before", "`before` of the next older page; null on the oldest", {.min = 3}},
    };
  }
};

struct AuditRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct Audit {
  static constexpr std::string_view kName = "audit";
  static constexpr std::string_view kText = "Every sum, recomputed from the journal. A wrong sum is an error instead.";
  bool balanced = true;
  std::uint64_t transfers = 0;
  std::uint64_t accounts = 0;
  model::Mana issued;
  model::Mana member_held;
  model::Mana reserved;
  model::Mana treasury;
  model::Mana fees;
  model::Mana escrow;
  model::Mana slashed;
  std::uint64_t open_reserves = 0;
  ipld::Digest state_hash{};

  static constexpr auto fields() {
    using T = Audit;
    return std::tuple{
        Field<&T::balanced>{"balanced", "always true", {.min = 1}},
        Field<&T::transfers>{"transfers", "transfers in the journal"},
        Field<&T::accounts>{"accounts", "accounts that they name"},
        Field<&T::issued>{"issued_umana", "all issued mana"},
        Field<&T::member_held>{"member_held_umana", "balance of members and nodes"},
        Field<&T::reserved>{"reserved_umana", "of that, held for open jobs"},
        Field<&T::treasury>{"treasury_umana", "balance of the treasury"},
        Field<&T::fees>{"fees_umana", "fees of this epoch"},
        Field<&T::escrow>{"escrow_umana", "in escrow"},
        Field<&T::slashed>{"slashed_umana", "taken from nodes that cheated"},
        Field<&T::open_reserves>{"open_reserves", "pending transfers"},
        Field<&T::state_hash>{"state_hash", "hash over all accounts"},
    };
  }
};

[[nodiscard]] Result<Balance> mana_balance(Context& context, const BalanceRequest& request);
// Errors: storage, corrupted.
[[nodiscard]] Result<History> mana_history(Context& context, const HistoryRequest& request);
// Errors: invalid_argument (`before`, or both `at` and `before`), storage, corrupted.
[[nodiscard]] Result<Statement> mana_statement(Context& context, const StatementRequest& request);
// Errors: unbalanced, corrupted.
[[nodiscard]] Result<Audit> mana_audit(Context& context, const AuditRequest& request);

}  // namespace icn::api
