#include "model/receipt.hpp"

#include <fmt/core.h>

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

struct OutcomeRow {
  OutcomeKind kind;
  std::string_view name;
};
constexpr std::array kOutcomes{
    OutcomeRow{OutcomeKind::ok, "ok"},
    OutcomeRow{OutcomeKind::nonzero_exit, "nonzero_exit"},
    OutcomeRow{OutcomeKind::trap, "trap"},
    OutcomeRow{OutcomeKind::out_of_fuel, "out_of_fuel"},
    OutcomeRow{OutcomeKind::stack_overflow, "stack_overflow"},
    OutcomeRow{OutcomeKind::stopped, "stopped"},
};

struct TrapRow {
  TrapCode code;
  std::string_view name;
};
constexpr std::array kTraps{
    TrapRow{TrapCode::unreachable, "unreachable"},
    TrapRow{TrapCode::memory_out_of_bounds, "memory_out_of_bounds"},
    TrapRow{TrapCode::table_out_of_bounds, "table_out_of_bounds"},
    TrapRow{TrapCode::indirect_call_to_null, "indirect_call_to_null"},
    TrapRow{TrapCode::bad_signature, "bad_signature"},
    TrapRow{TrapCode::integer_overflow, "integer_overflow"},
    TrapRow{TrapCode::integer_division_by_zero, "integer_division_by_zero"},
    TrapRow{TrapCode::bad_conversion_to_integer, "bad_conversion_to_integer"},
    TrapRow{TrapCode::heap_misaligned, "heap_misaligned"},
    TrapRow{TrapCode::guest_fault, "guest_fault"},
    TrapRow{TrapCode::output_limit, "output_limit"},
    TrapRow{TrapCode::effects_limit, "effects_limit"},
};

Result<Outcome> read_outcome(CborMap& map) {
  ICN_TRY(map.value("outcome"));
  const auto read = [](CborMap& inner) -> Result<Outcome> {
    const std::uint32_t code = ICN_TRY(detail::read_u32(inner, "code"));
    const std::string name = ICN_TRY(inner.text("kind", 32));
    const auto kind = find_outcome(name);
    if (!kind) return inner.bad("kind", "unknown kind '" + name + "'");
    return Outcome{*kind, code};
  };
  const Outcome outcome = ICN_TRY(detail::read_map(map.reader(), "receipt: field 'outcome'", read));
  switch (outcome.kind) {
    case OutcomeKind::nonzero_exit:
      if (outcome.code == 0) return map.bad("outcome", "nonzero_exit with code 0");
      break;
    case OutcomeKind::trap:
      if (outcome.code == 0 || outcome.code > kTraps.size()) return map.bad("outcome", "an unknown trap code");
      break;
    default:
      if (outcome.code != 0) return map.bad("outcome", "a code that its kind does not have");
  }
  return outcome;
}

}  // namespace

std::string_view outcome_name(OutcomeKind kind) { return kOutcomes[static_cast<std::size_t>(kind)].name; }

