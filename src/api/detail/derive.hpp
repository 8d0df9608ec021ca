// Defines the members of Shape<T> from the fields of T. One source per subject includes it and instantiates Shape for
// its requests and answers; it includes nlohmann-json.
#pragma once
#include <limits>
#include <map>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "api/detail/values.hpp"

namespace icn::api::detail {

template <class T>
concept Described = requires {
  FieldsOf<T>::fields();
};
template <class T>
concept Named = requires {
  EnumNames<T>::values;
};
template <class T>
concept Textual = requires {
  TextValue<T>::kDefinition;
};
template <class T>
concept Limits = std::is_same_v<T, model::WasmSecurityLimits> || std::is_same_v<T, model::LimitsAsked>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsNullable = false;
template <class T>
inline constexpr bool kIsNullable<Nullable<T>> = true;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <>
inline constexpr bool kIsList<Bytes> = false;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;
template <class T>
inline constexpr std::size_t kHexBytes = 0;
template <std::size_t N>
inline constexpr std::size_t kHexBytes<std::array<std::uint8_t, N>> = N;

template <Described T, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, FieldsOf<T>::fields());
}
template <Described T>
inline constexpr std::size_t kFieldCount = std::tuple_size_v<decltype(FieldsOf<T>::fields())>;
template <Described T>
consteval std::array<std::string_view, kFieldCount<T>> field_names() {
  return std::apply([](const auto&... field) { return std::array<std::string_view, sizeof...(field)>{field.name...}; },
                    FieldsOf<T>::fields());
}
// Whether the only field has no name: the struct is then that field's value.
template <Described T>
consteval bool is_transparent() {
  if constexpr (kFieldCount<T> != 1)
    return false;
  else
    return field_names<T>()[0].empty();
}
template <Described T>
consteval bool names_are_distinct() {
  const auto names = field_names<T>();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty() && names.size() != 1) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (names[i] == names[j]) return false;
  }
  return true;
}

// ---- to JSON --------------------------------------------------------------------------------------------------------
template <class V>
Json value_to_json(const V& value) {
  if constexpr (Described<V>) {
    static_assert(names_are_distinct<V>());
    if constexpr (is_transparent<V>()) {
      Json out;
      for_each_field<V>([&]<auto M>(const Field<M>&) { out = value_to_json(value.*M); });
      return out;
    } else {
      Json out = Json::object();
      for_each_field<V>([&]<auto M>(const Field<M>& field) {
        const auto& member = value.*M;
        if constexpr (kIsOptional<std::remove_cvref_t<decltype(member)>>) {
          if (member || field.bound.null) add_member(out, field.name, member ? value_to_json(*member) : Json(nullptr));
        } else {
          add_member(out, field.name, value_to_json(member));
        }
      });
      return out;
    }
  } else if constexpr (kIsNullable<V>) {
    return value ? value_to_json(*value) : Json(nullptr);
  } else if constexpr (kIsList<V>) {
    Json out = Json::array();
    for (const auto& item : value) add_item(out, value_to_json<typename V::value_type>(item));
    return out;
  } else if constexpr (kIsMap<V>) {
    Json out = Json::object();
    for (const auto& [key, item] : value) add_member(out, key, value_to_json(item));
    return out;
  } else if constexpr (Limits<V>) {
    Json out = Json::object();
    limits_to_json(value, out);
    return out;
  } else if constexpr (Textual<V>) {
    return text_json(TextValue<V>::to_text(value));
  } else if constexpr (Named<V>) {
    return text_json(std::string(EnumNames<V>::name(value)));
  } else if constexpr (kHexBytes<V> != 0 || std::is_same_v<V, Bytes>) {
    return text_json(to_hex(value));
  } else if constexpr (std::is_same_v<V, JsonText>) {
    return parsed_json(value.text);
  } else {
    static_assert(std::is_integral_v<V> || std::is_same_v<V, std::string>, "not a type of fields.hpp");
    return Json(value);
  }
}

// ---- from JSON ------------------------------------------------------------------------------------------------------
template <class V>
Result<void> value_from_json(const Json& json, V& value, const Bound& bound, const Where& where);

