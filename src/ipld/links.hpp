// What a block links to: the one step of every walk over a DAG. And a block as people read it.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

// Every link of the block in order of appearance, repeated ones too; a raw block has none. Errors: invalid_format,
// unsupported (bytes that are not canonical for the codec, or a link to a codec or hash that is not known here).
[[nodiscard]] Result<std::vector<Cid>> links_of(const Block& block);

// The same with what the block calls each link: a dag-pb link's name, or the keys and numbers that lead to it in a
// dag-cbor value ("links/0/cid"; a path above kLinkNameMax bytes is cut and ends in "…"). `size` is what a dag-pb link
// says of the bytes below it. The name is valid during the call.
inline constexpr std::size_t kLinkNameMax = 1024;
using LinkVisitor = std::function<void(std::string_view name, const Cid& cid, std::optional<std::uint64_t> size)>;
[[nodiscard]] Result<void> for_each_link(const Block& block, const LinkVisitor& visit);

// The block as DAG-JSON text: bytes of a raw block, the node of a dag-pb block, the value of a dag-cbor block. Errors:
// as links_of; unsupported (a map that DAG-JSON would take for a link or for bytes).
[[nodiscard]] Result<std::string> dag_json_of(const Block& block);

}  // namespace icn::ipld
