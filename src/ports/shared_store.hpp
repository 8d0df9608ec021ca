// A store that several machines can reach, one of which is the writer at a time. Files are protected from a second
// process by their own locks; only a store on a server implements this, next to its own port.
//
// Opening such a store only reads: its writer is undisturbed. claim() makes this opening the writer, and from then on
// refuses everything the previous writer does. Implementations are thread safe.
#pragma once
#include <string>

#include "core/result.hpp"

namespace icn::ports {

enum class TakeOver : std::uint8_t { no, yes };

struct Claim {
  // The claimant, by a name that is the same at each opening: openings of one holder follow each other without
  // confirmation. Empty: no holder; then only a store without a writer is free.
  std::string holder;
  TakeOver take_over = TakeOver::no;  // yes: even from another holder
};

// The rule of the error that another holder is the writer.
inline constexpr std::string_view kNotTheWriter = "not_the_writer";

class SharedStore {
 public:
  virtual ~SharedStore() = default;
  // Errors: invalid_state (rule kNotTheWriter: another holder is the writer; the error names it, and nothing was
  // changed), busy (the writer is in the middle of a commit: try again), storage.
  [[nodiscard]] virtual Result<void> claim(const Claim& claim) = 0;
};

// A store that no other machine reaches need not be claimed.
template <class Store>
[[nodiscard]] Result<void> claim(Store& store, const Claim& claim) {
  auto* shared = dynamic_cast<SharedStore*>(&store);
  return shared == nullptr ? Result<void>() : shared->claim(claim);
}

}  // namespace icn::ports
