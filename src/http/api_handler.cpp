#include "http/api_handler.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>

#include <nlohmann/json.hpp>

#include "disk/file.hpp"
#include "http/detail/out_stream.hpp"
#include "http/problem.hpp"
#include "http/routes.hpp"

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

// What a caller lacks for a role; empty: nothing.
std::optional<Answer> refused_role(const Caller& caller, api::Role role, const model::Did& member) {
  if (caller.role < role) {
    if (caller.role == api::Role::open) {
      Answer answer = problem_answer(
          401, {ErrorCode::permission_denied, "this needs credentials; nothing was done", "credentials"});
      answer.headers.push_back({"www-authenticate", "Bearer"});
      return answer;
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
    options_.pages.push_back({"/health", api::Role::open,
                              [] {
                                return Answer{200,
                                              {{"content-type", std::string(kJson)}, {"cache-control", "no-store"}},
                                              "{\"status\":\"ok\"}\n"};
                              },
                              true});
  }

  Admission admit(const Request& request) override {
    const auto caller = options_.gate->identify(request);
    if (!caller) return {.answer = problem_answer(401, caller.error())};
    if (const Page* page = find_page(request)) return admit_page(request, *page, *caller);
    const auto target = parse_target(request.target);
    if (!target) return {.answer = problem_answer(target.error())};
    const Match match = find_route(*target, request.method);
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
    return {.body_bytes_max = streams ? options_.stream_bytes_max : options_.json_bytes_max, .owner = caller->name};
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
    const Caller caller = ICN_TRY(options_.gate->identify(request));
    if (const Page* page = find_page(request)) return exchange.answer(page->answer());
    const Target target = ICN_TRY(parse_target(request.target));
    const Match match = find_route(target, request.method);
    std::string body;
    std::optional<Reserve> reserve;
    if (match.row->streams != api::Streams::in) {
      reserve.emplace(json_memory_, options_.json_memory_max, request.body_bytes.value_or(options_.json_bytes_max));
      if (!reserve->is_held()) {
        return icn::refuse(ErrorCode::busy, "json_memory",
                           "the bodies of the requests being served fill the memory that they share; nothing was done");
      }
      body = ICN_TRY(read_body(exchange));
    }
    const Json asked = ICN_TRY(build_request(match, target, body));
    body = {};
    return run(exchange, *match.row, caller, asked);
  }

  Result<void> run(Exchange& exchange, const Operation& row, const Caller& caller, const Json& asked) {
    api::Context context = options_.context(caller);
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
    detail::OutStream out(exchange, row);
    out.bind(context);
    Json answer;
    ICN_TRY(out.failed_or(row.run(context, asked, answer)));
    return out.finish(answer);
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
    for (;;) {
      const std::size_t got = ICN_TRY(exchange.read(piece.data(), piece.size()));
      if (got == 0) return file;
      ICN_TRY(file.write(ByteView(piece).first(got)));
    }
  }

  ApiOptions options_;
  std::atomic<std::uint64_t> json_memory_{0};
  std::atomic<std::uint64_t> spooled_{0};
};

}  // namespace

std::shared_ptr<Handler> api_handler(ApiOptions options) { return std::make_shared<ApiHandler>(std::move(options)); }

}  // namespace icn::http
