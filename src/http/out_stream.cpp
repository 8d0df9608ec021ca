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

std::string terms_text(const api::RunTerms& terms) {
  return printed(Json{{"seconds_max", terms.seconds_max},
                      {"fuel_max", terms.fuel_max},
                      {"pages_max", terms.pages_max},
                      {"base", terms.base.umana},
                      {"page", terms.page.umana},
                      {"asking", terms.asking.umana}});
}

}  // namespace

Presentation::Form form_of(const Request& request, const api::Operation& row) {
  using Form = Presentation::Form;
  const std::string* accept = find_header(request.headers, "accept");
  if (accept != nullptr && accept->find(kFramesType) != std::string::npos) return Form::frames;
  if (row.streams != api::Streams::out) return Form::json;
  return accept != nullptr && accept->starts_with("application/json") ? Form::json : Form::bytes;
}

OutStream::OutStream(Exchange& exchange, const api::Operation& row, Presentation presentation)
    : exchange_(exchange), row_(row), presentation_(std::move(presentation)) {}

Result<void> OutStream::begin() {
  Lock lock(mutex_);
  if (has_begun_) return {};
  has_begun_ = true;
  Headers headers = std::move(presentation_.headers);
  const bool frames = presentation_.form == Presentation::Form::frames;
  headers.push_back({"content-type", frames ? std::string(kFramesType) : presentation_.content_type});
  const auto& span = presentation_.span;
  if (!span) return exchange_.begin(200, std::move(headers), std::nullopt);
  headers.push_back({"content-range", span->to_text()});
  return exchange_.begin(206, std::move(headers), span->bytes);
}

// Passes the bytes that are asked for.
Result<void> OutStream::bytes(ByteView piece) {
  ICN_TRY(begin());
  const std::uint64_t at = passed_;
  passed_ += piece.size();
  if (const auto& span = presentation_.span) {
    const std::uint64_t from = std::clamp(span->first, at, passed_);
    const std::uint64_t to = std::clamp(span->first + span->bytes, at, passed_);
    piece = piece.subspan(from - at, to - from);
  }
  return exchange_.write(piece);
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
  if (presentation_.form == Presentation::Form::bytes) context.out = [this](ByteView piece) { return bytes(piece); };
  if (presentation_.form != Presentation::Form::frames) return;
  const std::string* accept = find_header(exchange_.request().headers, "accept");
  if (row_.streams == api::Streams::out && accept->find(kBytesInAnswer) == std::string::npos)
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
  if (done || presentation_.form != Presentation::Form::frames) return done;
  {
    Lock lock(mutex_);
    // Before the first frame, the status says more.
    if (!has_begun_) return done;
  }
  has_failed_ = true;
  return frame(FrameKind::problem, problem_text(error_row(done.error().code).http_status, done.error()));
}

Result<std::optional<Answer>> OutStream::finish(const api::Json& answer) {
  if (has_failed_) return std::nullopt;
  if (presentation_.form == Presentation::Form::frames) {
    ICN_TRY(frame(FrameKind::answer, printed(answer)));
    return std::nullopt;
  }
  if (presentation_.form == Presentation::Form::bytes) {
    ICN_TRY(begin());
    return std::nullopt;
  }
  Answer whole{200, std::move(presentation_.headers), printed(answer)};
  whole.headers.push_back({"content-type", "application/json"});
  return whole;
}

}  // namespace icn::http::detail
