// Parameters: what the scope of a node has decided about jobs, prices and reputation (docs/OPERATIONS.md). As thread
// safe as runtime/.
#pragma once
#include "api/operation.hpp"
#include "ipld/cid.hpp"
#include "model/order.hpp"
#include "model/parameters.hpp"

namespace icn::api {

template <>
struct EnumNames<model::ParameterType> {
  static constexpr auto values = first_values<model::ParameterType, 3>();
  static std::string_view name(model::ParameterType type) { return model::parameter_type_name(type); }
};

struct ParameterListRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct ParameterNamed {
  std::string name;

  static constexpr auto fields() {
    return std::tuple{Field<&ParameterNamed::name>{"name", "the parameter's name", {.min = 1, .max = 256}}};
  }
};

struct ParameterRowView {
  static constexpr std::string_view kName = "parameter";
  static constexpr std::string_view kText = "A parameter of the scope.";
  std::string name;
  model::ParameterType type = model::ParameterType::whole_number;
  std::uint64_t value = 0;
  std::vector<std::string> entries;
  std::uint64_t fallback = 0;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::string unit;
  std::string text;

  static constexpr auto fields() {
    using T = ParameterRowView;
    return std::tuple{
        Field<&T::name>{"name", "what it is called", {.min = 1, .form = Form::word}},
        Field<&T::type>{"type", "a number, or a list of DIDs or of CIDs"},
        Field<&T::value>{"value", "what applies now; of a list the number of its entries"},
        Field<&T::entries>{"entries", "of a list, sorted", {.item_min = 1, .unique = true}},
        Field<&T::fallback>{"default", "what applies in a scope that has not decided"},
        Field<&T::min>{"min", "the least that a scope may choose"},
        Field<&T::max>{"max", "the most that a scope may choose"},
        Field<&T::unit>{"unit", "of these four numbers", {.min = 1}},
        Field<&T::text>{"text", "what it is", {.min = 1}},
    };
  }
};

struct ParameterList {
  static constexpr std::string_view kName = "parameter_list";
  static constexpr std::string_view kText = "All parameters of the scope, in the order of docs/PARAMETERS.md.";
  std::vector<ParameterRowView> rows;

  static constexpr auto fields() {
    return std::tuple{Field<&ParameterList::rows>{"rows", "one for each parameter", {.min = 1}}};
  }
};

// Who chose the value of a parameter.
enum class ChosenBy : std::uint8_t { default_value, genesis, proposal };
template <>
struct EnumNames<ChosenBy> {
  static constexpr auto values = first_values<ChosenBy, 3>();
  static std::string_view name(ChosenBy by) {
    constexpr std::array<std::string_view, 3> names{"default", "genesis", "proposal"};
    return names[static_cast<std::size_t>(by)];
  }
};

struct ParameterExplanation : ParameterRowView {
  static constexpr std::string_view kName = "parameter_explanation";
  static constexpr std::string_view kText = "A parameter of the scope, what it affects and who chose its value.";
  std::string affects;
  ChosenBy chosen_by = ChosenBy::default_value;
  Nullable<ipld::Cid> proposal;

  static constexpr auto fields() {
    using T = ParameterExplanation;
    return std::tuple_cat(
        ParameterRowView::fields(),
        std::tuple{
            Field<&T::affects>{"affects", "what a change of it changes", {.min = 1}},
            Field<&T::chosen_by>{"chosen_by", "`default`: no one; `genesis`: the founders; `proposal`: the members"},
            Field<&T::proposal>{"proposal", "the one that set it; null: none did"},
        });
  }
};

struct ParameterHistoryRow {
  std::string value;
  std::uint64_t position = 0;
  Nullable<model::UnixMs> time;
  Nullable<ipld::Cid> proposal;

  static constexpr auto fields() {
    using T = ParameterHistoryRow;
    return std::tuple{
        Field<&T::value>{"value", "what applied from then on; a list with commas"},
        Field<&T::position>{"position", "the entry of the log; 0: the genesis"},
        Field<&T::time>{"time", "when; null: at the founding"},
        Field<&T::proposal>{"proposal", "the one that set it; null: the founders, or no one"},
    };
  }
};

struct ParameterHistory {
  static constexpr std::string_view kName = "parameter_history";
  static constexpr std::string_view kText = "The values that a parameter had, oldest first; the last one applies now.";
  std::string name;
  model::ParameterType type = model::ParameterType::whole_number;
  std::vector<ParameterHistoryRow> rows;

  static constexpr auto fields() {
    using T = ParameterHistory;
    return std::tuple{
        Field<&T::name>{"name", "the parameter", {.min = 1, .form = Form::word}},
        Field<&T::type>{"type", "a number, or a list of DIDs or of CIDs"},
        Field<&T::rows>{"rows", "oldest first", {.min = 1}},
    };
  }
};

[[nodiscard]] Result<ParameterList> list_parameters(Context& context, const ParameterListRequest& request);
// Errors: not_found with the rule parameter_name.
[[nodiscard]] Result<ParameterRowView> get_parameter(Context& context, const ParameterNamed& request);
[[nodiscard]] Result<ParameterExplanation> explain_parameter(Context& context, const ParameterNamed& request);
[[nodiscard]] Result<ParameterHistory> parameter_history(Context& context, const ParameterNamed& request);

}  // namespace icn::api
