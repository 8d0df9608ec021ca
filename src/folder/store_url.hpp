// The two stores of a node and their URLs: "sqlite:state.db", "postgres://host/db", "memory".
//
// If a backend stores data in a path, a relative location starts in the data folder. Nothing here opens a store.
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

// One value for each store.
template <class T>
struct PerStore {
  T state;
  T dag;
  [[nodiscard]] T& operator[](StorePort port) { return port == StorePort::state ? state : dag; }
  [[nodiscard]] const T& operator[](StorePort port) const { return port == StorePort::state ? state : dag; }
  friend bool operator==(const PerStore&, const PerStore&) = default;
};

// Returns the descriptor of the URL's backend. Errors: invalid_argument (an unknown name; the error lists the known
// ones), unsupported (absent from this build; the error gives the reason).
[[nodiscard]] Result<ports::Descriptor> describe_store(StorePort port, std::string_view url);
// Returns the URL with an absolute location; unchanged if its backend is unknown or does not use a path.
[[nodiscard]] std::string absolute_url(StorePort port, std::string_view url, const std::filesystem::path& folder);
// Returns the path of the store; empty if it is not in the file system. `url` is absolute.
[[nodiscard]] std::optional<std::filesystem::path> path_of_store(StorePort port, std::string_view url);
// Returns the URL for display, without the password that a server's URL may hold.
[[nodiscard]] std::string shown_url(std::string_view url);
// Returns the default URL of this store of a folder in a backend: "file:state.file". Errors: as describe_store, and
// invalid_argument (a server has no default place).
[[nodiscard]] Result<std::string> default_url(StorePort port, std::string_view backend);

}  // namespace icn::folder
