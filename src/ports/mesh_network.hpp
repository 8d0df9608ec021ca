// How a node talks to other nodes. `standalone` is a mesh of one. Implementations are thread safe and never block long.
#pragma once
#include <span>
#include <vector>

#include "model/job.hpp"
#include "model/receipt.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

class MeshNetworkService {
 public:
  virtual ~MeshNetworkService() = default;
  // Whether there can ever be another node to reach. If not, nothing is announced or kept for announcing: a node on its
  // own does not pay for messages without a receiver. A network that is temporarily cut off returns true, and refuses.
  [[nodiscard]] virtual bool reaches_others() const { return true; }
  // Each is sent at least once, after what it announces is durable, and again if it was refused: receivers are
  // idempotent. Errors: infrastructure.
  [[nodiscard]] virtual Result<void> announce_job(const model::JobId& id, const model::Job& job) = 0;
  [[nodiscard]] virtual Result<void> announce_completion(const model::SignedReceipt& receipt) = 0;
  [[nodiscard]] virtual Result<void> announce_proposal(ByteView proposal) = 0;
  [[nodiscard]] virtual Result<void> announce_vote(ByteView vote) = 0;
  [[nodiscard]] virtual std::vector<model::Did> connected_peers() const = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
