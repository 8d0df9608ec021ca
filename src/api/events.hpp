// Events: the durable changes of a node as they happen (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/jobs.hpp"
#include "api/operation.hpp"
#include "ipld/cid.hpp"

namespace icn::api {

enum class EventTopic : std::uint8_t { jobs, receipts, proposals, parameters, gap };
template <>
struct EnumNames<EventTopic> {
  static constexpr auto values = first_values<EventTopic, 5>();
  static std::string_view name(EventTopic topic) {
    constexpr std::array<std::string_view, 5> names{"jobs", "receipts", "proposals", "parameters", "gap"};
    return names[static_cast<std::size_t>(topic)];
  }
};

struct EventRequest {
  std::optional<std::string> topics;
  std::optional<model::JobId> job;
  std::optional<std::string> since;

  static constexpr auto fields() {
    using T = EventRequest;
    return std::tuple{
        Field<&T::topics>{"topics", "only these, with commas: jobs, receipts, proposals, parameters", {.min = 1}},
        Field<&T::job>{"job", "only events of this job"},
        Field<&T::since>{
            "since", "the id of the last event that was received; the header Last-Event-ID means the same", {.min = 1}},
    };
  }
};

struct NodeEvent {
  static constexpr std::string_view kName = "event";
  static constexpr std::string_view kText = "A durable change of a node.";
  std::string id;
  EventTopic topic = EventTopic::jobs;
  std::string kind;
  model::UnixMs time;
  Nullable<model::JobId> job;
  Nullable<JobOutcome> outcome;
  Nullable<ipld::Cid> receipt;
  Nullable<ipld::Cid> proposal;
  Nullable<std::uint64_t> position;
  Nullable<std::string> parameter;
  Nullable<std::string> value;
  std::string text;

  static constexpr auto fields() {
    using T = NodeEvent;
    return std::tuple{
        Field<&T::id>{"id", "the place after it; the same for all events of one change", {.min = 1}},
        Field<&T::topic>{"topic", "what changed; `gap`: events before this one are not available"},
        Field<&T::kind>{"kind",
                        "of a job its phase, of a receipt `settled`, of a proposal the kind of the log's entry, of a "
                        "parameter `changed`, of a gap `restarted` or `too_old`",
                        {.min = 1, .form = Form::word}},
        Field<&T::time>{"time", "when the change was durable"},
        Field<&T::job>{"job_id", "the job"},
        Field<&T::outcome>{"outcome", "how the job ended; null while it is open"},
        Field<&T::receipt>{"receipt", "the job's receipt"},
        Field<&T::proposal>{"proposal", "the proposal"},
        Field<&T::position>{"position", "of the entry in the scope's log", {.min = 1}},
        Field<&T::parameter>{"parameter", "the parameter that changed", {.form = Form::word}},
        Field<&T::value>{"value", "its value from now on"},
        Field<&T::text>{"text", "in words", {.min = 1}},
    };
  }
};

struct EventPage {
  static constexpr std::string_view kName = "event_page";
  static constexpr std::string_view kText =
      "Events after a place, oldest first. As a stream, each is the data of a server-sent event whose type is its "
      "topic.";
  std::vector<NodeEvent> rows;
  std::string next;

  static constexpr auto fields() {
    using T = EventPage;
    return std::tuple{
        Field<&T::rows>{"rows", "oldest first; empty after a stream, which sent them"},
        Field<&T::next>{"next", "`since` of the next request", {.min = 1}},
    };
  }
};

// With Context::out, sends server-sent events until the caller leaves or the node stops; without it, returns those
// after `since` at once. Errors: invalid_argument (topics, event_id), busy (max_streams).
[[nodiscard]] Result<EventPage> follow_events(Context& context, const EventRequest& request);

}  // namespace icn::api
