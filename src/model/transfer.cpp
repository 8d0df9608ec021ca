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

std::string_view transfer_code_name(TransferCode code) {
  switch (code) {
    case TransferCode::grant:
      return "grant";
    case TransferCode::endowment:
      return "endowment";
    case TransferCode::regeneration:
      return "regeneration";
    case TransferCode::job_reserve:
      return "job_reserve";
    case TransferCode::job_discount:
      return "job_discount";
    case TransferCode::payout:
      return "payout";
    case TransferCode::fee:
      return "fee";
    case TransferCode::budget_reserve:
      return "budget_reserve";
    case TransferCode::epoch_fees:
      return "epoch_fees";
    case TransferCode::treasury_credit:
      return "treasury_credit";
    case TransferCode::slash:
      return "slash";
    case TransferCode::budget_spend:
      return "budget_spend";
  }
  return "unknown";
}

}  // namespace icn::model
