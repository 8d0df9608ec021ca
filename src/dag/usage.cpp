#include "dag/usage.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"

namespace icn::dag {
namespace {

constexpr std::uint64_t kUsageVersion = 1;
constexpr std::size_t kUsageFields = 4;

Result<void> read_usage(ByteView value, Usage::Figures& figures, model::UnixMs& latest) {
  ipld::CborReader in(value);
  const std::size_t fields = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != kUsageVersion) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("it has version {}; this program knows version {}", version, kUsageVersion));
  }
  if (fields != kUsageFields) return fail(ErrorCode::invalid_format, fmt::format("it has {} fields", fields));
  latest.value = ICN_TRY(in.unsigned_integer());
  figures.bytes = ICN_TRY(in.unsigned_integer());
  figures.slack = ICN_TRY(in.unsigned_integer());
  if (figures.slack > figures.bytes) return fail(ErrorCode::invalid_format, "its slack is more than the whole");
  return in.end();
}

// Formats bytes, such as "12,345 KiB", for refusals.
std::string amount(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> kUnits{"bytes", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  std::uint64_t shown = bytes;
  while (unit + 1 < kUnits.size() && shown >= 10'240) {
    shown /= 1'024;
    ++unit;
  }
  return fmt::format("{} {}", shown, kUnits[unit]);
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::array<std::string_view, 5> kUnits{"", "KiB", "MiB", "GiB", "TiB"};
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto* found = std::find(kUnits.begin(), kUnits.end(), unit);
  const auto shift = static_cast<unsigned>(found - kUnits.begin()) * 10;
  if (error != std::errc() || found == kUnits.end() || number > UINT64_MAX >> shift) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a number of bytes, optionally followed by KiB, MiB, GiB or TiB", text));
  }
  return number << shift;
}

Result<std::unique_ptr<Usage>> Usage::open(const ports::StateStore& store) {
  std::unique_ptr<Usage> usage(new Usage);
  const std::optional<Bytes> value = ICN_TRY(store.get(model::key_of(model::keys::kDagUsage)));
  if (!value) return usage;
  Lock lock(usage->mutex_);
  if (Result<void> read = read_usage(*value, usage->figures_, usage->latest_); !read) {
    const ErrorCode code =
        read.error().code == ErrorCode::unsupported_version ? ErrorCode::unsupported_version : ErrorCode::corrupted;
    return fail(code, "The DAG store's size in the state store cannot be read: " + read.error().detail);
  }
  return usage;
}

void Usage::add(std::uint64_t bytes) {
  Lock lock(mutex_);
  figures_.bytes += bytes;
  figures_.slack += bytes;
  added_ += bytes;
}

void Usage::set_counted(std::uint64_t bytes, std::uint64_t since) {
  Lock lock(mutex_);
  figures_.slack = added_ - since;
  figures_.bytes = bytes + figures_.slack;
}

std::uint64_t Usage::added() const {
  Lock lock(mutex_);
  return added_;
}

Usage::Figures Usage::figures() const {
  Lock lock(mutex_);
  return figures_;
}

model::UnixMs Usage::latest(model::UnixMs now) {
  Lock lock(mutex_);
  latest_ = std::max(latest_, now);
  return latest_;
}

void Usage::reset_latest(model::UnixMs now) {
  Lock lock(mutex_);
  latest_ = now;
}

void Usage::stamp(ports::Batch& batch) const {
  ipld::CborWriter out(32);
  {
    Lock lock(mutex_);
    out.array(kUsageFields).unsigned_integer(kUsageVersion).unsigned_integer(latest_.value);
    out.unsigned_integer(figures_.bytes).unsigned_integer(figures_.slack);
  }
  batch.put(model::key_of(model::keys::kDagUsage), out.take());
}

Result<void> check_figure(const Quota& quota, const Usage& usage, std::uint64_t incoming, const std::string& what) {
  if (const auto free = quota.free_on_disk ? quota.free_on_disk() : std::nullopt;
      free && (*free < kDiskReserveBytes || *free - kDiskReserveBytes < incoming)) {
    return refuse(ErrorCode::limit_exceeded, "disk_full",
                  what + " needs " + amount(incoming) + ", and the disk is full: it has " + amount(*free) +
                      " free for new work, of which " + amount(kDiskReserveBytes) +
                      " are reserved for work already accepted. Nothing was charged and nothing new is pinned.");
  }
  if (quota.bytes == 0) return {};
  const std::uint64_t most = quota.open_to_new();
  const std::uint64_t held = usage.figures().bytes;
  if (held <= most && incoming <= most - held) return {};
  return refuse(ErrorCode::limit_exceeded, "dag_quota",
                what + " needs " + amount(incoming) + " in the DAG store, which holds " + amount(held) +
                    " of its quota of " + amount(quota.bytes) + " (" + amount(quota.bytes - most) +
                    " of it are set aside for settling jobs, the collection, compiled modules and logs). Nothing was "
                    "charged and nothing new is pinned.");
}

Result<void> check_quota(const Quota& quota, Usage& usage, const ports::DagStore& store, std::uint64_t incoming,
                         const std::string& what) {
  Result<void> fits = check_figure(quota, usage, incoming, what);
  if (fits || fits.error().rule != "dag_quota") return fits;
  const Usage::Figures figures = usage.figures();
  const std::uint64_t least = figures.bytes - figures.slack;
  if (least > quota.open_to_new() || incoming > quota.open_to_new() - least) return fits;
  const std::uint64_t since = usage.added();
  usage.set_counted(ICN_TRY(store.statistics()).bytes, since);
  return check_figure(quota, usage, incoming, what);
}

}  // namespace icn::dag