std::optional<OutcomeKind> find_outcome(std::string_view name) {
  for (const OutcomeRow& row : kOutcomes) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

std::string_view trap_name(TrapCode code) {
  for (const TrapRow& row : kTraps) {
    if (row.code == code) return row.name;
  }
  return "unknown";
}

namespace {

void write_value(CborWriter& out, const ipld::Cid& cid) { out.link(cid); }
void write_value(CborWriter& out, const JobId& id) { out.link(id.cid); }
void write_value(CborWriter& out, std::uint64_t number) { out.unsigned_integer(number); }
void write_value(CborWriter& out, std::uint32_t number) { out.unsigned_integer(number); }
void write_value(CborWriter& out, const std::optional<ipld::Cid>& cid) {
  if (cid) {
    out.link(*cid);
  } else {
    out.null();
  }
}
void write_value(CborWriter& out, const Outcome& outcome) {
  out.map(2).key("code").unsigned_integer(outcome.code);
  out.key("kind").text(outcome_name(outcome.kind));
}

Result<void> read_value(CborMap& map, std::string_view name, ipld::Cid& cid) {
  cid = ICN_TRY(map.link(name));
  return {};
}
Result<void> read_value(CborMap& map, std::string_view name, JobId& id) { return read_value(map, name, id.cid); }
Result<void> read_value(CborMap& map, std::string_view name, std::uint64_t& number) {
  number = ICN_TRY(map.unsigned_integer(name));
  return {};
}
Result<void> read_value(CborMap& map, std::string_view name, std::uint32_t& number) {
  number = ICN_TRY(detail::read_u32(map, name));
  return {};
}
Result<void> read_value(CborMap& map, std::string_view name, std::optional<ipld::Cid>& cid) {
  cid = ICN_TRY(map.optional_link(name));
  return {};
}
Result<void> read_value(CborMap& map, std::string_view, Outcome& outcome) {
  outcome = ICN_TRY(read_outcome(map));
  return {};
}

std::string words_of(const ipld::Cid& cid) { return cid.to_text(); }
std::string words_of(const JobId& id) { return id.to_text(); }
std::string words_of(std::uint64_t number) { return std::to_string(number); }
std::string words_of(const std::optional<ipld::Cid>& cid) { return cid ? cid->to_text() : "none"; }
std::string words_of(const Outcome& outcome) {
  std::string words(outcome_name(outcome.kind));
  if (outcome.kind == OutcomeKind::nonzero_exit) words += fmt::format(" {}", outcome.code);
  if (outcome.kind == OutcomeKind::trap) words += fmt::format(" {}", trap_name(static_cast<TrapCode>(outcome.code)));
  return words;
}

// Whether the bytes are a map with a link under this key.
bool has_link(ByteView bytes, std::string_view field) {
  ipld::CborReader reader(bytes);
  const auto count = reader.map();
  for (std::size_t i = 0; count && i < *count; ++i) {
    const auto key = reader.text();
    if (!key) return false;
    const auto kind = reader.peek();
    if (*key == field) return kind && *kind == ipld::CborKind::link;
    if (!reader.skip()) return false;
  }
  return false;
}

// Each kind of block has its own versions: a block has a newer version of this kind only if it has the field that
// identifies this kind.
template <class T>
Result<T> of_this_kind(Result<T> read, ByteView bytes, std::string_view field) {
  if (read || read.error().code != ErrorCode::unsupported_version || has_link(bytes, field)) return read;
  return fail(ErrorCode::invalid_format, fmt::format("it has no field '{}'", field));
}

}  // namespace

ipld::Block Receipt::to_block() const {
  CborWriter writer(384);
  writer.map(1 + std::tuple_size_v<std::remove_cv_t<decltype(kReceiptFields)>>);
  writer.key("v").unsigned_integer(detail::kVersion);
  for_each_receipt_field([&]<auto Member>(const ReceiptField<Member>& field) {
    writer.key(field.name);
    write_value(writer, this->*Member);
  });
  return detail::block_of(writer);
}

Result<Receipt> Receipt::from_bytes(ByteView body) {
  Result<Receipt> read = detail::read_body(body, "receipt", [](CborMap& map) -> Result<Receipt> {
    Receipt receipt;
    ICN_TRY(detail::read_version(map, "receipt"));
    Result<void> fields;
    for_each_receipt_field([&]<auto Member>(const ReceiptField<Member>& field) {
      if (fields) fields = read_value(map, field.name, receipt.*Member);
    });
    ICN_TRY(std::move(fields));
    const OutputRule rule = output_rule(receipt.outcome.kind);
    if (rule == OutputRule::always && !receipt.output) return map.bad("output", "missing although the program ended");
    if (rule == OutputRule::none && receipt.output)
      return map.bad("output", "present although how far the program got is not known");
    return receipt;
  });
  return of_this_kind(std::move(read), body, "transcript");
}

std::optional<ReceiptDifference> first_difference(const Receipt& expected, const Receipt& got) {
  std::optional<ReceiptDifference> first;
  unsigned compared = 0;
  for_each_receipt_field([&]<auto Member>(const ReceiptField<Member>& field) {
    if (expected.*Member == got.*Member || (first && compared < field.compared)) return;
    first = ReceiptDifference{field.name, words_of(expected.*Member), words_of(got.*Member)};
    compared = field.compared;
  });
  return first;
}

ipld::Block SignedReceipt::to_block() const {
  CborWriter writer(256);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("receipt").link(receipt);
  writer.key("executor").text(executor.to_text());
  return detail::block_of(writer);
}

Result<SignedReceipt> SignedReceipt::from_bytes(ByteView bytes) {
  Result<SignedReceipt> read = detail::read_body(bytes, "signed receipt", [](CborMap& map) -> Result<SignedReceipt> {
    SignedReceipt value;
    ICN_TRY(detail::read_version(map, "signed receipt"));
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.receipt = ICN_TRY(map.link("receipt"));
    value.executor = ICN_TRY(detail::read_did(map, "executor"));
    return value;
  });
  return of_this_kind(std::move(read), bytes, "receipt");
}

}  // namespace icn::model
