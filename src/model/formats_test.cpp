// Goal: tests/golden/ and docs/FORMATS.md match what the code writes. ICN_UPDATE=1 rewrites the golden files and the
// fenced golden blocks; use it only for a format whose version has changed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "model/keys.hpp"
#include "testing/golden.hpp"

namespace icn::model {
namespace {

using testing::all_golden;
using testing::Golden;
namespace golden = testing::golden;

constexpr const char* kFormats = "docs/FORMATS.md";
constexpr std::string_view kFence = "```\n";

bool updates() { return std::getenv("ICN_UPDATE") != nullptr; }

std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string opening_of(const Golden& golden) { return "```golden " + golden.name + "\n"; }

std::string lines_of(const Golden& golden) {
  std::string lines = golden.block.cid.to_text() + "\n";
  const std::string hex = to_hex(golden.block.bytes);
  for (std::size_t at = 0; at < hex.size(); at += 112) lines += hex.substr(at, 112) + "\n";
  return lines;
}

// The names of the first table of the section that contains `at`: "| `v` |" yields "v"; "`limits.max_fuel`" is not a
// field of the body itself. A row that says "from version 2" is skipped for a body of version 1.
std::vector<std::string> documented_fields(const std::string& text, std::size_t at, bool first_version) {
  std::istringstream section(text.substr(text.rfind("\n## ", at), at - text.rfind("\n## ", at)));
  std::vector<std::string> fields;
  for (std::string line; std::getline(section, line);) {
    if (!line.starts_with("| `")) continue;
    if (first_version && line.find("from version 2") != std::string::npos) continue;
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    if (name.find_first_of(".[") == std::string::npos) fields.push_back(name);
  }
  return fields;
}

std::vector<std::string> fields_of(ByteView body) {
  ipld::CborReader reader(body);
  std::vector<std::string> names(*reader.map());
  for (std::string& name : names) {
    name = std::string(*reader.text());
    EXPECT_TRUE(reader.skip());
  }
  return names;
}

TEST(Formats, GoldenFilesAreWhatTheCodeWrites) {
  for (const Golden& golden : all_golden()) {
    const std::string path = "tests/golden/" + golden.name + ".cbor";
    if (updates()) std::ofstream(path, std::ios::binary) << text_of(golden.block.bytes);
    EXPECT_EQ(to_hex(view_of(read_text(path))), to_hex(golden.block.bytes)) << path;
  }
}

TEST(Formats, TheDocumentShowsTheGoldenBytes) {
  std::string text = read_text(kFormats);
  for (const Golden& golden : all_golden()) {
    const std::size_t opening = text.find(opening_of(golden));
    ASSERT_NE(opening, std::string::npos) << kFormats << " has no block '" << opening_of(golden) << "'";
    const std::size_t begin = opening + opening_of(golden).size();
    const std::size_t end = text.find(kFence, begin);
    ASSERT_NE(end, std::string::npos);
    if (updates()) {
      text.replace(begin, end - begin, lines_of(golden));
    } else {
      EXPECT_EQ(text.substr(begin, end - begin), lines_of(golden))
          << kFormats << ": ICN_UPDATE=1 build/bin/model_test --gtest_filter='Formats.*' writes it";
    }
  }
  if (updates()) std::ofstream(kFormats, std::ios::binary) << text;
}

TEST(Formats, TheDocumentListsEveryKeySpace) {
  const std::string text = read_text(kFormats);
  for (const KeyPrefix& row : kKeyTable) {
    const std::string line =
        "\n| `" + std::string(row.prefix) + "` | " + std::string(row.owner) + " | " + std::string(row.doc) + " |\n";
    EXPECT_NE(text.find(line), std::string::npos) << kFormats << " lacks the row:" << line;
  }
}

TEST(Formats, TheDocumentNamesEveryFieldInTheOrderOfTheBytes) {
  const std::string text = read_text(kFormats);
  for (const Golden& golden : all_golden()) {
    const std::size_t at = text.find(opening_of(golden));
    ASSERT_NE(at, std::string::npos) << golden.name;
    EXPECT_EQ(documented_fields(text, at, golden.name.ends_with("_v1")), fields_of(golden.block.bytes))
        << kFormats << ": " << golden.name;
  }
}

TEST(Formats, TheDocumentNamesEveryLimitWithItsNumbers) {
  const std::string text = read_text(kFormats);
  for (const LimitRow& row : kLimitTable) {
    const std::string line = "| `limits." + std::string(row.name) + "` | " + std::to_string(row.fallback) + " | " +
                             std::to_string(row.ceiling) + " |";
    EXPECT_NE(text.find(line), std::string::npos) << kFormats << " lacks: " << line;
  }
}

TEST(Formats, TheDocumentNamesEveryTrapOutcomeAndCapability) {
  const std::string text = read_text(kFormats);
  for (std::uint8_t code = 1; code <= static_cast<std::uint8_t>(TrapCode::effects_limit); ++code) {
    const std::string words = std::to_string(code) + " `" + std::string(trap_name(TrapCode{code})) + "`";
    EXPECT_NE(text.find(words), std::string::npos) << kFormats << " lacks: " << words;
  }
  for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(OutcomeKind::stopped); ++kind) {
    EXPECT_NE(text.find("`" + std::string(outcome_name(OutcomeKind{kind})) + "`"), std::string::npos);
  }
  for (const CapabilityRow& row : kCapabilityTable) {
    EXPECT_NE(text.find("`" + std::string(row.name) + "`"), std::string::npos) << row.name;
  }
}

// The worked example is independent: payload, signature and envelope were computed by another implementation.
TEST(Formats, TheDagBlockIsThatOfTheWorkedExample) {
  const ipld::Block payload = golden::dag_payload().to_block();
  EXPECT_EQ(payload.bytes.size(), 162U);
  EXPECT_EQ(payload.cid.to_text(), "bafyreibfvsesufcpipb3zbzmp5njxhuvl5qtfor2qcczffm2ii3iohz6pa");
  const DagEnvelope envelope = golden::dag_envelope();
  EXPECT_EQ(
      to_hex(envelope.signature),
      "e012a54adcf7f7358edb8c5ae9ae17e2c4203bcabcc0b669c510f9fbf98305371c35a9e1711a97b26b22f27202f96a069875512035ba1c"
      "22cad1ece9e34f4e02");
  EXPECT_EQ(envelope.to_block().cid.to_text(), "bafyreiekxowjsadghmr4efw4cbioewabugjne33t5cvvrizo4ajxragvdu");
}

TEST(Formats, TheSignaturesOfTheGoldenEnvelopesHold) {
  const std::vector<Golden> all = all_golden();
  const auto bytes_named = [&](std::string_view name) -> const Bytes& {
    for (const Golden& golden : all) {
      if (golden.name == name) return golden.block.bytes;
    }
    ADD_FAILURE() << name;
    return all.front().block.bytes;
  };
  const auto genesis = SignedGenesis::from_bytes(bytes_named("signed_genesis"));
  const auto job = SignedJob::from_bytes(bytes_named("signed_job"));
  const auto order = SignedOrder::from_bytes(bytes_named("signed_order"));
  const auto receipt = SignedReceipt::from_bytes(bytes_named("signed_receipt"));
  const auto dag = DagEnvelope::from_bytes(bytes_named("dag_envelope"));
  ASSERT_TRUE(genesis && job && order && receipt && dag);
  EXPECT_TRUE(verify(SignatureTag::genesis, genesis->scope, golden::node_key().did(), genesis->signature));
  EXPECT_TRUE(verify(SignatureTag::job, job->job.cid, golden::member_key().did(), job->signature));
  EXPECT_TRUE(verify(SignatureTag::order, order->order, order->home, order->signature));
  EXPECT_TRUE(verify(SignatureTag::receipt, receipt->receipt, receipt->executor, receipt->signature));
  EXPECT_TRUE(verify(SignatureTag::dag_block, dag->payload, golden::author_key().did(), dag->signature));
}

}  // namespace
}  // namespace icn::model
