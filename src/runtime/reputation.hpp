// Reputation as people see it: how a score came about, and its decay. Thread safe.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "reputation/reputation.hpp"

namespace icn::runtime {

class NodeState;

struct ReputationPage {
  std::vector<reputation::Change> changes;  // newest first
  std::optional<std::uint64_t> next;        // `before` of the next older page
};
// The changes with numbers below `before`, at most `count`. Reports durable state only. Errors: storage, corrupted.
[[nodiscard]] Result<ReputationPage> reputation_history(const NodeState& node, const model::Did& did,
                                                        std::uint64_t before, std::uint64_t count);
// Takes the governed share of all scores for the days that have ended, if it is due, some scores in a commit: others
// commit in between. Errors: storage.
[[nodiscard]] Result<void> decay_reputation(NodeState& node);

}  // namespace icn::runtime
