#include "model/job.hpp"

#include <fmt/core.h>

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::size_t kEntryBytesMax = 256;
constexpr std::size_t kListMax = 64;
constexpr std::size_t kListBytesMax = 16 * 1024;
constexpr std::size_t kReadBytesMax = 512;
constexpr std::size_t kReadsMax = 4'096;

struct ReadKindRow {
  ReadKind kind;
  std::string_view name;
};
constexpr std::array kReadKinds{
    ReadKindRow{ReadKind::account, "account"},
    ReadKindRow{ReadKind::reputation, "reputation"},
    ReadKindRow{ReadKind::parameter, "parameter"},
    ReadKindRow{ReadKind::jobs, "jobs"},
    ReadKindRow{ReadKind::job, "job"},
    ReadKindRow{ReadKind::dag, "dag"},
    ReadKindRow{ReadKind::proposal, "proposal"},
};

// Present rows only, in the canonical order of their names.
void write_limits(CborWriter& writer, const LimitsAsked& limits) {
  std::size_t present = 0;
  for (const auto& value : limits.values) present += value ? 1 : 0;
  writer.map(present);
  for (const std::size_t row : detail::kLimitRowsByKey) {
    if (limits.values[row]) writer.key(kLimitTable[row].name).unsigned_integer(*limits.values[row]);
  }
}

Result<LimitsAsked> read_limits(CborMap& map) {
  ICN_TRY(map.value("limits"));
  // A skip over the value checks the order of keys and their uniqueness.
  ipld::CborReader ahead = map.reader();
  if (auto canonical = ahead.skip(); !canonical) return map.bad("limits", canonical.error().detail);
  auto count = map.reader().map();
  if (!count) return map.bad("limits", count.error().detail);
  LimitsAsked limits;
  for (std::size_t i = 0; i < *count; ++i) {
    auto name = map.reader().text();
    if (!name) return map.bad("limits", name.error().detail);
    const auto row = find_limit(*name);
    if (!row) return map.bad("limits", fmt::format("unknown limit '{}'", *name));
    auto value = map.reader().unsigned_integer();
    if (!value) return map.bad("limits", fmt::format("{}: {}", *name, value.error().detail));
    limits.values[*row] = *value;
  }
  return limits;
}

void write_resources(CborWriter& writer, const Resources& resources) {
  writer.map(3);
  writer.key("cpu_cores").unsigned_integer(resources.cpu_cores);
  writer.key("memory_mb").unsigned_integer(resources.memory_mb);
  writer.key("storage_mb").unsigned_integer(resources.storage_mb);
}

Result<Resources> read_resources(CborMap& map) {
  ICN_TRY(map.value("resources"));
  return detail::read_map(map.reader(), "job: field 'resources'", [](CborMap& inner) -> Result<Resources> {
    Resources resources;
    resources.cpu_cores = ICN_TRY(detail::read_u32(inner, "cpu_cores"));
    resources.memory_mb = ICN_TRY(detail::read_u32(inner, "memory_mb"));
    resources.storage_mb = ICN_TRY(detail::read_u32(inner, "storage_mb"));
    return resources;
  });
}

void write_durations(CborWriter& writer, const Durations& durations) {
  writer.map(4);
  writer.key("expiry_ms").unsigned_integer(durations.expiry_ms);
  writer.key("bidding_ms").unsigned_integer(durations.bidding_ms);
  writer.key("execution_ms").unsigned_integer(durations.execution_ms);
  writer.key("settlement_ms").unsigned_integer(durations.settlement_ms);
}

Result<Durations> read_durations(CborMap& map) {
  ICN_TRY(map.value("durations"));
  const auto read = [](CborMap& inner) -> Result<Durations> {
    Durations all;
    all.expiry_ms = ICN_TRY(inner.unsigned_integer("expiry_ms"));
    all.bidding_ms = ICN_TRY(inner.unsigned_integer("bidding_ms"));
    all.execution_ms = ICN_TRY(inner.unsigned_integer("execution_ms"));
    all.settlement_ms = ICN_TRY(inner.unsigned_integer("settlement_ms"));
    return all;
  };
  const Durations durations = ICN_TRY(detail::read_map(map.reader(), "job: field 'durations'", read));
  // A year: sums of deadlines stay far below the maximum of 64 bits.
  constexpr std::uint64_t year_ms = 365ULL * 86'400'000;
  for (const std::uint64_t value :
       {durations.expiry_ms, durations.bidding_ms, durations.execution_ms, durations.settlement_ms}) {
    if (value > year_ms) return map.bad("durations", "more than a year");
  }
  return durations;
}

