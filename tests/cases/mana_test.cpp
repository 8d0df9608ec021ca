// Mana as a node's user sees it: holds, refusals, spending, and that nothing is created or lost.
#include <gtest/gtest.h>

#include <thread>

#include "backends/registry.hpp"
#include "contract/support.hpp"
#include "embed/native_host.hpp"
#include "runtime/cancel.hpp"
#include "runtime/mana.hpp"
#include "runtime/run.hpp"
#include "runtime/state_hash.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"
#include "wasm/executor.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

struct ManaCases : ::testing::Test {
  Context holding(std::uint64_t mana) const { return RuntimeContext::new_testing(self, mana).value(); }
  std::uint64_t balance(const Context& ctx) const { return host_account_get_mana(*ctx, self.to_text()).value(); }
  Result<model::JobId> submit(const Context& ctx, std::uint64_t cost, std::int64_t answer = 1) const {
    return host_submit_mesh_job(
        *ctx, embedding::job_json(embedding::stored_module(ctx, embedding::wat_of_constant(answer)), cost));
  }
  // All µmana: members, node, treasury, fees, escrow and reserves.
  static model::Mana issued(const Context& ctx) {
    const economy::AuditReport report = runtime::audit_mana(ctx->node()).value();
    EXPECT_EQ(report.issued.umana, report.member_held.umana + report.reserved.umana + report.treasury.umana +
                                       report.fees.umana + report.escrow.umana + report.slashed.umana);
    return report.issued;
  }

  model::Did self = testing::test_did(0);
};

TEST_F(ManaCases, ASubmittedJobHoldsItsCostAtOnce) {
  const Context ctx = holding(100);
  ASSERT_TRUE(submit(ctx, 10));
  EXPECT_EQ(balance(ctx), 90U);
  EXPECT_EQ(ctx->get_pending_mesh_jobs()->size(), 1U);
}

TEST_F(ManaCases, MoreThanTheBalanceIsRefusedAndChangesNothing) {
  const Context ctx = holding(5);
  EXPECT_EQ(submit(ctx, 10).error().code, ErrorCode::insufficient_mana);
  EXPECT_EQ(balance(ctx), 5U);
  EXPECT_TRUE(ctx->get_pending_mesh_jobs()->empty());
  EXPECT_EQ(host_account_spend_mana(*ctx, self.to_text(), 10).error().code, ErrorCode::insufficient_mana);
  EXPECT_EQ(balance(ctx), 5U);
}

TEST_F(ManaCases, WhatIsHeldCannotBeSpent) {
  const Context ctx = holding(50);
  ASSERT_TRUE(submit(ctx, 10));
  ASSERT_TRUE(host_account_spend_mana(*ctx, self.to_text(), 5));
  EXPECT_EQ(balance(ctx), 35U);
  EXPECT_EQ(host_account_spend_mana(*ctx, self.to_text(), 36).error().code, ErrorCode::insufficient_mana);
  ASSERT_TRUE(host_account_spend_mana(*ctx, self.to_text(), 35));
  EXPECT_EQ(balance(ctx), 0U);
}

TEST_F(ManaCases, AccountsAreNamedByDidsAndAmountsAreAtLeastOne) {
  const Context ctx = holding(20);
  const auto spend = [&ctx](const std::string& account, std::uint64_t amount) {
    const auto spent = host_account_spend_mana(*ctx, account, amount);
    return spent ? ErrorCode{} : spent.error().code;
  };
  EXPECT_EQ(spend(self.to_text(), 10), ErrorCode{});
  for (const std::string account : {"", "alice", "did:key:", "did:key:zTest", "did:web:example.org"}) {
    EXPECT_EQ(host_account_get_mana(*ctx, account).error().code, ErrorCode::invalid_argument) << account;
    EXPECT_EQ(spend(account, 1), ErrorCode::invalid_argument) << account;
  }
  EXPECT_EQ(spend(self.to_text(), 0), ErrorCode::invalid_argument);
  EXPECT_EQ(spend(self.to_text(), UINT64_MAX), ErrorCode::invalid_argument);
  EXPECT_EQ(balance(ctx), 10U);
  // Another member's account is empty and cannot be accessed.
  EXPECT_EQ(host_account_get_mana(*ctx, testing::test_did(1).to_text()).value(), 0U);
  EXPECT_EQ(spend(testing::test_did(1).to_text(), 1), ErrorCode::invalid_argument);
}

