// Reads a flat JSON object field by field; what is left over in the end is refused.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "zk/statement.hpp"

namespace icn::zk::detail {

using Json = nlohmann::ordered_json;

struct JsonBounds {
  std::size_t bytes_max;
  std::size_t depth_max;
};

class Fields {
 public:
  // `what` names the text in errors. Errors: invalid_format, limit_exceeded.
  [[nodiscard]] static Result<Fields> parse(std::string_view what, std::string_view text, JsonBounds bounds);

  // Errors of all: invalid_format with the rule zk_field, naming the field.
  [[nodiscard]] Result<std::string> text(std::string_view field);
  [[nodiscard]] Result<std::uint64_t> number(std::string_view field);
  [[nodiscard]] Result<Bytes> bytes(std::string_view field, std::size_t least, std::size_t most);
  [[nodiscard]] Result<model::Did> did(std::string_view field);
  [[nodiscard]] Result<ipld::Cid> cid(std::string_view field);
  [[nodiscard]] Result<Bounds> bounds(std::string_view field, const StatementRow& row);
  // A value or bound in the statement's unit.
  [[nodiscard]] Result<std::uint64_t> measure(std::string_view field, Unit unit);
  // Moves the field out.
  [[nodiscard]] Result<Json> value(std::string_view field);
  [[nodiscard]] bool has(std::string_view field) const;
  template <std::size_t N>
  [[nodiscard]] Result<void> fixed(std::string_view field, std::array<std::uint8_t, N>& out) {
    const Bytes read = ICN_TRY(bytes(field, N, N));
    std::copy(read.begin(), read.end(), out.begin());
    return {};
  }
  // Errors: invalid_format (a field that was not read).
  [[nodiscard]] Result<void> close() const;
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view field, std::string_view what) const;

 private:
  Fields(std::string_view what, Json json) : what_(what), json_(std::move(json)) {}
  std::string what_;
  Json json_;
};

[[nodiscard]] Json measure_json(Unit unit, std::uint64_t value);
[[nodiscard]] Json bounds_json(const StatementRow& row, const Bounds& bounds);

}  // namespace icn::zk::detail
