// Every persistent store next to its floor: journal records and blocks through the port, against the same bytes kept by
// the raw engine, and hashed where the store must hash. The `file` stores are for reading and experiments; their speed
// has no floor.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "backends/registry.hpp"
#include "economy/ledger.hpp"
#include "ipld/sha256.hpp"
#include "measure.hpp"
#include "storage_floors.hpp"
#ifdef ICN_BENCH_POSTGRES
#include "postgres_server.hpp"
#endif

namespace icn::bench {
namespace {

constexpr std::size_t kTransfersOfBatch = 8'000;
constexpr std::size_t kBlocksOfBatch = 1'000;

// The batches that a ledger makes of single transfers; each call returns the requested number.
class Journal {
 public:
  std::vector<ports::Batch> next(std::size_t count) {
    std::vector<ports::Batch> batches(count);
    for (ports::Batch& batch : batches) {
      model::Transfer grant;
      ++number_;
      const std::uint64_t mixed = number_ * 0x9e3779b97f4a7c15ULL;
      std::memcpy(grant.id.data(), &mixed, sizeof mixed);
      std::memcpy(grant.id.data() + 8, &number_, sizeof number_);
      model::PublicKey key{};
      const std::uint64_t member = mixed >> 50;
      std::memcpy(key.data(), &member, sizeof member);
      grant.debit = model::AccountKey::of(model::SystemAccount::issuance);
      grant.credit = model::AccountKey::of(model::Did::of_key(key));
      grant.amount = model::Mana{1 + (mixed & 7)};
      grant.code = model::TransferCode::grant;
      expect(ledger_.apply({&grant, 1}, model::UnixMs{number_}, batch), "a transfer");
    }
    return batches;
  }

 private:
  economy::Ledger ledger_;
  std::uint64_t number_ = 0;
};

// The location of a separate store for `use`. PostgreSQL's server belongs to the measurement and is started at its
// first use.
std::string location_of(const Settings& settings, std::string_view name, const std::string& use) {
#ifdef ICN_BENCH_POSTGRES
  if (name == "postgres") return support::PostgresServer::shared().location(use) + " holder=bench";
#endif
  return settings.scratch + "/" + use + "-" + std::string(name);
}

std::unique_ptr<ports::StateStore> open_state(const Settings& settings, std::string_view name, const std::string& use) {
  return expect(backends::state_store::open(std::string(name) + ":" + location_of(settings, name, use)),
                "open a state store");
}

std::unique_ptr<ports::DagStore> open_dag(const Settings& settings, std::string_view name, const std::string& use) {
  return expect(backends::dag_store::open(std::string(name) + ":" + location_of(settings, name, use)),
                "open a dag store");
}

enum class Port : std::uint8_t { dag, state };
std::unique_ptr<StorageFloor> floor_of(const Settings& settings, Port port, std::string_view name,
                                       const std::string& use) {
#ifdef ICN_BENCH_POSTGRES
  if (name == "postgres") return raw_postgres(support::PostgresServer::shared().connection_string(), use + "_raw");
#endif
  const std::string path = settings.scratch + "/" + use + "-raw";
  return port == Port::dag ? floor_of_dag(name, path) : floor_of_state(name, path);
}

// A server's data is removed with the server.
void remove_stores(const Settings& settings, const std::string& use) {
  for (const auto& entry : std::filesystem::directory_iterator(settings.scratch)) {
    // An open store may remove one of its files meanwhile; the rest is removed with the scratch folder.
    std::error_code gone;
    if (entry.path().filename().string().starts_with(use)) std::filesystem::remove_all(entry.path(), gone);
  }
}

void fill_noise(std::span<std::uint8_t> bytes, std::uint64_t& seed) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    std::memcpy(bytes.data() + at, &seed, 8);
  }
}

// ---- state ----

