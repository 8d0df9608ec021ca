#include "dag/pins.hpp"

#include <gtest/gtest.h>

#include "testing/fake_state_store.hpp"

namespace icn::dag {
namespace {

ipld::Cid raw(std::string_view text) { return ipld::Cid::of(ipld::Codec::raw, view_of(text)); }
model::JobId job(std::string_view text) { return {ipld::Cid::of(ipld::Codec::dag_cbor, view_of(text))}; }
model::Did did(std::uint8_t first) { return model::Did::of_key({first}); }

struct PinsTest : ::testing::Test {
  testing::FakeStateStore store;
  Guard guard;
  Pins pins{store, guard};

  Pin pin_of(PinId id, std::vector<ipld::Cid> roots, std::optional<std::uint64_t> until = {}) {
    Pin pin{std::move(id), PinMode::recursive, model::UnixMs{7}, {}, std::move(roots)};
    if (until) pin.until = model::UnixMs{*until};
    return pin;
  }
  void commit(const auto& change) {
    ports::Batch batch;
    change(batch);
    store.commit_one(batch);
  }
  void put(const Pin& pin) {
    commit([&](ports::Batch& batch) { pins.put(pin, batch); });
  }
};

TEST_F(PinsTest, AreReadAsTheyWereWritten) {
  for (const PinId& id :
       {PinId::of_job(1, job("a")), PinId::of_job(1, job("a"), raw("thing")), PinId::of_node(raw("genesis")),
        PinId::of_member(did(1), raw("file"), PinMode::recursive, std::nullopt),
        PinId::of_lease(LeaseId{9}, model::UnixMs{50}, 3)}) {
    Pin pin = pin_of(id, {raw("x"), job("y").cid}, 50);
    pin.mode = PinMode::direct;
    put(pin);
    EXPECT_EQ(pins.find(id).value(), pin) << pin.to_text();
  }
  EXPECT_EQ(pins.list({}, 100)->pins.size(), 5U);
}

TEST_F(PinsTest, TheirBytesAreThoseOfTheDocument) {
  // docs/FORMATS.md, "Pins"
  const Pin pin = pin_of(PinId::of_member(did(1), raw(""), PinMode::recursive, model::UnixMs{256}), {raw("")}, 256);
  EXPECT_EQ(to_hex(pin.id.key()), "706e2f6d01" + std::string(62, '0') +
                                      "01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                                      "010000000000000100");
  EXPECT_EQ(to_hex(pin.to_bytes()),
            "850101071901008"
            "1d82a58250001551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(PinsTest, PromisesAddUp) {
  const ipld::Cid file = raw("file");
  put(pin_of(PinId::of_member(did(1), file, PinMode::recursive, std::nullopt), {file}));
  put(pin_of(PinId::of_member(did(1), file, PinMode::recursive, model::UnixMs{10}), {file}, 10));
  put(pin_of(PinId::of_member(did(1), file, PinMode::direct, std::nullopt), {file}));
  put(pin_of(PinId::of_member(did(2), file, PinMode::recursive, std::nullopt), {file}));
  EXPECT_EQ(pins.of_member(did(1), file)->size(), 3U);
  EXPECT_EQ(pins.of_member(did(2), file)->size(), 1U);
  EXPECT_TRUE(pins.of_member(did(1), raw("other"))->empty());
}

TEST_F(PinsTest, AJobsPinsAreFoundTogether) {
  put(pin_of(PinId::of_job(1, job("a")), {raw("1")}));
  put(pin_of(PinId::of_job(1, job("a"), raw("anchor")), {raw("2")}));
  put(pin_of(PinId::of_job(2, job("b")), {raw("3")}));
  EXPECT_EQ(pins.of_job(1, job("a"))->size(), 2U);
  commit([&](ports::Batch& batch) { pins.erase(PinId::of_job(1, job("a")), batch); });
  EXPECT_EQ(pins.of_job(1, job("a"))->size(), 1U);
}

TEST_F(PinsTest, AHolderOfNothingButOnesHasAnEndToo) {
  model::PublicKey ones;
  ones.fill(0xff);
  ipld::Digest digest;
  digest.fill(0xff);
  const ipld::Cid cid(ipld::Codec::raw, digest);
  put(pin_of(PinId::of_member(model::Did::of_key(ones), cid, PinMode::direct, std::nullopt), {cid}));
  EXPECT_EQ(pins.of_member(model::Did::of_key(ones), cid)->size(), 1U);
  put(pin_of(PinId::of_job(UINT64_MAX, {ipld::Cid(ipld::Codec::dag_cbor, digest)}), {cid}));
  EXPECT_EQ(pins.of_job(UINT64_MAX, {ipld::Cid(ipld::Codec::dag_cbor, digest)})->size(), 1U);
}

TEST_F(PinsTest, AListGoesOnWhereItStopped) {
  for (int i = 0; i < 7; ++i) put(pin_of(PinId::of_node(raw(std::to_string(i))), {raw("r")}));
  std::set<Bytes> seen;
  std::optional<Bytes> after;
  std::size_t pages = 0;
  do {
    const PinPage page = pins.list(after, 3).value();
    for (const Pin& pin : page.pins) EXPECT_TRUE(seen.insert(pin.id.key()).second);
    after = page.after;
    ++pages;
  } while (after);
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(pages, 3U);
}

TEST_F(PinsTest, ALeaseIsTakenInPartsRenewedAndReleased) {
  Lease lease{LeaseId{1, 2}, model::UnixMs{100}, 0};
  commit([&](ports::Batch& batch) { pins.take(lease, {raw("a")}, model::UnixMs{1}, batch); });
  commit([&](ports::Batch& batch) { pins.take(lease, {raw("b")}, model::UnixMs{2}, batch); });
  EXPECT_EQ(lease.parts, 2U);
  Lease later;
  commit([&](ports::Batch& batch) { later = pins.renew(lease, model::UnixMs{99}, model::UnixMs{200}, batch).value(); });
  const std::vector<Pin> held = pins.list({}, 10)->pins;
  ASSERT_EQ(held.size(), 2U);
  for (const Pin& pin : held) EXPECT_EQ(pin.until, model::UnixMs{200});
  EXPECT_EQ(held[0].roots, std::vector{raw("a")});
  EXPECT_EQ(held[1].roots, std::vector{raw("b")});
  commit([&](ports::Batch& batch) { pins.release(later, batch); });
  EXPECT_TRUE(pins.list({}, 10)->pins.empty());
}

TEST_F(PinsTest, ALeaseThatHasEndedIsNotRenewed) {
  Lease lease{LeaseId{1}, model::UnixMs{100}, 0};
  commit([&](ports::Batch& batch) { pins.take(lease, {raw("a")}, model::UnixMs{1}, batch); });
  ports::Batch batch;
  EXPECT_EQ(pins.renew(lease, model::UnixMs{100}, model::UnixMs{200}, batch).error().code, ErrorCode::expired);
  EXPECT_TRUE(batch.empty());
}

TEST_F(PinsTest, RenewingALeaseToTheSameEndKeepsIt) {
  Lease lease{LeaseId{1}, model::UnixMs{100}, 0};
  commit([&](ports::Batch& batch) { pins.take(lease, {raw("a")}, model::UnixMs{1}, batch); });
  commit([&](ports::Batch& batch) { EXPECT_TRUE(pins.renew(lease, model::UnixMs{1}, model::UnixMs{100}, batch)); });
  EXPECT_EQ(pins.list({}, 10)->pins.size(), 1U);
}

TEST_F(PinsTest, DamageIsAnErrorThatNamesTheKey) {
  const Pin pin = pin_of(PinId::of_job(1, job("a")), {raw("x"), raw("y")}, 1'000);
  const Bytes key = pin.id.key();
  const Bytes good = pin.to_bytes();
  for (std::size_t length = 0; length < good.size(); ++length) {
    const Result<Pin> read = Pin::from_pair(key, ByteView(good).first(length));
    ASSERT_FALSE(read) << length;
    EXPECT_EQ(read.error().code, ErrorCode::corrupted);
    EXPECT_NE(read.error().detail.find(to_hex(key)), std::string::npos);
  }
  // Every other bit string is another pin or an error, never the same pin.
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 1U << bit % 8);
    const Result<Pin> read = Pin::from_pair(key, bad);
    EXPECT_TRUE(!read || *read != pin) << bit;
  }
  Bytes newer = good;
  newer[1] = 2;
  EXPECT_EQ(Pin::from_pair(key, newer).error().code, ErrorCode::unsupported_version);
  store.pairs[bytes_of("pn/?")] = good;
  EXPECT_EQ(pins.list({}, 10).error().code, ErrorCode::corrupted);
}

}  // namespace
}  // namespace icn::dag
