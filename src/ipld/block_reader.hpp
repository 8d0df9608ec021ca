// Where blocks are read from, with their lengths known before: who pays by the byte pays first. A value of two
// functions; as thread safe as they are.
#pragma once
#include <functional>
#include <optional>

#include "core/result.hpp"
#include "ipld/cid.hpp"

namespace icn::ipld {

struct BlockReader {
  // Nothing when the block is not there.
  std::function<Result<std::optional<std::uint64_t>>(const Cid&)> length;
  // Errors: missing_data, and those of the source.
  std::function<Result<Block>(const Cid&)> get;
};

}  // namespace icn::ipld
