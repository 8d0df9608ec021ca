#include "model/transfer_codes.hpp"

#include <fmt/format.h>

namespace icn::model {
namespace {

constexpr AccountSide of(SystemAccount account) { return {AccountKey::Kind::system, account}; }
constexpr AccountSide kMember{AccountKey::Kind::did, SystemAccount::issuance};

constexpr std::array kTable{
    TransferRow{TransferCode::grant, "grant", of(SystemAccount::issuance), kMember, TransferShape::single,
                TransferAuthority::genesis, "The opening grant of a member, posted by the member's home."},
    TransferRow{TransferCode::endowment, "endowment", of(SystemAccount::issuance), of(SystemAccount::treasury),
                TransferShape::single, TransferAuthority::genesis,
                "The opening endowment of the treasury, posted by the clerk."},
    TransferRow{TransferCode::regeneration, "regeneration", of(SystemAccount::regeneration), kMember,
                TransferShape::accrual, TransferAuthority::home, "Mana that an account regenerated."},
    TransferRow{TransferCode::job_reserve, "job_reserve", kMember, of(SystemAccount::escrow), TransferShape::two_phase,
                TransferAuthority::member, "The price of a job, held until it ends."},
    TransferRow{TransferCode::job_discount, "job_discount", of(SystemAccount::treasury), of(SystemAccount::escrow),
                TransferShape::two_phase, TransferAuthority::home,
                "The part of a job's price that the treasury bears for a member of good reputation."},
    TransferRow{TransferCode::payout, "payout", of(SystemAccount::escrow), kMember, TransferShape::single,
                TransferAuthority::receipt, "The pay of the node that ran a job."},
    TransferRow{TransferCode::fee, "fee", kMember, of(SystemAccount::fees), TransferShape::single,
                TransferAuthority::member, "A fee or another expense of a member."},
    TransferRow{TransferCode::budget_reserve, "budget_reserve", kMember, of(SystemAccount::escrow),
                TransferShape::two_phase, TransferAuthority::member,
                "What the program of a job may spend, held until the job ends."},
    TransferRow{TransferCode::epoch_fees, "epoch_fees", of(SystemAccount::fees), of(SystemAccount::treasury),
                TransferShape::single, TransferAuthority::home, "The fees of an epoch, passed to the treasury."},
    TransferRow{TransferCode::treasury_credit, "treasury_credit", of(SystemAccount::treasury), kMember,
                TransferShape::single, TransferAuthority::governance, "A payment that the scope decided on."},
    TransferRow{TransferCode::slash, "slash", of(SystemAccount::escrow), of(SystemAccount::slashed),
                TransferShape::single, TransferAuthority::receipt, "A bond that a proven fault forfeits."},
    TransferRow{TransferCode::budget_spend, "budget_spend", of(SystemAccount::escrow), of(SystemAccount::fees),
                TransferShape::single, TransferAuthority::receipt, "What the program of a job spent."},
    TransferRow{TransferCode::proposal_deposit, "proposal_deposit", kMember, of(SystemAccount::escrow),
                TransferShape::two_phase, TransferAuthority::member,
                "The deposit of a proposal, held until it ends; released when enough members voted."},
    TransferRow{TransferCode::deposit_forfeit, "deposit_forfeit", of(SystemAccount::escrow), of(SystemAccount::fees),
                TransferShape::single, TransferAuthority::governance,
                "The deposit of a proposal that too few members voted on."},
    TransferRow{TransferCode::delegate_credit, "delegate_credit", of(SystemAccount::treasury), kMember,
                TransferShape::single, TransferAuthority::member,
                "What a delegate of the treasury credited, within the limit that the scope decided on."},
};

consteval bool rows_are_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].code) != i + 1) return false;
    const bool between_members =
        kTable[i].debit.kind == AccountKey::Kind::did && kTable[i].credit.kind == AccountKey::Kind::did;
    if (between_members) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

}  // namespace

bool AccountSide::admits(const AccountKey& account) const {
  if (account.kind != kind || account.system != system) return false;
  return kind != AccountKey::Kind::system || account.did.key() == PublicKey{};
}

std::string_view AccountSide::name() const {
  return kind == AccountKey::Kind::system ? system_account_name(system) : "a member";
}

std::string_view transfer_authority_name(TransferAuthority authority) {
  constexpr std::array<std::string_view, 5> names{"genesis", "home", "member", "receipt", "governance"};
  return names[static_cast<std::size_t>(authority)];
}

std::string_view transfer_shape_name(TransferShape shape) {
  constexpr std::array<std::string_view, 3> names{"single", "two-phase", "accrual"};
  return names[static_cast<std::size_t>(shape)];
}

std::span<const TransferRow> transfer_table() { return kTable; }

const TransferRow* find_transfer_row(TransferCode code) {
  const auto index = static_cast<std::size_t>(code) - 1;
  return index < kTable.size() ? &kTable[index] : nullptr;
}

const TransferRow* find_transfer_row(std::string_view name) {
  for (const TransferRow& row : kTable) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view transfer_code_name(TransferCode code) {
  const TransferRow* row = find_transfer_row(code);
  return row == nullptr ? "unknown" : row->name;
}

std::string transfer_codes_markdown() {
  std::string out = R"(# Transfers

Generated from the table of transfer codes (`src/model/transfer_codes.cpp`) by `./dev fix`.

Every movement of mana is a transfer with one of these codes. A code moves mana between these two accounts and no
others, so mana never moves from one member to another. A two-phase transfer reserves first; then it is posted, in whole
or in part, or voided. An accrual moves what time has made due; its user data hold the terms from which its amount
follows.

| code | name | from | to | shape | authority | what it is for |
| --- | --- | --- | --- | --- | --- | --- |
)";
  for (const TransferRow& row : kTable) {
    out += fmt::format("| {} | `{}` | {} | {} | {} | {} | {} |\n", static_cast<unsigned>(row.code), row.name,
                       row.debit.name(), row.credit.name(), transfer_shape_name(row.shape),
                       transfer_authority_name(row.authority), row.text);
  }
  return out;
}

}  // namespace icn::model
