// A mesh of one node: announcements reach every node that exists. Production grade, for embedding and for a single
// node.
#include "ports/factories.hpp"

namespace icn::backends::mesh_network::standalone {
namespace {

constexpr ports::Descriptor kDescriptor{"mesh_network", "standalone", ports::Grade::production,
                                        "a mesh of one node, for embedding"};

class StandaloneMeshNetwork : public ports::MeshNetworkService {
 public:
  bool reaches_others() const override { return false; }
  Result<void> announce_job(const model::JobId&, const model::Job&) override { return {}; }
  Result<void> announce_completion(const model::SignedReceipt&) override { return {}; }
  Result<void> announce_proposal(ByteView) override { return {}; }
  Result<void> announce_vote(ByteView) override { return {}; }
  std::vector<model::Did> connected_peers() const override { return {}; }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }
};

Result<std::unique_ptr<ports::MeshNetworkService>> open(std::string_view) {
  return std::make_unique<StandaloneMeshNetwork>();
}

}  // namespace

extern const ports::Backend<ports::mesh_network_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::mesh_network::standalone
