#include "dag/pins.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"

namespace icn::dag {
namespace {

constexpr std::uint64_t kPinVersion = 1;
constexpr std::size_t kPinFields = 5;

void append_be32(Bytes& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

// An end as a part of a name; none sorts last.
void append_until(Bytes& to, std::optional<model::UnixMs> until) { append_be64(to, until ? until->value : UINT64_MAX); }

std::optional<PinKind> kind_of(std::uint8_t byte) {
  for (const PinKind kind : kPinKinds) {
    if (static_cast<std::uint8_t>(kind) == byte) return kind;
  }
  return std::nullopt;
}

Bytes prefix_of(PinKind kind) {
  Bytes prefix = model::key_of(model::keys::kPin);
  prefix.push_back(static_cast<std::uint8_t>(kind));
  return prefix;
}

// The least key after all keys that begin with `prefix`; no pin's key consists of 0xff only.
Bytes end_of(Bytes prefix) {
  while (prefix.back() == 0xff) prefix.pop_back();
  ++prefix.back();
  return prefix;
}

Result<Pin> read_pin(ipld::CborReader& in) {
  Pin pin;
  const std::size_t fields = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != kPinVersion) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("of version {}; this program knows version {}", version, kPinVersion));
  }
  if (fields != kPinFields) return fail(ErrorCode::invalid_format, fmt::format("it has {} fields", fields));
  const std::uint64_t mode = ICN_TRY(in.unsigned_integer());
  if (mode > static_cast<std::uint64_t>(PinMode::recursive))
    return fail(ErrorCode::invalid_format, fmt::format("there is no mode {}", mode));
  pin.mode = static_cast<PinMode>(mode);
  pin.made.value = ICN_TRY(in.unsigned_integer());
  if (!ICN_TRY(in.try_null())) pin.until = model::UnixMs{ICN_TRY(in.unsigned_integer())};
  const std::size_t roots = ICN_TRY(in.array());
  if (roots > kPinRootsMax) return fail(ErrorCode::invalid_format, fmt::format("{} roots", roots));
  for (std::size_t i = 0; i < roots; ++i) pin.roots.push_back(ICN_TRY(in.link()));
  ICN_TRY(in.end());
  return pin;
}

}  // namespace

std::string_view pin_kind_name(PinKind kind) {
  switch (kind) {
    case PinKind::job:
      return "job";
    case PinKind::lease:
      return "lease";
    case PinKind::member:
      return "member";
    case PinKind::node:
      return "node";
  }
  return "?";
}

std::string_view pin_mode_name(PinMode mode) { return mode == PinMode::direct ? "direct" : "recursive"; }

PinId PinId::of_job(std::uint64_t number, const model::JobId& job) {
  PinId id{PinKind::job, {}};
  append_be64(id.rest, number);
  append(id.rest, ByteView(job.cid.digest()));
  return id;
}

PinId PinId::of_job(std::uint64_t number, const model::JobId& job, const ipld::Cid& thing) {
  PinId id = of_job(number, job);
  append(id.rest, thing.to_bytes());
  return id;
}

PinId PinId::of_member(const model::Did& member, const ipld::Cid& cid, PinMode mode,
                       std::optional<model::UnixMs> until) {
  PinId id{PinKind::member, copy_of(member.key())};
  append(id.rest, cid.to_bytes());
  id.rest.push_back(static_cast<std::uint8_t>(mode));
  append_until(id.rest, until);
  return id;
}

PinId PinId::of_node(const ipld::Cid& cid) { return {PinKind::node, copy_of(cid.to_bytes())}; }

PinId PinId::of_lease(const LeaseId& lease, model::UnixMs until, std::uint32_t part) {
  PinId id{PinKind::lease, copy_of(lease)};
  append_until(id.rest, until);
  append_be32(id.rest, part);
  return id;
}

Bytes PinId::key() const {
  Bytes key = prefix_of(kind);
  append(key, rest);
  return key;
}

std::string PinId::holder_text() const {
  switch (kind) {
    case PinKind::job: {
      ipld::Digest digest{};
      const ByteView after_number = ByteView(rest).subspan(std::min<std::size_t>(rest.size(), 8));
      std::copy_n(after_number.begin(), std::min(after_number.size(), digest.size()), digest.begin());
      return ipld::Cid(ipld::Codec::dag_cbor, digest).to_text();
    }
    case PinKind::member: {
      model::PublicKey key{};
      std::copy_n(rest.begin(), std::min(rest.size(), key.size()), key.begin());
      return model::Did::of_key(key).to_text();
    }
    case PinKind::lease:
      return to_hex(ByteView(rest).first(std::min(rest.size(), LeaseId{}.size())));
    case PinKind::node:
      return "this node";
  }
  return {};
}

std::string Pin::to_text() const {
  switch (id.kind) {
    case PinKind::job:
      return "the pin of job " + id.holder_text();
    case PinKind::member:
      return "the pin of " + (roots.empty() ? std::string("nothing") : roots.front().to_text()) + " by " +
             id.holder_text();
    case PinKind::lease:
      return "the lease " + id.holder_text();
    case PinKind::node:
      return "the node's pin of " + (roots.empty() ? std::string("nothing") : roots.front().to_text());
  }
  return {};
}

