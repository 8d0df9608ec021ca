// The answer of an operation on its way to the client: as JSON, as bytes, or as frames with both. Used by one thread,
// except that a run's hooks may write frames from its own.
#pragma once
#include "api/operations.hpp"
#include "core/mutex.hpp"
#include "http/detail/range.hpp"
#include "http/frames.hpp"
#include "http/message.hpp"
#include "runtime/run.hpp"

namespace icn::http::detail {

// How an answer is presented.
struct Presentation {
  enum class Form : std::uint8_t { json, bytes, frames };
  Form form = Form::json;
  std::string content_type = "application/octet-stream";  // of bytes
  Headers headers = {{"cache-control", "no-store"}};
  std::optional<Span> span = {};  // the part of the bytes that is asked for
};
// As the client's Accept says.
[[nodiscard]] Presentation::Form form_of(const Request& request, const api::Operation& row);

class OutStream {
 public:
  OutStream(Exchange& exchange, const api::Operation& row, Presentation presentation);
  // Lets the context report to this stream, which outlives it.
  void bind(api::Context& context);
  // With frames, a failure of the operation is sent in the stream, and the result is a success.
  [[nodiscard]] Result<void> failed_or(Result<void> done);
  // Ends the answer. With JSON, returns it unsent.
  [[nodiscard]] Result<std::optional<Answer>> finish(const api::Json& answer);

 private:
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> bytes(ByteView piece);
  [[nodiscard]] Result<void> frame(FrameKind kind, std::string_view content);
  // For reports, whose loss does not matter.
  void report(FrameKind kind, std::string_view content);

  Exchange& exchange_;
  const api::Operation& row_;
  Presentation presentation_;
  std::uint64_t passed_ = 0;  // bytes
  runtime::RunHooks hooks_;
  bool has_failed_ = false;
  Mutex mutex_;  // frames are written whole
  bool has_begun_ ICN_GUARDED_BY(mutex_) = false;
};

}  // namespace icn::http::detail
