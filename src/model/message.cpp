#include "model/message.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

constexpr std::array<std::string_view, 4> kKindNames{"job", "completion", "proposal", "vote"};
constexpr std::size_t kKindBytesMax = 32;

Result<Message> read_message(ipld::CborMap& map) {
  Message message;
  ICN_TRY(detail::read_version(map, "message"));
  const std::string kind = ICN_TRY(map.text("kind", kKindBytesMax));
  const auto at = std::find(kKindNames.begin(), kKindNames.end(), kind);
  if (at == kKindNames.end()) return map.bad("kind", "an unknown kind");
  message.kind = static_cast<MessageKind>(at - kKindNames.begin());
  message.block = ICN_TRY(map.link("block"));
  return message;
}

}  // namespace

std::string_view message_kind_name(MessageKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

ipld::Block Message::to_block() const {
  ipld::CborWriter writer(96);
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("kind").text(message_kind_name(kind));
  writer.key("block").link(block);
  return detail::block_of(writer);
}

Result<Message> Message::from_bytes(ByteView bytes) { return detail::read_body(bytes, "message", read_message); }

}  // namespace icn::model
