// Goal: the shelf never exceeds its bytes, keeps the most recently used modules, and rejects a module that does not
// fit.
#include "wasm/detail/module_shelf.hpp"

#include <gtest/gtest.h>

namespace icn::wasm::detail {
namespace {

ipld::Cid cid_of(int number) { return ipld::Block::of(ipld::Codec::raw, bytes_of(std::to_string(number))).cid; }

TEST(ModuleShelf, IsBoundedByBytes) {
  ModuleShelf<int> shelf(1'000);
  for (int i = 0; i < 100; ++i) {
    shelf.keep(cid_of(i), std::make_shared<const int>(i), 300);
    EXPECT_LE(shelf.bytes(), 1'000U);
    EXPECT_NE(shelf.find(cid_of(0)), nullptr) << "it is used all the time";
  }
  EXPECT_EQ(shelf.find(cid_of(50)), nullptr);
  EXPECT_EQ(*shelf.find(cid_of(99)), 99);
}

TEST(ModuleShelf, TakesNoModuleThatIsLargerThanIt) {
  ModuleShelf<int> shelf(1'000);
  shelf.keep(cid_of(1), std::make_shared<const int>(1), 10);
  shelf.keep(cid_of(2), std::make_shared<const int>(2), 1'001);
  shelf.keep(cid_of(1), std::make_shared<const int>(3), 10);
  EXPECT_EQ(shelf.find(cid_of(2)), nullptr);
  EXPECT_EQ(*shelf.find(cid_of(1)), 1);
  EXPECT_EQ(shelf.bytes(), 10U);
}

}  // namespace
}  // namespace icn::wasm::detail
