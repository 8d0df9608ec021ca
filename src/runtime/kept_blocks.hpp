// Everything that keeps a node's blocks: the guard of blocks in use, the pins, the complete roots, the usage counters
// and the modules in memory.
//
// Thread safe: each part locks itself.
#pragma once
#include <memory>

#include "dag/completeness.hpp"
#include "dag/guard.hpp"
#include "dag/pins.hpp"
#include "dag/usage.hpp"
#include "runtime/detail/module_cache.hpp"

namespace icn::runtime {

class KeptBlocks {
 public:
  // The store outlives it. Errors: corrupted, storage.
  [[nodiscard]] Result<void> load(const ports::StateStore& store) {
    completeness_ = std::make_unique<dag::Completeness>(store);
    pins_ = std::make_unique<dag::Pins>(store, guard_);
    usage_ = ICN_TRY(dag::Usage::open(store));
    return {};
  }

  [[nodiscard]] dag::Guard& guard() { return guard_; }
  [[nodiscard]] const dag::Guard& guard() const { return guard_; }
  [[nodiscard]] dag::Pins& pins() { return *pins_; }
  [[nodiscard]] const dag::Pins& pins() const { return *pins_; }
  [[nodiscard]] const dag::Completeness& completeness() const { return *completeness_; }
  [[nodiscard]] dag::Usage& usage() { return *usage_; }
  [[nodiscard]] const dag::Usage& usage() const { return *usage_; }
  [[nodiscard]] detail::ModuleCache& modules() { return modules_; }
  [[nodiscard]] const detail::ModuleCache& modules() const { return modules_; }

 private:
  dag::Guard guard_;
  std::unique_ptr<dag::Completeness> completeness_;
  std::unique_ptr<dag::Pins> pins_;
  std::unique_ptr<dag::Usage> usage_;
  detail::ModuleCache modules_;
};

}  // namespace icn::runtime
