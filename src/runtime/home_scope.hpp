// The scope that a node serves, as its genesis defines it: name, members and parameters.
//
// A value: it does not change while the node is open.
#pragma once
#include <unordered_set>
#include <utility>
#include <vector>

#include "model/genesis.hpp"
#include "model/parameters.hpp"

namespace icn::runtime {

struct HomeScope {
  HomeScope() = default;
  HomeScope(const ipld::Cid& of, model::Genesis from, model::Parameters governed, const model::Did& run_by,
            const std::vector<model::Member>& members)
      : id(of),
        genesis(std::move(from)),
        parameters(std::move(governed)),
        operator_did(run_by),
        members_(members.size()) {
    for (const model::Member& member : members) members_.insert(member.did);
  }

  ipld::Cid id;
  model::Genesis genesis;
  model::Parameters parameters;  // of the genesis
  model::Did operator_did;       // the operator of this node

  // Takes constant time.
  [[nodiscard]] bool is_member(const model::Did& did) const { return members_.contains(did); }

 private:
  std::unordered_set<model::Did> members_;
};

}  // namespace icn::runtime
