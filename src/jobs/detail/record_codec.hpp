// Encoding of job record members: one put/get pair per type, selected by overload, and Field, which binds them to a
// member and its name.
#pragma once
#include <algorithm>
#include <concepts>
#include <limits>

#include "ipld/dag_cbor.hpp"
#include "jobs/job_record.hpp"

namespace icn::jobs::detail {

using ipld::CborReader;
using ipld::CborWriter;

template <std::unsigned_integral Number>
void put(CborWriter& out, Number value) {
  out.unsigned_integer(value);
}
template <std::unsigned_integral Number>
Result<void> get(CborReader& in, Number& value) {
  const std::uint64_t wide = ICN_TRY(in.unsigned_integer());
  if (wide > std::numeric_limits<Number>::max()) return fail(ErrorCode::invalid_format, "too large");
  value = static_cast<Number>(wide);
  return {};
}

inline void put(CborWriter& out, std::int64_t value) { out.integer(value); }
inline Result<void> get(CborReader& in, std::int64_t& value) {
  value = ICN_TRY(in.integer());
  return {};
}

inline void put(CborWriter& out, model::UnixMs time) { put(out, time.value); }
inline Result<void> get(CborReader& in, model::UnixMs& time) { return get(in, time.value); }
inline void put(CborWriter& out, model::Mana mana) { put(out, mana.umana); }
inline Result<void> get(CborReader& in, model::Mana& mana) { return get(in, mana.umana); }

// Enumerators are stored as numbers and start at 0.
template <class Enum>
requires std::is_enum_v<Enum>
void put(CborWriter& out, Enum value) { out.unsigned_integer(static_cast<std::uint64_t>(value)); }
template <class Enum>
Result<void> get_enum(CborReader& in, Enum& value, Enum last) {
  const std::uint64_t number = ICN_TRY(in.unsigned_integer());
  if (number > static_cast<std::uint64_t>(last))
    return fail(ErrorCode::invalid_format, "it has no value " + std::to_string(number));
  value = static_cast<Enum>(number);
  return {};
}
inline Result<void> get(CborReader& in, JobPhase& phase) { return get_enum(in, phase, JobPhase::expired); }
// Version 1 wrote 0 for none.
inline Result<void> get(CborReader& in, std::optional<ErrorCode>& code) {
  std::uint16_t number = 0;
  ICN_TRY(get(in, number));
  if (number == 0) return {};
  for (const ErrorRow& row : error_table()) {
    if (static_cast<std::uint16_t>(row.code) == number) code = row.code;
  }
  return code ? Result<void>() : fail(ErrorCode::invalid_format, "unknown error " + std::to_string(number));
}

inline void put(CborWriter& out, const ipld::Cid& cid) { out.link(cid); }
inline Result<void> get(CborReader& in, ipld::Cid& cid) {
  cid = ICN_TRY(in.link());
  return {};
}
inline void put(CborWriter& out, const model::JobId& id) { put(out, id.cid); }
inline Result<void> get(CborReader& in, model::JobId& id) { return get(in, id.cid); }

// Keys and digests.
using Bytes32 = std::array<std::uint8_t, 32>;
inline void put(CborWriter& out, const Bytes32& bytes) { out.bytes(bytes); }
inline Result<void> get(CborReader& in, Bytes32& to) {
  const ByteView bytes = ICN_TRY(in.bytes());
  if (bytes.size() != to.size()) return fail(ErrorCode::invalid_format, "not 32 bytes long");
  std::copy(bytes.begin(), bytes.end(), to.begin());
  return {};
}
inline void put(CborWriter& out, const model::Did& did) { put(out, did.key()); }
inline Result<void> get(CborReader& in, model::Did& did) {
  model::PublicKey key{};
  ICN_TRY(get(in, key));
  did = model::Did::of_key(key);
  return {};
}

// Text may come from outside (an engine's message names functions of a module), so it is clipped to valid UTF-8 that
// can be read back.
inline void put(CborWriter& out, const std::string& text) { out.text(clipped_utf8(text, kJobTextBytesMax)); }
inline Result<void> get(CborReader& in, std::string& text) {
  text = ICN_TRY(in.text());
  return {};
}

inline Result<void> expect_array(CborReader& in, std::size_t count) {
  if (ICN_TRY(in.array()) == count) return {};
  return fail(ErrorCode::invalid_format, "expected a list of " + std::to_string(count));
}
inline void put(CborWriter& out, const model::Outcome& outcome) {
  out.array(2);
  put(out, outcome.kind);
  put(out, outcome.code);
}
inline Result<void> get(CborReader& in, model::Outcome& outcome) {
  ICN_TRY(expect_array(in, 2));
  ICN_TRY(get_enum(in, outcome.kind, model::OutcomeKind::stopped));
  return get(in, outcome.code);
}
inline void put(CborWriter& out, const model::Deadlines& times) {
  out.array(4);
  for (const model::UnixMs time : {times.start_by, times.finish_by, times.settle_by, times.expires}) put(out, time);
}
inline Result<void> get(CborReader& in, model::Deadlines& times) {
  ICN_TRY(expect_array(in, 4));
  for (model::UnixMs* time : {&times.start_by, &times.finish_by, &times.settle_by, &times.expires})
    ICN_TRY(get(in, *time));
  return {};
}
inline void put(CborWriter& out, const JobHappening& happening) {
  out.array(3);
  put(out, happening.time);
  put(out, happening.phase);
  put(out, happening.text);
}
inline Result<void> get(CborReader& in, JobHappening& happening) {
  ICN_TRY(expect_array(in, 3));
  ICN_TRY(get(in, happening.time));
  ICN_TRY(get(in, happening.phase));
  return get(in, happening.text);
}

// Records are bounded even where a list in memory is not.
template <class Value>
void put(CborWriter& out, const std::vector<Value>& values) {
  const std::size_t count = std::min(values.size(), std::max(kHappeningsMax, kEffectsToldMax));
  out.array(count);
  for (std::size_t i = 0; i < count; ++i) put(out, values[i]);
}
template <class Value>
Result<void> get(CborReader& in, std::vector<Value>& values) {
  const std::size_t count = ICN_TRY(in.array());
  for (std::size_t i = 0; i < count; ++i) ICN_TRY(get(in, values.emplace_back()));
  return {};
}

template <class Value>
void put(CborWriter& out, const std::optional<Value>& value) {
  put(out, *value);
}
template <class Value>
Result<void> get(CborReader& in, std::optional<Value>& value) {
  return get(in, value.emplace());
}

struct Field {
  std::string_view name;
  bool required = false;  // others are omitted at their default
  bool (*is_default)(const JobRecord& record) = nullptr;
  void (*write)(CborWriter& out, const JobRecord& record) = nullptr;
  Result<void> (*read)(CborReader& in, JobRecord& record) = nullptr;
};

template <auto First, auto... Rest, class Of>
constexpr auto& member_of(Of& of) {
  if constexpr (sizeof...(Rest) == 0) {
    return of.*First;
  } else {
    return member_of<Rest...>(of.*First);
  }
}

template <auto... Path>
constexpr Field field(std::string_view name) {
  Field field;
  field.name = name;
  field.is_default = [](const JobRecord& record) {
    using Value = std::remove_cvref_t<decltype(member_of<Path...>(record))>;
    return member_of<Path...>(record) == Value{};
  };
  field.write = [](CborWriter& out, const JobRecord& record) { put(out, member_of<Path...>(record)); };
  field.read = [](CborReader& in, JobRecord& record) { return get(in, member_of<Path...>(record)); };
  return field;
}
template <auto... Path>
constexpr Field required(std::string_view name) {
  Field required = field<Path...>(name);
  required.required = true;
  return required;
}

}  // namespace icn::jobs::detail
