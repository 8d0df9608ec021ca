#include "support.hpp"

#ifdef ICN_TEST_POSTGRES
#include "postgres_server.hpp"
#endif

namespace icn::contract {

std::string location_of(std::string_view backend, const Folder& folder, std::string_view name) {
#ifdef ICN_TEST_POSTGRES
  if (backend == "postgres") {
    // The folder's name is unique; a schema's has lower-case letters, digits and '_'.
    return support::PostgresServer::shared().location("t" + to_hex(view_of(folder.path().filename().string()))) +
           " holder=contract";
  }
#endif
  static_cast<void>(backend);
  return (folder.path() / (std::string(name) + ".db")).string();
}

}  // namespace icn::contract
