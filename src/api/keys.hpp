// The keys of members that live in a node's data folder: listing and making them (docs/OPERATIONS.md).
#pragma once
#include "api/operation.hpp"
#include "identity/key_file.hpp"

namespace icn::api {

struct KeyListRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct KeyView {
  static constexpr std::string_view kName = "key";
  static constexpr std::string_view kText = "The key of a member in a data folder.";
  std::string name;
  model::Did did;
  bool is_member = false;
  bool is_default = false;
  std::string file;

  static constexpr auto fields() {
    using T = KeyView;
    return std::tuple{
        Field<&T::name>{"name", "what the folder calls it", {.min = 1}},
        Field<&T::did>{"did", "whose signatures it makes"},
        Field<&T::is_member>{"member", "whether that is a member of the node's scope"},
        Field<&T::is_default>{"default", "whether it signs where no other is named"},
        Field<&T::file>{"file", "its file in the data folder", {.min = 1}},
    };
  }
};

struct KeyList {
  static constexpr std::string_view kName = "key_list";
  static constexpr std::string_view kText = "The keys of members in a data folder, the default first.";
  std::vector<KeyView> keys;

  static constexpr auto fields() { return std::tuple{Field<&KeyList::keys>{"keys", "the default first", {.min = 1}}}; }
};

struct KeyNamed {
  std::string name;

  static constexpr auto fields() {
    return std::tuple{Field<&KeyNamed::name>{"name", "what the folder calls the key", {.min = 1, .max = 32}}};
  }
};

// Errors: invalid_format, corrupted, storage.
struct ListKeys : Slot<KeyListRequest, KeyList> {};
// Errors: not_found, and as ListKeys.
struct ShowKey : Slot<KeyNamed, KeyView> {};
// Makes a key that is sealed as the folder's own is. Its DID is not a member until the scope admits it. Errors:
// already_exists, invalid_argument (the name), limit_exceeded, storage, and those of the passphrase.
struct NewKey : Slot<KeyNamed, KeyView> {};

}  // namespace icn::api
