// Resolving DIDs whose documents are in the cache, against a look-up in a hash table of the same DIDs.
#include <unordered_map>

#include "backends/registry.hpp"
#include "config/did_resolvers.hpp"
#include "measure.hpp"
#include "model/did_methods.hpp"
#include "model/signature.hpp"

namespace icn::bench {

std::vector<Figure> measure_identity(const Settings& settings) {
  const std::uint64_t count = settings.scaled(4'000, 1'000);  // all fit into the cache
  const auto resolvers =
      expect(config::open_resolvers("key,peer", std::shared_ptr(expect(backends::system::open(), "system").clock)),
             "resolvers");
  std::vector<model::DidUrl> dids;
  std::unordered_map<std::string, std::shared_ptr<const ports::ResolvedDid>> table;
  for (std::uint64_t i = 0; i < count; ++i) {
    model::Seed seed{};
    for (std::size_t byte = 0; byte < 8; ++byte) seed[byte] = static_cast<std::uint8_t>(i >> 8 * byte);
    const std::string text = model::KeyPair::from_seed(seed).did().to_text();
    dids.push_back(expect(model::DidUrl::parse_did(text), "DID"));
    table[text] = expect(resolvers->resolve(dids.back()), "resolve");
  }
  std::size_t methods = 0;
  const Pair cached = in_turn(
      10,
      [&] {
        for (const model::DidUrl& did : dids) methods += (*resolvers->resolve(did))->document.methods().size();
      },
      [&] {
        for (const model::DidUrl& did : dids) methods += table.at(did.text())->document.methods().size();
      });
  double first = 1e300;
  for (int round = 0; round < 10; ++round) {
    first = std::min(first, time_ns([&] {
                       for (const model::DidUrl& did : dids)
                         methods += expect(model::derived_document(did), "document").methods().size();
                     }));
  }
  if (methods != 30 * 2 * count) give_up("a document lacks a key");
  const auto each = [&](double ns) { return ns / static_cast<double>(count); };
  return {{"did_cached_ns", each(cached.ours), "ns", each(cached.floor),
           "one DID of " + std::to_string(count) + " in the cache; bar 1,000 ns (floor: a look-up in a hash table)"},
          {"did_key_us", each(first) / 1e3, "µs", 0, "the document of a did:key, made and read"}};
}

}  // namespace icn::bench
