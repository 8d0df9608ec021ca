// The same program, input and order must produce the same receipt body and output under several code generators.
//
// Modules come from tools/generate_modules.py. Each run is (module, input) with the input chosen by the run's number;
// the output holds a hash of the final memory. Stack overflow is not compared: its depth depends on the generator, its
// receipt does not.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "wasm/executor.hpp"

namespace icn::differential {

struct Report {
  std::uint64_t modules = 0;
  std::uint64_t runs = 0;
  std::uint64_t differing = 0;
  std::uint64_t burning = 0;                      // more than 10,000 fuel
  std::uint64_t calling = 0;                      // made a host call other than reading the input
  std::map<std::string, std::uint64_t> outcomes;  // by outcome, traps by their name
  std::string first_difference;
};

// `runs` runs over all modules of `folder` in turn. Infrastructure failures end the process: they prove nothing.
[[nodiscard]] Report compare(const std::string& folder, std::uint64_t runs, std::uint64_t seed,
                             wasm::NanCanonicalisation nan);

}  // namespace icn::differential
