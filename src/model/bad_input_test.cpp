// Goal: every decoder refuses a damaged body with an error that names the field, or the body is valid and is written
// again as exactly the damaged bytes.
#include <gtest/gtest.h>

#include "testing/golden.hpp"
#include "testing/mutate.hpp"

namespace icn::model {
namespace {

using testing::all_golden;
using testing::Golden;

struct Field {
  std::string name;
  Bytes value;
};

std::vector<Field> fields_of(ByteView body) {
  ipld::CborReader reader(body);
  std::vector<Field> fields(*reader.map());
  for (Field& field : fields) {
    field.name = std::string(*reader.text());
    field.value = copy_of(*reader.skip());
  }
  return fields;
}

Bytes body_of(const std::vector<Field>& fields) {
  ipld::CborWriter writer;
  writer.map(fields.size());
  for (const Field& field : fields) writer.key(field.name).encoded(field.value);
  return writer.take();
}

// One value of every kind dag-cbor has.
std::vector<Bytes> values_of_every_kind() {
  const auto made = [](auto write) {
    ipld::CborWriter writer;
    write(writer);
    return writer.take();
  };
  return {made([](auto& writer) { writer.unsigned_integer(UINT64_MAX); }),
          made([](auto& writer) { writer.integer(-1); }),
          made([](auto& writer) { writer.bytes(Bytes(7)); }),
          made([](auto& writer) { writer.text("nothing that is known"); }),
          made([](auto& writer) { writer.array(1).integer(-1); }),
          made([](auto& writer) { writer.map(1).key("what is this").null(); }),
          made([](auto& writer) { writer.link(ipld::Cid()); }),
          made([](auto& writer) { writer.boolean(true); }),
          made([](auto& writer) { writer.null(); }),
          from_hex("fb3ff8000000000000").value()};
}

// Whether the body was refused; a body that was accepted is written again unchanged.
bool refused(const Golden& golden, const Bytes& body, const std::string& what) {
  const Result<ipld::Block> again = golden.rewrite(body);
  if (again) {
    EXPECT_EQ(to_hex(again->bytes), to_hex(body)) << golden.name << ", " << what;
    return false;
  }
  EXPECT_FALSE(again.error().detail.empty()) << golden.name << ", " << what;
  const ErrorCode code = again.error().code;
  EXPECT_TRUE(code == ErrorCode::invalid_format || code == ErrorCode::unsupported_version ||
              code == ErrorCode::limit_exceeded)
      << golden.name << ", " << what << ": " << again.error().detail;
  return true;
}

void expect_named(const Golden& golden, const Bytes& body, const std::string& field, const std::string& what) {
  const Result<ipld::Block> again = golden.rewrite(body);
  ASSERT_FALSE(again) << golden.name << ": " << what;
  EXPECT_NE(again.error().detail.find("field '" + field + "'"), std::string::npos)
      << golden.name << ": " << what << " gave '" << again.error().detail << "'";
}

TEST(Models, ReadTheirOwnBytes) {
  for (const Golden& golden : all_golden()) {
    EXPECT_LE(golden.block.bytes.size(), 4'096U) << golden.name;
    EXPECT_FALSE(refused(golden, golden.block.bytes, "the good body"));
    EXPECT_TRUE(ipld::validate_dag_cbor(golden.block.bytes)) << golden.name;
    EXPECT_EQ(golden.block.cid.codec(), ipld::Codec::dag_cbor);
    EXPECT_TRUE(golden.block.holds());
  }
}

TEST(Models, RefuseEveryTruncation) {
  for (const Golden& golden : all_golden()) {
    testing::for_each_truncation(golden.block.bytes, [&](const Bytes& body, const std::string& what) {
      EXPECT_TRUE(refused(golden, body, what)) << golden.name << ", " << what;
    });
  }
}

TEST(Models, RefuseBytesAfterTheBody) {
  for (const Golden& golden : all_golden()) {
    Bytes body = golden.block.bytes;
    body.push_back(0xf6);
    EXPECT_TRUE(refused(golden, body, "a byte more"));
  }
}

TEST(Models, RefuseEveryFlippedBitOrWriteItAgain) {
  for (const Golden& golden : all_golden()) {
    std::size_t refusals = 0;
    testing::for_each_bit_flip(golden.block.bytes, [&](const Bytes& body, const std::string& what) {
      refusals += refused(golden, body, what) ? 1 : 0;
    });
    EXPECT_GT(refusals, golden.block.bytes.size()) << golden.name;
  }
}

TEST(Models, RefuseTenThousandMutationsOrWriteThemAgain) {
  for (const Golden& golden : all_golden()) {
    std::size_t refusals = 0;
    testing::for_each_mutation(golden.block.bytes, 2026, 10'000, [&](const Bytes& body, const std::string& what) {
      refusals += refused(golden, body, what) ? 1 : 0;
    });
    EXPECT_GT(refusals, 5'000U) << golden.name;
  }
}

TEST(Models, NameTheFieldThatIsMissing) {
  for (const Golden& golden : all_golden()) {
    const std::vector<Field> good = fields_of(golden.block.bytes);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::vector<Field> fields = good;
      fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
      expect_named(golden, body_of(fields), good[at].name, "without " + good[at].name);
    }
  }
}

TEST(Models, NameTheFieldThatIsUnknownOrTheOneItStandsInPlaceOf) {
  for (const Golden& golden : all_golden()) {
    const std::vector<Field> good = fields_of(golden.block.bytes);
    std::vector<Field> last = good;
    last.push_back({"a_field_that_sorts_behind_all_others", {0xf6}});
    expect_named(golden, body_of(last), last.back().name, "an unknown field at the end");
    std::vector<Field> first = good;
    first.insert(first.begin(), {"a", {0xf6}});
    expect_named(golden, body_of(first), good[0].name, "an unknown field at the start");
    EXPECT_NE(golden.rewrite(body_of(first)).error().detail.find("found 'a' in its place"), std::string::npos);
  }
}

TEST(Models, RefuseFieldsInAnotherOrderOrTwice) {
  for (const Golden& golden : all_golden()) {
    const std::vector<Field> good = fields_of(golden.block.bytes);
    for (std::size_t at = 0; at + 1 < good.size(); ++at) {
      std::vector<Field> fields = good;
      std::swap(fields[at], fields[at + 1]);
      expect_named(golden, body_of(fields), good[at].name, "two fields swapped");
      fields = good;
      fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(at), good[at]);
      expect_named(golden, body_of(fields), good[at + 1].name, good[at].name + " twice");
    }
  }
}

TEST(Models, NameTheFieldOfAWrongType) {
  for (const Golden& golden : all_golden()) {
    const std::vector<Field> good = fields_of(golden.block.bytes);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::size_t refusals = 0;
      for (const Bytes& value : values_of_every_kind()) {
        std::vector<Field> fields = good;
        fields[at].value = value;
        const Bytes body = body_of(fields);
        if (!refused(golden, body, good[at].name + " = " + to_hex(value))) continue;
        ++refusals;
        expect_named(golden, body, good[at].name, good[at].name + " = " + to_hex(value));
      }
      // A field accepts at most two kinds: its own, and null if it is optional.
      EXPECT_GE(refusals, values_of_every_kind().size() - 2) << golden.name << ": " << good[at].name;
    }
  }
}

