// Goal: a proof, a holder's file and a manifest refuse any bytes with an error, or are written again as a text or block
// that is read as the same value; whether a proof holds is answered for any points. The first byte selects.
#include <cstdint>

#include "core/check.hpp"
#include "zk/proof.hpp"
#include "zk/witness.hpp"

namespace {

using icn::ByteView;

void read_proof(ByteView bytes) {
  const auto proof = icn::zk::Proof::from_json(icn::text_of(bytes));
  if (!proof) return;
  const auto again = icn::zk::Proof::from_json(proof->to_json());
  ICN_CHECK(again.has_value() && *again == *proof);
  static const auto ring = icn::zk::KeyRing::of(icn::zk::development_manifest());
  ICN_CHECK(ring.has_value());
  static_cast<void>(icn::zk::holds(*proof, proof->keys ? &*ring : nullptr));
}

void read_witness(ByteView bytes) {
  const auto witness = icn::zk::Witness::from_json(icn::text_of(bytes));
  if (!witness) return;
  const auto again = icn::zk::Witness::from_json(witness->to_json());
  ICN_CHECK(again.has_value() && again->to_json() == witness->to_json());
}

void read_manifest(ByteView bytes) {
  const auto manifest = icn::zk::Manifest::from_bytes(bytes);
  if (!manifest) return;
  ICN_CHECK(icn::copy_of(bytes) == manifest->to_block().bytes);
  static_cast<void>(icn::zk::KeyRing::of(*manifest));
}

constexpr void (*kReaders[])(ByteView) = {read_proof, read_witness, read_manifest};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kReaders[data[0] % std::size(kReaders)](ByteView(data + 1, size - 1));
  return 0;
}
