#include "api/access.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {

template struct Shape<AccessListRequest>;
template struct Shape<AccessView>;
template struct Shape<AccessList>;
template struct Shape<AccessNamed>;
template struct Shape<NewAccessRequest>;
template struct Shape<NewAccess>;

}  // namespace icn::api
