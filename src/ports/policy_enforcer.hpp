// Who may do what, beyond signatures and balances: called before a job is accepted. Implementations are thread safe.
#pragma once
#include "model/job.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

class PolicyEnforcer {
 public:
  virtual ~PolicyEnforcer() = default;
  // Errors: permission_denied, naming the rule.
  [[nodiscard]] virtual Result<void> may_submit(const model::Job& job) const = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
