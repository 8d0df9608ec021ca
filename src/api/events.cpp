#include "api/events.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "api/detail/derive.hpp"
#include "api/scope_log.hpp"
#include "runtime/change_feed.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

using runtime::Change;
using runtime::ChangeFeed;

constexpr std::size_t kPieceMax = 256;
constexpr std::uint64_t kWaitMs = 1'000;  // after which a caller that has left is noticed
constexpr std::uint64_t kHeartbeatWaits = 15;

struct Filter {
  std::set<EventTopic> topics;
  std::optional<model::JobId> job;
  [[nodiscard]] bool takes(const NodeEvent& event) const {
    if (event.topic == EventTopic::gap) return true;
    return topics.contains(event.topic) && (!job || event.job == job);
  }
};

Result<Filter> filter_of(const EventRequest& request) {
  Filter filter{{}, request.job};
  if (!request.topics) {
    filter.topics = {EventTopic::jobs, EventTopic::receipts, EventTopic::proposals, EventTopic::parameters};
    return filter;
  }
  std::string_view rest = *request.topics;
  for (;;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    auto topic = parse_enum<EventTopic>("topic", rest.substr(0, comma));
    if (!topic || *topic == EventTopic::gap) {
      return refuse(ErrorCode::invalid_argument, "topics",
                    "the topics of events are jobs, receipts, proposals and parameters, separated by commas",
                    std::string(rest.substr(0, std::min<std::size_t>(comma, 100))));
    }
    filter.topics.insert(*topic);
    if (comma == rest.size()) return filter;
    rest.remove_prefix(comma + 1);
  }
}

void add_job(const jobs::JobRecord& record, NodeEvent event, std::vector<NodeEvent>& events) {
  const JobView view = job_view(record);
  event.topic = EventTopic::jobs;
  event.kind = jobs::phase_name(record.phase);
  event.job = record.id;
  event.outcome = view.outcome;
  event.receipt = record.receipt;
  event.text = view.message.empty() ? "the job is " + event.kind : view.message;
  events.push_back(event);
  if (!record.receipt) return;
  event.topic = EventTopic::receipts;
  event.kind = "settled";
  event.text = "the job is settled and its receipt is signed";
  events.push_back(std::move(event));
}

void add_entry(const runtime::NodeState& node, const model::LogRecord& record, NodeEvent event,
               std::vector<NodeEvent>& events) {
  const LogRow row = log_row(record);
  if (!row.proposal) return;
  event.topic = EventTopic::proposals;
  event.kind = row.kind;
  event.proposal = row.proposal;
  event.position = row.position;
  event.text = row.text;
  events.push_back(event);
  if (!std::holds_alternative<model::ExecutedResult>(record.entry.result)) return;
  const auto info = node.governance().find(*row.proposal);
  if (!info) return;
  for (const model::Action& action : info->body.actions) {
    const auto* set = std::get_if<model::SetAction>(&action);
    if (set == nullptr) continue;
    for (const auto& [name, value] : set->values) {
      event.topic = EventTopic::parameters;
      event.kind = "changed";
      event.parameter = name;
      event.value = value;
      event.text = fmt::format("{} is {} from now on", name, value);
      events.push_back(event);
    }
  }
}

// The events of one change. A record that this release cannot read makes none.
std::vector<NodeEvent> events_of(const runtime::NodeState& node, const ChangeFeed& feed, const Change& change) {
  std::vector<NodeEvent> events;
  NodeEvent event;
  event.id = feed.place_text(change.number);
  event.time = change.time;
  if (change.kind == Change::Kind::job) {
    if (const auto record = jobs::JobRecord::from_bytes(*change.value)) add_job(*record, std::move(event), events);
  } else if (const auto record = model::LogRecord::from_bytes(*change.value)) {
    add_entry(node, *record, std::move(event), events);
  }
  return events;
}

// Reads the feed on from a place.
class Reader {
 public:
  Reader(runtime::NodeState& node, Filter filter) : node_(node), filter_(std::move(filter)) {}

