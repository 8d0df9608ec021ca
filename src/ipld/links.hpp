// The links of a block: the one step of every walk over a DAG. Also a block in readable form.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

// Every link of the block in order of appearance, including repeated ones; a raw block has none. Errors:
// invalid_format, unsupported (bytes that are not canonical for the codec, or a link with an unsupported codec or
// hash).
[[nodiscard]] Result<std::vector<Cid>> links_of(const Block& block);

// The same with the name of each link: a dag-pb link's name, or the keys and indices that lead to it in a dag-cbor
// value ("links/0/cid"; a path above kLinkNameMax bytes is cut and ends in "…"). `size` is the size that a dag-pb link
// states for the bytes below it. The name is valid during the call.
inline constexpr std::size_t kLinkNameMax = 1024;
using LinkVisitor = std::function<void(std::string_view name, const Cid& cid, std::optional<std::uint64_t> size)>;
[[nodiscard]] Result<void> for_each_link(const Block& block, const LinkVisitor& visit);

// The block as DAG-JSON text: bytes of a raw block, the node of a dag-pb block, the value of a dag-cbor block. Errors:
// as links_of; unsupported (a map that DAG-JSON would read as a link or as bytes).
[[nodiscard]] Result<std::string> dag_json_of(const Block& block);

}  // namespace icn::ipld
