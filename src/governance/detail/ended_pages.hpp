// Proposals that have ended, in pages: each has those that ended since the checkpoint before, and is written with its
// checkpoint, once. So what a checkpoint costs follows from what is open, not from all that was ever proposed. The
// checkpoint has the digest of all of them, so a page that is damaged or missing makes it unreadable.
//
// A page is a dag-cbor array of rows, as byte strings; its key is `gc/ended`, the checkpoint's position and the part.
#pragma once
#include "governance/detail/state.hpp"

namespace icn::governance::detail {

[[nodiscard]] Bytes ended_page_key(std::uint64_t position);
// Ascending. Errors: storage.
[[nodiscard]] Result<std::vector<ports::StoredParts>> stored_ended_pages(const ports::StateReader& store);
// Those up to `position`. Errors: storage.
[[nodiscard]] Result<std::vector<Bytes>> read_ended_pages(const ports::StateReader& store,
                                                          std::span<const ports::StoredParts> pages,
                                                          std::uint64_t position);

}  // namespace icn::governance::detail
