// Strict DAG-CBOR: each value has exactly one encoding.
//
// Writing is one pass into a growing buffer: the caller announces sizes and writes map keys in canonical order (by
// length, then bytes). The writer does not check that; each model's golden test does. Reading is a cursor that refuses
// anything not canonical: indefinite lengths, integers longer than needed, unsorted or duplicate keys, tags other than
// 42, trailing bytes, depth above kCborDepthMax.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

// Nested arrays and maps; deeper values are refused, which bounds the recursion of readers.
inline constexpr std::size_t kCborDepthMax = 64;

class CborWriter {
 public:
  CborWriter() = default;
  explicit CborWriter(std::size_t reserve) { out_.reserve(reserve); }

  CborWriter& unsigned_integer(std::uint64_t value);
  CborWriter& integer(std::int64_t value);
  CborWriter& bytes(ByteView value);
  CborWriter& text(std::string_view value);
  CborWriter& link(const Cid& cid);
  CborWriter& boolean(bool value);
  CborWriter& null();
  CborWriter& array(std::size_t count);
  CborWriter& map(std::size_t count);
  // The next key of the innermost open map; its value follows.
  CborWriter& key(std::string_view name) { return text(name); }
  // Already encoded canonical bytes, as one value.
  CborWriter& encoded(ByteView value);

  [[nodiscard]] Bytes take() { return std::move(out_); }
  [[nodiscard]] const Bytes& view() const { return out_; }

 private:
  void head(std::uint8_t major, std::uint64_t value);
  Bytes out_;
};

enum class CborKind : std::uint8_t {
  unsigned_integer,
  negative_integer,
  bytes,
  text,
  array,
  map,
  link,
  boolean,
  null,
  floating
};

// Reads consecutive values from a view; returned views point into it. Every error is invalid_format and names the byte
// offset.
class CborReader {
 public:
  explicit CborReader(ByteView bytes) : all_(bytes) {}

  [[nodiscard]] Result<CborKind> peek() const;
  [[nodiscard]] Result<std::uint64_t> unsigned_integer();
  [[nodiscard]] Result<std::int64_t> integer();
  [[nodiscard]] Result<ByteView> bytes();
  [[nodiscard]] Result<std::string_view> text();
  [[nodiscard]] Result<Cid> link();
  [[nodiscard]] Result<bool> boolean();
  [[nodiscard]] Result<void> null();
  // Whether the next value is null, which is then consumed.
  [[nodiscard]] Result<bool> try_null();
  [[nodiscard]] Result<std::size_t> array();
  [[nodiscard]] Result<std::size_t> map();
  // Skips and checks one whole value, and returns its bytes.
  [[nodiscard]] Result<ByteView> skip();
  // Refuses remaining bytes.
  [[nodiscard]] Result<void> end() const;
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  struct Head {
    std::uint8_t major;
    std::uint8_t info;
    std::uint64_t value;
  };
  [[nodiscard]] Result<Head> head();
  [[nodiscard]] Result<Head> head_of(std::uint8_t major, std::string_view expected);
  [[nodiscard]] Result<void> skip_value(std::size_t depth);
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view what) const;

  ByteView all_;
  std::size_t at_ = 0;
};

// Reads a map whose fields are all known: fields are read in canonical key order; errors name the field; missing,
// unknown and duplicate fields are refused. Usage:
//   CborMap map = ICN_TRY(CborMap::open(reader, 3));
//   order.job = ICN_TRY(map.link("job"));   …   (any order that is canonical)
class CborMap {
 public:
  // `what` begins every error ("receipt"). Errors: invalid_format if it is not a map or has another number of fields.
  [[nodiscard]] static Result<CborMap> open(CborReader& reader, std::string_view what, std::size_t fields);

  [[nodiscard]] Result<std::uint64_t> unsigned_integer(std::string_view field);
  [[nodiscard]] Result<std::int64_t> integer(std::string_view field);
  [[nodiscard]] Result<Bytes> bytes(std::string_view field, std::size_t length_max);
  [[nodiscard]] Result<std::string> text(std::string_view field, std::size_t length_max);
  [[nodiscard]] Result<Cid> link(std::string_view field);
  [[nodiscard]] Result<std::optional<Cid>> optional_link(std::string_view field);
  [[nodiscard]] Result<bool> boolean(std::string_view field);
  // Moves to an array and returns its length; the caller reads the elements from reader().
  [[nodiscard]] Result<std::size_t> array(std::string_view field, std::size_t count_max);
  // Moves to any value; the caller reads it from reader().
  [[nodiscard]] Result<void> value(std::string_view field);
  // Refuses remaining fields.
  [[nodiscard]] Result<void> close() const;
  [[nodiscard]] CborReader& reader() { return *reader_; }
  // An error about a field of this map.
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view field, std::string_view what) const;

 private:
  CborMap(CborReader& reader, std::string_view what, std::size_t left) : reader_(&reader), what_(what), left_(left) {}
  CborReader* reader_;
  std::string what_;
  std::size_t left_;
};

// Refuses bytes that are not one canonical dag-cbor value. Foreign blocks may hold 64-bit floats (no NaN, no infinity).
[[nodiscard]] Result<void> validate_dag_cbor(ByteView bytes);
// Every link of a canonical value, in order of appearance.
[[nodiscard]] Result<std::vector<Cid>> links_of_dag_cbor(ByteView bytes);
// The DAG-JSON text of a canonical value ({"/": cid}, {"/": {"bytes": base64}}), map keys sorted by their bytes. Floats
// are the shortest text that round-trips; other encoders may write another form. Errors: invalid_format; unsupported (a
// map that DAG-JSON would read as a link or as bytes).
[[nodiscard]] Result<std::string> dag_json_of_dag_cbor(ByteView bytes);

}  // namespace icn::ipld
