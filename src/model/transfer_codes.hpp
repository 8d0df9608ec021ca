// The table of transfer codes: why mana moves, between which accounts, in which shape, and on whose authority. It makes
// mana non-transferable between members: no row leads from one DID's account to another's.
//
// docs/TRANSFERS.md is generated from it. Codes are append-only: the journal stores them.
#pragma once
#include <span>

#include "model/transfer.hpp"

namespace icn::model {

// One side of a row: a given system account, or the account of any DID.
struct AccountSide {
  AccountKey::Kind kind = AccountKey::Kind::system;
  SystemAccount system = SystemAccount::issuance;
  // Only keys in the form that AccountKey::of() returns: any other has no encoding in the journal.
  [[nodiscard]] bool admits(const AccountKey& account) const;
  [[nodiscard]] std::string_view name() const;  // "TREASURY", "a member"
};

// single: moves immediately. two_phase: pending, then one post or void. accrual: moves immediately what time has made
// due, which may be nothing; its user data hold its terms.
enum class TransferShape : std::uint8_t { single, two_phase, accrual };
[[nodiscard]] std::string_view transfer_shape_name(TransferShape shape);

// The authority for a transfer of a code.
enum class TransferAuthority : std::uint8_t {
  genesis,     // the scope's signed genesis
  home,        // the rules that the account's home applies to every member
  member,      // the signature of the account's holder
  receipt,     // a signed receipt of the job that the money was reserved for
  governance,  // a decision of the scope
};
[[nodiscard]] std::string_view transfer_authority_name(TransferAuthority authority);

struct TransferRow {
  TransferCode code;
  std::string_view name;
  AccountSide debit;
  AccountSide credit;
  TransferShape shape;
  TransferAuthority authority;
  std::string_view text;  // for display: the purpose of the transfer

  [[nodiscard]] bool has_phase(TransferPhase phase) const {
    return (shape != TransferShape::two_phase) == (phase == TransferPhase::single);
  }
};

// In the order of the codes.
[[nodiscard]] std::span<const TransferRow> transfer_table();
// nullptr for an unknown code, e.g. of a newer program.
[[nodiscard]] const TransferRow* find_transfer_row(TransferCode code);
[[nodiscard]] const TransferRow* find_transfer_row(std::string_view name);

// docs/TRANSFERS.md.
[[nodiscard]] std::string transfer_codes_markdown();

}  // namespace icn::model
