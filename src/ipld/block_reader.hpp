// A source of blocks that returns their lengths first, so that a reader who pays by the byte can pay before reading. A
// value of two functions; as thread safe as they are.
#pragma once
#include <functional>
#include <optional>

#include "core/result.hpp"
#include "ipld/cid.hpp"

namespace icn::ipld {

struct BlockReader {
  // Empty if the block is absent.
  std::function<Result<std::optional<std::uint64_t>>(const Cid&)> length;
  // Errors: missing_data, and those of the source.
  std::function<Result<Block>(const Cid&)> get;
};

}  // namespace icn::ipld
