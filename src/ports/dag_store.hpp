// Where immutable blocks live: content-addressed, verified on the way in and on the way out. Implementations are thread
// safe. Pins and leases decide above what may be deleted; this port only executes.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "ipld/cid.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

// Larger blocks are refused (limit_exceeded): the bound covers what IPFS peers transfer, and a little more.
inline constexpr std::size_t kBlockBytesMax = 2 * 1024 * 1024;

// Blocks put together should hold at most this many bytes in total, unless a single block is larger: larger single
// writes to a growing file cost a multiple.
inline constexpr std::size_t kPutBytesMax = 1024 * 1024;

struct DagStatistics {
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const DagStatistics&, const DagStatistics&) = default;
};

// Whether a store accepts a block of this size. Errors: limit_exceeded.
[[nodiscard]] inline Result<void> check_block_size(const ipld::Block& block) {
  if (block.bytes.size() <= kBlockBytesMax) return {};
  return refuse(ErrorCode::limit_exceeded, "max_block_bytes",
                "block " + block.cid.to_text() + ": " + std::to_string(block.bytes.size()) +
                    " bytes, at most 2097152; nothing was stored");
}

// Checks that every store makes of a block before it stores any. Errors: limit_exceeded, invalid_format.
[[nodiscard]] inline Result<void> check_block(const ipld::Block& block) {
  ICN_TRY(check_block_size(block));
  if (!block.holds()) {
    return fail(ErrorCode::invalid_format,
                "block " + block.cid.to_text() + ": its bytes do not match its CID; nothing was stored");
  }
  return {};
}

class DagStore {
 public:
  virtual ~DagStore() = default;
  // Stores all blocks or none; storing a block again changes nothing, unless its stored bytes were damaged: they are
  // then repaired, if the store can still read the data around them. Durable after flush(). Errors: invalid_format (a
  // CID that is not the hash of its bytes; nothing is stored), limit_exceeded, storage.
  [[nodiscard]] virtual Result<void> put(std::span<const ipld::Block> blocks) = 0;
  // Errors: missing_data, corrupted (the stored bytes do not match their hash; the error names the block), storage.
  [[nodiscard]] virtual Result<ipld::Block> get(const ipld::Cid& cid) const = 0;
  // The length of a block's bytes, which are not read; empty if the block is not here. Errors: storage.
  [[nodiscard]] virtual Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const = 0;
  [[nodiscard]] Result<bool> has(const ipld::Cid& cid) const {
    return length(cid).map([](const std::optional<std::uint64_t>& bytes) { return bytes.has_value(); });
  }
  // Removing an absent block changes nothing.
  [[nodiscard]] virtual Result<void> remove(std::span<const ipld::Cid> cids) = 0;
  // Every stored CID greater than `after`, ascending by Cid's order, until `visit` returns false. `visit` must not call
  // this store.
  [[nodiscard]] virtual Result<void> for_each(
      const std::optional<ipld::Cid>& after,
      const std::function<bool(const ipld::Cid&, std::uint64_t bytes)>& visit) const = 0;
  [[nodiscard]] virtual Result<DagStatistics> statistics() const = 0;
  // Makes everything put before durable. After a failed flush every call fails (storage).
  [[nodiscard]] virtual Result<void> flush() = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
