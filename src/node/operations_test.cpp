// Operations on an embedded node: every slot is bound, and other processes reach those that the owner serves.
#include <gtest/gtest.h>

#include <cstdlib>

#include "api/jobs.hpp"
#include "api/stores.hpp"
#include "folder/operations.hpp"
#include "http/client.hpp"
#include "node/founding_operation.hpp"
#include "node/http_service.hpp"

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

TEST_F(NodeOperations, TheOwnerAnswersOtherProcesses) {
  ASSERT_TRUE(node_->serve());
  http::ClientOptions owner;
  owner.remote.path = node_->folder().path() / kSocketName;
  api::Context context;
  const auto absent = http::ask<&api::describe_job>(owner, context, {"bafyreiaaaaaaa"});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::not_found);
  const auto page = http::ask<&api::list_jobs>(owner, context, {});
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_TRUE(page->jobs.empty());
  const auto hash = http::ask<&api::call<api::HashStores>>(owner, context, {});
  ASSERT_TRUE(hash) << hash.error().detail;
}

TEST_F(NodeOperations, TheOwnerActsOnlyWithItsOwnKey) {
  ASSERT_TRUE(node_->serve());
  http::ClientOptions owner;
  owner.remote.path = node_->folder().path() / kSocketName;
  api::Context context;
  owner.as = std::string(folder::kMemberName);
  EXPECT_TRUE(http::ask<&api::list_jobs>(owner, context, {}));
  owner.as = "another";
  const auto refused = http::ask<&api::list_jobs>(owner, context, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_EQ(refused.error().rule, kOtherKey);
}

}  // namespace
}  // namespace icn::node
