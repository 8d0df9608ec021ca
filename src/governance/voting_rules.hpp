// The scope's parameters that govern votes; docs/PARAMETERS.md describes them.
#pragma once
#include <cstdint>

#include "model/parameters.hpp"
#include "model/proposal.hpp"

namespace icn::governance {

struct VotingRules {
  model::Quorum quorum;
  std::uint64_t threshold = 0;  // ppm
  std::uint64_t voting_ms = 0;  // unless a proposal says otherwise
  std::uint64_t voting_ms_min = 0;
  std::uint64_t sponsors_wanted = 0;
  std::uint64_t sponsorship_ms = 0;
  std::uint64_t deliberation_ms = 0;
  std::uint64_t timelock_ms = 0;
  std::uint64_t execution_ms = 0;
  std::uint64_t late_ppm = 0;  // of the voting time
  std::uint64_t open_max = 0;
  std::uint64_t open_per_member_max = 0;
  [[nodiscard]] static VotingRules of(const model::Parameters& parameters);
};

}  // namespace icn::governance
