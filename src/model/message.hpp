// A message to other nodes as the outbox keeps it: the block it carries, and its kind.
#pragma once
#include <cstdint>

#include "ipld/cid.hpp"

namespace icn::model {

// Append-only; each name is a text of docs/FORMATS.md.
enum class MessageKind : std::uint8_t { job, completion, proposal, vote };

struct Message {
  MessageKind kind = MessageKind::job;
  ipld::Cid block;  // job: its body; completion: the signed receipt
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Message> from_bytes(ByteView bytes);
  friend bool operator==(const Message&, const Message&) = default;
};
[[nodiscard]] std::string_view message_kind_name(MessageKind kind);

}  // namespace icn::model
