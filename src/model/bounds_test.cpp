// Goal: every bound of a body is exact: at the bound it is read, one above it is refused with the field's name; and
// invalid contents are refused.
#include <gtest/gtest.h>

#include <functional>

#include "testing/bounds.hpp"
#include "testing/golden.hpp"

namespace icn::model {
namespace {

namespace golden = testing::golden;

using testing::expect_good;
using testing::expect_refused;

// The golden job after `change`.
Job job_with(const std::function<void(Job&)>& change) {
  Job job = golden::job();
  change(job);
  return job;
}
void good_job(const std::function<void(Job&)>& change) { expect_good(job_with(change)); }
void bad_job(const std::function<void(Job&)>& change, const std::string& words) {
  expect_refused(job_with(change), "job: " + words);
}

TEST(JobBounds, ArgumentsAreCountedAndTheirBytesSummed) {
  good_job([](Job& job) { job.args.assign(kJobArgsMax, "x"); });
  bad_job([](Job& job) { job.args.assign(kJobArgsMax + 1, "x"); }, "field 'args': more than 1024 elements");
  good_job([](Job& job) { job.args.assign(2, std::string(kJobArgBytesMax / 2, 'x')); });
  bad_job(
      [](Job& job) {
        job.args = {std::string(kJobArgBytesMax, 'x'), "y"};
      },
      "field 'args': more than 131072 bytes in total");
}

TEST(JobBounds, EntryNonceAndInputsHaveTheirLengths) {
  good_job([](Job& job) { job.entry.assign(256, 'x'); });
  bad_job([](Job& job) { job.entry.assign(257, 'x'); }, "field 'entry': longer than 256 bytes");
  good_job([](Job& job) { job.nonce.assign(kNonceBytesMax, 1); });
  bad_job([](Job& job) { job.nonce.assign(kNonceBytesMax + 1, 1); }, "field 'nonce': longer than 32 bytes");
  good_job([](Job& job) { job.inputs.assign(kJobInputsMax, golden::raw("input")); });
  bad_job([](Job& job) { job.inputs.assign(kJobInputsMax + 1, golden::raw("input")); },
          "field 'inputs': more than 256 elements");
}

TEST(JobBounds, ListsOfNamesAreBounded) {
  good_job([](Job& job) { job.federations.assign(64, std::string(256, 'x')); });
  bad_job([](Job& job) { job.federations.assign(65, "x"); }, "field 'federations': more than 64 elements");
  bad_job([](Job& job) { job.federations = {std::string(16 * 1024 + 1, 'x')}; },
          "field 'federations': more than 16384 bytes in total");
  good_job([](Job& job) { job.required_capabilities.assign(64, "x"); });
  bad_job([](Job& job) { job.required_capabilities.assign(65, "x"); },
          "field 'required_capabilities': more than 64 elements");
  good_job([](Job& job) { job.trust_scope = std::string(512, 'x'); });
  bad_job([](Job& job) { job.trust_scope = std::string(513, 'x'); }, "field 'trust_scope'");
}

TEST(JobBounds, ReadsAreSortedUniqueAndKnown) {
  const auto reads_of = [](std::size_t count) {
    return [count](Job& job) {
      job.reads.clear();
      for (std::size_t i = 0; i < count; ++i) {
        std::string digits = std::to_string(i);
        job.reads.push_back({ReadKind::parameter, std::string(5 - digits.size(), '0') + digits});
      }
    };
  };
  good_job(reads_of(4'096));
  bad_job(reads_of(4'097), "field 'reads': more than 4096 elements");
  bad_job([](Job& job) { std::swap(job.reads[0], job.reads[1]); }, "field 'reads': not sorted or not unique");
  bad_job([](Job& job) { job.reads[1] = job.reads[0]; }, "field 'reads': not sorted or not unique");
  bad_job([](Job& job) { job.reads = {{ReadKind::account, "nobody"}}; }, "field 'reads': ");
  bad_job(
      [](Job& job) {
        job.reads = {{ReadKind::jobs, "all"}};
      },
      "field 'reads': 'jobs:all' is not a key to read: the only list of jobs is jobs:pending");
  const std::string name(512 - std::string("parameter:").size(), 'x');
  good_job([&](Job& job) { job.reads = {{ReadKind::parameter, name}}; });
  expect_refused(job_with([&](Job& job) { job.reads = {{ReadKind::parameter, name + "x"}}; }), "longer than 512 bytes");
}

TEST(JobBounds, DurationsAreAtMostAYear) {
  constexpr std::uint64_t year_ms = 365ULL * 86'400'000;
  std::uint64_t Durations::*const members[] = {&Durations::bidding_ms, &Durations::execution_ms,
                                               &Durations::settlement_ms, &Durations::expiry_ms};
  for (const auto member : members) {
    const auto set = [member](std::uint64_t value) {
      return [member, value](Job& job) { job.durations.*member = value; };
    };
    good_job(set(year_ms));
    bad_job(set(year_ms + 1), "field 'durations': more than a year");
  }
}

TEST(JobBounds, NumbersMayUseAllTheirBits) {
  good_job([](Job& job) {
    job.cost_mana = job.spend_max = UINT64_MAX;
    job.min_executor_reputation = UINT64_MAX;
    job.resources = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    for (auto& value : job.limits.values) value = UINT64_MAX;  // the order refuses values that are too large
  });
}

TEST(JobBounds, EveryLimitAloneComesBackAsItWas) {
  for (std::size_t row = 0; row < kLimitCount; ++row) {
    good_job([row](Job& job) {
      job.limits = {};
      job.limits.values[row] = row + 1;
    });
  }
}

TEST(JobBounds, EveryCapabilityAloneAndAllTogetherComeBack) {
  good_job([](Job& job) {
    for (const CapabilityRow& row : kCapabilityTable) job.grants.add(row.capability);
  });
  for (const CapabilityRow& row : kCapabilityTable) {
    good_job([&](Job& job) {
      job.grants = {};
      job.grants.add(row.capability);
    });
  }
}

TEST(JobBounds, ABodyAboveAMebibyteIsRefusedBeforeItIsRead) {
  const auto read = Job::from_bytes(Bytes(kJobBodyBytesMax + 1));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(read.error().rule, "max_job_bytes");
}

TEST(OrderBounds, DeadlinesFollowEachOther) {
  Order order = golden::order();
  order.deadlines = {{1}, {1}, {1}, {1}};
  expect_good(order);
  UnixMs Deadlines::*const members[] = {&Deadlines::start_by, &Deadlines::finish_by, &Deadlines::settle_by};
  for (const auto member : members) {
    order.deadlines = {{1}, {1}, {1}, {1}};
    order.deadlines.*member = {2};
    expect_refused(order, "order: field 'deadlines'");
  }
}

TEST(OrderBounds, IncarnationsCountFromOneAndVersionOneNamesNone) {
  Order order = golden::order();
  for (const std::uint64_t incarnation : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
    order.incarnation = incarnation;
    order.page = incarnation == 0 ? Mana{} : golden::order().page;
    expect_good(order);
  }
  EXPECT_NE(golden::order().to_block().cid, golden::order_v1().to_block().cid);
  Bytes none = golden::order().to_block().bytes;
  const std::string name = "incarnation";
  const auto at = std::search(none.begin(), none.end(), name.begin(), name.end());
  ASSERT_NE(at, none.end());
  ASSERT_EQ(at[static_cast<std::ptrdiff_t>(name.size())], golden::order().incarnation);
  at[static_cast<std::ptrdiff_t>(name.size())] = 0;
  EXPECT_EQ(Order::from_bytes(none).error().detail, "order: field 'incarnation': 0; incarnations count from 1");
}

TEST(OrderBounds, LimitsAreWithinWhatTheScopeAllows) {
  Order order = golden::order();
  order.limits.max_fuel = 1'000'000'000'000;
  expect_good(order);
  ++order.limits.max_fuel;
  expect_refused(order, "order: field 'limits': max_fuel: 1000000000001 fuel requested");
  order = golden::order();
  order.limits.max_globals = 0;
  expect_refused(order, "order: field 'limits': max_globals: 0 requested");
  order = golden::order();
  order.limits.max_stack_depth = 1'023;
  expect_refused(order, "order: field 'limits': max_stack_depth");
}

TEST(ObservationBounds, KeysAreSortedAndValuesBounded) {
  Observations observations = golden::observations();
  observations.entries[1].value = std::string(1024 * 1024, 'x');
  expect_good(observations);
  observations.entries[1].value = std::string(1024 * 1024 + 1, 'x');
  expect_refused(observations, "observations: field 'entries': a value of more than 1048576 bytes");
  observations = golden::observations();
  std::swap(observations.entries[0], observations.entries[1]);
  expect_refused(observations, "observations: field 'entries': not sorted or not unique");
  observations.entries.assign(2, golden::observations().entries[0]);
  expect_refused(observations, "not sorted or not unique");
  observations.entries.assign(4'099, golden::observations().entries[0]);
  expect_refused(observations, "observations: field 'entries': more than 4098 elements");
}

TEST(ObservationBounds, FindAnswersWhatWasObserved) {
  const Observations observations = golden::observations();
  const ObservedValue* value = observations.find({ReadKind::parameter, "bidding"});
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(std::get<std::string>(*value), "closed");
  EXPECT_EQ(observations.find({ReadKind::parameter, "other"}), nullptr);
}

TEST(ReceiptBounds, OutcomeCodeAndOutputFitTogether) {
  struct Case {
    OutcomeKind kind;
    std::uint32_t code;
    bool output;
    std::string words;  // empty: good
  };
  const std::vector<Case> cases{
      {OutcomeKind::ok, 0, true, ""},
      {OutcomeKind::ok, 1, true, "a code that its kind does not have"},
      {OutcomeKind::ok, 0, false, "field 'output': missing"},
      {OutcomeKind::nonzero_exit, 1, true, ""},
      {OutcomeKind::nonzero_exit, UINT32_MAX, true, ""},
      {OutcomeKind::nonzero_exit, 0, true, "nonzero_exit with code 0"},
      {OutcomeKind::nonzero_exit, 1, false, "field 'output': missing"},
      {OutcomeKind::trap, 1, false, ""},
      {OutcomeKind::trap, 12, false, ""},
      {OutcomeKind::trap, 0, false, "an unknown trap code"},
      {OutcomeKind::trap, 13, false, "an unknown trap code"},
      {OutcomeKind::trap, 1, true, ""},
      {OutcomeKind::out_of_fuel, 0, false, ""},
      {OutcomeKind::out_of_fuel, 0, true, ""},
      {OutcomeKind::out_of_fuel, 1, false, "a code that its kind does not have"},
      {OutcomeKind::stack_overflow, 0, false, ""},
      {OutcomeKind::stack_overflow, 0, true, "field 'output': present"},
      {OutcomeKind::stopped, 0, false, ""},
      {OutcomeKind::stopped, 0, true, "field 'output': present"},
      {OutcomeKind::stopped, 7, false, "a code that its kind does not have"},
  };
  for (const Case& one : cases) {
    Receipt receipt = golden::receipt();
    receipt.outcome = {one.kind, one.code};
    if (!one.output) receipt.output.reset();
    if (one.words.empty()) {
      expect_good(receipt);
    } else {
      expect_refused(receipt, one.words);
    }
  }
}

TEST(EffectBounds, AreInCallOrderAndCounted) {
  Effects effects;
  for (std::uint64_t call = 0; call < 10'000; ++call) effects.list.push_back({call, PutBlockEffect{golden::raw("b")}});
  expect_good(effects);
  effects.list.push_back({10'000, PutBlockEffect{golden::raw("b")}});
  expect_refused(effects, "effects: field 'effects': more than 10000 elements");
  effects = golden::effects();
  std::swap(effects.list[0], effects.list[1]);
  expect_refused(effects, "effects: field 'effects': not in call order");
  effects = golden::effects();
  effects.list[1].call_index = effects.list[0].call_index;
  expect_refused(effects, "effects: field 'effects': not in call order");
}

TEST(GenesisBounds, InlineMembersOfVersionOneAreSorted) {
  Genesis genesis = golden::genesis_v1();
  std::vector<Member> members = golden::members();
  std::swap(members[0], members[1]);
  genesis.members = members;
  expect_refused(genesis, "genesis: field 'members': not sorted or not unique");
  members[1] = members[0];
  genesis.members = members;
  expect_refused(genesis, "genesis: field 'members': not sorted or not unique");
}

TEST(MessageBounds, EveryKindAloneComesBackAndAnotherIsRefused) {
  for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(MessageKind::vote); ++kind)
    expect_good(Message{MessageKind{kind}, golden::raw("block")});
  Bytes bytes = Message{MessageKind::job, golden::raw("block")}.to_block().bytes;
  const std::string kind = "kindcjob";
  const auto at = std::search(bytes.begin(), bytes.end(), kind.begin(), kind.end());
  ASSERT_NE(at, bytes.end());
  at[static_cast<std::ptrdiff_t>(kind.size()) - 1] = 't';
  EXPECT_EQ(Message::from_bytes(bytes).error().detail, "message: field 'kind': an unknown kind");
}

TEST(GenesisBounds, AdmissionIsAKnownRule) {
  Bytes bytes = golden::genesis().to_block().bytes;
  const std::string rule = "admissioneclerk";
  const auto at = std::search(bytes.begin(), bytes.end(), rule.begin(), rule.end());
  ASSERT_NE(at, bytes.end());
  at[static_cast<std::ptrdiff_t>(rule.size()) - 1] = 'm';
  EXPECT_EQ(Genesis::from_bytes(bytes).error().detail, "genesis: field 'admission': an unknown rule");
}

TEST(GenesisBounds, PartsAreBounded) {
  Genesis genesis = golden::genesis();
  genesis.name.assign(256, 'x');
  genesis.nonce.assign(32, 1);
  genesis.parameters["long"] = std::string(4'096, 'x');
  expect_good(genesis);
  genesis.parameters["long"] += "x";
  expect_refused(genesis, "genesis: field 'parameters': more than 4096 bytes");
  genesis = golden::genesis();
  genesis.name.assign(257, 'x');
  expect_refused(genesis, "genesis: field 'name': longer than 256 bytes");
  genesis = golden::genesis();
  genesis.nonce.assign(33, 1);
  expect_refused(genesis, "genesis: field 'nonce': longer than 32 bytes");
  genesis = golden::genesis();
  genesis.parameters.clear();
  for (int i = 0; i < 1'024; ++i) genesis.parameters["p" + std::to_string(i)] = "";
  expect_good(genesis);
  genesis.parameters["one more"] = "";
  expect_refused(genesis, "genesis: field 'parameters': expected a map of at most 1024 entries");
}

TEST(DagBlockBounds, LinksNamesAndDataAreBounded) {
  DagPayload payload = golden::dag_payload();
  payload.scope = golden::scope();
  payload.links.assign(4'096, payload.links[0]);
  payload.data.assign(1024 * 1024, 1);
  expect_good(payload);
  payload.links.push_back(payload.links[0]);
  expect_refused(payload, "dag block: field 'links': more than 4096 elements");
  payload = golden::dag_payload();
  payload.data.assign(1024 * 1024 + 1, 1);
  expect_refused(payload, "dag block: field 'data': longer than 1048576 bytes");
  payload = golden::dag_payload();
  payload.links[0].name.assign(257, 'x');
  expect_refused(payload, "dag block: field 'links': field 'name': longer than 256 bytes");
}

// A map inside a body that announces a surplus field must not consume the field after it.
TEST(NestedMaps, RefuseASurplusField) {
  const std::string good = to_hex(golden::receipt().to_block().bytes);
  const std::string outcome = to_hex(bytes_of("outcome")) + "a2";
  const std::size_t at = good.find(outcome);
  ASSERT_NE(at, std::string::npos);
  std::string more = good;
  more.replace(at, outcome.size(), to_hex(bytes_of("outcome")) + "a3");
  const auto read = Receipt::from_bytes(from_hex(more).value());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().detail, "receipt: field 'outcome': field 'transcript': unknown");
}

TEST(ReadKeys, TextComesBackAsItWas) {
  for (const std::string& text :
       {"account:" + golden::member_key().did().to_text(), "reputation:" + golden::node_key().did().to_text(),
        std::string("parameter:a:b"), std::string("jobs:pending"), "job:" + golden::job_id().to_text(),
        "dag:" + golden::raw("x").to_text()}) {
    const auto key = ReadKey::parse(text);
    ASSERT_TRUE(key) << text;
    EXPECT_EQ(key->to_text(), text);
  }
  for (const char* text :
       {"", "account", "account:", ":x", "Account:x", "weather:today", "job:x", "dag:", "jobs:mine"}) {
    const auto key = ReadKey::parse(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().code, ErrorCode::invalid_argument);
  }
}

TEST(JobIds, NameDagCborBlocksOnly) {
  const JobId id = golden::job_id();
  EXPECT_EQ(JobId::parse(id.to_text()).value(), id);
  EXPECT_FALSE(JobId::parse(golden::raw("x").to_text()));
  EXPECT_FALSE(JobId::parse("")) << "an empty text";
}

}  // namespace
}  // namespace icn::model
