// A sorted index file: keys and where their newest entries stand, written once, never changed.
//
// header 40 ‖ blocks ‖ index ‖ filter ‖ footer 64. Of a block the first key is whole, the others share a prefix with
// the one before; each block has a check. The index has every block's first key and offset, and after them the last key
// and the blocks' end; with the filter (10 bits a key, when there is one) it is held in memory: about 2 bytes a key.
// Reading is thread safe. A run that was given up is removed from the disk with its last reader.
#pragma once
#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "backends/detail/keyed_log/file.hpp"
#include "backends/detail/keyed_log/run_format.hpp"

namespace icn::backends::detail::keyed_log {

enum class Filter : std::uint8_t { none, bloom };

// One bit pattern per key in one cache line: says no for 99 of 100 keys that are not there.
class KeyFilter {
 public:
  KeyFilter() = default;  // contains everything
  explicit KeyFilter(std::uint64_t keys);
  explicit KeyFilter(Bytes bits) : bits_(std::move(bits)) {}
  void add(ByteView key);
  [[nodiscard]] bool may_contain(ByteView key) const;
  // Complete once settle() was called.
  void settle();
  [[nodiscard]] const Bytes& bits() const { return bits_; }

 private:
  struct Probe {
    std::size_t line;
    std::uint64_t bits;
  };
  [[nodiscard]] Probe probe_of(ByteView key) const;
  void set(const Probe& probe);
  // The last keys added wait here while their lines come into the cache.
  static constexpr std::size_t kWaiting = 16;
  std::array<Probe, kWaiting> waiting_{};
  std::size_t added_ = 0;
  Bytes bits_;
};

// Writes a run: keys in ascending order, then finish().
class RunWriter {
 public:
  // `keys_at_most` sizes the filter. Errors: storage.
  [[nodiscard]] static Result<RunWriter> create(const OwnedFolder& folder, const RunHeader& header, Filter filter,
                                                std::uint64_t keys_at_most);
  [[nodiscard]] Result<void> add(ByteView key, const Indexed& indexed);
  [[nodiscard]] std::uint64_t entries() const { return entries_; }
  // The bytes are durable when this returns, the name with the folder's next sync. Errors: storage.
  [[nodiscard]] Result<void> finish(std::uint32_t level);

 private:
  RunWriter(File file, const RunHeader& header) : file_(std::move(file)), header_(header) {}
  void end_block();
  [[nodiscard]] Result<void> write_full_pieces();
  void buffer(ByteView bytes);
  [[nodiscard]] std::uint64_t offset() const { return written_ + buffered_; }

  File file_;
  RunHeader header_;
  KeyFilter filter_;
  bool filtered_ = false;
  std::uint64_t entries_ = 0;
  std::uint64_t written_ = 0;
  std::size_t block_start_ = 0;  // in buffer_
  bool block_open_ = false;
  Bytes buffer_;  // its first buffered_ bytes
  std::size_t buffered_ = 0;
  Bytes index_;
  run_format::Previous previous_;
};

class Run {
 public:
  [[nodiscard]] static std::string name_of(std::uint32_t number);
  [[nodiscard]] static std::optional<std::uint32_t> number_of(std::string_view name);
  // Errors: corrupted (naming file and offset), unsupported_version, storage.
  [[nodiscard]] static Result<std::shared_ptr<Run>> open(const OwnedFolder& folder, const RunHeader& header);
  Run(File file, const RunHeader& header) : file_(std::move(file)), header_(header) {}
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<Indexed>> find(ByteView key) const;
  [[nodiscard]] std::uint32_t number() const { return header_.number; }
  [[nodiscard]] std::uint32_t level() const { return level_; }
  [[nodiscard]] std::uint64_t entries() const { return entries_; }
  [[nodiscard]] std::size_t memory_bytes() const;
  void give_up() const { given_up_ = true; }

  // Ascending. The run outlives it. Used by one thread.
  class Iterator {
   public:
    explicit Iterator(const Run& run) : run_(&run) {}
    // To the first key that is not less. Errors: corrupted, storage.
    [[nodiscard]] Result<void> seek(ByteView key);
    [[nodiscard]] Result<void> next();
    [[nodiscard]] bool valid() const { return valid_; }
    [[nodiscard]] ByteView key() const { return previous_.key_view(); }
    [[nodiscard]] const Indexed& indexed() const { return indexed_; }

   private:
    [[nodiscard]] Result<void> load(std::size_t block);
    const Run* run_;
    std::size_t block_ = 0;
    Bytes bytes_;         // of the block
    std::size_t at_ = 0;  // the next entry in it
    run_format::Previous previous_;
    Indexed indexed_;
    bool valid_ = false;
  };

 private:
  [[nodiscard]] std::size_t blocks() const { return index_entries_.size() - 1; }
  [[nodiscard]] ByteView index_key(std::size_t entry) const;
  [[nodiscard]] std::uint64_t index_offset(std::size_t entry) const;
  // The block that may hold the key; blocks() when the key is beyond the last.
  [[nodiscard]] std::size_t block_of(ByteView key) const;
  [[nodiscard]] Result<void> load_index(std::uint64_t file_bytes);
  [[nodiscard]] bool split_index(std::uint64_t index_offset);
  [[nodiscard]] tl::unexpected<Error> damage(std::uint64_t offset, std::string_view what) const;

  File file_;
  const RunHeader header_;
  std::uint32_t level_ = 0;
  std::uint64_t entries_ = 0;
  Bytes index_;
  std::vector<std::uint32_t> index_entries_;  // where each begins in index_; the last has the last key
  KeyFilter filter_;
  mutable std::atomic<bool> given_up_{false};  // says nothing of what is read
};

}  // namespace icn::backends::detail::keyed_log
