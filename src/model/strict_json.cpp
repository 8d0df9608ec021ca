#include "model/strict_json.hpp"

#include "model/detail/strict_json.hpp"

namespace icn::model {

Result<void> check_strict_json(std::string_view what, std::string_view text, std::size_t bytes_max,
                               std::size_t depth_max) {
  ICN_TRY(detail::parse_strict(what, text, {bytes_max, depth_max}));
  return {};
}

}  // namespace icn::model
