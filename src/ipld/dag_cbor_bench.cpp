// The formats' cost on a settled job's path: a receipt-like map is written and read, and 1 KiB hashed with SHA-256.
#include <benchmark/benchmark.h>

#include "core/check.hpp"
#include "ipld/dag_cbor.hpp"

namespace icn::ipld {
namespace {

constexpr std::size_t kReserve = 384;

Cid cid_of(std::string_view name) { return Cid::of(Codec::dag_cbor, view_of(name)); }

void write_receipt(CborWriter& writer, const Cid& cid) {
  writer.map(9);
  writer.key("v").unsigned_integer(1);
  writer.key("job").link(cid);
  writer.key("fuel").unsigned_integer(123'456'789);
  writer.key("order").link(cid);
  writer.key("output").link(cid);
  writer.key("effects").link(cid);
  writer.key("outcome").map(2);
  writer.key("code").unsigned_integer(0);
  writer.key("kind").text("ok");
  writer.key("transcript").link(cid);
  writer.key("memory_pages").unsigned_integer(17);
}

Result<std::uint64_t> read_receipt(ByteView bytes) {
  CborReader reader(bytes);
  CborMap map = ICN_TRY(CborMap::open(reader, "receipt", 9));
  std::uint64_t sum = ICN_TRY(map.unsigned_integer("v"));
  ICN_TRY(map.link("job"));
  sum += ICN_TRY(map.unsigned_integer("fuel"));
  for (const std::string_view field : {"order", "output", "effects"}) ICN_TRY(map.link(field));
  ICN_TRY(map.value("outcome"));
  CborMap outcome = ICN_TRY(CborMap::open(reader, "outcome", 2));
  sum += ICN_TRY(outcome.unsigned_integer("code"));
  ICN_TRY(outcome.text("kind", 16));
  ICN_TRY(map.link("transcript"));
  sum += ICN_TRY(map.unsigned_integer("memory_pages"));
  ICN_TRY(map.close());
  ICN_TRY(reader.end());
  return sum;
}

void encode_receipt(benchmark::State& state) {
  const Cid cid = cid_of("a");
  std::size_t size = 0;
  for (auto _ : state) {
    CborWriter writer(kReserve);
    write_receipt(writer, cid);
    size = writer.view().size();
    benchmark::DoNotOptimize(writer.view().data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(encode_receipt);

void decode_receipt(benchmark::State& state) {
  CborWriter writer(kReserve);
  write_receipt(writer, cid_of("a"));
  const Bytes bytes = writer.take();
  for (auto _ : state) {
    const auto sum = read_receipt(bytes);
    ICN_CHECK(sum.has_value());
    benchmark::DoNotOptimize(*sum);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(decode_receipt);

void validate_receipt(benchmark::State& state) {
  CborWriter writer(kReserve);
  write_receipt(writer, cid_of("a"));
  const Bytes bytes = writer.take();
  for (auto _ : state) ICN_CHECK(validate_dag_cbor(bytes).has_value());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(validate_receipt);

void sha256_of_1_kib(benchmark::State& state) {
  const Bytes bytes(1024, 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(sha256(bytes));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(sha256_of_1_kib);

}  // namespace
}  // namespace icn::ipld
