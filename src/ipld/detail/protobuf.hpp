// The tags of DAG-PB and UnixFS messages (field number and wire type: 0 varint, 2 length-delimited), a reader for
// length-delimited fields, and the writers of a node's two parts.
#pragma once
#include "ipld/cid.hpp"
#include "ipld/multibase.hpp"

namespace icn::ipld::detail {

inline constexpr std::uint8_t kNodeData = 0x0a;
inline constexpr std::uint8_t kNodeLink = 0x12;
inline constexpr std::uint8_t kLinkHash = 0x0a;
inline constexpr std::uint8_t kLinkName = 0x12;
inline constexpr std::uint8_t kLinkTotalSize = 0x18;

inline constexpr std::uint8_t kUnixFsType = 0x08;
inline constexpr std::uint8_t kUnixFsData = 0x12;
inline constexpr std::uint8_t kUnixFsFileSize = 0x18;
inline constexpr std::uint8_t kUnixFsBlockSize = 0x20;
inline constexpr std::uint8_t kUnixFsHashType = 0x28;
inline constexpr std::uint8_t kUnixFsFanout = 0x30;
// Values of kUnixFsType.
inline constexpr std::uint64_t kTypeFolder = 1;
inline constexpr std::uint64_t kTypeFile = 2;
inline constexpr std::uint64_t kTypeSymbolicLink = 4;
inline constexpr std::uint64_t kTypeTrie = 5;

// The bytes of a length-delimited field whose tag was read; moves `from` past them. Errors: invalid_format.
[[nodiscard]] inline Result<ByteView> take_field(ByteView& from) {
  const std::uint64_t length = ICN_TRY(take_varint(from));
  if (length > from.size()) return fail(ErrorCode::invalid_format, "a field that ends early");
  const ByteView bytes = from.first(length);
  from = from.subspan(length);
  return bytes;
}

// A DAG-PB node is its links in order, then its data.
inline void append_link(Bytes& node, std::string_view name, const Cid& cid, std::uint64_t total_size) {
  Bytes link{kLinkHash, Cid::kByteLength};
  append(link, cid.to_bytes());
  link.push_back(kLinkName);
  append_varint(link, name.size());
  append(link, view_of(name));
  link.push_back(kLinkTotalSize);
  append_varint(link, total_size);
  node.push_back(kNodeLink);
  append_varint(node, link.size());
  append(node, link);
}
inline void append_data(Bytes& node, ByteView data) {
  node.push_back(kNodeData);
  append_varint(node, data.size());
  append(node, data);
}

}  // namespace icn::ipld::detail
