// The answer of an operation on its way to the client: as JSON, as bytes, or as frames with both. Used by one thread,
// except that a run's hooks may write frames from its own.
#pragma once
#include "api/operations.hpp"
#include "core/mutex.hpp"
#include "http/frames.hpp"
#include "http/message.hpp"
#include "runtime/run.hpp"

namespace icn::http::detail {

class OutStream {
 public:
  enum class Form : std::uint8_t { json, bytes, frames };
  OutStream(Exchange& exchange, const api::Operation& row);
  // Lets the context report to this stream, which outlives it.
  void bind(api::Context& context);
  // With frames, a failure of the operation is sent in the stream, and the result is a success.
  [[nodiscard]] Result<void> failed_or(Result<void> done);
  [[nodiscard]] Result<void> finish(const api::Json& answer);

 private:
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> frame(FrameKind kind, std::string_view content);
  // For reports, whose loss does not matter.
  void report(FrameKind kind, std::string_view content);

  Exchange& exchange_;
  const api::Operation& row_;
  const Form form_;
  runtime::RunHooks hooks_;
  bool has_failed_ = false;
  Mutex mutex_;  // frames are written whole
  bool has_begun_ ICN_GUARDED_BY(mutex_) = false;
};

}  // namespace icn::http::detail
