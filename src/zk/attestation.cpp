#include "zk/attestation.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "ipld/dag_cbor.hpp"

namespace icn::zk {
namespace {

// First elements of lists that are hashed; as in rust/src/zk/statements.rs.
constexpr std::uint64_t kFirstValueTag = 0x0101;
constexpr std::uint64_t kGapTag = 0x0201;

}  // namespace

Element element_of(const model::Did& did) { return element_of("ICN-ZK-DID-v1", did.key()); }

Element commitment_of(Statement statement, const model::Did& issuer, const model::Did& holder, const Secret& secret) {
  const Element salt = element_of("ICN-ZK-SALT-v1", secret.salt);
  const auto hash = hash_of(std::array{element_of(kFirstValueTag + static_cast<std::uint64_t>(statement)),
                                       element_of(holder), element_of(issuer), element_of(secret.value), salt});
  ICN_CHECK(hash.has_value());
  return *hash;
}

ValueAttestation attest(Statement statement, const model::Did& issuer, const model::Did& holder, const Secret& secret) {
  return {statement,
          issuer,
          holder,
          commitment_of(statement, issuer, holder, secret),
          range_commitment(secret.value, secret.salt),
          {}};
}

ipld::Block ValueAttestation::body() const {
  ipld::CborWriter writer(384);
  writer.map(6);
  writer.key("v").unsigned_integer(row_of(statement).version);
  writer.key("holder").text(holder.to_text());
  writer.key("issuer").text(issuer.to_text());
  writer.key("pedersen").bytes(pedersen);
  writer.key("statement").text(row_of(statement).name);
  writer.key("commitment").bytes(commitment);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

Result<void> ValueAttestation::verify() const {
  return model::verify(model::SignatureTag::zk_value, body().cid, issuer, signature);
}

ipld::Block RootAttestation::body() const {
  ipld::CborWriter writer(256);
  writer.map(5);
  writer.key("v").unsigned_integer(row_of(statement).version);
  writer.key("root").bytes(root);
  writer.key("time").unsigned_integer(time.value);
  writer.key("issuer").text(issuer.to_text());
  writer.key("statement").text(row_of(statement).name);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

Result<void> RootAttestation::verify() const {
  return model::verify(model::SignatureTag::zk_root, body().cid, issuer, signature);
}

Result<std::vector<Gap>> gaps_between(std::vector<std::uint64_t> revoked) {
  std::sort(revoked.begin(), revoked.end());
  revoked.erase(std::unique(revoked.begin(), revoked.end()), revoked.end());
  std::vector<Gap> gaps;
  std::uint64_t low = 0;
  for (const std::uint64_t serial : revoked) {
    if (serial == 0 || serial == UINT64_MAX) {
      return refuse(ErrorCode::invalid_argument, "serial_number",
                    std::to_string(serial) + " is not a serial number; they are from 1 to 2^64 - 2.");
    }
    gaps.push_back({low, serial});
    low = serial;
  }
  gaps.push_back({low, UINT64_MAX});
  return gaps;
}

Element leaf_of(const Gap& gap) {
  const auto hash = hash_of(std::array{element_of(kGapTag), element_of(gap.low), element_of(gap.high)});
  ICN_CHECK(hash.has_value());
  return *hash;
}

}  // namespace icn::zk
