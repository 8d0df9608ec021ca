#include "model/transfer.hpp"

#include <array>

namespace icn::model {

std::string_view system_account_name(SystemAccount account) {
  constexpr std::array<std::string_view, 6> names{"ISSUANCE", "REGENERATION", "FEES", "TREASURY", "ESCROW", "SLASHED"};
  return names[static_cast<std::size_t>(account)];
}

std::string AccountKey::to_text() const {
  switch (kind) {
    case Kind::system:
      return std::string(system_account_name(system));
    case Kind::did:
      return did.to_text();
    case Kind::correspondent:
      return "correspondent of " + did.to_text();
  }
  return "?";
}

TransferId transfer_id(std::string_view tag, ByteView owner, ByteView client_id) {
  Bytes message;
  message.reserve(tag.size() + 1 + owner.size() + client_id.size());
  append(message, tag);
  message.push_back(0);
  append(message, owner);
  append(message, client_id);
  return ipld::sha256(message);
}

}  // namespace icn::model