Figure measure_transfers(const Settings& settings, std::string_view name) {
  const std::uint64_t rounds = settings.scaled(60, 6);
  Journal journal;
  const std::unique_ptr<StorageFloor> raw = floor_of(settings, Port::state, name, "transfers");
  const std::unique_ptr<ports::StateStore> store = open_state(settings, name, "transfers");
  double ours = 0;
  double floor = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::vector<ports::Batch> batches = journal.next(kTransfersOfBatch);
    // All rounds count, not the best: a store pays for deferred work in one of them.
    ours += time_ns([&] { expect(store->commit(batches), "commit"); });
    floor += time_ns([&] {
      for (const ports::Batch& batch : batches) {
        for (const ports::Batch::Write& write : batch.writes()) raw->add(write.key, *write.value);
      }
      raw->sync();
    });
  }
  remove_stores(settings, "transfers");
  const double count = static_cast<double>(rounds * kTransfersOfBatch);
  return {std::string(name) + "_transfers", count / (ours / 1e9), "1/s", count / (floor / 1e9),
          "ledger records, committed by 8,000, all rounds (floor: the same bytes in the raw engine)"};
}

Figure measure_single_transfer(const Settings& settings, std::string_view name) {
  const std::uint64_t rounds = settings.scaled(400, 60);
  Journal journal;
  const std::unique_ptr<ports::StateStore> store = open_state(settings, name, "single");
  const int fd = ::open((settings.scratch + "/single-raw").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const Bytes page(4'096, 2);
  std::vector<double> ours;
  std::vector<double> floor;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::vector<ports::Batch> batches = journal.next(1);
    ours.push_back(time_ns([&] { expect(store->commit(batches), "commit"); }));
    floor.push_back(time_ns([&] {
      if (::pwrite(fd, page.data(), page.size(), 0) < 0 || ::fdatasync(fd) != 0) give_up("fdatasync");
    }));
  }
  ::close(fd);
  remove_stores(settings, "single");
  return {std::string(name) + "_single_transfer", percentile(ours, 0.5), "ns", percentile(floor, 0.5),
          "one durable ledger record, medians (floor: fdatasync of an overwritten page)"};
}

// Batches of one pair each, until `store` has that many pairs.
void fill_state(ports::StateStore& store, std::uint64_t pairs, std::size_t value_bytes,
                const std::function<Bytes(std::uint64_t)>& key_of) {
  std::uint64_t seed = pairs;
  Bytes value(value_bytes);
  for (std::uint64_t number = 0; number < pairs;) {
    std::vector<ports::Batch> batches(std::min<std::uint64_t>(kTransfersOfBatch, pairs - number));
    for (ports::Batch& batch : batches) {
      fill_noise(value, seed);
      batch.put(key_of(number++), value);
    }
    expect(store.commit(batches), "commit");
  }
}

Bytes journal_key(std::uint64_t number) {
  Bytes key = bytes_of("journal/");
  append_be64(key, number);
  return key;
}

// As long as an account's key; unordered.
Bytes account_key(std::uint64_t number) {
  Bytes key = bytes_of("account/");
  for (int i = 1; i <= 4; ++i) append_be64(key, (number + 1) * 0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(i));
  return key;
}

Figure measure_restart(const Settings& settings, std::string_view name) {
  constexpr std::size_t kRecordBytes = 228;
  constexpr double kBarNs = 300e6;
  const std::uint64_t records = settings.scaled(10'000'000, 400'000);
  fill_state(*open_state(settings, name, "restart"), records, kRecordBytes, &journal_key);
  const double took = time_ns([&] {
    const std::unique_ptr<ports::StateStore> store = open_state(settings, name, "restart");
    const auto last = expect(store->get(journal_key(records - 1)), "get");
    if (!last || store->sequence() != records) give_up("restart: records are missing");
  });
  remove_stores(settings, "restart");
  return {std::string(name) + "_restart", took, "ns", kBarNs,
          "opening a store of " + std::to_string(records) + " journal records and reading the last (floor: the bar)"};
}

Figure measure_state_memory(const Settings& settings, std::string_view name) {
  constexpr std::size_t kAccountBytes = 64;
  constexpr std::uint64_t kReads = 20'000;
  const std::uint64_t accounts = settings.scaled(1'000'000, 100'000);
  fill_state(*open_state(settings, name, "accounts"), accounts, kAccountBytes, &account_key);
  const double before = resident_bytes();
  const std::unique_ptr<ports::StateStore> store = open_state(settings, name, "accounts");
  for (std::uint64_t i = 0; i < kReads; ++i) {
    if (!expect(store->get(account_key(i * 7'919 % accounts)), "get")) give_up("an account is missing");
  }
  const double bytes = std::max(0.0, resident_bytes() - before) * 1e6 / static_cast<double>(accounts);
  remove_stores(settings, "accounts");
  return {std::string(name) + "_memory_per_million_accounts", bytes, "B", 0,
          "memory of an open store after 20,000 reads, of " + std::to_string(accounts) + " accounts"};
}

// ---- blocks ----

std::vector<ipld::Block> make_blocks(std::size_t count, std::size_t bytes, std::uint64_t seed) {
  std::vector<ipld::Block> blocks;
  blocks.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Bytes content(bytes);
    fill_noise(content, seed);
    blocks.push_back(ipld::Block::of(ipld::Codec::raw, std::move(content)));
  }
  return blocks;
}

Figure measure_puts(const Settings& settings, std::string_view name, std::size_t bytes, std::uint64_t rounds,
                    const char* label) {
  const std::string use = std::string("puts_") + label;
  const std::unique_ptr<ports::DagStore> store = open_dag(settings, name, use);
  const std::unique_ptr<StorageFloor> raw = floor_of(settings, Port::dag, name, use);
  double ours = 0;
  double floor = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::vector<ipld::Block> blocks = make_blocks(kBlocksOfBatch, bytes, round * 7'919 + bytes);
    ours += time_ns([&] {
      expect(store->put(blocks), "put");
      expect(store->flush(), "flush");
    });
    floor += time_ns([&] {
      for (const ipld::Block& block : blocks) {
        if (ipld::sha256(block.bytes) != block.cid.digest()) give_up("floor: another hash");
        raw->add(block.cid.to_bytes(), block.bytes);
      }
      raw->sync();
    });
  }
  remove_stores(settings, use);
  const double count = static_cast<double>(rounds * kBlocksOfBatch);
  return {std::string("dag_put_") + label + "_" + std::string(name), count / (ours / 1e9), "1/s", count / (floor / 1e9),
          "durable batches of 1,000; bar 0.7 (floor: SHA-256, and the raw engine)"};
}

Figure measure_gets(const Settings& settings, std::string_view name) {
  constexpr std::size_t kBytes = 1'024;
  constexpr std::size_t kBlocks = 20'000;
  const std::unique_ptr<ports::DagStore> store = open_dag(settings, name, "gets");
  const std::unique_ptr<StorageFloor> raw = floor_of(settings, Port::dag, name, "gets");
  std::vector<ipld::Cid> cids;
  std::vector<Bytes> keys;
  for (std::size_t made = 0; made < kBlocks; made += kBlocksOfBatch) {
    const std::vector<ipld::Block> blocks = make_blocks(kBlocksOfBatch, kBytes, made);
    expect(store->put(blocks), "put");
    for (const ipld::Block& block : blocks) {
      cids.push_back(block.cid);
      keys.push_back(copy_of(block.cid.to_bytes()));
      raw->add(keys.back(), block.bytes);
    }
    raw->sync();
  }
  expect(store->flush(), "flush");
  const std::uint64_t gets = settings.scaled(20'000, 4'000);
  std::uint64_t at = 0;
  const auto next = [&] { return at = (at * 6364136223846793005ULL + 1442695040888963407ULL); };
  const Pair pair = in_turn(
      9,
      [&] {
        for (std::uint64_t i = 0; i < gets; ++i) {
          const auto block = store->get(cids[(next() >> 33) % kBlocks]);
          if (!block || block->bytes.size() != kBytes) give_up("get");
        }
      },
      [&] {
        for (std::uint64_t i = 0; i < gets; ++i) {
          const std::size_t number = (next() >> 33) % kBlocks;
          if (ipld::sha256(raw->get(number, keys[number])) != cids[number].digest()) give_up("floor: another hash");
        }
      });
  remove_stores(settings, "gets");
  const double count = static_cast<double>(gets);
  return {std::string("dag_get_") + std::string(name), count / (pair.ours / 1e9), "1/s", count / (pair.floor / 1e9),
          "1 KiB blocks in the page cache, random; bar 0.8 (floor: the raw engine, SHA-256)"};
}

Figure measure_dag_memory(const Settings& settings, std::string_view name) {
  constexpr std::size_t kBytes = 128;
  const std::uint64_t count = settings.scaled(1'000'000, 100'000);
  {
    const std::unique_ptr<ports::DagStore> store = open_dag(settings, name, "many");
    for (std::uint64_t made = 0; made < count; made += kBlocksOfBatch) {
      expect(store->put(make_blocks(kBlocksOfBatch, kBytes, made + 1)), "put");
    }
    expect(store->flush(), "flush");
  }
  const double before = resident_bytes();
  const std::unique_ptr<ports::DagStore> store = open_dag(settings, name, "many");
  for (std::uint64_t made = 0; made < count; made += count / 20) {
    for (const ipld::Block& block : make_blocks(kBlocksOfBatch, kBytes, made + 1)) {
      if (!expect(store->has(block.cid), "has")) give_up("a block is missing");
    }
  }
  const double bytes = std::max(0.0, resident_bytes() - before) * 1e6 / static_cast<double>(count);
  remove_stores(settings, "many");
  return {std::string("dag_memory_per_million_blocks_") + std::string(name), bytes, "B", 0,
          "memory of an open store after 20,000 look-ups, of " + std::to_string(count) + " blocks"};
}

// The memory that the last nine tenths of the writes add to that of the first tenth.
Figure measure_dag_growth(const Settings& settings, std::string_view name) {
  constexpr std::size_t kBytes = 262'144;
  constexpr std::size_t kTogether = 100;
  const std::uint64_t rounds = settings.scaled(400, 20);
  std::unique_ptr<ports::DagStore> store = open_dag(settings, name, "growth");
  double early = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    if (round == rounds / 10) early = resident_bytes();
    expect(store->put(make_blocks(kTogether, kBytes, round * 104'729 + 3)), "put");
    expect(store->flush(), "flush");
  }
  const double late = resident_bytes();
  store.reset();
  remove_stores(settings, "growth");
  return {std::string("dag_memory_growth_") + std::string(name), late / early, "x", 1,
          "memory of the process after writing " + std::to_string(rounds * kTogether * kBytes >> 20) +
              " MiB, to that after a tenth of it (floor: flat)"};
}

bool is_measured(const ports::Descriptor& descriptor) {
  return descriptor.place != ports::Place::process && descriptor.name != "file";
}

}  // namespace

std::vector<Figure> measure_storage(const Settings& settings) {
  std::vector<Figure> figures;
  for (const auto* backend : backends::state_store::all()) {
    const std::string_view name = backend->descriptor.name;
    if (!is_measured(backend->descriptor)) continue;
    figures.push_back(measure_transfers(settings, name));
    figures.push_back(measure_single_transfer(settings, name));
    figures.push_back(measure_restart(settings, name));
    if (backend->descriptor.place == ports::Place::path) figures.push_back(measure_state_memory(settings, name));
  }
  for (const auto* backend : backends::dag_store::all()) {
    const std::string_view name = backend->descriptor.name;
    if (!is_measured(backend->descriptor)) continue;
    figures.push_back(measure_puts(settings, name, 1'024, settings.scaled(200, 40), "1k"));
    figures.push_back(measure_puts(settings, name, 262'144, settings.scaled(4, 1), "256k"));
    figures.push_back(measure_gets(settings, name));
    if (backend->descriptor.place != ports::Place::path) continue;  // a server's memory is its own
    figures.push_back(measure_dag_memory(settings, name));
    figures.push_back(measure_dag_growth(settings, name));
  }
  return figures;
}

}  // namespace icn::bench
