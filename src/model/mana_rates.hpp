// How fast mana regenerates in a scope, and up to which balance, from a moment on: what two governed parameters were in
// the course of time. Segments ascend by `from`; each holds until the next begins, the last one for good.
#pragma once
#include <cstdint>
#include <vector>

#include "model/mana.hpp"
#include "model/order.hpp"
#include "model/parameters.hpp"

namespace icn::model {

struct RateSegment {
  UnixMs from;
  std::uint64_t umana_per_hour = 0;  // at a reputation of 100
  Mana cap;
  friend bool operator==(const RateSegment&, const RateSegment&) = default;
};
using RateSegments = std::vector<RateSegment>;

// As the parameters say.
[[nodiscard]] RateSegment rate_segment(UnixMs from, const Parameters& parameters);

}  // namespace icn::model
