// Genesis of a scope: its name, clerk, parameters, opening balances, admission rule and members. Its CID is the scope's
// id.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"
#include "model/member_list.hpp"
#include "model/signature.hpp"

namespace icn::model {

// Who admits members after the scope was created. Append-only; each name is a text of docs/FORMATS.md.
enum class Admission : std::uint8_t { clerk };

struct Genesis {
  std::string name;
  Did clerk;
  // The root of the member list. A genesis of version 1 holds the members themselves, sorted by DID and unique; it is
  // written again as the bytes it was read from.
  std::variant<ipld::Cid, std::vector<Member>> members;
  std::map<std::string, std::string> parameters;
  Mana endowment;  // to TREASURY, in the clerk's ledger
  Mana grant;      // to each member, by its home
  Admission admission = Admission::clerk;
  Bytes nonce;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Genesis> from_bytes(ByteView bytes);
  friend bool operator==(const Genesis&, const Genesis&) = default;
};

// All members, in either version. Errors: as read_members().
[[nodiscard]] Result<std::vector<Member>> members_of(const Genesis& genesis, const BlockReader& get);

struct SignedGenesis {
  ipld::Cid scope;
  Signature signature{};  // by the clerk
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedGenesis> from_bytes(ByteView bytes);
};

}  // namespace icn::model