Result<std::vector<ReadKey>> read_reads(CborMap& map) {
  std::vector<ReadKey> reads;
  for (const std::string& text : ICN_TRY(detail::read_texts(map, "reads", kReadsMax, kReadsMax * kReadBytesMax))) {
    auto key = ReadKey::parse(text);
    if (!key) return map.bad("reads", key.error().detail);
    if (!reads.empty() && !(reads.back().to_text() < text)) return map.bad("reads", "not sorted or not unique");
    reads.push_back(*key);
  }
  return reads;
}

Result<Grants> read_grants(CborMap& map) {
  Grants grants;
  const std::vector<std::string> names = ICN_TRY(detail::read_texts(map, "grants", kCapabilityTable.size(), 256));
  for (const std::string& name : names) {
    const auto capability = find_capability(name);
    if (!capability) return map.bad("grants", "unknown capability '" + name + "'");
    if (grants.bits >= static_cast<std::uint16_t>(*capability))
      return map.bad("grants", "not in table order or not unique");
    grants.add(*capability);
  }
  return grants;
}

Result<std::vector<ipld::Cid>> read_inputs(CborMap& map) {
  const std::size_t count = ICN_TRY(map.array("inputs", kJobInputsMax));
  std::vector<ipld::Cid> inputs;
  for (std::size_t i = 0; i < count; ++i) {
    auto cid = map.reader().link();
    if (!cid) return map.bad("inputs", cid.error().detail);
    inputs.push_back(*cid);
  }
  return inputs;
}

}  // namespace

Result<JobId> JobId::parse(std::string_view text) {
  auto cid = ipld::Cid::parse(text);
  if (!cid)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a job id: {}", text.substr(0, 100), cid.error().detail));
  if (cid->codec() != ipld::Codec::dag_cbor)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a job id: it does not name a dag-cbor block", text));
  return JobId{*cid};
}

std::string ReadKey::to_text() const {
  for (const ReadKindRow& row : kReadKinds) {
    if (row.kind == kind) return fmt::format("{}:{}", row.name, subject);
  }
  return ":" + subject;
}

Result<ReadKey> ReadKey::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not a key to read: {}", text.substr(0, 200), why));
  };
  if (text.size() > kReadBytesMax) return bad("longer than 512 bytes");
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bad("expected KIND:SUBJECT, e.g. account:did:key:z6Mk…");
  const std::string_view subject = text.substr(colon + 1);
  if (subject.empty()) return bad("the part after the colon is empty");
  for (const ReadKindRow& row : kReadKinds) {
    if (row.name != text.substr(0, colon)) continue;
    if (row.kind == ReadKind::account || row.kind == ReadKind::reputation) {
      if (auto did = Did::parse(subject); !did) return bad(did.error().detail);
    } else if (row.kind == ReadKind::job || row.kind == ReadKind::dag || row.kind == ReadKind::proposal) {
      if (auto cid = ipld::Cid::parse(subject); !cid) return bad(cid.error().detail);
    } else if (row.kind == ReadKind::jobs && subject != "pending") {
      return bad("the only list of jobs is jobs:pending");
    }
    return ReadKey{row.kind, std::string(subject)};
  }
  return bad("the kinds are account, reputation, parameter, jobs, job, dag, proposal");
}

