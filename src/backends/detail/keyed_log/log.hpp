// The growing end of the log: appends groups to the newest segment and syncs them.
//
// Used under its owner's lock. A failed write or sync leaves it unusable; the owner must not call it again.
#pragma once
#include "backends/detail/keyed_log/segment.hpp"

namespace icn::backends::detail::keyed_log {

// Nothing as value: the key is erased. The bytes must live until the call returns.
struct Write {
  ByteView key;
  std::optional<ByteView> value;
};

struct Sequences {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

class Log {
 public:
  // Continues `active` at `end`, before which everything is durable.
  Log(const OwnedFolder& folder, std::shared_ptr<Segment> active, std::uint32_t end);

  // The bytes of `writes` as entries.
  [[nodiscard]] static std::uint64_t bytes_of(std::span<const Write> writes);
  // Appends one group; `locations` gets one for each write. Not durable before sync(). `bytes` is bytes_of(writes);
  // the segment ends below 4 GiB. Errors: storage.
  [[nodiscard]] Result<void> append(std::span<const Write> writes, std::uint64_t bytes, const Sequences& sequences,
                                    std::vector<Location>& locations);
  // Begins a new segment; everything before is durable then. Errors: storage.
  [[nodiscard]] Result<void> roll();
  [[nodiscard]] Result<void> sync();
  // Gives back what was reserved and not used.
  [[nodiscard]] Result<void> trim();

  [[nodiscard]] Position end() const { return {active_->number(), static_cast<std::uint32_t>(end_)}; }
  [[nodiscard]] Position durable() const { return {active_->number(), static_cast<std::uint32_t>(durable_)}; }
  [[nodiscard]] const std::shared_ptr<Segment>& active() const { return active_; }

 private:
  // Adds to the staging buffer what may not go to the file directly, and writes the buffer when it is full.
  [[nodiscard]] Result<void> stage_entry(const Write& write, Bytes& checks);
  [[nodiscard]] Result<void> write_staged();
  std::uint8_t* stage(std::size_t count);

  const OwnedFolder& folder_;
  std::shared_ptr<Segment> active_;
  std::uint64_t end_ = 0;
  std::uint64_t durable_ = 0;
  std::uint64_t reserved_ = 0;  // the file holds zeros from end_ up to here
  std::uint64_t written_ = 0;   // where the staged bytes belong
  Bytes staged_;
  std::size_t staged_bytes_ = 0;
  Bytes checks_;
};

}  // namespace icn::backends::detail::keyed_log
