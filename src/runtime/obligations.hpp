// What a node owes, and by when: every open job, every step of the scope's log that is ahead, and the root of an ended
// epoch of mana. Thread safe; reads memory, except for one row of the newest anchored root.
#pragma once
#include <string>
#include <vector>

#include "core/result.hpp"
#include "model/order.hpp"

namespace icn::runtime {

class NodeState;

enum class ObligationKind : std::uint8_t { job, proposal, mana };
[[nodiscard]] std::string_view obligation_kind_name(ObligationKind kind);

struct Obligation {
  ObligationKind kind = ObligationKind::job;
  std::string subject;  // the id of the job or the proposal; empty for mana
  std::string state;    // what it waits in: the phase of the job, the state of the proposal
  std::string step;     // what ends it then
  std::string owner;    // who must act: home, executor, clerk
  model::UnixMs due;
};

struct ObligationList {
  std::vector<Obligation> due_first;  // at most as many as asked for
  std::size_t total = 0;
  std::size_t overdue = 0;
};
// The `count` that are due first.
[[nodiscard]] ObligationList list_obligations(const NodeState& node, std::size_t count);

}  // namespace icn::runtime
