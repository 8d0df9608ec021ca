// A backend's description of itself. Each folder src/backends/<port>/<name>/ declares one Backend; production accepts
// only production grade.
#pragma once
#include <cstdint>
#include <string_view>

#include "core/result.hpp"

namespace icn::ports {

enum class Grade : std::uint8_t { test, development, production };
[[nodiscard]] constexpr std::string_view grade_name(Grade grade) {
  switch (grade) {
    case Grade::test:
      return "test";
    case Grade::development:
      return "development";
    case Grade::production:
      return "production";
  }
  return "?";
}

// Where a store keeps its data: the meaning of its location, and whether the data outlives the process.
enum class Place : std::uint8_t {
  process,  // memory of this process; the location is ignored
  path,     // a file or folder of this machine; a relative location starts in the node's data folder
  server,   // another program, which the location addresses
};

struct Descriptor {
  std::string_view port;  // "dag_store"
  std::string_view name;  // "sqlite"
  Grade grade = Grade::test;
  std::string_view doc;
  Place place = Place::path;  // for stores
};

// For a service without a descriptor: production takes it for a test double.
[[nodiscard]] constexpr Descriptor undeclared(std::string_view port) {
  return Descriptor{port, "undeclared", Grade::test, "a service without a description"};
}

// A descriptor and how to open the backend; `Factory` is a function type of ports/factories.hpp.
template <class Factory>
struct Backend {
  Descriptor descriptor;
  Factory* open = nullptr;
};

}  // namespace icn::ports
