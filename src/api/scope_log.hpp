// The log of the scope: reading and checking it (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/governance_names.hpp"
#include "api/operation.hpp"
#include "ipld/sha256.hpp"

namespace icn::model {
struct LogRecord;
}
namespace icn::api {

struct LogRequest {
  std::uint64_t from = 1;
  std::uint64_t count = 50;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = LogRequest;
    return std::tuple{
        Field<&T::from>{"from", "the first position", {.min = 1, .missing = Missing::allowed}},
        Field<&T::count>{"count", "how many at most", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
    };
  }
};

struct LogRow {
  std::uint64_t position = 0;
  model::UnixMs time;
  std::string kind;
  ipld::Cid entry;
  Nullable<ipld::Cid> proposal;
  Nullable<model::Did> author;
  Nullable<ipld::Cid> order;
  Nullable<ipld::Cid> receipt;
  std::string text;

  static constexpr auto fields() {
    using T = LogRow;
    return std::tuple{
        Field<&T::position>{"position", "its place in the log", {.min = 1}},
        Field<&T::time>{"time", "when the clerk entered it"},
        Field<&T::kind>{"kind", "the statement that it admits, or the clerk's result", {.form = Form::word}},
        Field<&T::entry>{"entry", "its id, which the next entry names"},
        Field<&T::proposal>{"proposal", "the proposal that it is about; null if it is about none"},
        Field<&T::author>{"author", "the member whose statement it admits; null of a result"},
        Field<&T::order>{"order", "of the job that made the statement; null if its author signed it"},
        Field<&T::receipt>{"receipt", "of that job; its effects contain the statement"},
        Field<&T::text>{"text", "in words", {.min = 1}},
    };
  }
};

struct LogPage {
  static constexpr std::string_view kName = "scope_log";
  static constexpr std::string_view kText = "Entries of the scope's log, oldest first.";
  std::vector<LogRow> rows;
  Nullable<std::uint64_t> next_from;

  static constexpr auto fields() {
    using T = LogPage;
    return std::tuple{
        Field<&T::rows>{"rows", "oldest first"},
        Field<&T::next_from>{"next_from", "`from` of the next page; null on the last", {.min = 1}},
    };
  }
};

struct LogCheckRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct LogCheck {
  static constexpr std::string_view kName = "log_check";
  static constexpr std::string_view kText =
      "Every entry of the log was read again and every signature and result checked. A log that is not right is an "
      "error instead.";
  bool verified = true;
  ipld::Cid scope;
  model::Did clerk;
  std::uint64_t entries = 0;
  ipld::Cid head;
  ipld::Digest state_hash{};

  static constexpr auto fields() {
    using T = LogCheck;
    return std::tuple{
        Field<&T::verified>{"verified", "always true", {.min = 1}},
        Field<&T::scope>{"scope", "whose log"},
        Field<&T::clerk>{"clerk", "who keeps it now"},
        Field<&T::entries>{"entries", "how many there are"},
        Field<&T::head>{"head", "the last one; the scope's id where there is none"},
        Field<&T::state_hash>{"state_hash", "over what follows from them"},
    };
  }
};

[[nodiscard]] LogRow log_row(const model::LogRecord& record);
[[nodiscard]] Result<LogPage> read_scope_log(Context& context, const LogRequest& request);
[[nodiscard]] Result<LogCheck> verify_scope_log(Context& context, const LogCheckRequest& request);

}  // namespace icn::api
