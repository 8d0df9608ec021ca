#include "api/command_line.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {

template struct Shape<Help>;
template struct Shape<ScriptText>;

}  // namespace icn::api
