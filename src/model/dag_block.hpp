// The signed DAG block that anchors things: payload {v, ts, data, links: [{cid, name, size}], scope, author}, whose CID
// is the hash of exactly those bytes; the envelope {payload, sig} is a separate block.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/order.hpp"
#include "model/signature.hpp"

namespace icn::model {

struct DagLink {
  ipld::Cid cid;
  std::string name;
  std::uint64_t size = 0;
  friend bool operator==(const DagLink&, const DagLink&) = default;
};

struct DagPayload {
  UnixMs time;
  Bytes data;
  std::vector<DagLink> links;
  std::optional<ipld::Cid> scope;
  Did author;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<DagPayload> from_bytes(ByteView bytes);
  friend bool operator==(const DagPayload&, const DagPayload&) = default;
};

struct DagEnvelope {
  ipld::Cid payload;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<DagEnvelope> from_bytes(ByteView bytes);
};

}  // namespace icn::model
