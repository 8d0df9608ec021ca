#include "runtime/detail/founding.hpp"

#include <algorithm>

namespace icn::runtime::detail {
namespace {

model::Transfer issue(const ipld::Cid& scope, const model::AccountKey& to, model::Mana amount,
                      model::TransferCode code) {
  model::Transfer transfer;
  const std::string owner = to.to_text();
  transfer.id = model::transfer_id("ICN-GENESIS-v1", scope.digest(), view_of(owner));
  transfer.debit = model::AccountKey::of(model::SystemAccount::issuance);
  transfer.credit = to;
  transfer.amount = amount;
  transfer.code = code;
  transfer.user_data = scope.digest();
  return transfer;
}

}  // namespace

model::Transfer opening_grant(const ipld::Cid& scope, const model::Genesis& genesis, const model::Did& member) {
  return issue(scope, model::AccountKey::of(member), genesis.grant, model::TransferCode::grant);
}

Result<std::vector<model::Member>> founding_members(model::Member first, std::vector<model::Member> others) {
  std::vector<model::Member> members = std::move(others);
  members.push_back(std::move(first));
  if (members.size() > model::kMembersMax) {
    return refuse(ErrorCode::limit_exceeded, "max_members",
                  "The scope would have " + std::to_string(members.size()) + " members; at most " +
                      std::to_string(model::kMembersMax) + " are allowed. Nothing was created.");
  }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.did < b.did; });
  const auto twice =
      std::adjacent_find(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.did == b.did; });
  if (twice != members.end()) {
    return refuse(ErrorCode::invalid_argument, "members",
                  "The member " + twice->did.to_text() + " is listed twice; nothing was created.");
  }
  return members;
}

Result<void> open_accounts(economy::Ledger& ledger, const ipld::Cid& scope, const model::Genesis& genesis,
                           const std::vector<model::Member>& members, const model::Did& node, model::UnixMs now,
                           ports::Batch& batch) {
  std::vector<model::Transfer> linked;
  const auto post = [&]() -> Result<void> {
    if (!linked.empty()) ICN_TRY(ledger.apply(linked, now, batch));
    linked.clear();
    return {};
  };
  if (genesis.endowment.umana != 0 && genesis.clerk == node) {
    linked.push_back(issue(scope, model::AccountKey::of(model::SystemAccount::treasury), genesis.endowment,
                           model::TransferCode::endowment));
  }
  for (const model::Member& member : members) {
    if (genesis.grant.umana == 0 || member.home != node) continue;
    linked.push_back(opening_grant(scope, genesis, member.did));
    if (linked.size() == kGrantsPerRecord) ICN_TRY(post());
  }
  return post();
}

}  // namespace icn::runtime::detail
