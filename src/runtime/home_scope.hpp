// The scope that a node serves, as its genesis says: what it is called, who is a member, what it governs.
//
// A value: it does not change while the node is open.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "model/genesis.hpp"

namespace icn::runtime {

struct HomeScope {
  HomeScope() = default;
  HomeScope(const ipld::Cid& of, model::Genesis from, const model::Did& run_by)
      : id(of), genesis(std::move(from)), operator_did(run_by) {
    for (const model::Member& member : genesis.members) members_.insert(member.did);
  }

  ipld::Cid id;
  model::Genesis genesis;
  model::Did operator_did;  // who runs this node

  // In constant time.
  [[nodiscard]] bool is_member(const model::Did& did) const { return members_.contains(did); }
  // A governed parameter; genesis values for now.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const {
    const auto at = genesis.parameters.find(std::string(name));
    if (at == genesis.parameters.end()) return std::nullopt;
    return at->second;
  }

 private:
  std::unordered_set<model::Did> members_;
};

}  // namespace icn::runtime
