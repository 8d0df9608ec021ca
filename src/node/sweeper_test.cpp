// Goal: an overdue job ends without a request.
#include "node/sweeper.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "runtime/testing/home_fixture.hpp"

namespace icn::node {
namespace {

using SweeperTest = runtime::HomeFixture;

TEST_F(SweeperTest, WhatIsOverdueEndsByTheClock) {
  found();
  const model::JobId id = submit(draft("output late\n")).id;
  Sweeper sweeper(*node, 1);
  clock->now_ms += 86'400'000;
  while (node->jobs().find(id).value()->phase != jobs::JobPhase::expired) std::this_thread::yield();
  expect_all_settled();
}

}  // namespace
}  // namespace icn::node
