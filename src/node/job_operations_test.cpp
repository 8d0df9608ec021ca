// Goal: operations run, await and stop jobs; keys are unlocked before the caller learns that work begins, and threads
// start only when a job runs.
#include <gtest/gtest.h>

#include <algorithm>

#include <cstdlib>
#include <fstream>

#include "api/job_runs.hpp"
#include "node/embedded_node.hpp"

namespace icn::node {
namespace {

// (func (export "run") (result i64) (i64.const 42)), and the same after an endless loop.
constexpr std::string_view kHead = "0061736d010000000105016000017e030201000707010372756e0000";
Bytes answers_42() { return from_hex(std::string(kHead) + "0a06010400422a0b").value(); }
Bytes loops() { return from_hex(std::string(kHead) + "0a0b01090003400c000b422a0b").value(); }

bool has_executor_threads() {
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::ifstream(task.path() / "comm") >> name;
    if (name == "wasm-0") return true;
  }
  return false;
}

struct JobOperations : ::testing::Test {
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "icn_job_operations_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void found(identity::KeyProtection protection = identity::KeyProtection::plain) {
    FoundingOptions options;
    options.owner = "test";
    options.passphrase = asks_;
    options.protection = protection;
    auto founded = EmbeddedNode::found(folder_ / "data", options);
    ASSERT_TRUE(founded) << founded.error().detail;
    node_ = *std::move(founded);
    reopen();
  }
  void TearDown() override {
    node_.reset();
    std::filesystem::remove_all(folder_);
  }
  void reopen() {
    node_.reset();
    OpeningOptions options;
    options.owner = "test";
    options.passphrase = asks_;
    auto opened = EmbeddedNode::open(folder_ / "data", options);
    ASSERT_TRUE(opened) << opened.error().detail;
    node_ = *std::move(opened);
    happened_.clear();
  }
  // A context whose caller records what it receives.
  api::Context context() {
    api::Context context = node_->context();
    context.out = [this](ByteView piece) -> Result<void> {
      append(output_, piece);
      return {};
    };
    context.progress = [this](std::string_view) { happened_.emplace_back("progress"); };
    return context;
  }
  static api::JobRequest request(Bytes module) {
    api::JobRequest request;
    request.module = std::move(module);
    return request;
  }

  std::filesystem::path folder_;
  std::vector<std::string> happened_;
  Bytes output_;
  PassphraseSource asks_ = [this](std::string_view what) -> Result<Secret> {
    happened_.emplace_back(what);
    return Secret::of("correct horse");
  };
  std::unique_ptr<EmbeddedNode> node_;
};

TEST_F(JobOperations, ARunUnlocksKeysThenReportsProgressAndWritesItsOutput) {
  found(identity::KeyProtection::passphrase);
  api::Context context = this->context();
  const auto ran = api::call<api::RunJob>(context, request(answers_42()));
  ASSERT_TRUE(ran) << ran.error().detail;
  EXPECT_EQ(ran->outcome, api::JobOutcome::ok) << ran->message;
  EXPECT_EQ(output_, (Bytes{42, 0, 0, 0, 0, 0, 0, 0}));
  // How often progress is reported depends on the machine.
  happened_.erase(std::unique(happened_.begin(), happened_.end()), happened_.end());
  EXPECT_EQ(happened_, (std::vector<std::string>{"the member key", "the node key", "progress"}));
  EXPECT_TRUE(has_executor_threads());
}

TEST_F(JobOperations, WhatRunsNothingStartsNoThreadsAndReportsNoProgress) {
  found();
  api::Context context = this->context();
  const auto waiting = api::call<api::SubmitJob>(context, request(answers_42()));
  ASSERT_TRUE(waiting) << waiting.error().detail;
  EXPECT_FALSE(waiting->outcome);
  const std::string id = waiting->job_id->to_text();
  ASSERT_TRUE(api::describe_job(context, {id}));
  ASSERT_TRUE(api::simulate_job(context, request(answers_42())));
  EXPECT_EQ(happened_, std::vector<std::string>{});
  EXPECT_FALSE(has_executor_threads());
  const auto ran = api::call<api::WaitJob>(context, {id});
  ASSERT_TRUE(ran) << ran.error().detail;
  reopen();
  output_.clear();
  context = this->context();
  const auto again = api::call<api::WaitJob>(context, {id});
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(api::json_text(*again), api::json_text(*ran)) << "a job that has ended is reported as it is";
  EXPECT_EQ(output_, (Bytes{42, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(happened_, std::vector<std::string>{});
  EXPECT_FALSE(has_executor_threads());
}

TEST_F(JobOperations, ARunStopsWhenItsCallerWantsToAndIsChargedForWhatItUsed) {
  found();
  api::Context context = this->context();
  context.stop_asked = [] { return true; };
  const auto stopped = api::call<api::RunJob>(context, request(loops()));
  ASSERT_TRUE(stopped) << stopped.error().detail;
  EXPECT_EQ(stopped->outcome, api::JobOutcome::stopped);
  EXPECT_GT(stopped->charged.umana, 0U);
  EXPECT_LT(stopped->fuel_used, stopped->fuel_limit);
  EXPECT_TRUE(stopped->receipt);
}

TEST_F(JobOperations, ARunLeavesWhatWaitsToTheWorkAndARerunIsAnotherJob) {
  found();
  api::Context context = this->context();
  const auto waiting = api::call<api::SubmitJob>(context, request(answers_42()));
  ASSERT_TRUE(waiting) << waiting.error().detail;
  std::vector<model::JobId> accepted;
  context.accepted = [&](const model::JobId& id) { accepted.push_back(id); };
  const auto first = api::call<api::RunJob>(context, request(answers_42()));
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(accepted, std::vector{*first->job_id});
  EXPECT_EQ(node_->waiting_jobs(), 0U);
  EXPECT_FALSE(api::describe_job(context, {waiting->job_id->to_text()})->outcome);
  const auto done = api::call<api::WorkJobs>(context, {});
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->completed, 1U);
  EXPECT_EQ(done->failed + done->left, 0U);
  EXPECT_EQ(api::describe_job(context, {waiting->job_id->to_text()})->outcome, api::JobOutcome::ok);
  const auto again = api::call<api::RerunJob>(context, {first->job_id->to_text()});
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->outcome, api::JobOutcome::ok);
  EXPECT_NE(*again->job_id, *first->job_id);
  EXPECT_EQ(*again->output_cid, *first->output_cid);
}

TEST_F(JobOperations, ARefusalIsAnErrorWithItsRuleAndNothingRuns) {
  found();
  api::Context context = this->context();
  api::JobRequest cheap = request(answers_42());
  cheap.cost_mana = 0;
  const auto refused = api::call<api::RunJob>(context, std::move(cheap));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::price_too_low);
  EXPECT_EQ(refused.error().rule, "cost_mana");
  EXPECT_EQ(api::call<api::WaitJob>(context, {"bafyreiaaaaaaaaaa"}).error().code, ErrorCode::not_found);
  EXPECT_FALSE(has_executor_threads());
}

}  // namespace
}  // namespace icn::node
