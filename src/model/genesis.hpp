// Genesis of a scope: {v, name, clerk, members: [{did, home}], parameters, endowment, grant, nonce}; its CID is the
// scope's id.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"
#include "model/signature.hpp"

namespace icn::model {

struct Member {
  Did did;
  Did home;
  friend bool operator==(const Member&, const Member&) = default;
};

struct Genesis {
  std::string name;
  Did clerk;
  std::vector<Member> members;  // sorted by DID, unique
  std::map<std::string, std::string> parameters;
  Mana endowment;  // to TREASURY
  Mana grant;      // to each member
  Bytes nonce;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Genesis> from_bytes(ByteView bytes);
  friend bool operator==(const Genesis&, const Genesis&) = default;
};

struct SignedGenesis {
  ipld::Cid scope;
  Signature signature{};  // of the clerk
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedGenesis> from_bytes(ByteView bytes);
};

}  // namespace icn::model
