// Counting and resolving the votes of a large scope, against the least that reads the same votes.
#include <algorithm>

#include "governance/governance.hpp"
#include "measure.hpp"

namespace icn::bench {
namespace {

using governance::Governance;
using governance::Signatures;
using governance::Step;

model::Did member(std::uint64_t number) {
  Bytes bytes;
  append_be64(bytes, number);
  return model::Did::of_key(ipld::sha256(bytes));
}

// A scope whose log is written without signatures, which are verified once, at admission.
struct LargeScope {
  std::uint64_t members;
  std::unique_ptr<Governance> governance;
  model::UnixMs now{1'700'000'000'000};

  explicit LargeScope(std::uint64_t count) : members(count) {
    model::Genesis genesis;
    genesis.name = "Large";
    std::vector<model::Member> list;
    for (std::uint64_t i = 0; i < members; ++i) list.push_back({member(i), genesis.clerk});
    governance = std::make_unique<Governance>(
        model::Scope(ipld::Cid(), genesis, expect(model::Parameters::from_texts({}), "parameters"), list));
  }

  void apply(model::EntryResult result, std::optional<model::LogRecord::Admitted> admitted = std::nullopt) {
    const model::Scope scope = governance->scope();
    const model::ScopeEntry entry{scope.id(), scope.position() + 1, scope.head(), now, std::move(result)};
    ports::Batch batch;
    expect(governance->apply({{entry.to_block().cid, scope.clerk(), {}}, entry, std::move(admitted)},
                             Signatures::verified, batch),
           "entry");
  }
  void admit(const model::Statement& statement) {
    const model::SignedStatement envelope = model::SignedStatement::of(statement, {});
    apply(model::AdmittedResult{envelope.kind, envelope.to_block().cid},
          model::LogRecord::Admitted{envelope, statement});
  }
  ipld::Cid open() {
    model::Proposal proposal;
    proposal.scope = governance->scope().id();
    proposal.proposer = member(0);
    proposal.voting_ms = 1'000;
    admit(proposal);
    const ipld::Cid id = proposal.to_block().cid;
    apply(expect(governance->draft(Step::open, id, now), "open").result);
    return id;
  }
};

}  // namespace

std::vector<Figure> measure_governance(const Settings& settings) {
  const std::uint64_t members = settings.scaled(100'000, 10'000);
  const ipld::Cid scope_id;
  LargeScope scope(members);
  // Chains of 10 delegations each, of a tenth of the members.
  for (std::uint64_t i = 0; i < members / 10; ++i) {
    if (i % 10 != 9) scope.admit(model::Delegation{scope_id, member(i), member(i + 1), {}, std::nullopt, 1});
  }
  double power = 1e300;
  for (int round = 0; round < 5; ++round) {
    power = std::min(power, time_ns([&] {
                       const auto all = scope.governance->voting_power(model::ProposalKind::resolution, scope.now);
                       if (all.size() != members) give_up("voting power: members are missing");
                     }));
  }

  LargeScope direct(members);
  const ipld::Cid proposal = direct.open();
  for (std::uint64_t i = 0; i < members; ++i) {
    const auto choice = static_cast<model::VoteChoice>(i % 3);
    direct.admit(model::Vote{scope_id, proposal, member(i), choice, 1});
  }
  // The floor sorts the voters and hashes what the closing commits to.
  std::vector<std::array<std::uint8_t, 33>> rows(members);
  for (std::uint64_t i = 0; i < members; ++i) {
    const model::Did voter = member(i);
    std::copy(voter.key().begin(), voter.key().end(), rows[i].begin());
    rows[i][32] = static_cast<std::uint8_t>(i % 3);
  }
  direct.now.value += 1'000;
  double tally = 1e300;
  double floor = 1e300;
  for (int round = 0; round < 5; ++round) {
    tally =
        std::min(tally, time_ns([&] { expect(direct.governance->draft(Step::close, proposal, direct.now), "close"); }));
    auto sorted = rows;
    floor = std::min(floor, time_ns([&] {
                       std::sort(sorted.begin(), sorted.end());
                       if (ipld::sha256({sorted[0].data(), sorted.size() * 33}) == ipld::Digest{}) give_up("floor");
                     }));
  }
  return {{"governance_tally_ms", tally / 1e6, "ms", floor / 1e6,
           std::to_string(members) + " votes counted, with the digest of all; bar 100 ms (floor: sorting and hashing)"},
          {"governance_voting_power_ms", power / 1e6, "ms", 0,
           std::to_string(members) + " members, a tenth delegating in chains of 10; bar 100 ms"}};
}

}  // namespace icn::bench
