// One file of the log, as it is read: entries by their location, or in the order they stand in.
//
// Thread safe for reading; only the newest segment grows, through detail/keyed_log/log.hpp. A segment that was given up
// is removed from the disk when its last reader lets go of it.
#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "backends/detail/keyed_log/file.hpp"
#include "backends/detail/keyed_log/log_format.hpp"

namespace icn::backends::detail::keyed_log {

enum class Verify : std::uint8_t {
  check,     // the entry's checksum
  by_caller  // lengths and key only: the caller has a better check of the value
};

class Segment {
 public:
  [[nodiscard]] static std::string name_of(std::uint32_t number);
  // The number of a file's name; nothing when it is no segment's.
  [[nodiscard]] static std::optional<std::uint32_t> number_of(std::string_view name);
  // Durable, name included, when this returns. Errors: storage.
  [[nodiscard]] static Result<std::shared_ptr<Segment>> create(const OwnedFolder& folder, const SegmentHeader& header);
  // Errors: corrupted, unsupported_version, invalid_format (of another kind of store), storage.
  [[nodiscard]] static Result<std::shared_ptr<Segment>> open(const OwnedFolder& folder, std::uint32_t number, Kind kind,
                                                             std::uint64_t salt);
  Segment(File file, const SegmentHeader& header) : file_(std::move(file)), header_(header) {}
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  // The value of the entry that stands there; nothing when its key is another. Errors: corrupted (naming file and
  // offset), storage.
  [[nodiscard]] Result<std::optional<Bytes>> read_value(const Location& location, ByteView key, Verify verify) const;
  // Whether the entry there has this key. Errors: as above.
  [[nodiscard]] Result<bool> has_key(const Location& location, ByteView key) const;
  // The value within the bytes of a whole entry, whose key must be this one. Errors: corrupted.
  [[nodiscard]] Result<ByteView> value_of(ByteView entry, const Location& location, ByteView key) const;

  [[nodiscard]] const SegmentHeader& header() const { return header_; }
  [[nodiscard]] std::uint32_t number() const { return header_.number; }
  [[nodiscard]] File& file() { return file_; }
  [[nodiscard]] const File& file() const { return file_; }
  [[nodiscard]] tl::unexpected<Error> damage(std::uint64_t offset, std::string_view what) const;
  void give_up() { given_up_ = true; }

 private:
  // Whether the key stands in the head. A key that differs must be that of a whole entry.
  [[nodiscard]] Result<bool> compare_key(const Location& location, ByteView key, ByteView head_and_key) const;
  File file_;
  const SegmentHeader header_;
  std::atomic<bool> given_up_{false};
};

// Reads pieces of segments through a buffer: what follows is mostly there already. Used by one thread.
class SegmentReader {
 public:
  // A view of `length` bytes at `offset`, until the next call. Reads up to `ahead` bytes when the file has them before
  // `end`. Errors: corrupted (the file ends before), storage.
  [[nodiscard]] Result<ByteView> view(const std::shared_ptr<const Segment>& segment, std::uint64_t offset,
                                      std::size_t length, std::uint64_t end, std::size_t ahead);

 private:
  std::shared_ptr<const Segment> segment_;
  std::uint64_t start_ = 0;
  std::size_t buffered_ = 0;
  Bytes buffer_;
};

// One whole group of a segment.
struct Group {
  struct Entry {
    Location location;
    std::uint32_t key_at = 0;  // in `keys`
    std::uint16_t key_bytes = 0;
    bool erased = false;
  };
  GroupHead head;
  std::uint64_t end = 0;  // where the next one begins
  Bytes keys;
  std::vector<Entry> entries;
  [[nodiscard]] ByteView key(const Entry& entry) const { return ByteView(keys).subspan(entry.key_at, entry.key_bytes); }
};
// The group that stands at `offset`, with every check of it done; nothing when no whole one stands there before `end`.
// Errors: storage.
[[nodiscard]] Result<std::optional<Group>> read_group(SegmentReader& reader,
                                                      const std::shared_ptr<const Segment>& segment,
                                                      std::uint64_t offset, std::uint64_t end);

}  // namespace icn::backends::detail::keyed_log
