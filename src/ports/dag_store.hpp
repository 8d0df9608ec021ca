// Where immutable blocks live: content-addressed, verified on the way in and on the way out. Implementations are thread
// safe. What may be deleted is decided above (pins, leases); this port only executes.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "ipld/cid.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

// One block of more bytes than this is refused (limit_exceeded): what an IPFS peer would transfer, and a little.
inline constexpr std::size_t kBlockBytesMax = 2 * 1024 * 1024;

// Blocks of one put together hold at most this many bytes, unless a single block is larger: larger single writes into a
// growing file cost a multiple.
inline constexpr std::size_t kPutBytesMax = 1024 * 1024;

struct DagStatistics {
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const DagStatistics&, const DagStatistics&) = default;
};

// Whether a store takes a block of this size. Errors: limit_exceeded.
[[nodiscard]] inline Result<void> check_block_size(const ipld::Block& block) {
  if (block.bytes.size() <= kBlockBytesMax) return {};
  return refuse(ErrorCode::limit_exceeded, "max_block_bytes",
                "block " + block.cid.to_text() + ": " + std::to_string(block.bytes.size()) +
                    " bytes, at most 2097152; nothing was stored");
}

// What every store checks of a block before it stores any. Errors: limit_exceeded, invalid_format.
[[nodiscard]] inline Result<void> check_block(const ipld::Block& block) {
  ICN_TRY(check_block_size(block));
  if (!block.holds()) {
    return fail(ErrorCode::invalid_format,
                "block " + block.cid.to_text() + ": its bytes have another hash; nothing was stored");
  }
  return {};
}

class DagStore {
 public:
  virtual ~DagStore() = default;
  // Stores all blocks or none; storing a block again changes nothing, unless its stored bytes were damaged: it is
  // mended then, where the store can still read what is around it. Durable after flush().
  // Errors: invalid_format (a CID that is not the hash of its bytes; nothing is stored), limit_exceeded, storage.
  [[nodiscard]] virtual Result<void> put(std::span<const ipld::Block> blocks) = 0;
  // Errors: missing_data, corrupted (the stored bytes have another hash; the error names the block), storage.
  [[nodiscard]] virtual Result<ipld::Block> get(const ipld::Cid& cid) const = 0;
  // Of a block's bytes, which are not read; nothing when the block is not here. Errors: storage.
  [[nodiscard]] virtual Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const = 0;
  [[nodiscard]] Result<bool> has(const ipld::Cid& cid) const {
    return length(cid).map([](const std::optional<std::uint64_t>& bytes) { return bytes.has_value(); });
  }
  // Deleting what is not there changes nothing.
  [[nodiscard]] virtual Result<void> remove(std::span<const ipld::Cid> cids) = 0;
  // Every stored CID greater than `after`, ascending by Cid's order, until `visit` answers false. `visit` must not
  // call this store.
  [[nodiscard]] virtual Result<void> for_each(
      const std::optional<ipld::Cid>& after,
      const std::function<bool(const ipld::Cid&, std::uint64_t bytes)>& visit) const = 0;
  [[nodiscard]] virtual Result<DagStatistics> statistics() const = 0;
  // Everything put before is durable when this returns. After a failed flush every call fails (storage).
  [[nodiscard]] virtual Result<void> flush() = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
