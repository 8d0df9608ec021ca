#include "http/frames.hpp"

#include <algorithm>
#include <cstring>

namespace icn::http {
namespace {

constexpr std::string_view kKinds = "olpntjdfxae";

Error malformed() { return {ErrorCode::invalid_format, "a frame of the body is malformed or not whole", "frame"}; }

}  // namespace

std::string frame_text(FrameKind kind, std::string_view content) {
  std::string text;
  do {
    const std::string_view piece = content.substr(0, kFrameBytesMax);
    content.remove_prefix(piece.size());
    text.push_back(static_cast<char>(kind));
    for (int shift = 24; shift >= 0; shift -= 8) text.push_back(static_cast<char>((piece.size() >> shift) & 0xff));
    text += piece;
  } while (!content.empty());
  return text;
}

FrameKind kind_of(api::TreeStep::Kind kind) {
  switch (kind) {
    case api::TreeStep::Kind::folder:
      return FrameKind::folder;
    case api::TreeStep::Kind::file:
      return FrameKind::file;
    case api::TreeStep::Kind::end:
      break;
  }
  return FrameKind::end;
}

// Whether `size` bytes came; false at the end of the source before the first. Errors: invalid_format if it ends within.
Result<bool> FrameReader::fill(std::uint8_t* to, std::size_t size) {
  for (std::size_t at = 0; at < size;) {
    const std::size_t got = ICN_TRY(source_(to + at, size - at));
    if (got == 0 && at == 0) return false;
    if (got == 0) return fail(malformed());
    at += got;
  }
  return true;
}

Result<std::optional<Frame>> FrameReader::next() {
  std::uint8_t head[5];
  if (!ICN_TRY(fill(head, sizeof head))) return std::nullopt;
  std::size_t size = 0;
  for (int i = 1; i < 5; ++i) size = size << 8 | head[i];
  if (size > kFrameBytesMax || kKinds.find(static_cast<char>(head[0])) == std::string_view::npos)
    return fail(malformed());
  Frame frame{static_cast<FrameKind>(head[0]), std::string(size, '\0')};
  if (size > 0 && !ICN_TRY(fill(reinterpret_cast<std::uint8_t*>(frame.content.data()), size))) return fail(malformed());
  return frame;
}

Result<void> TreeFrames::peek() {
  if (ended_ || next_) return {};
  next_ = ICN_TRY(frames_.next());
  ended_ = !next_;
  used_ = 0;
  return {};
}

Result<std::optional<api::TreeStep>> TreeFrames::next_step() {
  // What was not read of the file before is skipped.
  for (ICN_TRY(peek()); next_ && next_->kind == FrameKind::bytes; ICN_TRY(peek())) next_.reset();
  if (!next_) return std::nullopt;
  Frame frame = *std::exchange(next_, std::nullopt);
  api::TreeStep step{.name = std::move(frame.content)};
  if (frame.kind == FrameKind::folder)
    step.kind = api::TreeStep::Kind::folder;
  else if (frame.kind == FrameKind::file)
    step.kind = api::TreeStep::Kind::file;
  else if (frame.kind != FrameKind::end)
    return fail(malformed());
  return step;
}

Result<std::size_t> TreeFrames::read(std::uint8_t* to, std::size_t size) {
  for (;;) {
    ICN_TRY(peek());
    if (!next_ || next_->kind != FrameKind::bytes) return std::size_t{0};
    const std::size_t got = std::min(size, next_->content.size() - used_);
    std::memcpy(to, next_->content.data() + used_, got);
    used_ += got;
    if (used_ == next_->content.size()) next_.reset();
    if (got > 0) return got;
  }
}

}  // namespace icn::http
