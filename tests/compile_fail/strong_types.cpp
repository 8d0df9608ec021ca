// Different things have different types: numbers, names and money cannot be mixed up.
#include "core/strong.hpp"
#include "model/job.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"

namespace icn::model {

using Fuel = Strong<struct FuelTag, std::uint64_t>;
using Pages = Strong<struct PagesTag, std::uint64_t>;

void burn(Fuel);
void pay(Mana);
void run(const JobId&);
void of(const Did&);

// The control: each under its own name.
bool allowed(const ipld::Cid& cid, const KeyPair& key) {
  burn(Fuel{5});
  pay(Mana{5});
  run(JobId{cid});
  of(key.did());
  return Fuel{1} < Fuel{2} && Mana{1} < Mana{2} && UnixMs{1} < UnixMs{2};
}

// case number_as_fuel: could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_number_as_fuel
void forbidden() { burn(5); }
#endif

// case pages_as_fuel: could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_pages_as_fuel
void forbidden() { burn(Pages{5}); }
#endif

// case pages_against_fuel: no match for|invalid operands
#ifdef ICN_CASE_pages_against_fuel
bool forbidden() { return Pages{1} < Fuel{2}; }
#endif

// case sum_of_fuel: no match for|invalid operands
#ifdef ICN_CASE_sum_of_fuel
Fuel forbidden() { return Fuel{1} + Fuel{2}; }
#endif

// case number_as_mana: could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_number_as_mana
void forbidden() { pay(5); }
#endif

// case sum_of_mana: no match for|invalid operands
#ifdef ICN_CASE_sum_of_mana
Mana forbidden() { return Mana{1} + Mana{2}; }
#endif

// case float_as_mana: narrowing conversion|cannot be narrowed
#ifdef ICN_CASE_float_as_mana
Mana forbidden(double amount) { return Mana{amount}; }
#endif

// case time_as_mana: could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_time_as_mana
void forbidden() { pay(UnixMs{5}); }
#endif

// case block_as_job: invalid initialization|could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_block_as_job
void forbidden(const ipld::Cid& cid) { run(cid); }
#endif

// case text_as_did: invalid initialization|could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_text_as_did
void forbidden() { of("did:key:z6Mk"); }
#endif

// case key_as_did: invalid initialization|could not convert|no viable conversion|no matching function
#ifdef ICN_CASE_key_as_did
void forbidden(const PublicKey& key) { of(key); }
#endif

// case copied_secret: use of deleted function|call to (implicitly-)?deleted
#ifdef ICN_CASE_copied_secret
KeyPair forbidden(const KeyPair& key) { return key; }
#endif

}  // namespace icn::model
