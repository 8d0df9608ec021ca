// DID: the identity of a member or a node. `did:key:z6Mk…` names an Ed25519 key; members and nodes have separate keys.
//
// A value: cheap to copy (the key's 32 bytes), ordered by its key bytes. Other DID methods belong to a resolver.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::model {

using PublicKey = std::array<std::uint8_t, 32>;

class Did {
 public:
  Did() = default;
  [[nodiscard]] static Did of_key(const PublicKey& key) { return Did(key); }
  // Accepts only the canonical text (multibase 'z', multicodec 0xed01, 32 bytes). Errors: invalid_argument.
  [[nodiscard]] static Result<Did> parse(std::string_view text);
  // The spec's spelling of parse.
  [[nodiscard]] static Result<Did> from_str(std::string_view text) { return parse(text); }

  [[nodiscard]] std::string to_text() const;
  // The first characters of the text and "…", for tables in a terminal.
  [[nodiscard]] std::string to_short_text() const;
  [[nodiscard]] const PublicKey& key() const { return key_; }

  friend auto operator<=>(const Did&, const Did&) = default;

 private:
  explicit Did(const PublicKey& key) : key_(key) {}
  PublicKey key_{};
};

}  // namespace icn::model

template <>
struct std::hash<icn::model::Did> {
  std::size_t operator()(const icn::model::Did& did) const {
    std::size_t value = 0;
    std::memcpy(&value, did.key().data(), sizeof value);
    return value;
  }
};
