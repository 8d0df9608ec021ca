// Whether a node can work now: each thing that it depends on, with the reason if it cannot be used. Thread safe; reads
// one row of the state store and one length of the DAG store, and writes nothing.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icn::runtime {

class NodeState;

struct Dependency {
  std::string_view name;  // "state_store"
  std::string problem;    // empty: none
};

[[nodiscard]] std::vector<Dependency> check_dependencies(const NodeState& node);

}  // namespace icn::runtime
