// Regeneration in the books: the transfers that accrue, and their check.
#include <fmt/core.h>

#include <algorithm>

#include "economy/detail/state.hpp"

namespace icn::economy::detail {

using model::AccountKey;
using model::Mana;
using model::Transfer;

namespace {

tl::unexpected<Error> bad_terms(const Transfer& transfer, std::string_view what) {
  return refuse(ErrorCode::invalid_argument, std::string(rules::kRegeneration),
                fmt::format("transfer {} {}: {}; nothing changed", transfer_code_name(transfer.code),
                            to_hex(ByteView(transfer.id).first(8)), what));
}

// Unique, since accruals of an account end later and later.
model::TransferId accrual_id(const AccountKey& account, std::uint64_t until_ms) {
  Bytes until;
  append_be64(until, until_ms);
  return model::transfer_id("ICN-REGENERATION-v1", account.did.key(), until);
}

}  // namespace

Mana Books::headroom(const Account& account, Mana cap, std::uint64_t issued) {
  const std::uint64_t posted = account.credits - account.debits;
  const std::uint64_t below_cap = cap.umana > posted ? cap.umana - posted : 0;
  // What the sums have no room for is not regenerated, so that no accrual is ever refused.
  const std::uint64_t received = account.credits + account.credits_pending;
  return Mana{std::min({below_cap, UINT64_MAX - issued, UINT64_MAX - received})};
}

Result<void> Books::regenerate(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit) {
  const RegenerationTerms terms = RegenerationTerms::decode(transfer.user_data);
  Account& account = accounts_[credit];
  if (terms.span.until_ms <= account.regeneration.accrued_ms)
    return bad_terms(transfer, "the account has accrued further than that");
  if (account.regeneration.accrued_ms == 0 && terms.span.umana_per_hour != 0)
    return bad_terms(transfer, "the first accrual of an account has rate 0");
  const Accrued accrued = accrue(account.regeneration, terms.span, headroom(account, terms.span.cap, issued()));
  if (accrued.amount != transfer.amount || accrued.remainder != terms.remainder)
    return bad_terms(transfer, "its amount does not follow from its terms");
  accounts_[debit].debits += transfer.amount.umana;
  account.credits += transfer.amount.umana;
  account.regeneration = {terms.span.umana_per_hour, terms.span.until_ms, terms.remainder};
  return {};
}

bool Books::may_accrue(const AccountKey& account, model::UnixMs time) const {
  const Account* const found = find_account(account);
  return found == nullptr || found->regeneration.accrued_ms < full_second(time);
}

void Books::add_accruals(const AccountKey& account, const AccountRates& rates, model::UnixMs time,
                         std::vector<Transfer>& out) const {
  const Account* const found = find_account(account);
  Account after = found == nullptr ? Account{account, 0, 0, 0, 0, {}} : *found;
  const std::vector<RateSpan> spans = spans_until(after.regeneration, rates, time);
  if (spans.empty()) return;
  std::uint64_t all_issued = issued();
  for (const Transfer& transfer : out) all_issued += transfer.amount.umana;
  for (const RateSpan& span : spans) {
    if (out.size() == kAccrualsMax) return;
    const Accrued accrued = accrue(after.regeneration, span, headroom(after, span.cap, all_issued));
    Transfer& transfer = out.emplace_back();
    transfer.id = accrual_id(account, span.until_ms);
    transfer.debit = AccountKey::of(model::SystemAccount::regeneration);
    transfer.credit = account;
    transfer.amount = accrued.amount;
    transfer.code = model::TransferCode::regeneration;
    transfer.user_data = RegenerationTerms{span, accrued.remainder}.encode();
    after.credits += accrued.amount.umana;
    after.regeneration = {span.umana_per_hour, span.until_ms, accrued.remainder};
    all_issued += accrued.amount.umana;
  }
}

Books::Accrual Books::accrued(const AccountKey& account, const AccountRates& rates, model::UnixMs time) const {
  const Account* const found = find_account(account);
  Account after = found == nullptr ? Account{account, 0, 0, 0, 0, {}} : *found;
  const std::uint64_t before = after.credits;
  const std::vector<RateSpan> spans = spans_until(after.regeneration, rates, time);
  const std::uint64_t issued_before = spans.empty() ? 0 : issued();
  for (const RateSpan& span : spans) {
    const std::uint64_t all_issued = issued_before + (after.credits - before);
    const Accrued accrued = accrue(after.regeneration, span, headroom(after, span.cap, all_issued));
    after.credits += accrued.amount.umana;
    after.regeneration = {span.umana_per_hour, span.until_ms, accrued.remainder};
  }
  return {after.credits - after.debits, after.debits_pending, after.credits - before, after.regeneration};
}

}  // namespace icn::economy::detail
