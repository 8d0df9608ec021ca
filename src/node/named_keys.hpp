// DIDs as people give them to a node: as they are, or by the name of a key in its data folder.
#pragma once
#include <string>

#include "node/embedded_node.hpp"

namespace icn::node {

// Errors: invalid_argument (not a DID), not_found (no such key), those of the folder.
[[nodiscard]] inline Result<model::Did> did_of(EmbeddedNode& node, const std::string& text) {
  if (text.starts_with("did:")) return model::Did::parse(text);
  const auto keys = ICN_TRY(folder::read_member_keys(node.folder()));
  return ICN_TRY(folder::find_member_key(keys, text)).did;
}

}  // namespace icn::node
