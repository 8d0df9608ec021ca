// Shared by several bodies: a version, DIDs as text, fixed-size bytes, bounded lists of text.
#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipld/dag_cbor.hpp"
#include "model/did.hpp"
#include "model/limits.hpp"
#include "model/order.hpp"
#include "model/signature.hpp"

namespace icn::model::detail {

inline constexpr std::uint64_t kVersion = 1;
inline constexpr std::size_t kDidTextMax = 128;

// Reads field 'v' of a body whose versions up to `newest` this program knows. Errors: unsupported_version for a newer
// one.
[[nodiscard]] inline Result<std::uint64_t> read_version(ipld::CborMap& map, std::string_view what,
                                                        std::uint64_t newest = kVersion) {
  const std::uint64_t version = ICN_TRY(map.unsigned_integer("v"));
  if (version == 0) return map.bad("v", "0 is not a version");
  if (version <= newest) return version;
  return fail(ErrorCode::unsupported_version, std::string(what) + ": field 'v': version " + std::to_string(version) +
                                                  " is newer than this program knows (" + std::to_string(newest) + ")");
}

[[nodiscard]] inline Result<Did> read_did(ipld::CborMap& map, std::string_view field) {
  const std::string text = ICN_TRY(map.text(field, kDidTextMax));
  auto did = Did::parse(text);
  if (!did) return map.bad(field, did.error().detail);
  return *did;
}

template <std::size_t N>
[[nodiscard]] Result<std::array<std::uint8_t, N>> read_fixed(ipld::CborMap& map, std::string_view field) {
  const Bytes bytes = ICN_TRY(map.bytes(field, N));
  if (bytes.size() != N) return map.bad(field, "expected " + std::to_string(N) + " bytes");
  std::array<std::uint8_t, N> fixed;
  std::copy(bytes.begin(), bytes.end(), fixed.begin());
  return fixed;
}

// Moves to a field and consumes its value if that is null; returns whether it was.
[[nodiscard]] inline Result<bool> read_null(ipld::CborMap& map, std::string_view field) {
  ICN_TRY(map.value(field));
  auto null = map.reader().try_null();
  if (!null) return map.bad(field, null.error().detail);
  return *null;
}

// A counter of statements.
[[nodiscard]] inline Result<std::uint64_t> read_counter(ipld::CborMap& map) {
  const std::uint64_t counter = ICN_TRY(map.unsigned_integer("counter"));
  if (counter == 0) return map.bad("counter", "0; counters count from 1");
  return counter;
}

// The end of a statement's force.
inline void write_until(ipld::CborWriter& writer, const std::optional<UnixMs>& until) {
  writer.key("until");
  if (until) {
    writer.unsigned_integer(until->value);
  } else {
    writer.null();
  }
}
[[nodiscard]] inline Result<std::optional<UnixMs>> read_until(ipld::CborMap& map) {
  if (ICN_TRY(read_null(map, "until"))) return std::optional<UnixMs>();
  auto time = map.reader().unsigned_integer();
  if (!time) return map.bad("until", time.error().detail);
  return std::optional(UnixMs{*time});
}

[[nodiscard]] inline Result<std::uint32_t> read_u32(ipld::CborMap& map, std::string_view field) {
  const std::uint64_t value = ICN_TRY(map.unsigned_integer(field));
  if (value > UINT32_MAX) return map.bad(field, "larger than 32 bits");
  return static_cast<std::uint32_t>(value);
}

// Canonical order of map keys: shorter first, then by bytes.
[[nodiscard]] constexpr bool key_before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

// The rows of kLimitTable in the canonical order of their names.
inline constexpr std::array<std::size_t, kLimitCount> kLimitRowsByKey = [] {
  std::array<std::size_t, kLimitCount> rows{};
  for (std::size_t row = 0; row < kLimitCount; ++row) rows[row] = row;
  std::sort(rows.begin(), rows.end(),
            [](std::size_t a, std::size_t b) { return key_before(kLimitTable[a].name, kLimitTable[b].name); });
  return rows;
}();

// A list of at most `count_max` texts whose lengths sum to at most `bytes_max`.
[[nodiscard]] inline Result<std::vector<std::string>> read_texts(ipld::CborMap& map, std::string_view field,
                                                                 std::size_t count_max, std::size_t bytes_max) {
  const std::size_t count = ICN_TRY(map.array(field, count_max));
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto text = map.reader().text();
    if (!text) return map.bad(field, text.error().detail);
    bytes += text->size();
    if (bytes > bytes_max) return map.bad(field, "more than " + std::to_string(bytes_max) + " bytes in total");
    texts.emplace_back(*text);
  }
  return texts;
}

inline void write_texts(ipld::CborWriter& writer, const std::vector<std::string>& texts) {
  writer.array(texts.size());
  for (const std::string& text : texts) writer.text(text);
}

// Reads one map: `read` receives it and returns the value. The map may announce any number of fields: if one is
// missing, reading ends there; a surplus one is left for close(); so either error names the field. Every map must be
// closed, or surplus fields would pass for fields of the enclosing map.
template <class Read>
auto read_map(ipld::CborReader& reader, std::string_view what, Read read)
    -> decltype(read(std::declval<ipld::CborMap&>())) {
  ipld::CborReader ahead = reader;
  auto fields = ahead.map();
  if (!fields) return fail(within(what, fields.error()));
  ipld::CborMap map = ICN_TRY(ipld::CborMap::open(reader, what, *fields));
  auto value = ICN_TRY(read(map));
  ICN_TRY(map.close());
  return value;
}

// Reads a whole block, which is one map; trailing bytes are refused.
template <class Read>
auto read_body(ByteView bytes, std::string_view what, Read read) -> decltype(read(std::declval<ipld::CborMap&>())) {
  ipld::CborReader reader(bytes);
  auto value = ICN_TRY(read_map(reader, what, read));
  if (auto end = reader.end(); !end) return fail(within(what, end.error()));
  return value;
}

[[nodiscard]] inline ipld::Block block_of(ipld::CborWriter& writer) {
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

}  // namespace icn::model::detail
