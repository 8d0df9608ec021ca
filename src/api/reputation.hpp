// Reputation: how a score came about (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/operation.hpp"
#include "ipld/cid.hpp"
#include "model/order.hpp"
#include "reputation/reputation.hpp"

namespace icn::api {

template <>
struct EnumNames<reputation::Reason> {
  static constexpr auto values = first_values<reputation::Reason, reputation::kReasons>();
  static std::string_view name(reputation::Reason reason) { return reputation::reason_name(reason); }
};

struct ReputationHistoryRequest {
  std::optional<model::Did> did;
  std::optional<std::uint64_t> before;
  std::uint64_t count = 50;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = ReputationHistoryRequest;
    return std::tuple{
        Field<&T::did>{"did", "whose reputation; default: the caller's"},
        Field<&T::before>{"before", "`next_before` of a newer page", {.min = 1}},
        Field<&T::count>{
            "count", "most changes of the page", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
    };
  }
};

struct ReputationChangeView {
  std::uint64_t number = 0;
  model::UnixMs time;
  reputation::Reason reason = reputation::Reason::executed;
  std::string change_micro_points;
  std::string micro_points;
  Nullable<ipld::Cid> receipt;
  Nullable<model::JobId> job;
  Nullable<model::Did> other;

  static constexpr auto fields() {
    using T = ReputationChangeView;
    return std::tuple{
        Field<&T::number>{"number", "of the changes of this reputation", {.min = 1}},
        Field<&T::time>{"time", "when"},
        Field<&T::reason>{"reason",
                          "`executed`: ran a job; `submitted`: submitted one; `fault`: lost an assignment by its own "
                          "fault; `decay`: a share that the scope takes per day"},
        Field<&T::change_micro_points>{
            "change_micro_points", "change in millionths of a point", {.form = Form::signed_decimal}},
        Field<&T::micro_points>{"micro_points", "the reputation after it", {.form = Form::decimal}},
        Field<&T::receipt>{"receipt", "the receipt body that earned it; null: none did"},
        Field<&T::job>{"job", "the job; null for a decay"},
        Field<&T::other>{"other", "the other side of the job; null where there is none"},
    };
  }
};

struct ReputationHistory {
  static constexpr std::string_view kName = "reputation_history";
  static constexpr std::string_view kText = "The changes of a reputation, newest first, each with what caused it.";
  model::Did did;
  std::string micro_points;
  std::vector<ReputationChangeView> rows;
  Nullable<std::uint64_t> next_before;

  static constexpr auto fields() {
    using T = ReputationHistory;
    return std::tuple{
        Field<&T::did>{"did", "whose reputation"},
        Field<&T::micro_points>{"micro_points", "what it is now, in millionths of a point", {.form = Form::decimal}},
        Field<&T::rows>{"rows", "newest first"},
        Field<&T::next_before>{"next_before", "`before` of the next older page; null on the oldest", {.min = 1}},
    };
  }
};

// Errors: storage, corrupted.
[[nodiscard]] Result<ReputationHistory> reputation_history(Context& context, const ReputationHistoryRequest& request);

}  // namespace icn::api
