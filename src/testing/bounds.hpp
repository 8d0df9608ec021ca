// A value whose bytes are read back as it, and one that is refused with certain words: for tests of bounds.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "core/result.hpp"

namespace icn::testing {

template <class Model>
void expect_good(const Model& value) {
  const Result<Model> read = Model::from_bytes(value.to_block().bytes);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, value);
}

template <class Model>
void expect_refused(const Model& value, const std::string& words) {
  const Result<Model> read = Model::from_bytes(value.to_block().bytes);
  ASSERT_FALSE(read) << words;
  EXPECT_NE(read.error().detail.find(words), std::string::npos) << read.error().detail;
}

}  // namespace icn::testing