Bytes Pin::to_bytes() const {
  ICN_CHECK(roots.size() <= kPinRootsMax);
  ipld::CborWriter out(32 + 42 * roots.size());
  out.array(kPinFields).unsigned_integer(kPinVersion).unsigned_integer(static_cast<std::uint64_t>(mode));
  out.unsigned_integer(made.value);
  if (until) {
    out.unsigned_integer(until->value);
  } else {
    out.null();
  }
  out.array(roots.size());
  for (const ipld::Cid& root : roots) out.link(root);
  return out.take();
}

Result<Pin> Pin::from_pair(ByteView key, ByteView value) {
  const std::size_t prefix = model::keys::kPin.size();
  const std::optional<PinKind> kind = key.size() > prefix ? kind_of(key[prefix]) : std::nullopt;
  if (!kind) return fail(ErrorCode::corrupted, "The state store has a pin under a malformed key: " + to_hex(key));
  ipld::CborReader in(value);
  Result<Pin> pin = read_pin(in);
  if (!pin) {
    const ErrorCode code =
        pin.error().code == ErrorCode::unsupported_version ? ErrorCode::unsupported_version : ErrorCode::corrupted;
    return fail(code, "The pin under the key " + to_hex(key) + " cannot be read: " + pin.error().detail);
  }
  pin->id = PinId{*kind, copy_of(key.subspan(prefix + 1))};
  return pin;
}

void Pins::put(const Pin& pin, ports::Batch& batch) {
  for (const ipld::Cid& root : pin.roots) guard_.shade_root(root);
  batch.put(pin.id.key(), pin.to_bytes());
}

void Pins::erase(const PinId& id, ports::Batch& batch) { batch.erase(id.key()); }

void Pins::take(Lease& lease, std::vector<ipld::Cid> roots, model::UnixMs now, ports::Batch& batch) {
  put({PinId::of_lease(lease.id, lease.until, lease.parts++), PinMode::recursive, now, lease.until, std::move(roots)},
      batch);
}

Result<Lease> Pins::renew(const Lease& lease, model::UnixMs now, model::UnixMs until, ports::Batch& batch) {
  if (lease.until <= now) {
    return fail(ErrorCode::expired,
                "The lease " + to_hex(lease.id) + " has ended, so what it held may be gone; put the blocks again.");
  }
  Lease renewed{lease.id, until, 0};
  std::vector<Pin> parts;
  for (std::uint32_t part = 0; part < lease.parts; ++part) {
    std::optional<Pin> pin = ICN_TRY(find(PinId::of_lease(lease.id, lease.until, part)));
    if (!pin) return fail(ErrorCode::missing_data, "The lease " + to_hex(lease.id) + " is not in the state store.");
    parts.push_back(std::move(*pin));
  }
  release(lease, batch);
  // In this order: with the same end the keys are equal, and the later write wins.
  for (Pin& pin : parts) take(renewed, std::move(pin.roots), now, batch);
  return renewed;
}

void Pins::release(const Lease& lease, ports::Batch& batch) {
  for (std::uint32_t part = 0; part < lease.parts; ++part) erase(PinId::of_lease(lease.id, lease.until, part), batch);
}

Result<std::optional<Pin>> Pins::find(const PinId& id) const {
  const Bytes key = id.key();
  const std::optional<Bytes> value = ICN_TRY(store_.get(key));
  if (!value) return std::optional<Pin>();
  return std::optional<Pin>(ICN_TRY(Pin::from_pair(key, *value)));
}

Result<PinPage> Pins::list(const std::optional<Bytes>& after, std::size_t count) const {
  Bytes begin = after.value_or(model::key_of(model::keys::kPin));
  if (after) begin.push_back(0);
  PinPage page;
  if (count == 0) return page;
  const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
    if (page.pins.size() == count) {
      page.after = page.pins.back().id.key();
      return false;
    }
    page.pins.push_back(ICN_TRY(Pin::from_pair(key, value)));
    return true;
  };
  ICN_TRY(ports::scan_each(store_, begin, model::end_of(model::keys::kPin), visit));
  return page;
}

Result<std::vector<Pin>> Pins::beginning_with(const Bytes& key) const {
  std::vector<Pin> pins;
  const auto visit = [&](ByteView at, ByteView value) -> Result<bool> {
    pins.push_back(ICN_TRY(Pin::from_pair(at, value)));
    return true;
  };
  ICN_TRY(ports::scan_each(store_, key, end_of(key), visit));
  return pins;
}

Result<std::vector<Pin>> Pins::of_job(std::uint64_t number, const model::JobId& job) const {
  return beginning_with(PinId::of_job(number, job).key());
}

Result<std::vector<Pin>> Pins::of_member(const model::Did& member, const ipld::Cid& cid) const {
  Bytes key = prefix_of(PinKind::member);
  append(key, ByteView(member.key()));
  append(key, cid.to_bytes());
  return beginning_with(key);
}

}  // namespace icn::dag
