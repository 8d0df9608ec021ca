// Strict DAG-PB: the nodes of UnixFS files and folders, a protobuf of links and data in one fixed form.
//
// Read only; FileBuilder writes UnixFS files. Links precede the data, a link has hash, name and size in this order, and
// there are no other fields. The order of links is the writer's (encoders sort folders by name).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

struct PbLink {
  Cid cid;
  std::optional<std::string_view> name;
  // The size of the linked DAG according to the writer; unchecked.
  std::optional<std::uint64_t> total_size;
};

struct PbNode {
  std::vector<PbLink> links;
  std::optional<ByteView> data;
};

// Views point into `bytes`. Errors: invalid_format, unsupported (a link with an unsupported codec or hash).
[[nodiscard]] Result<PbNode> parse_dag_pb(ByteView bytes);

}  // namespace icn::ipld
