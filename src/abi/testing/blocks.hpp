// A block reader for tests. Never linked into a product.
#pragma once
#include <map>
#include <memory>

#include "ipld/block_reader.hpp"

namespace icn::abi::testing {

// `before_get` is called before bytes are read.
[[nodiscard]] inline ipld::BlockReader reader_of(std::map<ipld::Cid, ipld::Block> blocks,
                                                 std::function<void()> before_get = {}) {
  const auto all = std::make_shared<const std::map<ipld::Cid, ipld::Block>>(std::move(blocks));
  return {[all](const ipld::Cid& cid) -> Result<std::optional<std::uint64_t>> {
            const auto found = all->find(cid);
            return found == all->end() ? std::nullopt : std::optional<std::uint64_t>(found->second.bytes.size());
          },
          [all, before_get = std::move(before_get)](const ipld::Cid& cid) -> Result<ipld::Block> {
            if (before_get) before_get();
            const auto found = all->find(cid);
            if (found == all->end()) return fail(ErrorCode::missing_data, "not here");
            return found->second;
          }};
}

}  // namespace icn::abi::testing
