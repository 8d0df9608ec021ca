#include "folder/stores.hpp"

#include <fmt/core.h>

#include "backends/registry.hpp"
#include "disk/folder.hpp"
#include "stores/copy.hpp"

namespace icn::folder {
namespace {

// Whether the note says that the store holds the leavings of what begins now.
Result<bool> may_hold_leavings(const std::optional<Unfinished>& before, const Unfinished& begin, StorePort port) {
  if (!before) return false;
  if (before->operation != begin.operation) {
    return refuse(ErrorCode::invalid_state, "unfinished",
                  "something else was begun in this data folder and not finished; nothing was changed. Finish it, or "
                  "remove the folder",
                  before->command);
  }
  return before->filling[port] == begin.filling[port];
}

template <class Store>
Result<void> make_empty(Store& store, bool leavings, StorePort port, const std::string& url) {
  if (ICN_TRY(stores::is_empty(store))) return {};
  if (leavings) return stores::clear(store);
  return refuse(ErrorCode::already_exists, "store_not_empty",
                fmt::format("the {} '{}' holds something already, and not of this data folder; nothing was changed. "
                            "Give an empty place",
                            port_name(port), shown_url(url)),
                shown_url(url));
}

}  // namespace

Result<OpenStores> open_stores(const DataFolder& folder) {
  for (const StorePort port : kStorePorts) {
    const auto path = path_of_store(port, folder.store_url(port));
    std::error_code error;
    // A folder that is missing is the backend's to name.
    if (path && std::filesystem::exists(path->parent_path(), error))
      ICN_TRY(disk::open_private_folder(path->parent_path(), disk::Links::followed));
  }
  OpenStores stores;
  stores.dag = ICN_TRY(backends::dag_store::open(folder.store_url(StorePort::dag)));
  stores.state = ICN_TRY(backends::state_store::open(folder.store_url(StorePort::state)));
  return stores;
}

Result<OpenStores> open_empty_stores(const DataFolder& folder, const Unfinished& begin) {
  const std::optional<Unfinished> before = ICN_TRY(read_unfinished(folder.path()));
  const bool state_leavings = ICN_TRY(may_hold_leavings(before, begin, StorePort::state));
  const bool dag_leavings = ICN_TRY(may_hold_leavings(before, begin, StorePort::dag));
  OpenStores stores = ICN_TRY(open_stores(folder));
  ICN_TRY(make_empty(*stores.state, state_leavings, StorePort::state, folder.store_url(StorePort::state)));
  ICN_TRY(make_empty(*stores.dag, dag_leavings, StorePort::dag, folder.store_url(StorePort::dag)));
  ICN_TRY(write_unfinished(folder.path(), begin));
  return stores;
}

}  // namespace icn::folder
