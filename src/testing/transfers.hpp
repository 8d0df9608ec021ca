// Accounts and transfers by name, for tests: "alice" is the DID whose key is SHA-256("alice"), "t1" the id
// SHA-256("t1").
#pragma once
#include <string>
#include <string_view>

#include "model/transfer.hpp"

namespace icn::testing {

inline model::Did did_named(std::string_view name) { return model::Did::of_key(ipld::sha256(view_of(name))); }
inline model::TransferId id_named(std::string_view name) { return ipld::sha256(view_of(name)); }

// A name in capitals names a system account.
inline model::AccountKey account_named(std::string_view name) {
  for (std::uint8_t i = 0; i <= 5; ++i) {
    const auto system = static_cast<model::SystemAccount>(i);
    if (model::system_account_name(system) == name) return model::AccountKey::of(system);
  }
  return model::AccountKey::of(did_named(name));
}

inline model::Transfer transfer_named(std::string_view id, model::TransferCode code, std::string_view debit,
                                      std::string_view credit, std::uint64_t umana) {
  model::Transfer transfer;
  transfer.id = id_named(id);
  transfer.debit = account_named(debit);
  transfer.credit = account_named(credit);
  transfer.amount = model::Mana{umana};
  transfer.code = code;
  return transfer;
}
inline model::Transfer grant(std::string_view id, std::string_view to, std::uint64_t umana) {
  return transfer_named(id, model::TransferCode::grant, "ISSUANCE", to, umana);
}
inline model::Transfer fee(std::string_view id, std::string_view from, std::uint64_t umana) {
  return transfer_named(id, model::TransferCode::fee, from, "FEES", umana);
}
inline model::Transfer reserve(std::string_view id, std::string_view from, std::uint64_t umana) {
  model::Transfer transfer = transfer_named(id, model::TransferCode::job_reserve, from, "ESCROW", umana);
  transfer.phase = model::TransferPhase::pending;
  return transfer;
}
// Posts `umana` of a reserve; 0 voids it.
inline model::Transfer close_reserve(std::string_view id, const model::Transfer& reserve, std::uint64_t umana) {
  model::Transfer transfer = reserve;
  transfer.id = id_named(id);
  transfer.amount = model::Mana{umana};
  transfer.phase = umana == 0 ? model::TransferPhase::void_ : model::TransferPhase::post;
  transfer.pending_id = reserve.id;
  return transfer;
}
inline model::Transfer payout(std::string_view id, std::string_view to, std::uint64_t umana) {
  return transfer_named(id, model::TransferCode::payout, "ESCROW", to, umana);
}

}  // namespace icn::testing
