// What a store consists of: which runs and segments, up to where the log is indexed, and up to where it was durable.
//
// One small file, replaced as a whole; a file that it does not name is no part of the store. Segments begun after it
// was written are found by their numbers.
#pragma once
#include <vector>

#include "backends/detail/keyed_log/file.hpp"
#include "backends/detail/keyed_log/log_format.hpp"

namespace icn::backends::detail::keyed_log {

struct Manifest {
  struct SegmentRow {
    std::uint32_t number = 0;
    std::uint32_t end = 0;         // 0: it was the newest, and could grow
    std::uint64_t dead_bytes = 0;  // that nobody reads any more, as far as is known, and what is no entry
  };
  Kind kind{};
  std::uint64_t salt = 0;
  std::uint32_t next_run = 1;
  Position indexed;                    // entries before are in the runs
  std::uint64_t indexed_sequence = 0;  // the store's sequence there
  Position proven;                     // everything before was durable; a shorter log is damaged
  std::vector<std::uint32_t> runs;     // newest first
  std::vector<SegmentRow> segments;    // ascending

  static constexpr const char* kName = "manifest";
  [[nodiscard]] Bytes encode() const;
  // `path` is for the error. Errors: corrupted, unsupported_version, invalid_format (of another kind of store).
  [[nodiscard]] static Result<Manifest> decode(ByteView bytes, Kind kind, const std::string& path);
};

}  // namespace icn::backends::detail::keyed_log
