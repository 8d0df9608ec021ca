// What a backend says of itself. Each folder src/backends/<port>/<name>/ declares one Backend; production accepts only
// production grade.
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

// Where a store keeps what it is given: what its location means, and whether anything is there later.
enum class Place : std::uint8_t {
  process,  // memory of this process; the location says nothing
  path,     // a file or folder of this machine; a relative location begins in the node's data folder
  server,   // another program, reached by what the location says
};

struct Descriptor {
  std::string_view port;  // "dag_store"
  std::string_view name;  // "sqlite"
  Grade grade = Grade::test;
  std::string_view doc;
  Place place = Place::path;  // of stores
};

// Of a service that does not say what it is: production takes it for a test double.
[[nodiscard]] constexpr Descriptor undeclared(std::string_view port) {
  return Descriptor{port, "undeclared", Grade::test, "a service that does not say what it is"};
}

// A descriptor and how to open the backend; `Factory` is a function type of ports/factories.hpp.
template <class Factory>
struct Backend {
  Descriptor descriptor;
  Factory* open = nullptr;
};

}  // namespace icn::ports
