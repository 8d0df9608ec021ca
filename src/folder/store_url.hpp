// The two stores of a node and the URLs that say where they are: "sqlite:state.db", "postgres://host/db", "memory".
//
// Where a backend keeps things in a path, a relative location begins in the data folder. Nothing here opens a store.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "api/stores.hpp"
#include "ports/backend.hpp"

namespace icn::folder {

using api::StorePort;
inline constexpr auto kStorePorts = api::EnumNames<StorePort>::values;
[[nodiscard]] inline std::string_view port_name(StorePort port) { return api::EnumNames<StorePort>::name(port); }

// One thing for each store.
template <class T>
struct PerStore {
  T state;
  T dag;
  [[nodiscard]] T& operator[](StorePort port) { return port == StorePort::state ? state : dag; }
  [[nodiscard]] const T& operator[](StorePort port) const { return port == StorePort::state ? state : dag; }
  friend bool operator==(const PerStore&, const PerStore&) = default;
};

// What the URL's backend says of itself. Errors: invalid_argument (an unknown name, with those that there are),
// unsupported (absent from this build, with the reason).
[[nodiscard]] Result<ports::Descriptor> describe_store(StorePort port, std::string_view url);
// The URL with its location made absolute; as it is, when its backend has no place in a path or is unknown.
[[nodiscard]] std::string absolute_url(StorePort port, std::string_view url, const std::filesystem::path& folder);
// Where the store is in the file system; nothing when it is elsewhere. `url` is absolute.
[[nodiscard]] std::optional<std::filesystem::path> path_of_store(StorePort port, std::string_view url);
// The URL as people may see it: without the password that a server's may hold.
[[nodiscard]] std::string shown_url(std::string_view url);
// Where a backend keeps this store of a folder by default: "file:state.file". Errors: as describe_store, and
// invalid_argument (a server: only its URL says where).
[[nodiscard]] Result<std::string> default_url(StorePort port, std::string_view backend);

}  // namespace icn::folder
