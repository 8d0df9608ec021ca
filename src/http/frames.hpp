// Frames: bytes, reports and an answer in one body. A frame is a letter, the length of its content in four bytes (big
// endian), and the content. Values, and readers for one thread.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/operation.hpp"

namespace icn::http {

inline constexpr std::string_view kFramesType = "application/vnd.icn.frames";
// Follows kFramesType in Accept: bytes that have a field in the answer go there.
inline constexpr std::string_view kBytesInAnswer = ";bytes=in-answer";
inline constexpr std::size_t kFrameBytesMax = 1 << 20;

enum class FrameKind : char {
  bytes = 'o',
  log = 'l',       // of a run
  step = 'p',      // what is being done, for people
  news = 'n',      // progress, for people
  terms = 't',     // limits and prices of a run, as JSON
  accepted = 'j',  // the id of an accepted job
  folder = 'd',    // an entry of a folder: its name; its bytes follow for a file
  file = 'f',
  end = 'x',      // of a folder
  answer = 'a',   // as JSON; the last frame
  problem = 'e',  // a problem document; the last frame
};

struct Frame {
  FrameKind kind = FrameKind::bytes;
  std::string content = {};
};

// One frame, or several of the same kind if the content is longer than kFrameBytesMax.
[[nodiscard]] std::string frame_text(FrameKind kind, std::string_view content);

[[nodiscard]] FrameKind kind_of(api::TreeStep::Kind kind);

// Reads frames from a source of bytes.
class FrameReader {
 public:
  using Source = std::function<Result<std::size_t>(std::uint8_t* to, std::size_t size)>;
  explicit FrameReader(Source source) : source_(std::move(source)) {}
  // The next frame; empty at the end. Errors: invalid_format (rule "frame"), and those of the source.
  [[nodiscard]] Result<std::optional<Frame>> next();

 private:
  [[nodiscard]] Result<bool> fill(std::uint8_t* to, std::size_t size);
  const Source source_;
};

// Reads the entries of a folder from frames, for Context::next_step and Context::in.
class TreeFrames {
 public:
  explicit TreeFrames(FrameReader::Source source) : frames_(std::move(source)) {}
  [[nodiscard]] Result<std::optional<api::TreeStep>> next_step();
  // The bytes of the file of the last step.
  [[nodiscard]] Result<std::size_t> read(std::uint8_t* to, std::size_t size);

 private:
  [[nodiscard]] Result<void> peek();
  FrameReader frames_;
  std::optional<Frame> next_;
  std::size_t used_ = 0;  // of the bytes in next_
  bool ended_ = false;
};

}  // namespace icn::http
