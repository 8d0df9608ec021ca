// The ledger with every check on, against the minimum that moves a number between interned accounts with an entry.
#include "economy/ledger.hpp"
#include "measure.hpp"

namespace icn::bench {
namespace {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;
using model::Transfer;
using model::TransferCode;

model::Did did_of(std::uint64_t number) {
  model::PublicKey key{};
  std::memcpy(key.data(), &number, sizeof number);
  key[31] = 1;
  return model::Did::of_key(key);
}

Transfer transfer_of(std::uint64_t number, TransferCode code, AccountKey debit, AccountKey credit,
                     std::uint64_t umana) {
  Transfer transfer;
  // Ids are hashes; any distinct 32 bytes work here, so that hashing is not measured.
  const std::uint64_t mixed = number * 0x9e3779b97f4a7c15ULL;
  std::memcpy(transfer.id.data(), &mixed, sizeof mixed);
  std::memcpy(transfer.id.data() + 8, &number, sizeof number);
  transfer.debit = debit;
  transfer.credit = credit;
  transfer.amount = Mana{umana};
  transfer.code = code;
  return transfer;
}

constexpr std::uint64_t kAccounts = 10'000;
constexpr std::size_t kLinked = 1'000;

// Lists of fees between granted accounts, on a fresh ledger.
struct Work {
  explicit Work(std::uint64_t batches) : lists(batches) {
    for (std::uint64_t i = 0; i < kAccounts; ++i) {
      ports::Batch batch;
      const Transfer grant = transfer_of(number++, TransferCode::grant, AccountKey::of(SystemAccount::issuance),
                                         AccountKey::of(did_of(i)), 1'000'000'000);
      expect(ledger.apply({&grant, 1}, {}, batch), "grant");
    }
    for (auto& linked : lists) {
      for (std::size_t i = 0; i < kLinked; ++i) {
        const std::uint64_t account = number * 0x9e3779b97f4a7c15ULL >> 40;
        linked.push_back(transfer_of(number, TransferCode::fee, AccountKey::of(did_of(account % kAccounts)),
                                     AccountKey::of(SystemAccount::fees), 1 + (number & 7)));
        ++number;
      }
    }
  }
  // A list a millisecond: what a ledger of a million transfers a second sees.
  double apply_all(const economy::RatesOf& rates) {
    const double ns = time_ns([&] {
      std::uint64_t ms = kBegin;
      for (const auto& linked : lists) {
        ports::Batch batch;
        expect(ledger.apply(linked, {++ms}, batch, rates), "transfers");
      }
    });
    expect(ledger.audit(), "audit");
    return ns;
  }
  static constexpr std::uint64_t kBegin = 1'700'000'000'500;
  economy::Ledger ledger;
  std::uint64_t number = 1;
  std::vector<std::vector<Transfer>> lists;
};

// The same transfers with regeneration and without, and a balance with what is due.
std::vector<Figure> measure_regeneration(const Settings& settings) {
  const std::uint64_t batches = settings.scaled(400, 100);
  const std::vector<economy::RateSegment> segments{{{Work::kBegin - 10'000}, 600'000'000, Mana{10'000'000'000}}};
  const economy::RatesOf rates = [&](const model::Did&) { return economy::AccountRates{segments, 100, {}}; };
  Pair best;
  double read = 1e300;
  for (int round = 0; round < 5; ++round) {
    Work on(batches), off(batches);
    best.ours = std::min(best.ours, on.apply_all(rates));
    best.floor = std::min(best.floor, off.apply_all({}));
    constexpr std::uint64_t kReads = 100'000;
    std::uint64_t sum = 0;
    read = std::min(read, time_ns([&] {
                            for (std::uint64_t i = 0; i < kReads; ++i) {
                              const AccountKey account = AccountKey::of(did_of(i * 7'919 % kAccounts));
                              sum += on.ledger.standing(account, {Work::kBegin + 3'600'000}, rates).available().umana;
                            }
                          }) / static_cast<double>(kReads));
    if (sum == 0) give_up("balances: nothing there");
  }
  const double count = static_cast<double>(batches) * static_cast<double>(kLinked);
  return {
      {"ledger_transfers_regenerating", count / (best.ours / 1e9), "1/s", count / (best.floor / 1e9),
       "the same transfers while accounts regenerate, a list a millisecond; bar 0.85 (floor: without regeneration)"},
      {"ledger_balance_read", read, "ns", 200, "a balance with what is due (floor: the bar)"}};
}

}  // namespace

std::vector<Figure> measure_ledger(const Settings& settings) {
  const std::uint64_t batches = settings.scaled(1'000, 100);
  double best = 1e300;
  double floor = 1e300;
  for (int round = 0; round < 3; ++round) {
    economy::Ledger ledger;
    std::uint64_t number = 1;
    for (std::uint64_t i = 0; i < kAccounts; ++i) {
      ports::Batch batch;
      const Transfer grant = transfer_of(number++, TransferCode::grant, AccountKey::of(SystemAccount::issuance),
                                         AccountKey::of(did_of(i)), 1'000'000'000);
      expect(ledger.apply({&grant, 1}, {}, batch), "grant");
    }
    std::vector<std::vector<Transfer>> work(batches);
    for (auto& linked : work) {
      for (std::size_t i = 0; i < kLinked; ++i) {
        const std::uint64_t account = number * 0x9e3779b97f4a7c15ULL >> 40;
        linked.push_back(transfer_of(number, TransferCode::fee, AccountKey::of(did_of(account % kAccounts)),
                                     AccountKey::of(SystemAccount::fees), 1 + (number & 7)));
        ++number;
      }
    }
    best = std::min(best, time_ns([&] {
                      for (const auto& linked : work) {
                        ports::Batch batch;
                        expect(ledger.apply(linked, {}, batch), "transfers");
                      }
                    }));
    expect(ledger.audit(), "audit");
    std::vector<std::uint64_t> balances(kAccounts + 1, 1'000'000'000);
    struct Entry {
      std::uint32_t from, to;
      std::uint64_t amount;
      std::uint64_t id;
    };
    std::vector<Entry> log;
    log.reserve(kLinked);
    floor = std::min(floor, time_ns([&] {
                       for (const auto& linked : work) {
                         log.clear();
                         for (const Transfer& transfer : linked) {
                           std::uint64_t from = 0;
                           std::memcpy(&from, transfer.debit.did.key().data(), sizeof from);
                           if (balances[from] < transfer.amount.umana) give_up("floor: no balance");
                           balances[from] -= transfer.amount.umana;
                           balances[kAccounts] += transfer.amount.umana;
                           log.push_back({static_cast<std::uint32_t>(from), kAccounts, transfer.amount.umana, from});
                         }
                       }
                     }));
  }
  const double count = static_cast<double>(batches) * static_cast<double>(kLinked);
  std::vector<Figure> figures = measure_regeneration(settings);
  figures.insert(figures.begin(),
                 {"ledger_transfers_memory", count / (best / 1e9), "1/s", count / (floor / 1e9),
                  "linked by 1,000, all checks, ids and the hash-chained journal on; bar 1,000,000 /s (floor: an array "
                  "and a log)"});
  return figures;
}

}  // namespace icn::bench
