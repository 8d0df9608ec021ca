#include "api/scope_log.hpp"

#include <fmt/core.h>

#include "api/detail/derive.hpp"
#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

std::string text_of_result(const model::EntryResult& result) {
  if (const auto* opened = std::get_if<model::OpenedResult>(&result)) {
    return fmt::format("voting opened: {} members may vote, {} must take part, {} ppm of yes and no must be yes",
                       opened->members, opened->quorum, opened->threshold);
  }
  if (const auto* closed = std::get_if<model::ClosedResult>(&result)) {
    return fmt::format("voting closed: {}, with {} yes, {} no, {} abstain", model::vote_outcome_name(closed->outcome),
                       closed->yes, closed->no, closed->abstain);
  }
  if (std::holds_alternative<model::ExecutedResult>(result)) return "the proposal took effect";
  if (std::holds_alternative<model::ExpiredResult>(result)) return "the proposal expired";
  if (std::holds_alternative<model::HandedOverResult>(result))
    return "more than half of the members handed the log over to a new clerk, who signs from here on";
  return std::string(model::entry_kind_name(result));
}

struct StatementText {
  std::string operator()(const model::Proposal& proposal) const {
    return fmt::format("proposed: {}{}{}", model::proposal_kind_name(proposal.kind), proposal.title.empty() ? "" : ", ",
                       proposal.title);
  }
  std::string operator()(const model::Vote& vote) const {
    return fmt::format("voted {}", model::vote_choice_name(vote.choice));
  }
  std::string operator()(const model::Delegation& delegation) const {
    return fmt::format("delegated {} to {}", model::topic_name(delegation.topic), delegation.delegate.to_text());
  }
  std::string operator()(const model::Revocation& revocation) const {
    return fmt::format("took the delegation of {} back", model::topic_name(revocation.topic));
  }
  std::string operator()(const model::Sponsorship&) const { return "sponsored"; }
  std::string operator()(const model::Cancellation&) const { return "cancelled"; }
  std::string operator()(const model::Resignation&) const { return "resigned"; }
  std::string operator()(const model::Rotation& rotation) const {
    return "replaced its key by " + rotation.key.to_text();
  }
};

Nullable<ipld::Cid> proposal_of(const model::LogRecord& record) {
  if (!record.admitted) {
    return std::visit(
        []<class T>(const T& result) -> Nullable<ipld::Cid> {
          if constexpr (requires { result.proposal; }) return std::optional(result.proposal);
          return {};
        },
        record.entry.result);
  }
  return std::visit(
      [&record]<class T>(const T& statement) -> Nullable<ipld::Cid> {
        if constexpr (std::is_same_v<T, model::Proposal>) return std::optional(record.admitted->envelope.body);
        if constexpr (requires { statement.proposal; }) return std::optional(statement.proposal);
        return {};
      },
      record.admitted->statement);
}

}  // namespace

LogRow log_row(const model::LogRecord& record) {
  LogRow row;
  row.position = record.entry.position;
  row.time = record.entry.time;
  row.entry = record.envelope.entry;
  row.proposal = proposal_of(record);
  if (record.admitted) {
    row.kind = model::statement_kind_name(record.admitted->envelope.kind);
    row.author = model::author_of(record.admitted->statement);
    row.text = row.author->to_text() + " " + std::visit(StatementText{}, record.admitted->statement);
    if (const auto& job = record.admitted->envelope.job) {
      row.order = job->order;
      row.receipt = job->receipt;
      row.text += ", by a job";
    }
  } else {
    row.kind = model::entry_kind_name(record.entry.result);
    row.text = text_of_result(record.entry.result);
  }
  return row;
}

Result<LogPage> read_scope_log(Context& context, const LogRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  LogPage page;
  for (const model::LogRecord& record : ICN_TRY(runtime::read_scope_log(node, request.from, request.count + 1))) {
    if (page.rows.size() == request.count) {
      page.next_from = record.entry.position;
      break;
    }
    page.rows.push_back(log_row(record));
  }
  return page;
}

Result<LogCheck> verify_scope_log(Context& context, const LogCheckRequest&) {
  const runtime::LogCheckReport report = ICN_TRY(runtime::verify_scope_log(*ICN_TRY(node_of(context))));
  LogCheck answer;
  answer.scope = report.scope.id();
  answer.clerk = report.scope.clerk();
  answer.entries = report.entries;
  answer.head = report.scope.head();
  answer.state_hash = report.state_hash;
  return answer;
}

template struct Shape<LogRequest>;
template struct Shape<LogPage>;
template struct Shape<LogCheckRequest>;
template struct Shape<LogCheck>;

}  // namespace icn::api
