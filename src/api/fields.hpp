// Fields: the one declaration from which both JSON conversions, JSON Schema and the reference derive.
//
// A request or an answer is a plain struct that declares its fields once, in the order of its JSON:
//
//   struct JobListRequest {
//     std::optional<jobs::JobPhase> phase;
//     std::uint64_t count = 20;
//     static constexpr auto fields() {
//       using T = JobListRequest;
//       return std::tuple{Field<&T::phase>{"phase", "only jobs in this phase"},
//                         Field<&T::count>{"count", "how many", {.max = 10'000, .missing = Missing::allowed}}};
//     }
//   };
//
// Member types: bool, integers (the type bounds them), std::string, Bytes and byte arrays (hexadecimal), enumerations
// with EnumNames, ipld::Cid, model::JobId, model::Did, model::Mana (µmana as decimal text), model::UnixMs (RFC 3339),
// model::AccountKey, model::ReadKey, model::WasmSecurityLimits, model::LimitsAsked, JsonText, other structs with
// fields, std::vector and std::map<std::string, …> of these, std::optional (no key when empty) and Nullable (null when
// empty). A struct that extends another one declares `std::tuple_cat(Base::fields(), std::tuple{…})`. A struct whose
// only field has no name is that field's value: an answer that is a list. A struct of a lower module has its fields in
// FieldsOf<T>.
//
// A struct with its own document has `kName` (docs/schemas/NAME.json) and `kText`. `static std::vector<Rule> rules()`
// defines constraints over several fields. Everything derived is a member of Shape<T>, which one source per subject
// instantiates (`template struct Shape<T>;` after including api/detail/derive.hpp), so no other source compiles JSON
// code.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/result.hpp"

namespace icn::api {

using Json = nlohmann::ordered_json;

// The form of a text.
enum class Form : std::uint8_t {
  any,
  word,            // lower case letters, digits and '_'
  decimal,         // a whole number below 2^64
  signed_decimal,  // or one with a minus sign
  hex,             // pairs of digits
  version,         // 1.2.3
  option,          // --name
};

// Whether a request may leave the field out; its member then keeps its default.
enum class Missing : std::uint8_t { refused, allowed };

// Bounds the value of a number, and the length of a text (in bytes), list or map. For a bool, min = 1 means always
// true.
struct Bound {
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
  Form form = Form::any;
  Missing missing = Missing::refused;
  std::uint64_t item_min = 0;  // of each item of a list or map
  bool unique = false;         // no item of a list twice
  bool null = false;           // of a std::optional: null when empty, as Nullable is
};

template <auto Member>
struct Field {
  std::string_view name;
  std::string_view text;
  Bound bound = {};
};

// The fields of T. Specialised for a struct of a lower module with its own table (a receipt's fields).
template <class T>
struct FieldsOf {
  static constexpr auto fields() requires requires { T::fields(); }
  { return T::fields(); }
};

// Null in JSON when empty; the key is always present.
template <class T>
struct Nullable : std::optional<T> {
  using std::optional<T>::optional;
  Nullable(std::optional<T> value) : std::optional<T>(std::move(value)) {}
};

// A JSON object as text, for values described elsewhere (a schema inside an answer).
struct JsonText {
  std::string text;
};

// Specialised for each enumeration: `values`, a constexpr array, and `name(value)`.
template <class E>
struct EnumNames;

template <class E, std::size_t Count>
consteval std::array<E, Count> first_values() {
  std::array<E, Count> values{};
  for (std::size_t i = 0; i < Count; ++i) values[i] = static_cast<E>(i);
  return values;
}

// Returns the value of a name. `what` names the kind of value ("phase"). Errors: invalid_argument, listing the valid
// names.
template <class E>
[[nodiscard]] Result<E> parse_enum(std::string_view what, std::string_view text) {
  std::string names;
  for (const E value : EnumNames<E>::values) {
    const std::string_view name = EnumNames<E>::name(value);
    if (name == text) return value;
    names.append(names.empty() ? "" : ", ").append(name);
  }
  return fail(ErrorCode::invalid_argument,
              std::string(text) + ": no such " + std::string(what) + "; there are " + names);
}

// A condition on one field of an object. Built by the functions below.
struct Demand {
  std::string_view field;
  std::vector<std::string_view> texts = {};  // one of these
  bool null = false;                         // or null
  bool present = false;                      // anything but null
  bool number = false;                       // from min to max
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};
[[nodiscard]] inline Demand is_null(std::string_view field) { return {.field = field, .null = true}; }
[[nodiscard]] inline Demand is_present(std::string_view field) { return {.field = field, .present = true}; }
[[nodiscard]] inline Demand is_one_of(std::string_view field, std::vector<std::string_view> texts) {
  return {.field = field, .texts = std::move(texts)};
}
[[nodiscard]] inline Demand is_between(std::string_view field, std::uint64_t min, std::uint64_t max) {
  return {.field = field, .number = true, .min = min, .max = max};
}

// If `when` holds, all of `then` must hold; otherwise all of `otherwise`.
struct Rule {
  std::string_view text;
  Demand when;
  std::vector<Demand> then;
  std::vector<Demand> otherwise = {};
};

// Everything derived from the fields of T. Defined in api/detail/derive.hpp, instantiated in one source per subject.
template <class T>
struct Shape {
  static void to_json(const T& value, Json& out);
  // Errors: invalid_argument naming the field's path, with the rule unknown_field, missing_field, wrong_type or
  // out_of_bounds.
  [[nodiscard]] static Result<T> from_json(const Json& json);
  // Returns the text that `--json` prints; replaces invalid UTF-8.
  [[nodiscard]] static std::string text(const T& value);
  // Errors: invalid_format (not JSON), and as from_json.
  [[nodiscard]] static Result<T> parse(std::string_view text);
  static void schema(Json& out);
};

template <class T>
[[nodiscard]] std::string json_text(const T& value) {
  return Shape<T>::text(value);
}

}  // namespace icn::api
