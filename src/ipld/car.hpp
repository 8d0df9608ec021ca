// Content-addressed archives: many blocks in one file, preceded by the CIDs of their roots. CARv1, and CARv2, which
// wraps a CARv1 and may add an index.
//
// Both directions stream: a reader holds one block, a writer none; for the index of a CARv2 a reader holds 8 bytes per
// block, a writer 40. The reader is strict: everything it returns was checked, and each archive has exactly one
// encoding. Blocks with codecs other than raw, dag-pb and dag-cbor, or hashes other than sha2-256, are refused, since
// no Cid names them. Used by one thread at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

enum class CarVersion : std::uint8_t { v1 = 1, v2 = 2 };

// Larger headers are refused (25,000 roots fit).
inline constexpr std::size_t kCarHeaderBytesMax = 1024 * 1024;

// Reads the archive's bytes from `offset` on and returns how many it put at the front of `into`: at least one, unless
// the archive ends at `offset`. Offsets ascend, except while a CARv2's index is checked.
using CarSource = std::function<Result<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> into)>;
using CarSink = std::function<Result<void>(ByteView)>;

class CarReader {
 public:
  // Reads the header. Blocks above `block_bytes_max` are refused. Errors name the byte at which the faulty element
  // begins: invalid_format, limit_exceeded, unsupported, unsupported_version, and those of the source.
  [[nodiscard]] static Result<CarReader> open(CarSource source, std::size_t block_bytes_max);
  CarReader(CarReader&&) noexcept;
  CarReader& operator=(CarReader&&) noexcept;
  ~CarReader();

  [[nodiscard]] CarVersion version() const;
  // As in the header; whether they are in the archive is known only once it was read.
  [[nodiscard]] const std::vector<Cid>& roots() const;
  // The next block, whose bytes match its CID's hash and are canonical for its codec; nullopt once the archive was read
  // to its last byte and all of it is valid, including any index. An archive may contain a block twice. After an error
  // the reader is unusable. Errors: as open.
  [[nodiscard]] Result<std::optional<Block>> next();

 private:
  struct State;
  explicit CarReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The size of the archive to be written: a CARv2 states it in its first bytes.
struct CarExtent {
  std::uint64_t blocks = 0;
  std::uint64_t section_bytes = 0;

  void add(std::uint64_t block_bytes);
};

class CarWriter {
 public:
  // Writes everything before the blocks. Errors: limit_exceeded (too many roots), and those of the sink.
  [[nodiscard]] static Result<CarWriter> open(CarSink sink, CarVersion version, std::span<const Cid> roots,
                                              const CarExtent& extent);
  // The caller has verified the block.
  [[nodiscard]] Result<void> add(const Block& block);
  // Writes everything after the blocks. The blocks added match the extent (checked). The writer is unusable afterwards.
  [[nodiscard]] Result<void> finish();

 private:
  struct Entry {
    Digest digest;
    std::uint64_t offset;  // of the section, from the start of the CARv1
  };
  CarWriter(CarSink sink, CarVersion version, const CarExtent& extent);
  [[nodiscard]] Result<void> write_index();

  CarSink sink_;
  CarVersion version_;
  CarExtent promised_;
  CarExtent written_;
  std::uint64_t header_bytes_ = 0;
  std::vector<Entry> index_;
};

}  // namespace icn::ipld
