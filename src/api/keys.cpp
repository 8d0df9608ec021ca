#include "api/keys.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {

template struct Shape<KeyListRequest>;
template struct Shape<KeyView>;
template struct Shape<KeyList>;
template struct Shape<KeyNamed>;
template struct Shape<NewKeyRequest>;

}  // namespace icn::api
