// A store that several machines can reach, and of which one of them is the writer at a time. Files are kept from a
// second process by their own locks; only a store on a server implements this, next to its own port.
//
// Opening such a store only looks: its writer goes on undisturbed. claim() makes this opening the writer, and
// refuses from then on whatever the writer before it does. Implementations are thread safe.
#pragma once
#include <string>

#include "core/result.hpp"

namespace icn::ports {

enum class TakeOver : std::uint8_t { no, yes };

struct Claim {
  // Who claims, under a name of its own that is the same at each opening: openings of one holder follow
  // each other without being asked. Empty: no holder; then only a store without a writer is free.
  std::string holder;
  TakeOver take_over = TakeOver::no;  // yes: also from another holder
};

// The rule of the error that says that another holder is the writer.
inline constexpr std::string_view kNotTheWriter = "not_the_writer";

class SharedStore {
 public:
  virtual ~SharedStore() = default;
  // Errors: invalid_state (rule kNotTheWriter: another holder is the writer; the error names it, and nothing was
  // changed), busy (the writer is in the middle of a commit: try again), storage.
  [[nodiscard]] virtual Result<void> claim(const Claim& claim) = 0;
};

// Of a store that no other machine reaches there is nothing to claim.
template <class Store>
[[nodiscard]] Result<void> claim(Store& store, const Claim& claim) {
  auto* shared = dynamic_cast<SharedStore*>(&store);
  return shared == nullptr ? Result<void>() : shared->claim(claim);
}

}  // namespace icn::ports
