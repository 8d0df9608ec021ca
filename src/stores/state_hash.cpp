#include "stores/state_hash.hpp"

#include "model/keys.hpp"

namespace icn::stores {
namespace {

constexpr std::string_view kTag = "ICN-STATE-v1";

}  // namespace

StateHasher::StateHasher() { add_part(view_of(kTag)); }

void StateHasher::add_part(ByteView part) {
  std::array<std::uint8_t, 8> length;
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::uint8_t>(part.size() >> (56 - 8 * i));
  hash_.update(length);
  hash_.update(part);
}

void StateHasher::add_pair(ByteView key, ByteView value) {
  ++counted_.pairs;
  if (!model::is_hashed(key)) return;
  ++hashed_;
  add_part(key);
  add_part(value);
}

void StateHasher::add_cid(const ipld::Cid& cid) {
  ++counted_.blocks;
  add_part(cid.to_bytes());
}

StateHash StateHasher::finish() {
  Bytes counts;
  append_be64(counts, hashed_);
  append_be64(counts, counted_.blocks);
  hash_.update(counts);
  counted_.digest = hash_.finish();
  return counted_;
}

Result<StateHash> hash_state(const ports::StateReader& state, const ports::DagStore& dag,
                             const std::function<bool(const ipld::Cid&)>& is_later) {
  StateHasher hasher;
  ICN_TRY(state.scan({}, {}, [&](ByteView key, ByteView value) {
    hasher.add_pair(key, value);
    return true;
  }));
  ICN_TRY(dag.for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
    if (!is_later || !is_later(cid)) hasher.add_cid(cid);
    return true;
  }));
  return hasher.finish();
}

}  // namespace icn::stores
