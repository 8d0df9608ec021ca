#include "http/detail/out_stream.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "http/api_handler.hpp"
#include "http/problem.hpp"
#include "model/job.hpp"

namespace icn::http::detail {
namespace {

using api::Json;

std::string printed(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

OutStream::Form form_of(const Request& request, const api::Operation& row) {
  const std::string* accept = find_header(request.headers, "accept");
  if (accept != nullptr && accept->find(kFramesType) != std::string::npos) return OutStream::Form::frames;
  if (row.streams != api::Streams::out) return OutStream::Form::json;
  return accept != nullptr && accept->starts_with("application/json") ? OutStream::Form::json : OutStream::Form::bytes;
}

std::string terms_text(const api::RunTerms& terms) {
  return printed(Json{{"seconds_max", terms.seconds_max},
                      {"fuel_max", terms.fuel_max},
                      {"pages_max", terms.pages_max},
                      {"base", terms.base.umana},
                      {"page", terms.page.umana},
                      {"asking", terms.asking.umana}});
}

}  // namespace

OutStream::OutStream(Exchange& exchange, const api::Operation& row)
    : exchange_(exchange), row_(row), form_(form_of(exchange.request(), row)) {}

Result<void> OutStream::begin() {
  Lock lock(mutex_);
  if (has_begun_) return {};
  has_begun_ = true;
  const std::string_view type = form_ == Form::frames ? kFramesType : "application/octet-stream";
  return exchange_.begin(200, {{"content-type", std::string(type)}, {"cache-control", "no-store"}}, std::nullopt);
}

Result<void> OutStream::frame(FrameKind kind, std::string_view content) {
  ICN_TRY(begin());
  Lock lock(mutex_);
  return exchange_.write(view_of(frame_text(kind, content)));
}

void OutStream::report(FrameKind kind, std::string_view content) {
  static_cast<void>(frame(kind, content).has_value());
}

void OutStream::bind(api::Context& context) {
  if (form_ == Form::bytes) {
    context.out = [this](ByteView piece) -> Result<void> {
      ICN_TRY(begin());
      return exchange_.write(piece);
    };
  }
  if (form_ != Form::frames) return;
  if (row_.streams == api::Streams::out)
    context.out = [this](ByteView piece) { return frame(FrameKind::bytes, text_of(piece)); };
  context.on_step = [this](const api::TreeStep& step) { return frame(kind_of(step.kind), step.name); };
  context.progress = [this](std::string_view text) { report(FrameKind::step, text); };
  context.news = [this](std::string_view text) { report(FrameKind::news, text); };
  context.terms = [this](const api::RunTerms& terms) { report(FrameKind::terms, terms_text(terms)); };
  context.accepted = [this](const model::JobId& id) { report(FrameKind::accepted, id.to_text()); };
  hooks_.on_log = [this](std::string_view text) { report(FrameKind::log, text); };
  context.hooks = &hooks_;
}

Result<void> OutStream::failed_or(Result<void> done) {
  if (done || form_ != Form::frames) return done;
  {
    Lock lock(mutex_);
    // Before the first frame, the status says more.
    if (!has_begun_) return done;
  }
  has_failed_ = true;
  return frame(FrameKind::problem, problem_text(error_row(done.error().code).http_status, done.error()));
}

Result<void> OutStream::finish(const api::Json& answer) {
  if (has_failed_) return {};
  if (form_ == Form::frames) return frame(FrameKind::answer, printed(answer));
  if (form_ == Form::bytes) return begin();
  Answer whole{200, {{"content-type", "application/json"}, {"cache-control", "no-store"}}, printed(answer)};
  return exchange_.answer(std::move(whole));
}

}  // namespace icn::http::detail