template <class V, auto M>
Result<void> field_from_json(const Json& json, V& value, const Field<M>& field, const Where& where) {
  auto& member = value.*M;
  using T = std::remove_cvref_t<decltype(member)>;
  const Where here{&where, field.name};
  const bool may_be_absent = (kIsOptional<T> && !field.bound.null) || field.bound.missing == Missing::allowed;
  const Json* at = ICN_TRY(find_member(json, field.name, may_be_absent, here));
  if (at == nullptr) return {};
  if constexpr (kIsOptional<T>) {
    if (field.bound.null && at->is_null()) return {};
    return value_from_json(*at, member.emplace(), field.bound, here);
  } else {
    return value_from_json(*at, member, field.bound, here);
  }
}

template <Described V>
Result<void> struct_from_json(const Json& json, V& value, const Bound& bound, const Where& where) {
  Result<void> read;
  if constexpr (is_transparent<V>()) {
    static_cast<void>(bound);
    for_each_field<V>([&]<auto M>(const Field<M>& field) {
      read = value_from_json(json, value.*M, field.bound, where);
    });
    return read;
  } else {
    static_cast<void>(bound);
    ICN_TRY(check_is_object(json, where));
    for_each_field<V>([&]<auto M>(const Field<M>& field) {
      if (read) read = field_from_json(json, value, field, where);
    });
    ICN_TRY(std::move(read));
    static constexpr auto names = field_names<V>();
    ICN_TRY(check_known(json, names, where));
    if constexpr (requires { V::rules(); }) ICN_TRY(check_rules(json, V::rules(), where));
    return {};
  }
}

template <class V>
Result<void> list_from_json(const Json& json, V& value, const Bound& bound, const Where& where) {
  ICN_TRY(check_list(json, bound, where));
  value.clear();
  for (std::size_t i = 0; i < json.size(); ++i) {
    typename V::value_type item{};
    ICN_TRY(value_from_json(json[i], item, Bound{.min = bound.item_min, .form = bound.form}, Where{&where, {}, i}));
    value.push_back(std::move(item));
  }
  return {};
}

template <class V>
Result<void> value_from_json(const Json& json, V& value, const Bound& bound, const Where& where) {
  if constexpr (Described<V>) {
    return struct_from_json(json, value, bound, where);
  } else if constexpr (kIsNullable<V>) {
    if (json.is_null()) return {};
    return value_from_json(json, value.emplace(), bound, where);
  } else if constexpr (kIsList<V>) {
    return list_from_json(json, value, bound, where);
  } else if constexpr (kIsMap<V>) {
    ICN_TRY(check_is_object(json, where));
    ICN_TRY(check_length(json.size(), bound, where));
    for (const auto& [key, item] : json.items())
      ICN_TRY(value_from_json(item, value[key], Bound{.min = bound.item_min}, Where{&where, key}));
    return {};
  } else if constexpr (Limits<V>) {
    return limits_from_json(json, value, where);
  } else if constexpr (Textual<V>) {
    auto parsed = TextValue<V>::from_text(ICN_TRY(text_of(json, {}, where)));
    if (!parsed) return fail(out_of_bounds(where, parsed.error()));
    value = *std::move(parsed);
    return {};
  } else if constexpr (Named<V>) {
    auto parsed = parse_enum<V>("value", ICN_TRY(text_of(json, {}, where)));
    if (!parsed) return fail(out_of_bounds(where, parsed.error()));
    value = *parsed;
    return {};
  } else if constexpr (kHexBytes<V> != 0 || std::is_same_v<V, Bytes>) {
    const Bytes bytes = ICN_TRY(from_hex(ICN_TRY(text_of(json, Bound{.form = Form::hex}, where))));
    if constexpr (std::is_same_v<V, Bytes>) {
      ICN_TRY(check_length(bytes.size(), bound, where));
      value = bytes;
    } else {
      if (bytes.size() != value.size())
        return fail(wrong(where, "out_of_bounds", "must be " + std::to_string(value.size()) + " bytes"));
      std::copy(bytes.begin(), bytes.end(), value.begin());
    }
    return {};
  } else if constexpr (std::is_same_v<V, JsonText>) {
    ICN_TRY(check_is_object(json, where));
    value.text = json_as_text(json);
    return {};
  } else if constexpr (std::is_same_v<V, bool>) {
    value = ICN_TRY(bool_of(json, bound, where));
    return {};
  } else if constexpr (std::is_same_v<V, std::string>) {
    value = ICN_TRY(text_of(json, bound, where));
    return {};
  } else if constexpr (std::is_unsigned_v<V>) {
    const std::uint64_t type_max = std::numeric_limits<V>::max();
    value = static_cast<V>(ICN_TRY(number_of(json, bound.min, std::min(bound.max, type_max), where)));
    return {};
  } else {
    static_assert(std::is_signed_v<V>);
    value =
        static_cast<V>(ICN_TRY(signed_of(json, std::numeric_limits<V>::min(), std::numeric_limits<V>::max(), where)));
    return {};
  }
}

