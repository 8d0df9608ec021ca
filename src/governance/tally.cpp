#include "governance/tally.hpp"

#include <algorithm>

#include "core/ppm.hpp"

namespace icn::governance {
namespace {

using Wide = unsigned __int128;

bool passes(std::uint64_t yes, std::uint64_t no, std::uint64_t ppm) {
  return yes > 0 && Wide{yes} * kPpm >= (Wide{yes} + no) * ppm;
}

constexpr std::uint32_t kUnknown = UINT32_MAX - 1;

// `final_end` is the end of a chain that can go no further than its argument, kUnknown if it goes on to the delegate.
template <class FinalEnd>
std::vector<std::uint32_t> resolve(std::span<const std::uint32_t> delegates, FinalEnd final_end) {
  std::vector<std::uint32_t> ends(delegates.size(), kUnknown);
  std::vector<std::uint32_t> path;
  constexpr std::uint32_t kOnPath = UINT32_MAX - 2;
  for (std::uint32_t start = 0; start < delegates.size(); ++start) {
    std::uint32_t at = start;
    std::uint32_t end = kUnknown;
    path.clear();
    while (end == kUnknown) {
      if (ends[at] == kOnPath) {
        end = kNoOne;  // a cycle
      } else if (ends[at] != kUnknown) {
        end = ends[at];
      } else {
        ends[at] = kOnPath;
        path.push_back(at);
        end = final_end(at);
        if (end == kUnknown) at = delegates[at];
      }
    }
    for (const std::uint32_t member : path) ends[member] = end;
  }
  return ends;
}

}  // namespace

std::uint64_t heads_of(const model::Quorum& quorum, std::uint64_t members) {
  if (quorum.unit == model::Quorum::Unit::heads) return std::max<std::uint64_t>(quorum.value, 1);
  const Wide share = (Wide{members} * quorum.value + kPpm - 1) / kPpm;
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(share), 1);
}

model::VoteOutcome outcome_of(const Tally& tally, const Terms& terms) {
  if (tally.present() < terms.quorum) return model::VoteOutcome::quorum_not_met;
  return passes(tally.yes, tally.no, terms.threshold) ? model::VoteOutcome::accepted
                                                      : model::VoteOutcome::threshold_not_met;
}

std::optional<Fixed> fixed_outcome(const Tally& direct, std::uint64_t delegated, const Terms& terms) {
  const std::uint64_t missing = terms.members - std::min(terms.members, direct.present());
  // The worst for an acceptance is that all others vote no, the best that all vote yes.
  if (direct.present() + delegated >= terms.quorum && passes(direct.yes, direct.no + missing, terms.threshold))
    return Fixed::accepted;
  if (std::max(terms.members, direct.present()) < terms.quorum ||
      !passes(direct.yes + missing, direct.no, terms.threshold))
    return Fixed::rejected;
  return std::nullopt;
}

std::vector<std::uint32_t> ends_of(std::span<const std::uint32_t> delegates) {
  return resolve(delegates, [&](std::uint32_t at) { return delegates[at] == kNoOne ? at : kUnknown; });
}

std::vector<std::uint32_t> voters_of(std::span<const std::uint32_t> delegates, const std::vector<bool>& voted) {
  return resolve(delegates, [&](std::uint32_t at) {
    if (voted[at]) return at;
    return delegates[at] == kNoOne ? kNoOne : kUnknown;
  });
}

}  // namespace icn::governance
