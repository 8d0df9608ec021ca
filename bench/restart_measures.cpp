// How long a node with a long history takes to open, and the memory of its ledger: a real scope, founded in the stores,
// whose ledger made every record itself.
#include <filesystem>

#include "backends/registry.hpp"
#include "measure.hpp"
#include "runtime/node_state.hpp"

namespace icn::bench {
namespace {

constexpr std::uint64_t kTail = 100'000;  // records since the last checkpoint, at most
constexpr std::uint64_t kCheckpointEvery = 50'000;
constexpr std::uint64_t kCommitEvery = 10'000;
constexpr double kBarNs = 300e6;

model::KeyPair key_of(std::uint8_t fill) {
  model::Seed seed;
  seed.fill(fill);
  return model::KeyPair::from_seed(seed);
}

model::Transfer grant_of(std::uint64_t number, std::uint64_t member) {
  model::Transfer grant;
  // Ids are hashes, so they are unordered.
  Bytes name;
  append_be64(name, number);
  grant.id = ipld::sha256(name);
  model::PublicKey key{};
  std::memcpy(key.data(), &member, sizeof member);
  key[31] = 1;
  grant.debit = model::AccountKey::of(model::SystemAccount::issuance);
  grant.credit = model::AccountKey::of(model::Did::of_key(key));
  grant.amount = model::Mana{1 + (number & 7)};
  grant.code = model::TransferCode::grant;
  return grant;
}

runtime::NodeServices services_in(const std::string& folder, const std::string& backend) {
  ports::System system = expect(backends::system::open(), "system");
  runtime::NodeServices services;
  services.dag_store = expect(backends::dag_store::open("sqlite:" + folder + "/blocks.db"), "dag store");
  services.state_store = expect(backends::state_store::open(backend + ":" + folder + "/state"), "state store");
  services.mesh_network = expect(backends::mesh_network::open("standalone"), "mesh");
  services.signer = expect(backends::signer::all()[0]->open(key_of(2)), "signer");
  services.clock = std::move(system.clock);
  services.random = std::move(system.random);
  services.system_info = std::move(system.info);
  return services;
}

// Single transfers to `members` accounts, committed and checkpointed in order; `from` makes their ids fresh.
void fill(economy::Ledger& ledger, ports::StateStore& store, std::uint64_t from, std::uint64_t records,
          std::uint64_t members, std::uint64_t checkpoint_every) {
  std::vector<ports::Batch> batches;
  for (std::uint64_t i = 0; i < records; ++i) {
    batches.emplace_back();
    const model::Transfer grant = grant_of(from + i, (from + i) % members);
    expect(ledger.apply({&grant, 1}, model::UnixMs{i}, batches.back()), "a transfer");
    if (checkpoint_every != 0 && (i + 1) % checkpoint_every == 0) ledger.checkpoint(batches.back());
    if (batches.size() < kCommitEvery && i + 1 < records) continue;
    expect(store.commit(batches), "commit");
    batches.clear();
  }
}

void checkpoint(economy::Ledger& ledger, ports::StateStore& store) {
  ports::Batch batch;
  ledger.checkpoint(batch);
  expect(store.commit({&batch, 1}), "commit");
}

double time_opening(const std::string& folder, const std::string& backend, std::uint64_t records) {
  const double begin = now_ns();
  const auto node = expect(runtime::NodeState::open(services_in(folder, backend), {}), "open the node");
  const double took = now_ns() - begin;
  if (node->ledger().sequence() != records) give_up("restart: records are missing");
  return took;
}

// The cost of one fresh transfer whose id must be looked up in the store, next to the same without a history.
Figure measure_fresh(economy::Ledger& ledger, std::uint64_t from, const std::string& name, const Settings& settings) {
  const std::uint64_t count = settings.scaled(20'000, 5'000);
  std::vector<model::Transfer> fresh;
  for (std::uint64_t i = 0; i < count; ++i) fresh.push_back(grant_of(from + i, i % 100));
  economy::Ledger without;
  const auto apply_all = [&](economy::Ledger& to) {
    return time_ns([&] {
      for (const model::Transfer& transfer : fresh) {
        ports::Batch batch;
        expect(to.apply({&transfer, 1}, {}, batch), "a fresh transfer");
      }
    });
  };
  const double ours = apply_all(ledger) / static_cast<double>(count);
  const double floor = apply_all(without) / static_cast<double>(count);
  return {name + "_ledger_fresh_transfer", ours, "ns", floor,
          "a transfer whose id is looked up in the index of all others (floor: a ledger without a history)"};
}

void measure_backend(const Settings& settings, const std::string& backend, std::vector<Figure>& figures) {
  const std::uint64_t records = settings.scaled(10'000'000, 400'000);
  constexpr std::uint64_t kMembers = 10'000;
  const std::string folder = settings.scratch + "/node-" + backend;
  std::filesystem::create_directories(folder);
  std::uint64_t sequence = 0;
  double filled = 0;
  {
    runtime::Founding founding;
    founding.member = key_of(1).did();
    const auto node = expect(runtime::NodeState::found(services_in(folder, backend), {}, founding), "found");
    filled = time_ns([&] {
      fill(node->ledger(), node->state_store(), 0, records - kTail, kMembers, kCheckpointEvery);
      checkpoint(node->ledger(), node->state_store());
      fill(node->ledger(), node->state_store(), records - kTail, kTail, kMembers, 0);
    });
    sequence = node->ledger().sequence();
  }
  const std::string of = std::to_string(records) + " journal records";
  figures.push_back({backend + "_node_restart_tail", time_opening(folder, backend, sequence), "ns", kBarNs,
                     "opening a node of " + of +
                         ", 100,000 of them since the last checkpoint (floor: the bar, which "
                         "is for the time without that tail)"});
  {
    const runtime::NodeServices services = services_in(folder, backend);
    const auto ledger = expect(economy::Ledger::open(*services.state_store), "open the ledger");
    checkpoint(*ledger, *services.state_store);
  }
  double best = 1e300;
  for (int round = 0; round < 3; ++round) best = std::min(best, time_opening(folder, backend, sequence));
  figures.push_back(
      {backend + "_node_restart", best, "ns", kBarNs, "opening a node of " + of + " at a checkpoint (floor: the bar)"});
  const runtime::NodeServices services = services_in(folder, backend);
  const double before = resident_bytes();
  const auto ledger = expect(economy::Ledger::open(*services.state_store), "open the ledger");
  const double held = std::max(0.0, resident_bytes() - before);
  figures.push_back({backend + "_ledger_memory_per_million_transfers", held * 1e6 / static_cast<double>(records), "B",
                     0, "memory of an open ledger of " + of + " and 10,000 accounts, which are nearly all of it"});
  figures.push_back(measure_fresh(*ledger, records, backend, settings));
  figures.push_back({backend + "_ledger_sustained", static_cast<double>(records) / (filled / 1e9), "1/s", 0,
                     "single transfers applied and committed by 10,000, with a checkpoint and the index rows of each "
                     "50,000"});
  std::error_code gone;
  std::filesystem::remove_all(folder, gone);
}

void measure_accounts(const Settings& settings, std::vector<Figure>& figures) {
  const std::uint64_t accounts = settings.scaled(1'000'000, 100'000);
  const auto store = expect(backends::state_store::open("memory"), "state store");
  {
    economy::Ledger ledger;
    fill(ledger, *store, 0, accounts, accounts, 0);
    checkpoint(ledger, *store);
  }
  const double per_million = 1e6 / static_cast<double>(accounts);
  const double before = resident_bytes();
  const double begin = now_ns();
  const auto ledger = expect(economy::Ledger::open(*store), "open the ledger");
  const double took = now_ns() - begin;
  const double held = std::max(0.0, resident_bytes() - before);
  if (ledger->accounts().size() != accounts + 1) give_up("accounts are missing");
  figures.push_back(
      {"ledger_memory_per_million_accounts", held * per_million, "B", 256e6,
       "memory of an open ledger of " + std::to_string(accounts) + " accounts (floor: the bar, 256 bytes for each)"});
  figures.push_back({"ledger_open_per_million_accounts", took * per_million, "ns", 0,
                     "reading a checkpoint of " + std::to_string(accounts) + " accounts"});
}

}  // namespace

std::vector<Figure> measure_restart(const Settings& settings) {
  std::vector<Figure> figures;
  measure_backend(settings, "sqlite", figures);
  measure_accounts(settings, figures);
  return figures;
}

}  // namespace icn::bench
