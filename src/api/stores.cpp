#include "api/stores.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {

template struct Shape<HashRequest>;
template struct Shape<StoreHash>;
template struct Shape<BackupRequest>;
template struct Shape<Backup>;

}  // namespace icn::api
