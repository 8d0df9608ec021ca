#include "http/caller.hpp"

#include <unistd.h>

namespace icn::http {
namespace {

class OwnerGate : public Gate {
 public:
  explicit OwnerGate(const model::Did& member) : member_(member) {}
  Result<Caller> identify(const Request& request) const override {
    if (!request.peer.user) return Caller{.name = request.peer.address};
    Caller caller{.name = "user:" + std::to_string(*request.peer.user)};
    if (*request.peer.user != ::geteuid() && *request.peer.user != 0) return caller;
    caller.role = api::Role::operate;
    caller.did = member_;
    return caller;
  }

 private:
  const model::Did member_;
};

}  // namespace

std::shared_ptr<Gate> owner_gate(const model::Did& member) { return std::make_shared<OwnerGate>(member); }

}  // namespace icn::http
