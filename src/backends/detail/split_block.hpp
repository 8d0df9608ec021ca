// A block in an engine that keeps lengths and bytes in two tables, written together in one batch.
#pragma once
#include <optional>
#include <string>

#include "core/mutex.hpp"
#include "ipld/cid.hpp"

namespace icn::backends::detail {

// `bytes_of(cid)` and `length_of(cid)` read one table each, as Result<std::optional<...>>; `writers` is the lock that
// every writer of the two takes and that the caller does not hold. Errors: missing_data (neither table has the block),
// corrupted (its bytes are lost or do not match its CID), those of the two reads.
template <class BytesOf, class LengthOf>
[[nodiscard]] Result<ipld::Block> split_block(const ipld::Cid& cid, const std::string& path, Mutex& writers,
                                              const BytesOf& bytes_of, const LengthOf& length_of) {
  std::optional<Bytes> bytes = ICN_TRY(bytes_of(cid));
  if (!bytes && ICN_TRY(length_of(cid)).has_value()) {
    // A put between the two reads looks the same as lost bytes. While writers wait, both reads show the same moment.
    Lock lock(writers);
    bytes = ICN_TRY(bytes_of(cid));
    if (!bytes && ICN_TRY(length_of(cid)).has_value())
      return fail(ErrorCode::corrupted, path + " has lost the bytes of block " + cid.to_text());
  }
  if (!bytes) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in " + path);
  ipld::Block block{cid, *std::move(bytes)};
  if (block.holds()) return block;
  return fail(ErrorCode::corrupted, path + ": the stored bytes of block " + cid.to_text() + " do not match its CID");
}

}  // namespace icn::backends::detail