// docs/FORMATS.md quotes this message.
TEST(Models, SayWhichFieldIsWrongAndWhere) {
  std::vector<Field> fields = fields_of(testing::golden::receipt().to_block().bytes);
  ASSERT_EQ(fields[2].name, "fuel");
  fields[2].value = {0xf6};
  const auto read = Receipt::from_bytes(body_of(fields));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().detail, "receipt: field 'fuel': dag-cbor: expected an unsigned integer at byte 54");
}

TEST(Models, RefuseANewerVersionAsSuch) {
  for (const Golden& golden : all_golden()) {
    std::vector<Field> fields = fields_of(golden.block.bytes);
    if (golden.name == "dag_envelope") {
      EXPECT_NE(fields[0].name, "v");  // the version is that of the payload it names
      continue;
    }
    ASSERT_EQ(fields[0].name, "v") << golden.name;
    fields[0].value = {3};
    fields.push_back({"a_field_that_only_that_version_knows__", {0xf6}});
    const Result<ipld::Block> newer = golden.rewrite(body_of(fields));
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, ErrorCode::unsupported_version) << golden.name << ": " << newer.error().detail;
    fields.pop_back();
    fields[0].value = {0};
    expect_named(golden, body_of(fields), "v", "version 0");
  }
}

}  // namespace
}  // namespace icn::model
