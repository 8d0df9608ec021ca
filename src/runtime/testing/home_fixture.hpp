// A home node for this folder's tests: memory stores, a fixed clock, counted randomness, scripts as modules.
#pragma once
#include <gtest/gtest.h>

#include "backends/registry.hpp"
#include "runtime/cancel.hpp"
#include "runtime/describe.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"
#include "runtime/receipts.hpp"
#include "runtime/run.hpp"
#include "runtime/simulate.hpp"
#include "runtime/state_hash.hpp"
#include "runtime/sweep.hpp"
#include "testing/scripted_executor.hpp"

namespace icn::runtime {

class StandingClock : public ports::Clock {
 public:
  model::UnixMs now() const override { return model::UnixMs{now_ms.load()}; }
  std::uint64_t monotonic_ns() const override { return (now_ms.load() - kBegin) * 1'000'000; }
  static constexpr std::uint64_t kBegin = 1'700'000'000'000;
  std::atomic<std::uint64_t> now_ms{kBegin};
};

class CountedRandom : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(next_.fetch_add(1) * 2654435761U >> 13);
  }

 private:
  std::atomic<std::uint32_t> next_{1};
};

class FourCores : public ports::SystemInfoProvider {
 public:
  ports::SystemInfo system_info() const override { return {4, 8192, 4096}; }
};

inline std::shared_ptr<ports::Signer> signer_of(std::uint8_t number) {
  model::Seed seed{};
  seed[0] = number;
  return (*backends::signer::all().front()).open(model::KeyPair::from_seed(seed)).value();
}

struct HomeFixture : ::testing::Test {
  HomeFixture() {
    services.dag_store = *backends::dag_store::open("memory");
    services.state_store = *backends::state_store::open("memory");
    services.mesh_network = *backends::mesh_network::open("standalone");
    services.signer = signer_of(1);
    executor = std::make_shared<testing_executor>();
    services.executor = executor;
    clock = std::make_shared<StandingClock>();
    services.clock = clock;
    services.random = std::make_shared<CountedRandom>();
    services.system_info = std::make_shared<FourCores>();
  }

  void found(model::Did operator_did = signer_of(9)->did()) {
    Founding founding;
    founding.member = member->did();
    founding.operator_did = operator_did;
    founding.parameters = parameters;
    founding.grant = grant;
    node = NodeState::found(services, settings, founding).value();
  }
  void reopen() {
    node.reset();
    node = NodeState::open(services, settings).value();
  }

  JobDraft draft(const std::string& script) const {
    JobDraft out;
    out.module = bytes_of("script\n" + script);
    out.submitter = member->did();
    out.fuel = 1'000'000'000;
    return out;
  }
  SubmitRequest signed_request(const PreparedJob& prepared) const {
    SubmitRequest request;
    request.body = prepared.body;
    request.blocks = prepared.blocks;
    request.signature = member->sign(model::SignatureTag::job, prepared.body.cid).value();
    return request;
  }
  SubmitRequest request(const JobDraft& from) const { return signed_request(prepare_job(*node, from).value()); }
  SubmitAnswer submit(const JobDraft& from) { return submit_job(*node, request(from)).value(); }
  JobReport run(const JobDraft& from) {
    SubmitRequest made = request(from);
    made.start = StartMode::now;
    SubmitAnswer accepted = submit_job(*node, made).value();
    return execute_job(*node, accepted.id, {}, std::move(accepted.claim)).value();
  }

  model::Mana available(const model::AccountKey& account) const { return node->ledger().balance(account).available(); }
  model::Mana of_member() const { return available(model::AccountKey::of(member->did())); }
  model::Mana of_node() const { return available(model::AccountKey::of(node->node_did())); }
  model::Mana of_system(model::SystemAccount account) const { return available(model::AccountKey::of(account)); }
  // Expects that every sum is correct and nothing is reserved.
  void expect_all_settled() const {
    const auto audit = audit_mana(*node);
    ASSERT_TRUE(audit) << audit.error().detail;
    EXPECT_EQ(audit->pending_open, 0U);
    EXPECT_EQ(audit->escrow.umana, 0U);
  }

  using testing_executor = icn::testing::ScriptedExecutor;
  NodeServices services;
  NodeSettings settings;
  std::map<std::string, std::string> parameters{{"fee", "3"}};
  model::Mana grant{1'000 * model::Mana::kUnit};
  std::shared_ptr<testing_executor> executor;
  std::shared_ptr<StandingClock> clock;
  std::shared_ptr<ports::Signer> member = signer_of(2);
  std::unique_ptr<NodeState> node;
};

}  // namespace icn::runtime