  Result<void> start(const std::optional<std::string>& since) {
    at_ = feed().newest();
    if (!since) return {};
    const ChangeFeed::Place place = ICN_TRY(feed().parse_place(*since));
    at_ = place.number;
    is_restarted_ = !place.is_of_this_process;
    return {};
  }
  // Whether the feed goes on. Appends what the filter takes.
  bool read(std::uint64_t wait_ms, std::vector<NodeEvent>& events) {
    if (std::exchange(is_restarted_, false))
      events.push_back(gap("restarted", "the node was started again; events before this one may be missing"));
    const ChangeFeed::Piece piece = feed().read(at_, kPieceMax, events.empty() ? wait_ms : 0);
    if (piece.lost > 0) {
      at_ += piece.lost;
      events.push_back(gap("too_old", fmt::format("{} changes are no longer available", piece.lost)));
    }
    for (const Change& change : piece.changes) {
      at_ = change.number;
      for (NodeEvent& event : events_of(node_, feed(), change))
        if (filter_.takes(event)) events.push_back(std::move(event));
    }
    return !piece.has_ended;
  }
  [[nodiscard]] bool is_behind() { return feed().newest() > at_; }
  [[nodiscard]] std::string place() { return feed().place_text(at_); }

 private:
  [[nodiscard]] ChangeFeed& feed() { return runtime::changes_of(node_); }
  [[nodiscard]] NodeEvent gap(std::string kind, std::string text) {
    NodeEvent event;
    event.id = place();
    event.topic = EventTopic::gap;
    event.kind = std::move(kind);
    event.time = node_.now();
    event.text = std::move(text);
    return event;
  }

  runtime::NodeState& node_;
  const Filter filter_;
  std::uint64_t at_ = 0;
  bool is_restarted_ = false;
};

// The last event of a change carries its id, so a caller that is cut off between two of them receives both again.
std::string stream_text(const std::vector<NodeEvent>& events) {
  std::string text;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const NodeEvent& event = events[i];
    if (i + 1 == events.size() || events[i + 1].id != event.id) text += "id: " + event.id + "\n";
    Json json;
    Shape<NodeEvent>::to_json(event, json);
    text += fmt::format("event: {}\ndata: {}\n\n", EnumNames<EventTopic>::name(event.topic),
                        json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return text;
}

Result<void> send(const Context& context, const std::string& text) {
  if (text.empty()) return {};
  return context.out(view_of(text));
}

Result<void> stream(const Context& context, Reader& reader, bool is_resumed) {
  // An id without data moves the place of a client on and is not an event.
  const auto heartbeat = [&reader] { return ": the node is there\nid: " + reader.place() + "\n\n"; };
  // A client that resumes keeps its place until it has received what followed, or the gap.
  ICN_TRY(send(context, "retry: 2000\n" + (is_resumed ? ": the node is there\n\n" : heartbeat())));
  std::uint64_t quiet = 0;
  for (bool goes_on = true; goes_on;) {
    if (context.stop_asked && context.stop_asked()) return {};
    std::vector<NodeEvent> events;
    goes_on = reader.read(kWaitMs, events);
    if (events.empty() && ++quiet % kHeartbeatWaits == 0) ICN_TRY(send(context, heartbeat()));
    ICN_TRY(send(context, stream_text(events)));
  }
  return {};
}

}  // namespace

Result<EventPage> follow_events(Context& context, const EventRequest& request) {
  runtime::NodeState& node = *ICN_TRY(node_of(context));
  Reader reader(node, ICN_TRY(filter_of(request)));
  ICN_TRY(reader.start(request.since));
  EventPage page;
  if (context.out) {
    const auto follower = ICN_TRY(runtime::changes_of(node).follow());
    ICN_TRY(stream(context, reader, request.since.has_value()));
  } else {
    bool goes_on = true;
    while (goes_on && page.rows.size() < kPieceMax) {
      goes_on = reader.read(0, page.rows);
      if (!reader.is_behind()) break;
    }
  }
  page.next = reader.place();
  return page;
}

template struct Shape<EventRequest>;
template struct Shape<NodeEvent>;
template struct Shape<EventPage>;

}  // namespace icn::api
