// The rows of the command table about the parameters of the scope. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr CommandRow kParameterRows[] = {
    {"param list",
     "",
     "what the scope has decided, and what it could",
     "Every parameter with its value, its default and what it is; those that differ from the default are bold on a\n"
     "terminal. docs/PARAMETERS.md has the bounds.",
     "icn param list",
     "parameter_list",
     {},
     0,
     0,
     &commands::param_list},
    {"param get",
     "PARAMETER",
     "the value of one parameter",
     "The number alone, for scripts.",
     "icn param get fuel_per_mana",
     "parameter",
     {},
     1,
     1,
     &commands::param_get},
    {"param explain",
     "PARAMETER",
     "what a parameter is, and who chose its value",
     "What a change of it affects, its bounds, its default, and whether the founders or the members chose it.",
     "icn param explain job_base_umana",
     "parameter_explanation",
     {},
     1,
     1,
     &commands::param_explain},
    {"param history",
     "PARAMETER",
     "the values that a parameter had",
     "Oldest first, with the proposals that set them.",
     "icn param history job_base_umana",
     "parameter_history",
     {},
     1,
     1,
     &commands::param_history},
};

}  // namespace icn::cli::detail