// ---- JSON Schema ----------------------------------------------------------------------------------------------------
template <class V>
Json value_schema(const Bound& bound);

template <Described V>
Json struct_schema() {
  if constexpr (is_transparent<V>()) {
    Json out;
    for_each_field<V>([&]<auto M>(const Field<M>& field) {
      out = value_schema<std::remove_cvref_t<decltype(std::declval<V&>().*M)>>(field.bound);
    });
    return out;
  } else {
    Json out = empty_object_schema();
    const V defaults{};
    for_each_field<V>([&]<auto M>(const Field<M>& field) {
      using T = std::remove_cvref_t<decltype(std::declval<V&>().*M)>;
      const Bound& bound = field.bound;
      if constexpr (kIsOptional<T>) {
        Json schema = value_schema<typename T::value_type>(bound);
        add_property(out, field.name, field.text, bound.null ? or_null(std::move(schema)) : std::move(schema),
                     {.required = bound.null});
      } else {
        const bool required = bound.missing == Missing::refused;
        add_property(out, field.name, field.text, value_schema<T>(bound),
                     {.required = required,
                      .missing_value = required ? std::nullopt : std::optional(value_to_json(defaults.*M))});
      }
    });
    if constexpr (requires { V::rules(); }) add_rules_schema(V::rules(), out);
    return out;
  }
}

template <class V>
Json value_schema(const Bound& bound) {
  Json out = Json::object();
  if constexpr (Described<V>) {
    return struct_schema<V>();
  } else if constexpr (kIsNullable<V>) {
    return or_null(value_schema<typename V::value_type>(bound));
  } else if constexpr (kIsList<V>) {
    return list_schema(value_schema<typename V::value_type>(Bound{.min = bound.item_min, .form = bound.form}), bound);
  } else if constexpr (kIsMap<V>) {
    return map_schema(value_schema<typename V::mapped_type>(Bound{.min = bound.item_min}));
  } else if constexpr (Limits<V>) {
    return limits_schema(std::is_same_v<V, model::LimitsAsked> ? LimitsAre::some : LimitsAre::all);
  } else if constexpr (Textual<V>) {
    return reference_schema(TextValue<V>::kDefinition);
  } else if constexpr (Named<V>) {
    std::vector<std::string_view> names;
    for (const V value : EnumNames<V>::values) names.push_back(EnumNames<V>::name(value));
    return enumeration_schema(names);
  } else if constexpr (std::is_same_v<V, Bytes>) {
    add_text_schema(Bound{.form = Form::hex}, out);
  } else if constexpr (kHexBytes<V> != 0) {
    return hex_schema(kHexBytes<V>);
  } else if constexpr (std::is_same_v<V, JsonText>) {
    return typed_schema("object");
  } else if constexpr (std::is_same_v<V, bool>) {
    return bool_schema(bound);
  } else if constexpr (std::is_same_v<V, std::string>) {
    add_text_schema(bound, out);
  } else if constexpr (std::is_unsigned_v<V>) {
    const std::uint64_t type_max = std::numeric_limits<V>::max();
    add_number_schema(bound.min, std::min(bound.max, type_max), out);
  } else {
    static_assert(std::is_signed_v<V>, "not a type of fields.hpp");
    return typed_schema("integer");
  }
  return out;
}

}  // namespace icn::api::detail

namespace icn::api {

template <class T>
void Shape<T>::to_json(const T& value, Json& out) {
  out = detail::value_to_json(value);
}
template <class T>
Result<T> Shape<T>::from_json(const Json& json) {
  T value{};
  ICN_TRY(detail::value_from_json(json, value, {}, {}));
  return value;
}
template <class T>
std::string Shape<T>::text(const T& value) {
  return detail::printed(detail::value_to_json(value));
}
template <class T>
Result<T> Shape<T>::parse(std::string_view text) {
  return from_json(ICN_TRY(detail::json_in(text)));
}
template <class T>
void Shape<T>::schema(Json& out) {
  out = detail::value_schema<T>({});
}

}  // namespace icn::api
