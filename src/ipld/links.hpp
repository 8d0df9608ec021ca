// What a block links to: the one step of every walk over a DAG.
#pragma once
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

// Every link of the block in order of appearance, repeated ones too; a raw block has none. Errors: invalid_format,
// unsupported (bytes that are not canonical for the codec, or a link to a codec or hash that is not known here).
[[nodiscard]] Result<std::vector<Cid>> links_of(const Block& block);

}  // namespace icn::ipld
