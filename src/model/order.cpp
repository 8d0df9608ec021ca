#include "model/order.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborReader;
using ipld::CborWriter;

constexpr std::uint64_t kOrderVersion = 2;  // 2: names the incarnation of its home and the price of a page
constexpr std::size_t kObservationsMax = 4'096 + 2;
constexpr std::size_t kObservedTextMax = 1024 * 1024;

Result<WasmSecurityLimits> read_limits(CborMap& map) {
  ICN_TRY(map.value("limits"));
  const auto read = [](CborMap& inner) -> Result<LimitsAsked> {
    LimitsAsked all;
    for (const std::size_t row : detail::kLimitRowsByKey) {
      all.values[row] = ICN_TRY(inner.unsigned_integer(kLimitTable[row].name));
    }
    return all;
  };
  const LimitsAsked asked = ICN_TRY(detail::read_map(map.reader(), "order: field 'limits'", read));
  auto limits = effective_limits(asked);
  if (!limits) return map.bad("limits", limits.error().detail);
  return *limits;
}

Result<Deadlines> read_deadlines(CborMap& map) {
  ICN_TRY(map.value("deadlines"));
  const auto read = [](CborMap& inner) -> Result<Deadlines> {
    Deadlines all;
    all.expires = UnixMs{ICN_TRY(inner.unsigned_integer("expires"))};
    all.start_by = UnixMs{ICN_TRY(inner.unsigned_integer("start_by"))};
    all.finish_by = UnixMs{ICN_TRY(inner.unsigned_integer("finish_by"))};
    all.settle_by = UnixMs{ICN_TRY(inner.unsigned_integer("settle_by"))};
    return all;
  };
  const Deadlines deadlines = ICN_TRY(detail::read_map(map.reader(), "order: field 'deadlines'", read));
  if (deadlines.start_by > deadlines.finish_by || deadlines.finish_by > deadlines.settle_by ||
      deadlines.settle_by > deadlines.expires) {
    return map.bad("deadlines", "start_by, finish_by, settle_by and expires are not in ascending order");
  }
  return deadlines;
}

Result<ObservedValue> read_observed(CborReader& reader) {
  switch (ICN_TRY(reader.peek())) {
    case ipld::CborKind::null:
      ICN_TRY(reader.null());
      return ObservedValue{};
    case ipld::CborKind::unsigned_integer:
      return ObservedValue{ICN_TRY(reader.unsigned_integer())};
    case ipld::CborKind::text: {
      const std::string_view text = ICN_TRY(reader.text());
      if (text.size() > kObservedTextMax) return fail(ErrorCode::limit_exceeded, "a value of more than 1048576 bytes");
      return ObservedValue{std::string(text)};
    }
    default:
      return fail(ErrorCode::invalid_format, "a value is null, a number or text");
  }
}

}  // namespace

const ObservedValue* Observations::find(const ReadKey& key) const {
  for (const Observation& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

ipld::Block Observations::to_block() const {
  CborWriter writer(64 + 96 * entries.size());
  writer.map(2);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("entries").array(entries.size());
  for (const Observation& entry : entries) {
    writer.array(2).text(entry.key.to_text());
    if (const auto* number = std::get_if<std::uint64_t>(&entry.value)) {
      writer.unsigned_integer(*number);
    } else if (const auto* text = std::get_if<std::string>(&entry.value)) {
      writer.text(*text);
    } else {
      writer.null();
    }
  }
  return detail::block_of(writer);
}

Result<Observations> Observations::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "observations", [](CborMap& map) -> Result<Observations> {
    ICN_TRY(detail::read_version(map, "observations"));
    const std::size_t count = ICN_TRY(map.array("entries", kObservationsMax));
    Observations observations;
    std::string previous;
    for (std::size_t i = 0; i < count; ++i) {
      auto pair = map.reader().array();
      if (!pair || *pair != 2) return map.bad("entries", "each entry is a pair of key and value");
      auto text = map.reader().text();
      if (!text) return map.bad("entries", text.error().detail);
      if (i > 0 && !(previous < *text)) return map.bad("entries", "not sorted or not unique");
      previous = *text;
      auto key = ReadKey::parse(*text);
      if (!key) return map.bad("entries", key.error().detail);
      auto value = read_observed(map.reader());
      if (!value) return map.bad("entries", value.error().detail);
      observations.entries.push_back({*std::move(key), *std::move(value)});
    }
    return observations;
  });
}

