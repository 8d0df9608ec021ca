// The tags of DAG-PB and UnixFS messages (field number and wire type: 0 varint, 2 length-delimited), and a reader for
// length-delimited fields.
#pragma once
#include "ipld/multibase.hpp"

namespace icn::ipld::detail {

inline constexpr std::uint8_t kNodeData = 0x0a;
inline constexpr std::uint8_t kNodeLink = 0x12;
inline constexpr std::uint8_t kLinkHash = 0x0a;
inline constexpr std::uint8_t kLinkName = 0x12;
inline constexpr std::uint8_t kLinkTotalSize = 0x18;

// The bytes of a length-delimited field whose tag was read; moves `from` past them. Errors: invalid_format.
[[nodiscard]] inline Result<ByteView> take_field(ByteView& from) {
  const std::uint64_t length = ICN_TRY(take_varint(from));
  if (length > from.size()) return fail(ErrorCode::invalid_format, "a field that ends early");
  const ByteView bytes = from.first(length);
  from = from.subspan(length);
  return bytes;
}

}  // namespace icn::ipld::detail
