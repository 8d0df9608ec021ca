#include "http/api_handler.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

#include <nlohmann/json.hpp>

#include "disk/file.hpp"
#include "http/dashboard.hpp"
#include "http/detail/out_stream.hpp"
#include "http/encoding.hpp"
#include "http/gateway.hpp"
#include "http/openapi.hpp"
#include "http/problem.hpp"
#include "http/repeats.hpp"
#include "http/routes.hpp"
#include "ipld/cid.hpp"

namespace icn::http {
namespace {

using api::Json;
using api::Operation;

constexpr std::string_view kJson = "application/json";

Error no_route(std::string_view target) {
  return {ErrorCode::not_found, "there is nothing under this path", "route", std::string(target.substr(0, 200))};
}

// "Application/JSON; charset=utf-8" is application/json.
bool is_media_type(std::string_view text, std::string_view type) {
  text = text.substr(0, text.find(';'));
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::equal(text.begin(), text.end(), type.begin(), type.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
}

Answer not_allowed(const Match& match) {
  std::string allowed;
  for (const std::string_view method : match.methods) {
    allowed.append(allowed.empty() ? "" : ", ").append(method);
    if (method == "GET") allowed += ", HEAD";
  }
  Answer answer =
      problem_answer(405, {ErrorCode::unsupported, "this path has no such method; it has " + allowed, "method"});
  answer.headers.push_back({"allow", allowed});
  return answer;
}

// Whether the answer lasts until the client leaves.
bool is_event_stream(const Request& request, const Operation& row) {
  return content_type_of(row) == kEventsType && detail::form_of(request, row) != detail::Presentation::Form::json;
}

// Whether the client already has what the entity tag names (RFC 9110, 13.1.2).
bool has_client(const Request& request, const std::string& tag) {
  const std::string* known = find_header(request.headers, "if-none-match");
  return known != nullptr && (*known == "*" || known->find(tag) != std::string::npos);
}

// Of a request whose credentials are missing or wrong (RFC 9110, 15.5.2).
Answer no_credentials(const Error& error) {
  Answer answer = problem_answer(401, error);
  answer.headers.push_back({"www-authenticate", "Bearer"});
  return answer;
}

// What a caller lacks for a role; empty: nothing.
std::optional<Answer> refused_role(const Caller& caller, api::Role role, const model::Did& member) {
  if (caller.role < role) {
    if (caller.role == api::Role::open) {
      return no_credentials({ErrorCode::permission_denied, "this needs credentials; nothing was done", "credentials"});
    }
    return problem_answer({ErrorCode::permission_denied,
                           "this needs the role " + std::string(role_name(role)) + ", and the caller has the role " +
                               std::string(role_name(caller.role)) + "; nothing was done",
                           "role"});
  }
  if (role >= api::Role::submit && caller.did != member) {
    return problem_answer({ErrorCode::permission_denied,
                           "this acts in the name of the node's member, and the caller is another; nothing was done",
                           "other_member"});
  }
  return std::nullopt;
}

// Bytes of request bodies that are in memory.
class Reserve {
 public:
  Reserve(std::atomic<std::uint64_t>& used, std::uint64_t max, std::uint64_t bytes) : used_(used), bytes_(bytes) {
    is_held_ = used_.fetch_add(bytes_) + bytes_ <= max;
  }
  ~Reserve() { used_.fetch_sub(bytes_); }
  Reserve(const Reserve&) = delete;
  Reserve& operator=(const Reserve&) = delete;
  [[nodiscard]] bool is_held() const { return is_held_; }

 private:
  std::atomic<std::uint64_t>& used_;
  const std::uint64_t bytes_;
  bool is_held_ = false;
};

Result<std::string> read_body(Exchange& exchange) {
  std::string body;
  for (;;) {
    constexpr std::size_t kPiece = 64 * 1024;
    const std::size_t before = body.size();
    body.resize(before + kPiece);
    const std::size_t got = ICN_TRY(exchange.read(reinterpret_cast<std::uint8_t*>(body.data()) + before, kPiece));
    body.resize(before + got);
    if (got == 0) return body;
  }
}

class ApiHandler : public Handler {
 public:
  explicit ApiHandler(ApiOptions options) : options_(std::move(options)) {
    const auto json = [](std::string body) {
      return Answer{200, {{"content-type", std::string(kJson)}, {"cache-control", "no-store"}}, std::move(body)};
    };
    options_.pages.push_back({"/health", api::Role::open, [json] { return json("{\"status\":\"ok\"}\n"); }, true});
    options_.pages.push_back({"/v1/openapi.json", api::Role::open, [this, json] { return json(openapi()); }});
    for (Page& page : dashboard_pages()) options_.pages.push_back(std::move(page));
  }

  Admission admit(const Request& request) override {
    const auto caller = options_.gate->identify(request);
    if (!caller) return {.answer = no_credentials(caller.error())};
    if (const Page* page = find_page(request)) return admit_page(request, *page, *caller);
    const auto target = parse_target(request.target);
    if (!target) return {.answer = problem_answer(target.error())};
    Match match;
    if (const auto gateway = gateway_request(*target, request)) {
      if (!*gateway) return {.answer = problem_answer(gateway->error())};
      match = {(*gateway)->row, {}, {"GET"}};
      if (request.method != "GET" && request.method != "HEAD") match.row = nullptr;
    } else {
      match = find_route(*target, request.method);
    }
    if (match.methods.empty()) return {.answer = problem_answer(404, no_route(request.target))};
    if (match.row == nullptr) return {.answer = not_allowed(match)};
    if (auto refused = refused_role(*caller, match.row->role, options_.member)) return {.answer = std::move(refused)};
    const bool streams = match.row->streams == api::Streams::in;
    if (!streams && request.body_bytes != 0U) {
      const std::string* type = find_header(request.headers, "content-type");
      if (type == nullptr || !is_media_type(*type, kJson)) {
        return {.answer = problem_answer(
                    415, {ErrorCode::invalid_format,
                          "the body of this request must be application/json; nothing was done", "media_type"})};
      }
    }
    return {.body_bytes_max = streams ? options_.stream_bytes_max : options_.json_bytes_max,
            .owner = caller->name,
            .is_lasting = is_event_stream(request, *match.row)};
  }

  void serve(Exchange& exchange) override {
    const Result<void> done = serve_request(exchange);
    if (done) return;
    if (exchange.has_begun()) return exchange.abort();
    static_cast<void>(exchange.answer(problem_answer(done.error())).has_value());
  }

  Answer refuse(unsigned status, const Error& error) override { return problem_answer(status, error); }

 private:
  [[nodiscard]] const Page* find_page(const Request& request) const {
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    const auto at = std::find_if(options_.pages.begin(), options_.pages.end(),
                                 [path](const Page& page) { return page.path == path; });
    return at == options_.pages.end() ? nullptr : &*at;
  }

  Admission admit_page(const Request& request, const Page& page, const Caller& caller) {
    if (request.method != "GET" && request.method != "HEAD") return {.answer = not_allowed({nullptr, {}, {"GET"}})};
    if (auto refused = refused_role(caller, page.role, options_.member)) return {.answer = std::move(refused)};
    if (page.is_instant) return {.answer = page.answer()};
    return {.owner = caller.name};
  }

  Result<void> serve_request(Exchange& exchange) {
    const Request& request = exchange.request();
    Asked asked{ICN_TRY(options_.gate->identify(request))};
    if (const Page* page = find_page(request)) return send(exchange, unless_known(request, page->answer()));
    const Target target = ICN_TRY(parse_target(request.target));
    if (auto gateway = gateway_request(target, request)) {
      const GatewayRequest found = ICN_TRY(std::move(*gateway));
      asked.row = found.row;
      asked.request = Json::parse(found.json);
      asked.presentation.form = detail::Presentation::Form::bytes;
      asked.presentation.content_type = found.content_type;
      return serve_row(exchange, asked);
    }
    const Match match = find_route(target, request.method);
    asked.row = match.row;
    asked.presentation.form = detail::form_of(request, *match.row);
    asked.presentation.content_type = content_type_of(*match.row);
    std::optional<Reserve> reserve;
    if (match.row->streams != api::Streams::in) {
      reserve.emplace(json_memory_, options_.json_memory_max, request.body_bytes.value_or(options_.json_bytes_max));
      if (!reserve->is_held()) {
        return icn::refuse(ErrorCode::busy, "json_memory",
                           "the bodies of the requests being served fill the memory that they share; nothing was done");
      }
      asked.body = ICN_TRY(read_body(exchange));
    }
    asked.request = ICN_TRY(build_request(match, target, asked.body));
    if (is_event_stream(request, *match.row)) {
      const Headers type{{"content-type", asked.presentation.content_type}, {"cache-control", "no-store"}};
      if (request.method == "HEAD") return exchange.answer({200, type, ""});
      const std::string* last = find_header(request.headers, "last-event-id");
      if (last != nullptr && !last->empty() && !asked.request.contains("since")) asked.request["since"] = *last;
    }
    return serve_row(exchange, asked);
  }

  // A request of a row, with everything that decides on its answer.
  struct Asked {
    Caller caller;
    const Operation* row = nullptr;
    Json request = {};
    std::string body = {};
    detail::Presentation presentation = {};
  };

  Result<void> serve_row(Exchange& exchange, Asked& asked) {
    const Request& request = exchange.request();
    if (is_immutable(asked)) {
      const std::string tag = entity_tag(request, asked);
      asked.presentation.headers = {
          {"etag", tag}, {"cache-control", "private, max-age=31536000, immutable"}, {"vary", "accept"}};
      if (has_client(request, tag)) return exchange.answer({304, asked.presentation.headers, ""});
      if (auto refused = ICN_TRY(take_range(request, tag, asked))) return exchange.answer(*std::move(refused));
    }
    const std::string* key = find_header(request.headers, "idempotency-key");
    if (key == nullptr || request.method == "GET" || request.method == "HEAD") return run(exchange, asked);
    return run_once(exchange, asked, *key);
  }

  // The bytes under a whole CID never change.
  static bool is_immutable(const Asked& asked) {
    if (asked.row->name != "dag.get" && asked.row->name != "dag.cat" && asked.row->name != "dag.export") return false;
    const Json& request = asked.request;
    if (asked.row->method != "GET" && asked.row->name != "dag.export") return false;
    const Json* cid = request.contains("cid") ? &request["cid"] : nullptr;
    if (cid == nullptr && request.contains("roots") && request["roots"].is_array() && request["roots"].size() == 1)
      cid = &request["roots"][0];
    return cid != nullptr && cid->is_string() && ipld::Cid::parse(cid->get<std::string>()).has_value();
  }

  static std::string entity_tag(const Request& request, const Asked& asked) {
    const std::string what = request.target + "\n" + asked.presentation.content_type + "\n" +
                             std::to_string(static_cast<int>(asked.presentation.form)) + asked.body;
    return "\"" + to_hex(ipld::sha256(view_of(what))).substr(0, 32) + "\"";
  }

  // Takes a Range into account; returns the answer if none of it exists.
  Result<std::optional<Answer>> take_range(const Request& request, const std::string& tag, Asked& asked) {
    const std::string* range = find_header(request.headers, "range");
    const std::string* condition = find_header(request.headers, "if-range");
    if (asked.presentation.form != detail::Presentation::Form::bytes || asked.row->name == "dag.export")
      return std::nullopt;
    asked.presentation.headers.push_back({"accept-ranges", "bytes"});
    if (range == nullptr || (condition != nullptr && *condition != tag)) return std::nullopt;
    std::uint64_t total = 0;
    api::Context context = options_.context(asked.caller);
    context.out = [&total](ByteView piece) -> Result<void> {
      total += piece.size();
      return {};
    };
    Json unused;
    ICN_TRY(asked.row->run(context, asked.request, unused));
    auto span = detail::parse_range(*range, total);
    if (span) {
      asked.presentation.span = *span;
      return std::nullopt;
    }
    Answer answer = problem_answer(416, span.error());
    answer.headers.push_back({"content-range", "bytes */" + std::to_string(total)});
    return answer;
  }

  // Executes a request with a key once; sends the same answer to its repeats.
  Result<void> run_once(Exchange& exchange, Asked& asked, const std::string& key) {
    constexpr std::size_t kKeyMax = 255;
    if (key.empty() || key.size() > kKeyMax || asked.row->streams == api::Streams::in ||
        asked.presentation.form != detail::Presentation::Form::json) {
      return icn::refuse(ErrorCode::invalid_argument, "idempotency_key",
                         "a key of 1 to 255 characters can be used where request and answer are JSON; nothing was done",
                         key.substr(0, kKeyMax));
    }
    const Request& request = exchange.request();
    const auto digest = ipld::sha256(view_of(request.method + " " + request.target + "\n" + asked.body));
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
    const std::string& caller = asked.caller.name;
    auto given = ICN_TRY(repeats_.begin(caller, key, digest, static_cast<std::uint64_t>(now.count())));
    if (given) return send(exchange, *std::move(given));
    auto done = answer_of(exchange, asked);
    const bool may_change = !done && error_row(done.error().code).retry == Retry::yes;
    if (!done && may_change) {
      repeats_.forget(caller, key);
      return fail(done.error());
    }
    Answer answer = done ? **std::move(done) : problem_answer(done.error());
    repeats_.finish(caller, key, answer);
    return send(exchange, std::move(answer));
  }

  Result<void> run(Exchange& exchange, Asked& asked) {
    auto answer = ICN_TRY(answer_of(exchange, asked));
    return answer ? send(exchange, *std::move(answer)) : Result<void>();
  }

  // Without its body for a client that has it.
  static Answer unless_known(const Request& request, Answer answer) {
    const std::string* tag = find_header(answer.headers, "etag");
    if (tag == nullptr || !has_client(request, *tag)) return answer;
    return {304, std::move(answer.headers), ""};
  }

  static Result<void> send(Exchange& exchange, Answer answer) {
    compress(exchange.request().headers, answer);
    return exchange.answer(std::move(answer));
  }

  // Runs the operation; returns an answer in JSON unsent, others are sent when it returns.
  Result<std::optional<Answer>> answer_of(Exchange& exchange, Asked& asked) {
    const Operation& row = *asked.row;
    api::Context context = options_.context(asked.caller);
    context.stop_asked = [&exchange] { return exchange.is_gone(); };
    context.in = [&exchange](std::uint8_t* to, std::size_t size) { return exchange.read(to, size); };
    std::optional<disk::File> spooled;
    context.in_at = [&](std::uint64_t offset, std::span<std::uint8_t> into) -> Result<std::size_t> {
      if (!spooled) spooled.emplace(ICN_TRY(spool(exchange)));
      return spooled->read_at(offset, into);
    };
    TreeFrames tree([&exchange](std::uint8_t* to, std::size_t size) { return exchange.read(to, size); });
    const std::string* type = find_header(exchange.request().headers, "content-type");
    if (row.streams == api::Streams::in && type != nullptr && is_media_type(*type, kFramesType)) {
      context.next_step = [&tree] { return tree.next_step(); };
      context.in = [&tree](std::uint8_t* to, std::size_t size) { return tree.read(to, size); };
    }
    detail::OutStream out(exchange, row, std::move(asked.presentation));
    out.bind(context);
    Json answer;
    ICN_TRY(out.failed_or(row.run(context, asked.request, answer)));
    return out.finish(answer);
  }

  std::string openapi() {
    Lock lock(mutex_);
    if (openapi_.empty()) openapi_ = openapi_text();
    return openapi_;
  }

  // Writes the body to a file without a name.
  Result<disk::File> spool(Exchange& exchange) {
    if (options_.spool_folder.empty())
      return icn::refuse(ErrorCode::unsupported, "spool", "the node has no place for a body that is read twice");
    const auto path = options_.spool_folder / ("upload-" + std::to_string(spooled_.fetch_add(1)));
    ::unlink(path.c_str());
    disk::File file = ICN_TRY(disk::File::open(path, disk::Open::create_new));
    ::unlink(path.c_str());
    std::vector<std::uint8_t> piece(64 * 1024);
    constexpr std::uint64_t kSpoolBytesMax = 16ULL << 30;
    std::uint64_t bytes = 0;
    for (;;) {
      const std::size_t got = ICN_TRY(exchange.read(piece.data(), piece.size()));
      if (got == 0) return file;
      bytes += got;
      if (bytes > kSpoolBytesMax) {
        return icn::refuse(
            ErrorCode::limit_exceeded, "max_spool_bytes",
            "a body that is read twice may have " + std::to_string(kSpoolBytesMax) + " bytes; nothing was done");
      }
      ICN_TRY(file.write(ByteView(piece).first(got)));
    }
  }

  ApiOptions options_;
  std::atomic<std::uint64_t> json_memory_{0};
  std::atomic<std::uint64_t> spooled_{0};
  Repeats repeats_;
  Mutex mutex_;
  std::string openapi_ ICN_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<Handler> api_handler(ApiOptions options) { return std::make_shared<ApiHandler>(std::move(options)); }

}  // namespace icn::http
