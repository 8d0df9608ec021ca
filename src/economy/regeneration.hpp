// Regeneration: the mana that time makes due on a member's account. Pure functions over integers.
//
// Due is floor(rate · time) with the remainder carried, over spans of constant rate and cap. Time counts in full
// seconds of Unix time, so an account that moves mana a thousand times a second accrues once. The cap bounds
// regeneration only: an account at or above it accrues nothing and keeps what it has. Every change of an account first
// accrues up to that moment, so the income does not depend on how often, or by whom, an account is read.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ipld/sha256.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"
#include "model/mana_rates.hpp"
#include "model/order.hpp"

namespace icn::economy {

using model::RateSegment;

// How one account regenerates. What the segments point to outlives the call that receives this.
struct AccountRates {
  std::span<const RateSegment> segments;  // ascending by `from`
  std::uint64_t percent = 100;            // of the scope's rate, by reputation
  model::UnixMs since;                    // nothing regenerates before it; 0: not before the account's first accrual
};
// Empty for an account that does not regenerate. Must not call the ledger.
using RatesOf = std::function<std::optional<AccountRates>(const model::Did&)>;

// The specification's factor: reputation / 100, from a tenth to twice the rate.
[[nodiscard]] std::uint64_t percent_by_reputation(std::uint64_t points);

// How far an account has regenerated. All zero for accounts that never did.
struct Regeneration {
  std::uint64_t umana_per_hour = 0;  // of the newest accrual
  std::uint64_t accrued_ms = 0;      // the end of the newest accrual
  std::uint64_t remainder = 0;       // carried, in parts of which kPartsPerUmana are one µmana
  friend bool operator==(const Regeneration&, const Regeneration&) = default;
};
inline constexpr std::uint64_t kPartsPerUmana = 3'600'000;  // rates count per hour, time in milliseconds

// A time of constant rate and cap that ends at `until_ms`; it begins where the account's newest accrual ended.
struct RateSpan {
  std::uint64_t until_ms = 0;
  std::uint64_t umana_per_hour = 0;
  model::Mana cap;
};
// The time up to which an account accrues at a moment.
[[nodiscard]] constexpr std::uint64_t full_second(model::UnixMs time) { return time.value - time.value % 1'000; }
inline constexpr std::size_t kSpansMax = 64;  // of one account at a time; later ones follow with its next change
// The spans from the newest accrual up to the full second of `time`, ascending. Empty when nothing regenerates in them,
// and when `time` is not after the newest accrual: a clock that goes back makes nothing due. The first accrual of an
// account has rate 0 and ends where its regeneration begins.
[[nodiscard]] std::vector<RateSpan> spans_until(const Regeneration& from, const AccountRates& rates,
                                                model::UnixMs time);

struct Accrued {
  model::Mana amount;
  std::uint64_t remainder = 0;
};
// What a span makes due on an account that has room for `headroom` below the cap. An account that regenerates up to its
// cap carries no remainder.
[[nodiscard]] Accrued accrue(const Regeneration& from, const RateSpan& span, model::Mana headroom);

// The user data of a regeneration transfer: with them and the account's state before it, the journal alone shows that
// its amount is right. Four big-endian numbers: until (ms), rate (µmana per hour), cap (µmana), remainder after it.
struct RegenerationTerms {
  RateSpan span;
  std::uint64_t remainder = 0;
  [[nodiscard]] ipld::Digest encode() const;
  [[nodiscard]] static RegenerationTerms decode(const ipld::Digest& user_data);
};

// Milliseconds from `time` until `missing` more is due on an account that accrued up to `time` and has `headroom` below
// its cap, by the newest segment. Empty if that is never.
[[nodiscard]] std::optional<std::uint64_t> ms_until_due(const Regeneration& from, const AccountRates& rates,
                                                        model::UnixMs time, model::Mana missing, model::Mana headroom);
// "Regeneration makes up for that in 3 min 20 s." or that it never does: the end of a refusal.
[[nodiscard]] std::string outlook_text(std::optional<std::uint64_t> ms);

}  // namespace icn::economy
