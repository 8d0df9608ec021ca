// A Bitstring Status List (W3C): one bit for each credential of an issuer; a set bit revokes it. As text it is the
// compressed bits in base64url ('u').
//
// A value. Not thread safe while it changes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::credentials {

class StatusList {
 public:
  // The standard's least size, so that one credential hides among many; and what this program reads at most.
  static constexpr std::size_t kBitsMin = 131'072;
  static constexpr std::size_t kBitsMax = 16'777'216;
  static constexpr std::size_t kTextBytesMax = 4 * 1024 * 1024;

  StatusList() : bytes_(kBitsMin / 8) {}
  [[nodiscard]] std::size_t size() const { return bytes_.size() * 8; }
  // Errors: invalid_argument with the rule status_index: outside the list.
  [[nodiscard]] Result<bool> get(std::size_t index) const;
  // The list grows to hold the index. Errors: limit_exceeded with the rule status_list_full.
  [[nodiscard]] Result<void> set(std::size_t index, bool value);

  // The same bits give the same text.
  [[nodiscard]] std::string to_text() const;
  // Never expands more than kBitsMax bits. Errors: invalid_format (not a compressed list, too short), limit_exceeded.
  [[nodiscard]] static Result<StatusList> parse(std::string_view text);
  friend bool operator==(const StatusList&, const StatusList&) = default;

 private:
  Bytes bytes_;
};

}  // namespace icn::credentials
