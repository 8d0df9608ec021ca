// Values with a single text form in JSON, and the checks that all fields share.
#pragma once
#include <array>
#include <span>

#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "core/bytes.hpp"
#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/job.hpp"
#include "model/limits.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"
#include "model/transfer.hpp"

namespace icn::api::detail {

// The path of a value in its document, for errors: "jobs[3].order.time".
struct Where {
  const Where* above = nullptr;
  std::string_view name = {};
  std::optional<std::size_t> index = {};
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] Error wrong(const Where& where, std::string rule, const std::string& what);
[[nodiscard]] Result<std::uint64_t> number_of(const Json& json, std::uint64_t min, std::uint64_t max,
                                              const Where& where);
[[nodiscard]] Result<std::int64_t> signed_of(const Json& json, std::int64_t min, std::int64_t max, const Where& where);
[[nodiscard]] Result<std::string> text_of(const Json& json, const Bound& bound, const Where& where);
[[nodiscard]] Result<void> check_length(std::size_t length, const Bound& bound, const Where& where);
// Fails for a key of the object that is not among the names.
[[nodiscard]] Result<void> check_known(const Json& object, std::span<const std::string_view> names, const Where& where);
[[nodiscard]] Result<void> check_rules(const Json& object, const std::vector<Rule>& rules, const Where& where);

// Errors: wrong_type.
[[nodiscard]] Result<void> check_is_object(const Json& json, const Where& where);
// Errors: wrong_type, out_of_bounds.
[[nodiscard]] Result<void> check_list(const Json& json, const Bound& bound, const Where& where);
[[nodiscard]] Result<bool> bool_of(const Json& json, const Bound& bound, const Where& where);
[[nodiscard]] Error out_of_bounds(const Where& where, const Error& why);
// Returns null if the member is absent and may be. Errors: missing_field.
[[nodiscard]] Result<const Json*> find_member(const Json& object, std::string_view name, bool may_be_absent,
                                              const Where& where);

// Not templates, so that the sources of api/ do not each compile them.
void add_member(Json& object, std::string_view name, Json value);
void add_item(Json& list, Json value);
[[nodiscard]] Json text_json(std::string text);
[[nodiscard]] Json parsed_json(const std::string& text);
[[nodiscard]] std::string json_as_text(const Json& json);
// The form that `--json` prints.
[[nodiscard]] std::string printed(const Json& json);
// Errors: invalid_format.
[[nodiscard]] Result<Json> json_in(std::string_view text);

struct Presence {
  bool required = false;
  std::optional<Json> missing_value = {};  // the default, if the field may be missing
};
[[nodiscard]] Json empty_object_schema();
void add_property(Json& schema, std::string_view name, std::string_view text, Json of, Presence presence);
[[nodiscard]] Json typed_schema(std::string_view type);
[[nodiscard]] Json list_schema(Json items, const Bound& bound);
[[nodiscard]] Json map_schema(Json values);
[[nodiscard]] Json reference_schema(std::string_view definition);
[[nodiscard]] Json enumeration_schema(std::span<const std::string_view> names);
[[nodiscard]] Json hex_schema(std::size_t bytes);
[[nodiscard]] Json bool_schema(const Bound& bound);
void add_text_schema(const Bound& bound, Json& out);
void add_number_schema(std::uint64_t min, std::uint64_t max, Json& out);
void add_rules_schema(const std::vector<Rule>& rules, Json& out);
// Returns a schema that also accepts null.
[[nodiscard]] Json or_null(Json schema);
// Adds `$schema`, `title`, `description` and the definitions it uses to a schema.
[[nodiscard]] Json as_document(std::string_view name, std::string_view text, const Json& schema);

// Types with a single text form: the name of their definition in schemas, and both conversions.
template <class T>
struct TextValue;
#define ICN_API_TEXT_VALUE(type, definition)                                                                           \
  template <>                                                                                                          \
  struct TextValue<type> {                                                                                             \
    static constexpr std::string_view kDefinition = definition;                                                        \
    static std::string to_text(const type& value);                                                                     \
    static Result<type> from_text(std::string_view text);                                                              \
  }
ICN_API_TEXT_VALUE(ipld::Cid, "cid");
ICN_API_TEXT_VALUE(model::JobId, "cid");
ICN_API_TEXT_VALUE(model::Did, "did");
ICN_API_TEXT_VALUE(model::Mana, "umana");
ICN_API_TEXT_VALUE(model::UnixMs, "time");
ICN_API_TEXT_VALUE(model::AccountKey, "account");
ICN_API_TEXT_VALUE(model::ReadKey, "read_key");
#undef ICN_API_TEXT_VALUE

// Converts limits to an object with the names of the table of limits.
void limits_to_json(const model::WasmSecurityLimits& limits, Json& out);
void limits_to_json(const model::LimitsAsked& limits, Json& out);
[[nodiscard]] Result<void> limits_from_json(const Json& json, model::WasmSecurityLimits& limits, const Where& where);
[[nodiscard]] Result<void> limits_from_json(const Json& json, model::LimitsAsked& limits, const Where& where);
enum class LimitsAre : std::uint8_t { all, some };
[[nodiscard]] Json limits_schema(LimitsAre are);

}  // namespace icn::api::detail
