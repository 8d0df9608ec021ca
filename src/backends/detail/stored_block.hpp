// A block as a store found it: present, and with the bytes that its CID names.
#pragma once
#include <optional>

#include "ipld/cid.hpp"

namespace icn::backends::detail {

// Errors: missing_data (nothing was found), corrupted (the bytes do not match the CID); both name the block.
[[nodiscard]] inline Result<ipld::Block> stored_block(const ipld::Cid& cid, std::optional<Bytes> found) {
  if (!found) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
  ipld::Block block{cid, *std::move(found)};
  if (!block.holds())
    return fail(ErrorCode::corrupted, "block " + cid.to_text() + ": the stored bytes do not match its CID");
  return block;
}

}  // namespace icn::backends::detail