ipld::Block Job::to_block() const {
  CborWriter writer(1024);
  writer.map(20);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("args");
  detail::write_texts(writer, args);
  writer.key("entry").text(entry);
  writer.key("nonce").bytes(nonce);
  writer.key("reads").array(reads.size());
  for (const ReadKey& key : reads) writer.text(key.to_text());
  writer.key("scope").link(scope);
  writer.key("grants");
  std::vector<std::string> names;
  for (const CapabilityRow& row : kCapabilityTable) {
    if (grants.has(row.capability)) names.emplace_back(row.name);
  }
  detail::write_texts(writer, names);
  writer.key("inputs").array(inputs.size());
  for (const ipld::Cid& input : inputs) writer.link(input);
  writer.key("limits");
  write_limits(writer, limits);
  writer.key("module").link(module);
  writer.key("cost_mana").unsigned_integer(cost_mana);
  writer.key("durations");
  write_durations(writer, durations);
  writer.key("resources");
  write_resources(writer, resources);
  writer.key("spend_max").unsigned_integer(spend_max);
  writer.key("submitter").text(submitter.to_text());
  writer.key("federations");
  detail::write_texts(writer, federations);
  writer.key("independent").boolean(effects == EffectsMode::independent);
  writer.key("trust_scope");
  if (trust_scope) {
    writer.text(*trust_scope);
  } else {
    writer.null();
  }
  writer.key("required_capabilities");
  detail::write_texts(writer, required_capabilities);
  writer.key("min_executor_reputation");
  if (min_executor_reputation) {
    writer.unsigned_integer(*min_executor_reputation);
  } else {
    writer.null();
  }
  return detail::block_of(writer);
}

namespace {

Result<Job> read_job(CborMap& map) {
  Job job;
  ICN_TRY(detail::read_version(map, "job"));
  job.args = ICN_TRY(detail::read_texts(map, "args", kJobArgsMax, kJobArgBytesMax));
  job.entry = ICN_TRY(map.text("entry", kEntryBytesMax));
  job.nonce = ICN_TRY(map.bytes("nonce", kNonceBytesMax));
  job.reads = ICN_TRY(read_reads(map));
  job.scope = ICN_TRY(map.link("scope"));
  job.grants = ICN_TRY(read_grants(map));
  job.inputs = ICN_TRY(read_inputs(map));
  job.limits = ICN_TRY(read_limits(map));
  job.module = ICN_TRY(map.link("module"));
  job.cost_mana = ICN_TRY(map.unsigned_integer("cost_mana"));
  job.durations = ICN_TRY(read_durations(map));
  job.resources = ICN_TRY(read_resources(map));
  job.spend_max = ICN_TRY(map.unsigned_integer("spend_max"));
  job.submitter = ICN_TRY(detail::read_did(map, "submitter"));
  job.federations = ICN_TRY(detail::read_texts(map, "federations", kListMax, kListBytesMax));
  job.effects = ICN_TRY(map.boolean("independent")) ? EffectsMode::independent : EffectsMode::all_or_none;
  if (!ICN_TRY(detail::read_null(map, "trust_scope"))) {
    auto text = map.reader().text();
    if (!text || text->size() > kReadBytesMax)
      return map.bad("trust_scope", "expected null or a text of at most 512 bytes");
    job.trust_scope = std::string(*text);
  }
  job.required_capabilities = ICN_TRY(detail::read_texts(map, "required_capabilities", kListMax, kListBytesMax));
  if (!ICN_TRY(detail::read_null(map, "min_executor_reputation"))) {
    auto value = map.reader().unsigned_integer();
    if (!value) return map.bad("min_executor_reputation", value.error().detail);
    job.min_executor_reputation = *value;
  }
  return job;
}

}  // namespace

Result<Job> Job::from_bytes(ByteView body) {
  if (body.size() > kJobBodyBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "max_job_bytes",
                  fmt::format("job: {} bytes, at most 1048576", body.size()));
  }
  return detail::read_body(body, "job", read_job);
}

ipld::Block SignedJob::to_block() const {
  CborWriter writer(160);
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("job").link(job.cid);
  writer.key("sig").bytes(signature);
  return detail::block_of(writer);
}

Result<SignedJob> SignedJob::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed job", [](CborMap& map) -> Result<SignedJob> {
    SignedJob value;
    ICN_TRY(detail::read_version(map, "signed job"));
    value.job = JobId{ICN_TRY(map.link("job"))};
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    return value;
  });
}

}  // namespace icn::model
