#include "zk/detail/json.hpp"

#include <fmt/core.h>

#include "model/strict_json.hpp"

namespace icn::zk::detail {

Result<Fields> Fields::parse(std::string_view what, std::string_view text, JsonBounds bounds) {
  ICN_TRY(model::check_strict_json(what, text, bounds.bytes_max, bounds.depth_max));
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    return refuse(ErrorCode::invalid_format, "not_json", fmt::format("{} is not a JSON object.", what));
  return Fields(what, std::move(json));
}

tl::unexpected<Error> Fields::bad(std::string_view field, std::string_view what) const {
  return refuse(ErrorCode::invalid_format, "zk_field", fmt::format("{}: the field '{}' {}.", what_, field, what),
                std::string(field));
}

bool Fields::has(std::string_view field) const { return json_.contains(field); }

Result<Json> Fields::value(std::string_view field) {
  const auto at = json_.find(std::string(field));
  if (at == json_.end()) return bad(field, "is missing");
  Json moved = std::move(*at);
  json_.erase(std::string(field));
  return moved;
}

Result<std::string> Fields::text(std::string_view field) {
  const Json read = ICN_TRY(value(field));
  if (!read.is_string()) return bad(field, "must be a text");
  return read.get<std::string>();
}

Result<std::uint64_t> Fields::number(std::string_view field) {
  const Json read = ICN_TRY(value(field));
  if (!read.is_number_unsigned()) return bad(field, "must be a whole number from 0 to 2^64 - 1");
  return read.get<std::uint64_t>();
}

Result<Bytes> Fields::bytes(std::string_view field, std::size_t least, std::size_t most) {
  const std::string hex = ICN_TRY(text(field));
  auto read = from_hex(hex);
  if (read && read->size() >= least && read->size() <= most && to_hex(*read) == hex) return *std::move(read);
  return bad(field, least == most
                        ? fmt::format("must be {} bytes as lower-case hexadecimal digits", least)
                        : fmt::format("must be {} to {} bytes as lower-case hexadecimal digits", least, most));
}

Result<model::Did> Fields::did(std::string_view field) {
  auto read = model::Did::parse(ICN_TRY(text(field)));
  if (!read) return bad(field, "is not a DID of a key: " + read.error().detail);
  return *read;
}

Result<ipld::Cid> Fields::cid(std::string_view field) {
  auto read = ipld::Cid::parse(ICN_TRY(text(field)));
  if (!read) return bad(field, "is not a CID: " + read.error().detail);
  return *read;
}

Result<std::uint64_t> Fields::measure(std::string_view field, Unit unit) {
  if (unit != Unit::date) return number(field);
  const auto days = days_of_date(ICN_TRY(text(field)));
  if (!days) return bad(field, "must be a date like 2008-11-30");
  return *days;
}

Result<Bounds> Fields::bounds(std::string_view field, const StatementRow& row) {
  Fields inner(fmt::format("{}: '{}'", what_, field), ICN_TRY(value(field)));
  if (!inner.json_.is_object()) return bad(field, "must be an object");
  Bounds read;
  if (!row.min.empty()) read.min = ICN_TRY(inner.measure(row.min, row.unit));
  if (!row.max.empty()) read.max = ICN_TRY(inner.measure(row.max, row.unit));
  ICN_TRY(inner.close());
  return read;
}

Result<void> Fields::close() const {
  if (json_.empty()) return {};
  return bad(json_.begin().key().substr(0, 64), "is not one of this document");
}

Json measure_json(Unit unit, std::uint64_t value) {
  return unit == Unit::date ? Json(date_of_days(value)) : Json(value);
}

Json bounds_json(const StatementRow& row, const Bounds& bounds) {
  Json json = Json::object();
  if (!row.min.empty()) json[std::string(row.min)] = measure_json(row.unit, bounds.min);
  if (!row.max.empty()) json[std::string(row.max)] = measure_json(row.unit, bounds.max);
  return json;
}

}  // namespace icn::zk::detail
