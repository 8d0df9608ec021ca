#include "runtime/readiness.hpp"

#include "model/keys.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

std::string problem_of_state_store(const NodeState& node) {
  const auto row = node.state_store().get(model::key_of(model::keys::kDagUsage));
  return row ? "" : "it cannot be read: " + row.error().detail;
}

std::string problem_of_dag_store(const NodeState& node) {
  const auto length = node.dag_store().length(node.genesis_scope().id());
  if (!length) return "it cannot be read: " + length.error().detail;
  return *length ? "" : "the genesis block of the scope is missing";
}

std::string problem_of_disk(const NodeState& node) {
  const auto& free_on_disk = node.settings().dag_quota.free_on_disk;
  if (!free_on_disk) return "";
  const auto free = free_on_disk();
  if (!free || *free >= dag::kDiskReserveBytes) return "";
  return "it is full: new work is refused until space is free";
}

}  // namespace

std::vector<Dependency> check_dependencies(const NodeState& node) {
  const auto room = node.check_outbox();
  const auto executor = node.executor();
  return {{"state_store", problem_of_state_store(node)},
          {"dag_store", problem_of_dag_store(node)},
          {"disk", problem_of_disk(node)},
          {"outbox", room ? "" : room.error().detail},
          {"executor", executor ? "" : executor.error().detail}};
}

}  // namespace icn::runtime
