// The transfer: one movement of mana between two accounts, the only thing that changes a balance.
//
// Two-phase: a pending transfer reserves, a post takes at most the reserved amount and releases the rest, a void
// releases all. Ids are H(domain tag ‖ owner ‖ client id): a duplicate gets the same answer, other content is a
// conflict.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"

namespace icn::model {

enum class SystemAccount : std::uint8_t {
  issuance = 0,
  regeneration = 1,
  fees = 2,
  treasury = 3,
  escrow = 4,
  slashed = 5
};
[[nodiscard]] std::string_view system_account_name(SystemAccount account);

// An account of the ledger: a system account or a DID's.
struct AccountKey {
  enum class Kind : std::uint8_t { system, did, correspondent } kind = Kind::system;
  SystemAccount system = SystemAccount::issuance;  // when kind is system
  Did did;                                         // otherwise; the peer node for a correspondent
  [[nodiscard]] static AccountKey of(SystemAccount account) { return {Kind::system, account, {}}; }
  [[nodiscard]] static AccountKey of(const Did& did) { return {Kind::did, SystemAccount::issuance, did}; }
  [[nodiscard]] std::string to_text() const;
  friend auto operator<=>(const AccountKey&, const AccountKey&) = default;
};

using TransferId = ipld::Digest;
// SHA-256 of `tag ‖ 0x00 ‖ owner ‖ client_id`.
[[nodiscard]] TransferId transfer_id(std::string_view tag, ByteView owner, ByteView client_id);

// Why mana moves. The table of codes (model/transfer_codes.hpp) has a row for each: accounts, shape, authority, text.
enum class TransferCode : std::uint8_t {
  grant = 1,
  endowment = 2,
  regeneration = 3,
  job_reserve = 4,
  job_discount = 5,
  payout = 6,
  fee = 7,
  budget_reserve = 8,
  epoch_fees = 9,
  treasury_credit = 10,
  slash = 11,
  budget_spend = 12,
  proposal_deposit = 13,
  deposit_forfeit = 14,
  delegate_credit = 15,
};
// "unknown" for a code without a row.
[[nodiscard]] std::string_view transfer_code_name(TransferCode code);

enum class TransferPhase : std::uint8_t { single = 0, pending = 1, post = 2, void_ = 3 };

struct Transfer {
  TransferId id{};
  AccountKey debit;
  AccountKey credit;
  Mana amount;
  TransferCode code = TransferCode::grant;
  ipld::Digest user_data{};  // e.g. the digest of a job id
  TransferPhase phase = TransferPhase::single;
  TransferId pending_id{};  // for post and void
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

}  // namespace icn::model
