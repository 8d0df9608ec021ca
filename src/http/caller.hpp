// Who sends a request, and what that one may do. Values; a Gate is thread safe.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "api/operation.hpp"
#include "http/message.hpp"

namespace icn::http {

struct Caller {
  api::Role role = api::Role::open;
  std::optional<model::Did> did = {};  // the default of requests that name no account
  std::string name = {};               // for turns, rates and the audit: "user:1000", "key:…", an address
};

// Decides who a caller is.
class Gate {
 public:
  virtual ~Gate() = default;
  // From the connection and the head alone; never waits. Errors: invalid_signature (rule "credentials": credentials are
  // given and wrong).
  [[nodiscard]] virtual Result<Caller> identify(const Request& request) const = 0;
};

// Processes of the same user and of root, on a unix socket, act as `member` and may do everything; others get only what
// is open.
[[nodiscard]] std::shared_ptr<Gate> owner_gate(const model::Did& member);

}  // namespace icn::http