ipld::Block Order::to_block() const {
  const bool first_version = incarnation == 0;
  CborWriter writer(1024);
  writer.map(first_version ? 14 : 16);
  writer.key("v").unsigned_integer(first_version ? 1 : kOrderVersion);
  writer.key("abi").link(abi);
  writer.key("job").link(job.cid);
  writer.key("base").unsigned_integer(base.umana);
  writer.key("home").text(home.to_text());
  if (!first_version) writer.key("page").unsigned_integer(page.umana);
  writer.key("time").unsigned_integer(time.value);
  writer.key("check").bytes(check);
  writer.key("costs").link(costs);
  writer.key("limits").map(kLimitCount);
  for (const std::size_t row : detail::kLimitRowsByKey)
    writer.key(kLimitTable[row].name).unsigned_integer(limit_value(limits, row));
  writer.key("profile").link(profile);
  writer.key("reserve").unsigned_integer(reserve.umana);
  writer.key("discount").unsigned_integer(discount.umana);
  writer.key("deadlines").map(4);
  writer.key("expires").unsigned_integer(deadlines.expires.value);
  writer.key("start_by").unsigned_integer(deadlines.start_by.value);
  writer.key("finish_by").unsigned_integer(deadlines.finish_by.value);
  writer.key("settle_by").unsigned_integer(deadlines.settle_by.value);
  if (!first_version) writer.key("incarnation").unsigned_integer(incarnation);
  writer.key("observations").link(observations);
  return detail::block_of(writer);
}

namespace {

Result<Order> read_order(CborMap& map) {
  Order order;
  const std::uint64_t version = ICN_TRY(detail::read_version(map, "order", kOrderVersion));
  order.abi = ICN_TRY(map.link("abi"));
  order.job = JobId{ICN_TRY(map.link("job"))};
  order.base = Mana{ICN_TRY(map.unsigned_integer("base"))};
  order.home = ICN_TRY(detail::read_did(map, "home"));
  if (version > 1) order.page = Mana{ICN_TRY(map.unsigned_integer("page"))};
  order.time = UnixMs{ICN_TRY(map.unsigned_integer("time"))};
  order.check = ICN_TRY(detail::read_fixed<32>(map, "check"));
  order.costs = ICN_TRY(map.link("costs"));
  order.limits = ICN_TRY(read_limits(map));
  order.profile = ICN_TRY(map.link("profile"));
  order.reserve = Mana{ICN_TRY(map.unsigned_integer("reserve"))};
  order.discount = Mana{ICN_TRY(map.unsigned_integer("discount"))};
  order.deadlines = ICN_TRY(read_deadlines(map));
  if (version > 1) {
    order.incarnation = ICN_TRY(map.unsigned_integer("incarnation"));
    if (order.incarnation == 0) return map.bad("incarnation", "0; incarnations count from 1");
  }
  order.observations = ICN_TRY(map.link("observations"));
  return order;
}

}  // namespace

Result<Order> Order::from_bytes(ByteView body) { return detail::read_body(body, "order", read_order); }

ipld::Block SignedOrder::to_block() const {
  CborWriter writer(256);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("home").text(home.to_text());
  writer.key("order").link(order);
  return detail::block_of(writer);
}

Result<SignedOrder> SignedOrder::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed order", [](CborMap& map) -> Result<SignedOrder> {
    SignedOrder value;
    ICN_TRY(detail::read_version(map, "signed order"));
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.home = ICN_TRY(detail::read_did(map, "home"));
    value.order = ICN_TRY(map.link("order"));
    return value;
  });
}

}  // namespace icn::model
