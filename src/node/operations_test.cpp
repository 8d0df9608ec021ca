// Operations on an embedded node: every slot is bound, and other processes reach those that the owner serves.
#include <gtest/gtest.h>

#include <cstdlib>

#include "api/jobs.hpp"
#include "folder/operations.hpp"
#include "node/founding_operation.hpp"
#include "node/owner_operations.hpp"

namespace icn::node {
namespace {

struct NodeOperations : ::testing::Test {
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "icn_operations_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    FoundingOptions options;
    options.owner = "test";
    options.protection = identity::KeyProtection::plain;
    auto founded = EmbeddedNode::found(folder_ / "data", options);
    ASSERT_TRUE(founded) << founded.error().detail;
    node_ = *std::move(founded);
  }
  void TearDown() override {
    node_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::unique_ptr<EmbeddedNode> node_;
};

TEST_F(NodeOperations, EveryRowOfTheTableIsBound) {
  api::Slots machine;
  folder::bind_whole_folder_operations({"test", ""}, machine);
  const OpeningOptions process;
  bind_founding_operation(process, machine);
  for (const api::Operation& row : api::operations())
    EXPECT_TRUE(row.is_bound(row.path.empty() ? machine : node_->slots())) << row.name;
}

TEST_F(NodeOperations, ANodeOffersOnlyRowsWithARoute) {
  for (const api::Operation& row : api::operations())
    EXPECT_EQ(row.is_bound(node_->slots()), !row.path.empty()) << row.name;
}

TEST_F(NodeOperations, WhatTheOwnerServesIsInTheTable) {
  std::size_t served = 0;
  for (const api::Operation& row : api::operations()) served += is_served(row.name) ? 1 : 0;
  EXPECT_EQ(served, 11U);
}

TEST_F(NodeOperations, TheOwnerAnswersOtherProcessesWithTheOperationsItServes) {
  ASSERT_TRUE(node_->serve());
  const auto path = node_->folder().path();
  const auto absent = ask_owner_to<&api::describe_job>(path, {"bafyreiaaaaaaa"});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::not_found);
  const auto ask = [&path](const OwnerRequest& request) {
    std::string payload;
    const auto asked = ask_owner(path, request, [&payload](std::string_view piece) { payload.append(piece); });
    return asked ? ErrorCode{} : asked.error().code;
  };
  EXPECT_EQ(ask({"job.list", "{}", ""}), ErrorCode::unsupported);
  EXPECT_EQ(ask({"job.lost", "{}", ""}), ErrorCode::unsupported);
  EXPECT_EQ(ask({"job.describe", "{", ""}), ErrorCode::invalid_format);
  EXPECT_EQ(ask({"job.describe", R"({"jbo": "x"})", ""}), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::node
