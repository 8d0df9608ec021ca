// Balances after some transfers are applied: for decisions on transfers that follow them in the same list.
//
// It checks nothing and changes nothing; the ledger does both. Used by one thread; the ledger outlives it.
#pragma once
#include <map>
#include <span>

#include "economy/ledger.hpp"

namespace icn::economy {

class Forecast {
 public:
  // With what the accounts regenerated up to `time`, which the transfers accrue first.
  Forecast(const Ledger& ledger, model::UnixMs time, RatesOf rates_of)
      : ledger_(ledger), time_(time), rates_of_(std::move(rates_of)) {}
  // Adds transfers that follow those added before. A post or void closes a reserve of the ledger or one added here.
  void add(std::span<const model::Transfer> transfers);
  // After everything that was added.
  [[nodiscard]] Balance balance(const model::AccountKey& account) const;

 private:
  // Differences, modulo 2^64.
  struct Change {
    std::uint64_t posted = 0;
    std::uint64_t reserved = 0;
  };
  [[nodiscard]] std::uint64_t reserve_of(const model::TransferId& id) const;

  const Ledger& ledger_;
  const model::UnixMs time_;
  const RatesOf rates_of_;
  std::map<model::AccountKey, Change> changes_;
  std::map<model::TransferId, std::uint64_t> reserves_;
};

}  // namespace icn::economy
