// The cost of a transfer in memory with every check and the journal record, next to the raw floor: two array cells and
// a log entry without checks of rules, ids or chains.
#include <benchmark/benchmark.h>

#include <random>

#include "economy/ledger.hpp"

namespace icn::economy {
namespace {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;
using model::Transfer;
using model::TransferCode;
using model::TransferPhase;

constexpr std::size_t kAccounts = 10'000;
constexpr std::size_t kTransfers = std::size_t{1} << 20;

ipld::Digest random_digest(std::mt19937_64& random) {
  ipld::Digest digest;
  for (std::size_t i = 0; i < digest.size(); i += 8) {
    const std::uint64_t word = random();
    std::memcpy(digest.data() + i, &word, 8);
  }
  return digest;
}

AccountKey member(std::size_t number) {
  std::mt19937_64 random(number + 1);
  return AccountKey::of(model::Did::of_key(random_digest(random)));
}

// A ledger whose members have enough mana for every transfer of the benchmark.
std::unique_ptr<Ledger> funded_ledger() {
  auto ledger = std::make_unique<Ledger>();
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < kAccounts; ++i) {
    ports::Batch batch;
    Transfer grant;
    grant.id = random_digest(random);
    grant.debit = AccountKey::of(SystemAccount::issuance);
    grant.credit = member(i);
    grant.amount = Mana{1'000'000'000'000};
    grant.code = TransferCode::grant;
    if (!ledger->apply(std::span(&grant, 1), model::UnixMs{1}, batch)) std::abort();
  }
  return ledger;
}

std::vector<Transfer> fees() {
  std::mt19937_64 random(11);
  std::vector<AccountKey> members;
  for (std::size_t i = 0; i < kAccounts; ++i) members.push_back(member(i));
  std::vector<Transfer> transfers(kTransfers);
  for (Transfer& transfer : transfers) {
    transfer.id = random_digest(random);
    transfer.debit = members[random() % kAccounts];
    transfer.credit = AccountKey::of(SystemAccount::fees);
    transfer.amount = Mana{1 + random() % 10};
    transfer.code = TransferCode::fee;
    transfer.user_data = random_digest(random);
  }
  return transfers;
}

// Each pair reserves and settles: job_reserve pending, then its post.
std::vector<Transfer> reserves_and_posts() {
  std::vector<Transfer> transfers = fees();
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    Transfer& transfer = transfers[i];
    transfer.credit = AccountKey::of(SystemAccount::escrow);
    transfer.code = TransferCode::job_reserve;
    transfer.phase = i % 2 == 0 ? TransferPhase::pending : TransferPhase::post;
    if (i % 2 == 0) continue;
    transfer.debit = transfers[i - 1].debit;
    transfer.pending_id = transfers[i - 1].id;
    transfer.amount = Mana{1};
  }
  return transfers;
}

// Applies `transfers` in lists of `linked`, on a fresh ledger each time they are used up; a batch holds 64 lists.
void run(benchmark::State& state, const std::vector<Transfer>& transfers, std::size_t linked) {
  auto ledger = funded_ledger();
  ports::Batch batch;
  std::size_t at = 0;
  std::size_t lists = 0;
  for (auto _ : state) {
    if (at + linked > transfers.size()) {
      state.PauseTiming();
      ledger = funded_ledger();
      at = 0;
      state.ResumeTiming();
    }
    if (!ledger->apply(std::span(transfers).subspan(at, linked), model::UnixMs{2}, batch)) std::abort();
    at += linked;
    if (++lists % 64 == 0) batch = ports::Batch();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(linked));
}

void single_transfers(benchmark::State& state) {
  static const std::vector<Transfer> transfers = fees();
  run(state, transfers, static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(single_transfers)->Arg(1)->Arg(4)->Arg(64);

void two_phase_transfers(benchmark::State& state) {
  static const std::vector<Transfer> transfers = reserves_and_posts();
  run(state, transfers, 1);
}
BENCHMARK(two_phase_transfers);

void repeated_transfers(benchmark::State& state) {
  static const std::vector<Transfer> transfers = fees();
  auto ledger = funded_ledger();
  ports::Batch batch;
  for (const Transfer& transfer : transfers) {
    if (!ledger->apply(std::span(&transfer, 1), model::UnixMs{2}, batch)) std::abort();
  }
  std::size_t at = 0;
  for (auto _ : state) {
    const auto applied = ledger->apply(std::span(&transfers[at++ % transfers.size()], 1), model::UnixMs{2}, batch);
    if (!applied || *applied != Applied::before) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(repeated_transfers);

void floor_flat_array(benchmark::State& state) {
  struct Move {
    std::uint32_t from, to;
    std::uint64_t amount;
  };
  std::mt19937_64 random(3);
  std::vector<Move> moves(kTransfers);
  for (Move& move : moves) {
    move.from = static_cast<std::uint32_t>(random() % kAccounts);
    move.to = static_cast<std::uint32_t>(random() % kAccounts);
    move.amount = 1 + random() % 10;
  }
  std::vector<std::uint64_t> balances(kAccounts, 1'000'000'000'000);
  std::vector<Move> journal;
  journal.reserve(kTransfers);
  std::size_t at = 0;
  for (auto _ : state) {
    if (at == moves.size()) {
      at = 0;
      journal.clear();
    }
    const Move& move = moves[at++];
    if (balances[move.from] < move.amount) std::abort();
    balances[move.from] -= move.amount;
    balances[move.to] += move.amount;
    journal.push_back(move);
  }
  benchmark::DoNotOptimize(journal.data());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(floor_flat_array);

// The chain hash alone, over a record of one transfer: the cost that no faster code can avoid.
void floor_chain_hash(benchmark::State& state) {
  Bytes record(32 + 11 + 174, 7);
  for (auto _ : state) {
    const ipld::Digest digest = ipld::sha256(record);
    std::memcpy(record.data(), digest.data(), digest.size());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(floor_chain_hash);

}  // namespace
}  // namespace icn::economy
