// Content-addressed archives: many blocks in one file, headed by the CIDs of their roots. CARv1, and CARv2, which wraps
// a CARv1 and may add an index.
//
// Both ways are streams: a reader holds one block, a writer nothing; for the index of a CARv2 a reader holds 8 bytes a
// block, a writer 40. The reader is strict: what it answered was checked, and one byte string is one archive. Blocks by
// other codecs than raw, dag-pb and dag-cbor, or by another hash than sha2-256, are refused, since no Cid names them.
// Used by one thread at a time.
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

// A header of more bytes is refused (25,000 roots fit).
inline constexpr std::size_t kCarHeaderBytesMax = 1024 * 1024;

// Reads the archive's bytes from `offset` on and answers how many it put at the front of `into`: at least one, unless
// the archive ends at `offset`. Offsets ascend, except where a CARv2's index is checked.
using CarSource = std::function<Result<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> into)>;
using CarSink = std::function<Result<void>(ByteView)>;

class CarReader {
 public:
  // Reads the header. `block_bytes_max`: a larger block is refused. Errors name the byte where the thing begins that is
  // wrong: invalid_format, limit_exceeded, unsupported, unsupported_version, and those of the source.
  [[nodiscard]] static Result<CarReader> open(CarSource source, std::size_t block_bytes_max);
  CarReader(CarReader&&) noexcept;
  CarReader& operator=(CarReader&&) noexcept;
  ~CarReader();

  [[nodiscard]] CarVersion version() const;
  // As the header has them; whether they are in the archive shows when it was read.
  [[nodiscard]] const std::vector<Cid>& roots() const;
  // The next block, whose bytes have their CID's hash and are canonical for its codec; nullopt when the archive was
  // read to its last byte and all of it holds, an index too. Archives may hold a block twice. After an error the reader
  // is spent. Errors: as open.
  [[nodiscard]] Result<std::optional<Block>> next();

 private:
  struct State;
  explicit CarReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// How much an archive is going to hold: a CARv2 says so in its first bytes.
struct CarExtent {
  std::uint64_t blocks = 0;
  std::uint64_t section_bytes = 0;

  void add(std::uint64_t block_bytes);
};

class CarWriter {
 public:
  // Writes everything that comes before the blocks. Errors: limit_exceeded (too many roots), and those of the sink.
  [[nodiscard]] static Result<CarWriter> open(CarSink sink, CarVersion version, std::span<const Cid> roots,
                                              const CarExtent& extent);
  // The caller knows that the block holds.
  [[nodiscard]] Result<void> add(const Block& block);
  // Everything that comes after the blocks. The blocks added are those of the extent (checked). The writer is spent.
  [[nodiscard]] Result<void> finish();

 private:
  struct Entry {
    Digest digest;
    std::uint64_t offset;  // of the section, from the beginning of the CARv1
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