TEST_F(ManaCases, TheSameKeyIsChargedOnceAndNoKeyEachTime) {
  const Context ctx = holding(100);
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  const std::string keyed = embedding::job_json(module, 10, ",\"nonce\":\"0102\"");
  const model::JobId id = host_submit_mesh_job(*ctx, keyed).value();
  EXPECT_EQ(host_submit_mesh_job(*ctx, keyed).value(), id);
  EXPECT_EQ(balance(ctx), 90U);
  // Equal texts at the same time of a clock that does not advance.
  const model::JobId first = host_submit_mesh_job(*ctx, embedding::job_json(module, 10)).value();
  const model::JobId second = host_submit_mesh_job(*ctx, embedding::job_json(module, 10)).value();
  EXPECT_NE(first, second);
  EXPECT_EQ(balance(ctx), 70U);
  ASSERT_TRUE(ctx->execute_job(id));
  const std::uint64_t after = balance(ctx);
  EXPECT_EQ(host_submit_mesh_job(*ctx, keyed).value(), id);
  EXPECT_EQ(balance(ctx), after) << "nor after it has ended";
}

TEST_F(ManaCases, TheSumIsTheSameWhateverBecomesOfAJob) {
  const Context ctx = holding(100);
  const model::Mana before = issued(ctx);
  const auto module = [&ctx](std::string_view code) {
    return embedding::stored_module(
        ctx, "(module (func $deep (call $deep)) (func (export \"run\") (result i64) " + std::string(code) + "))");
  };
  // It is never run.
  const model::JobId waiting = submit(ctx, 3).value();
  EXPECT_EQ(issued(ctx), before);
  EXPECT_EQ(runtime::cancel_job(ctx->node(), waiting).value(), runtime::Cancelled::released);
  // It succeeds, traps, never ends, or overflows its stack.
  for (const std::string_view code :
       {"(i64.const 1)", "unreachable", "(loop $l (br $l)) (i64.const 0)", "(call $deep) (i64.const 0)"}) {
    const std::uint64_t held = balance(ctx);
    const model::JobId id = host_submit_mesh_job(*ctx, embedding::job_json(module(code), 10)).value();
    EXPECT_EQ(issued(ctx), before) << code;
    const auto receipt = ctx->execute_job(id);
    ASSERT_TRUE(receipt) << receipt.error().detail;
    EXPECT_EQ(issued(ctx), before) << code;
    const jobs::JobRecord record = ctx->get_job_status(id)->record;
    EXPECT_EQ(record.charged, record.pay) << "the submitter pays what the executor earns";
    EXPECT_GE(balance(ctx) + 1, held) << "and gets the rest back";
  }
  const economy::AuditReport report = runtime::audit_mana(ctx->node()).value();
  EXPECT_EQ(report.reserved.umana, 0U);
  EXPECT_EQ(report.escrow.umana, 0U);
}

TEST_F(ManaCases, ConcurrentSpendsAreExact) {
  constexpr std::uint64_t kHeld = 500;
  constexpr int kThreads = 8;
  const Context ctx = holding(kHeld);
  std::atomic<std::uint64_t> spent{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) spent += host_account_spend_mana(*ctx, self.to_text(), 1) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(spent.load(), kHeld);
  EXPECT_EQ(balance(ctx), 0U);
  EXPECT_EQ(runtime::audit_mana(ctx->node())->fees, *model::Mana::from_whole(kHeld));
}

TEST_F(ManaCases, TenRestartsChangeNoBalance) {
  const contract::Folder folder;
  const auto open = [&] {
    runtime::NodeServices services;
    services.dag_store = *backends::dag_store::open("sqlite:" + (folder.path() / "blocks.db").string());
    services.state_store = *backends::state_store::open("sqlite:" + (folder.path() / "state.db").string());
    services.executor = *wasm::make_executor({});
    const auto signer = embedding::real_signer(1);
    return RuntimeContext::from_service_config(ServiceConfig::development(signer->did(), signer, services).value())
        .value();
  };
  const model::Did member = embedding::real_signer(1)->did();
  Context ctx = open();
  ASSERT_TRUE(ctx->spend_mana(member, 7));
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  ASSERT_TRUE(host_submit_mesh_job(*ctx, embedding::job_json(module, 10)));
  const ipld::Digest ledger = ctx->node().ledger().state_hash();
  const ipld::Digest state = runtime::state_hash(ctx->node()).value();
  for (int i = 0; i < 10; ++i) {
    ctx.reset();
    ctx = open();
    EXPECT_EQ(ctx->get_mana(member), 983U);
    EXPECT_EQ(ctx->node().ledger().state_hash(), ledger);
    EXPECT_EQ(runtime::state_hash(ctx->node()).value(), state);
  }
}

}  // namespace
}  // namespace icn::embed
