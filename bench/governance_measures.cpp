// Counting and resolving the votes of a large scope, against the least that reads the same votes.
#include <algorithm>

#include "backends/registry.hpp"
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
  model::Scope genesis;
  std::unique_ptr<Governance> governance;
  std::unique_ptr<ports::StateStore> store;  // keeps the log, if there is one
  model::UnixMs now{1'700'000'000'000};

  explicit LargeScope(std::uint64_t count) : members(count) {
    model::Genesis body;
    body.name = "Large";
    std::vector<model::Member> list;
    for (std::uint64_t i = 0; i < members; ++i) list.push_back({member(i), body.clerk});
    genesis = model::Scope(ipld::Cid(), body, expect(model::Parameters::from_texts({}), "parameters"), list);
    governance = std::make_unique<Governance>(genesis);
  }

  void apply(model::EntryResult result, std::optional<model::LogRecord::Admitted> admitted = std::nullopt) {
    const model::Scope scope = governance->scope();
    const model::ScopeEntry entry{scope.id(), scope.position() + 1, scope.head(), now, std::move(result)};
    ports::Batch batch;
    expect(governance->apply({{entry.to_block().cid, scope.clerk(), {}}, entry, std::move(admitted)},
                             Signatures::verified, batch),
           "entry");
    if (store) expect(store->commit({&batch, 1}), "commit");
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

// Opening from a checkpoint, after a log of a tenth of the members' delegations; the floor is the scope of the genesis
// alone.
Figure measure_open(std::uint64_t members) {
  LargeScope scope(members);
  scope.store = expect(backends::state_store::open("memory"), "store");
  for (std::uint64_t i = 0; i < members / 10; ++i)
    scope.admit(model::Delegation{scope.genesis.id(), member(i), member(i + 1), {}, std::nullopt, 1});
  ports::Batch batch;
  scope.governance->keep(scope.governance->make_checkpoint(), batch);
  expect(scope.store->commit({&batch, 1}), "commit");
  const Pair open = in_turn(
      5,
      [&] {
        const auto opened = expect(Governance::open(*scope.store, scope.genesis), "open");
        if (opened->log_since_checkpoint() != 0) give_up("open: the log was replayed");
      },
      [&] {
        if (Governance(scope.genesis).scope().position() != 0) give_up("floor");
      });
  return {"governance_open_ms", open.ours / 1e6, "ms", open.floor / 1e6,
          std::to_string(members) + " members, " + std::to_string(members / 10) +
              " entries before the checkpoint (floor: the genesis alone)"};
}

// Membership in the whole scope; the floor is the same in a scope of 1,000, so the ratio shows whether it is constant.
Figure measure_lookup(const LargeScope& large, std::uint64_t members) {
  constexpr std::uint64_t kFew = 1'000;
  const model::Scope few = LargeScope(kFew).governance->scope();
  const model::Scope many = large.governance->scope();
  std::vector<model::Did> asked;
  for (std::uint64_t i = 0; i < kFew; ++i) asked.push_back(member(i));
  const auto count = [&asked](const model::Scope& scope) {
    std::uint64_t found = 0;
    for (int round = 0; round < 100; ++round) {
      for (const model::Did& did : asked) found += scope.is_member(did) ? 1 : 0;
    }
    if (found != 100 * kFew) give_up("lookup: members are missing");
  };
  const Pair lookup = in_turn(
      5, [&] { count(many); }, [&] { count(few); });
  return {"governance_member_lookup_ns", lookup.ours / 100 / kFew, "ns", lookup.floor / 100 / kFew,
          "one of " + std::to_string(members) + " members (floor: one of 1,000)"};
}

}  // namespace

std::vector<Figure> measure_governance(const Settings& settings) {
  const std::uint64_t members = settings.scaled(100'000, 10'000);
  const ipld::Cid scope_id;
  LargeScope scope(members);
  // Chains of 10 delegations each, of a tenth of the members.
  for (std::uint64_t i = 0; i < members / 10; ++i) {
    if (i % 10 != 9) scope.admit(model::Delegation{scope_id, member(i), member(i + 1), {}, std::nullopt, 1});
  }
  // The floor walks the same chains over an array of numbers and sorts as many rows.
  std::vector<std::uint32_t> next(members);
  for (std::uint64_t i = 0; i < members; ++i)
    next[i] = static_cast<std::uint32_t>(i < members / 10 && i % 10 != 9 ? i + 1 : i);
  std::vector<model::Did> unsorted;
  for (std::uint64_t i = 0; i < members; ++i) unsorted.push_back(member(i));
  const Pair power = in_turn(
      5,
      [&] {
        const auto all = scope.governance->voting_power(model::ProposalKind::resolution, scope.now);
        if (all.size() != members) give_up("voting power: members are missing");
      },
      [&] {
        std::vector<std::uint64_t> votes(members);
        for (std::uint32_t at : next) {
          while (next[at] != at) at = next[at];
          ++votes[at];
        }
        auto sorted = unsorted;
        std::sort(sorted.begin(), sorted.end());
        if (votes[members - 1] != 1 || sorted.front() == sorted.back()) give_up("floor");
      });

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
          {"governance_voting_power_ms", power.ours / 1e6, "ms", power.floor / 1e6,
           std::to_string(members) +
               " members, a tenth delegating in chains of 10; bar 100 ms (floor: the same over numbers, and sorting)"},
          measure_lookup(direct, members),
          measure_open(members)};
}

}  // namespace icn::bench
