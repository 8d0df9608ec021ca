#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "model/capability.hpp"
#include "model/keys.hpp"
#include "model/limits.hpp"
#include "model/mana.hpp"
#include "model/time_text.hpp"
#include "model/transfer.hpp"
#include "testing/golden.hpp"
#include "testing/mutate.hpp"

namespace icn::model {
namespace {

namespace golden = testing::golden;

PublicKey key_of_hex(std::string_view hex) {
  const Bytes bytes = from_hex(hex).value();
  PublicKey key{};
  EXPECT_EQ(bytes.size(), key.size());
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

TEST(Mana, TextAndParseAgree) {
  EXPECT_EQ(Mana{0}.to_text(), "0 mana");
  EXPECT_EQ(Mana{1}.to_text(), "0.000001 mana");
  EXPECT_EQ(Mana{12'500'000}.to_text(), "12.5 mana");
  EXPECT_EQ(Mana{UINT64_MAX}.to_text(), "18446744073709.551615 mana");
  EXPECT_EQ(Mana::parse("12.5").value(), Mana{12'500'000});
  EXPECT_EQ(Mana::parse("0.000001").value(), Mana{1});
  EXPECT_EQ(Mana::parse("18446744073709.551615").value(), Mana{UINT64_MAX});
}

TEST(Mana, RefusesWhatIsNoAmount) {
  for (const char* text : {"", ".", "1.", ".5", "1.2.3", "-1", "+1", " 1", "1 ", "1e3", "0x1", "1,5", "1.0000001",
                           "18446744073709.551616", "18446744073710", "99999999999999999999999"}) {
    const auto mana = Mana::parse(text);
    ASSERT_FALSE(mana) << text;
    EXPECT_EQ(mana.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(mana.error().detail.find("'" + std::string(text) + "'"), std::string::npos);
  }
}

TEST(Mana, NeverWrapsAround) {
  EXPECT_FALSE(Mana{UINT64_MAX}.plus(Mana{1}));
  EXPECT_FALSE(Mana{1}.minus(Mana{2}));
  EXPECT_EQ(Mana{1}.plus(Mana{2}), Mana{3});
  EXPECT_EQ(Mana{3}.minus(Mana{3}), Mana{0});
  EXPECT_FALSE(Mana::from_whole(UINT64_MAX / Mana::kUnit + 1));
  EXPECT_EQ(Mana::from_whole(UINT64_MAX / Mana::kUnit)->whole_floor(), UINT64_MAX / Mana::kUnit);
  EXPECT_EQ(Mana{1'000'001}.whole_floor(), 1U);
  EXPECT_EQ(Mana{1'000'001}.whole_ceil(), 2U);
  EXPECT_EQ(Mana{UINT64_MAX}.whole_ceil(), UINT64_MAX / Mana::kUnit + 1);
}

TEST(Mana, ScalesExactlyAndRoundsAsAsked) {
  EXPECT_EQ(scaled(Mana{10}, 1, 3, Rounding::floor), Mana{3});
  EXPECT_EQ(scaled(Mana{10}, 1, 3, Rounding::ceil), Mana{4});
  EXPECT_EQ(scaled(Mana{9}, 1, 3, Rounding::ceil), Mana{3});
  EXPECT_EQ(scaled(Mana{UINT64_MAX}, UINT64_MAX, UINT64_MAX, Rounding::ceil), Mana{UINT64_MAX});
  EXPECT_FALSE(scaled(Mana{UINT64_MAX}, 2, 1, Rounding::floor));
  EXPECT_FALSE(scaled(Mana{1}, 1, 0, Rounding::floor));
  EXPECT_FALSE(scaled(Mana{UINT64_MAX}, UINT64_MAX, UINT64_MAX - 1, Rounding::floor));
}

TEST(Did, HasTheTextOfKnownKeys) {
  const std::pair<const char*, const char*> known[] = {
      {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
       "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"},
      {"197f6b23e16c8532c6abc838facd5ea789be0c76b2920334039bfa8b3d368d61",
       "did:key:z6MkgAnvkP45uNxwCKeNdt6wrYkEjpYX4f7Nrd8MQqFL8Fbn"},
  };
  for (const auto& [hex, text] : known) {
    EXPECT_EQ(Did::of_key(key_of_hex(hex)).to_text(), text);
    EXPECT_EQ(Did::parse(text).value().key(), key_of_hex(hex));
  }
  EXPECT_EQ(golden::author_key().did().to_text(), known[1].second);
  for (const char* text : {"did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
                           "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}) {
    EXPECT_EQ(Did::parse(text).value().to_text(), text);
    EXPECT_EQ(Did::from_str(text).value().to_text(), text);
  }
}

TEST(Did, ExtremeKeysComeBack) {
  for (const unsigned byte : {0x00U, 0x01U, 0x7fU, 0xffU}) {
    PublicKey key;
    key.fill(static_cast<std::uint8_t>(byte));
    EXPECT_EQ(Did::parse(Did::of_key(key).to_text()).value().key(), key);
  }
}

TEST(Did, RefusesEveryOtherText) {
  const std::string good = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
  std::vector<std::string> bad{"",
                               "did",
                               "did:",
                               "did:key",
                               "did:key:",
                               "did:key:z",
                               "DID" + good.substr(3),
                               "did:KEY" + good.substr(7),
                               " " + good,
                               good + " ",
                               good + "\n",
                               good + "#key-1",
                               good + "/path",
                               good + "?query",
                               "did:key:Z" + good.substr(9),
                               "did:key:z1" + good.substr(9),
                               "did:web:example.com",
                               "did:key:f" + std::string(68, '0'),
                               good + std::string(1000, '1'),
                               good + std::string(1, '\0'),
                               "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"};
  for (const std::string& text : bad) {
    const auto did = Did::parse(text);
    ASSERT_FALSE(did) << text;
    EXPECT_EQ(did.error().code, ErrorCode::invalid_argument);
    EXPECT_LT(did.error().detail.size(), 300U);
  }
  const auto check = [](const Bytes& damaged, const std::string& what) {
    const std::string text(text_of(damaged));
    const auto did = Did::parse(text);
    if (did) {
      EXPECT_EQ(did->to_text(), text) << what;
    }
  };
  testing::for_each_truncation(bytes_of(good), [](const Bytes& damaged, const std::string& what) {
    EXPECT_FALSE(Did::parse(text_of(damaged))) << what;
  });
  testing::for_each_bit_flip(bytes_of(good), check);
  testing::for_each_mutation(bytes_of(good), 7, 10'000, check);
}

TEST(Signatures, OfOneKindAreNoneOfAnother) {
  const KeyPair key = golden::member_key();
  const ipld::Cid body = golden::raw("body");
  std::vector<SignatureTag> tags(kSignatureTags);
  for (std::size_t i = 0; i < tags.size(); ++i) tags[i] = static_cast<SignatureTag>(i);
  std::set<std::string_view> texts;
  for (const SignatureTag signed_as : tags) {
    texts.insert(tag_text(signed_as));
    const Signature signature = key.sign(signed_as, body);
    for (const SignatureTag read_as : tags) {
      const auto held = verify(read_as, body, key.did(), signature);
      EXPECT_EQ(held.has_value(), signed_as == read_as);
      if (!held) {
        EXPECT_EQ(held.error().code, ErrorCode::invalid_signature);
      }
    }
    EXPECT_FALSE(verify(signed_as, golden::raw("another body"), key.did(), signature));
    EXPECT_FALSE(verify(signed_as, body, golden::node_key().did(), signature));
  }
  EXPECT_EQ(texts.size(), tags.size());
}

TEST(Signatures, HoldForNoFlippedBit) {
  const KeyPair key = golden::member_key();
  const ipld::Cid body = golden::raw("body");
  const Signature good = key.sign(SignatureTag::job, body);
  ASSERT_TRUE(verify(SignatureTag::job, body, key.did(), good));
  testing::for_each_bit_flip(Bytes(good.begin(), good.end()), [&](const Bytes& damaged, const std::string& what) {
    Signature signature;
    std::copy(damaged.begin(), damaged.end(), signature.begin());
    EXPECT_FALSE(verify(SignatureTag::job, body, key.did(), signature)) << what;
  });
}

// S and S + L satisfy the same equation; only S below the group order L is accepted.
TEST(Signatures, RefuseTheSecondFormOfTheSameSignature) {
  const KeyPair key = golden::member_key();
  const ipld::Cid body = golden::raw("body");
  Signature signature = key.sign(SignatureTag::job, body);
  const Bytes order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += static_cast<unsigned>(signature[32 + i]) + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0U);
  EXPECT_FALSE(verify(SignatureTag::job, body, key.did(), signature));
}

// With the neutral point as key and R, and S = 0, the equation holds for every message.
TEST(Signatures, RefuseKeysOfSmallOrder) {
  PublicKey neutral{};
  neutral[0] = 1;
  Signature signature{};
  signature[0] = 1;
  EXPECT_FALSE(verify(SignatureTag::job, golden::raw("any body"), Did::of_key(neutral), signature));
  EXPECT_FALSE(verify(SignatureTag::job, golden::raw("any body"), Did::of_key(PublicKey{}), signature));
}

TEST(KeyPairsDeathTest, MoveTheirSecretAndLeaveNone) {
  KeyPair from = golden::member_key();
  const Did did = from.did();
  const KeyPair to = std::move(from);
  EXPECT_EQ(to.did(), did);
  EXPECT_EQ(to.seed(), golden::member_key().seed());
  // A key whose secret was moved away is never used as a key of zeros.
  EXPECT_DEATH(static_cast<void>(from.seed()), "");
  EXPECT_DEATH(static_cast<void>(from.did()), "");
}

TEST(Limits, TheTableIsTheStruct) {
  const WasmSecurityLimits defaults;
  std::set<std::string_view> names;
  for (std::size_t row = 0; row < kLimitCount; ++row) {
    EXPECT_EQ(limit_value(defaults, row), kLimitTable[row].fallback) << kLimitTable[row].name;
    EXPECT_LE(kLimitTable[row].fallback, kLimitTable[row].ceiling);
    EXPECT_EQ(find_limit(kLimitTable[row].name), row);
    names.insert(kLimitTable[row].name);
  }
  EXPECT_EQ(names.size(), kLimitCount);
  EXPECT_FALSE(find_limit("max_everything"));
  EXPECT_EQ(effective_limits({}).value(), defaults);
}

TEST(Limits, AskingForMoreThanTheMaximumIsARefusalThatNamesTheLimit) {
  for (std::size_t row = 0; row < kLimitCount; ++row) {
    const LimitRow& limit = kLimitTable[row];
    LimitsAsked asked;
    asked.values[row] = limit.ceiling;
    const auto most = effective_limits(asked);
    ASSERT_TRUE(most) << limit.name;
    EXPECT_EQ(limit_value(*most, row), limit.ceiling);
    asked.values[row] = limit.ceiling + 1;
    const auto more = effective_limits(asked);
    ASSERT_FALSE(more) << limit.name;
    EXPECT_EQ(more.error().code, ErrorCode::limit_exceeded);
    EXPECT_EQ(more.error().rule, limit.name);
    EXPECT_NE(more.error().detail.find(std::to_string(limit.ceiling)), std::string::npos);
    asked.values[row] = 0;
    EXPECT_EQ(effective_limits(asked).error().rule, limit.name);
  }
}

TEST(Capabilities, HaveNamesAndBitsOfTheirOwn) {
  Grants all;
  for (const CapabilityRow& row : kCapabilityTable) {
    EXPECT_FALSE(all.has(row.capability)) << row.name;
    all.add(row.capability);
    EXPECT_TRUE(all.has(row.capability));
    EXPECT_EQ(find_capability(row.name), row.capability);
    EXPECT_EQ(capability_name(row.capability), row.name);
  }
  EXPECT_TRUE(Grants{}.has(Capability::none));
  EXPECT_FALSE(find_capability("none"));
  EXPECT_FALSE(find_capability("Spend"));
}

TEST(TimeText, MomentsAreRfc3339InUtc) {
  EXPECT_EQ(time_text({0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_text({1'700'000'000'007}), "2023-11-14T22:13:20.007Z");
  EXPECT_EQ(time_text({253'402'300'799'999}), "9999-12-31T23:59:59.999Z");
  // Beyond four-digit years, the number itself.
  EXPECT_EQ(time_text({UINT64_MAX}), "18446744073709551615 ms");
}

TEST(Keys, NoPrefixBeginsAnother) {
  for (const KeyPrefix& a : kKeyTable) {
    ASSERT_FALSE(a.prefix.empty());
    for (const KeyPrefix& b : kKeyTable) {
      EXPECT_EQ(a.prefix.starts_with(b.prefix), &a == &b) << a.prefix << " " << b.prefix;
    }
    const Bytes end = end_of(a.prefix);
    EXPECT_LT(key_of(a.prefix, Bytes(40, 0xff)), end);
    EXPECT_LT(key_of(a.prefix), end);
  }
}

TEST(Keys, TheStateHashLeavesOutWhatOneHistoryMayKeepDifferently) {
  for (const std::string_view key : {"lc/x", "li/x", "m/epoch", "m/incarnation", "m/restored", "du/", "ob/"}) {
    EXPECT_FALSE(is_hashed(view_of(key))) << key;
  }
  for (const std::string_view key : {"m/version", "m/genesis", "m/", "lj/x", "l", "pn/lc/"}) {
    EXPECT_TRUE(is_hashed(view_of(key))) << key;
  }
}

TEST(Keys, NumbersSortAsTheyCount) {
  EXPECT_LT(key_of(keys::kLedgerJournal, 255), key_of(keys::kLedgerJournal, 256));
  EXPECT_LT(key_of(keys::kLedgerJournal, 0), key_of(keys::kLedgerJournal, UINT64_MAX));
  EXPECT_EQ(to_hex(key_of(keys::kLedgerJournal, 258)), to_hex(bytes_of("lj/")) + "0000000000000102");
}

TEST(Transfers, IdsDependOnTagOwnerAndClientId) {
  const Bytes owner = bytes_of("owner");
  const Bytes client = bytes_of("client");
  const TransferId id = transfer_id("tag", owner, client);
  EXPECT_EQ(id, ipld::sha256(view_of(std::string_view("tag\0ownerclient", 15))));
  EXPECT_EQ(id, transfer_id("tag", owner, client));
  EXPECT_NE(id, transfer_id("tag2", owner, client));
  EXPECT_NE(id, transfer_id("tag", owner, bytes_of("other")));
}

TEST(Receipts, ADifferenceNamesTheFieldThatExplainsIt) {
  const Receipt same = Receipt::from_bytes(golden::receipt().to_block().bytes).value();
  EXPECT_FALSE(first_difference(golden::receipt(), same));
  Receipt other = same;
  other.memory_pages += 1;
  EXPECT_EQ(first_difference(same, other)->field, "memory_pages");
  other.fuel += 1;
  EXPECT_EQ(first_difference(same, other)->field, "fuel");
  other.output = golden::raw("other");
  EXPECT_EQ(first_difference(same, other)->field, "output");
  EXPECT_EQ(first_difference(same, other)->got, golden::raw("other").to_text());
  other.outcome = {OutcomeKind::nonzero_exit, 3};
  EXPECT_EQ(first_difference(same, other)->expected, "ok");
  EXPECT_EQ(first_difference(same, other)->got, "nonzero_exit 3");
  other.transcript = golden::raw("calls");
  EXPECT_EQ(first_difference(same, other)->field, "transcript");
  other.order = golden::raw("order");
  other.job.cid = golden::raw("job");
  EXPECT_EQ(first_difference(same, other)->field, "job");
}

TEST(Receipts, ANewerVersionDiffersFromAnotherKindOfBlock) {
  // The order of this program has version 2, receipts have version 1.
  EXPECT_EQ(Receipt::from_bytes(golden::order().to_block().bytes).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(SignedReceipt::from_bytes(golden::order().to_block().bytes).error().code, ErrorCode::invalid_format);
  Bytes newer = golden::receipt().to_block().bytes;
  newer[3] = 2;  // the map's head, the key "v", its value
  EXPECT_EQ(Receipt::from_bytes(newer).error().code, ErrorCode::unsupported_version);
  // The field identifies the kind only as a key of the block itself, with a link as its value.
  const auto of_another_kind = [](const std::function<void(ipld::CborWriter&)>& value) {
    ipld::CborWriter writer;
    writer.map(2).key("v").unsigned_integer(2).key("transcript");
    value(writer);
    return Receipt::from_bytes(writer.take()).error().code;
  };
  const ipld::Cid cid = golden::raw("calls");
  EXPECT_EQ(of_another_kind([&](ipld::CborWriter& out) { out.link(cid); }), ErrorCode::unsupported_version);
  EXPECT_EQ(of_another_kind([&](ipld::CborWriter& out) { out.text(R"("transcript":{"/": "x"})"); }),
            ErrorCode::invalid_format);
  EXPECT_EQ(of_another_kind([&](ipld::CborWriter& out) { out.map(1).key("transcript").link(cid); }),
            ErrorCode::invalid_format);
}

TEST(Transfers, NamesOfAccountsAreTheirOwn) {
  EXPECT_EQ(AccountKey::of(SystemAccount::slashed).to_text(), "SLASHED");
  EXPECT_EQ(AccountKey::of(golden::author_key().did()).to_text(), golden::author_key().did().to_text());
}

}  // namespace
}  // namespace icn::model
