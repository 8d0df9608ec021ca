#include <limits>

#include "ipld/dag_cbor.hpp"
#include "jobs/job_book.hpp"

namespace icn::jobs {
namespace {

constexpr std::uint64_t kRecordVersion = 1;
constexpr std::size_t kRecordFields = 41;
constexpr std::size_t kWordsBytesMax = 4'096;

// The record is an array in the order of write_record(); both functions name the fields in the same order.
void write_optional(ipld::CborWriter& out, const std::optional<ipld::Cid>& cid) {
  if (cid) {
    out.link(*cid);
  } else {
    out.null();
  }
}

// Words may come from outside (an engine's message names a module's functions); a record that was written can be read.
std::string stored(const std::string& words) { return clipped_utf8(words, kWordsBytesMax); }

void write_happenings(ipld::CborWriter& out, const std::vector<JobHappening>& happenings) {
  out.array(happenings.size());
  for (const JobHappening& happening : happenings) {
    out.array(3).unsigned_integer(happening.time.value);
    out.unsigned_integer(static_cast<std::uint64_t>(happening.phase)).text(stored(happening.text));
  }
}

void write_record(ipld::CborWriter& out, const JobRecord& record) {
  out.array(kRecordFields).unsigned_integer(kRecordVersion);
  out.link(record.id.cid).link(record.order).link(record.order_envelope).link(record.authority);
  write_optional(out, record.parent ? std::optional(record.parent->cid) : std::nullopt);
  out.bytes(record.submitter.key()).bytes(record.executor.key());
  out.unsigned_integer(static_cast<std::uint64_t>(record.phase)).unsigned_integer(record.number);
  out.unsigned_integer(record.attempts).unsigned_integer(record.accepted.value);
  for (model::UnixMs time :
       {record.deadlines.start_by, record.deadlines.finish_by, record.deadlines.settle_by, record.deadlines.expires}) {
    out.unsigned_integer(time.value);
  }
  out.bytes(record.secret);
  for (model::Mana mana :
       {record.base, record.cost, record.bid, record.reserve, record.discount, record.budget, record.pay,
        record.charged, record.treasury_charged, record.budget_spent, record.budget_passed_on}) {
    out.unsigned_integer(mana.umana);
  }
  write_optional(out, record.receipt);
  write_optional(out, record.anchor);
  write_optional(out, record.output);
  if (record.outcome) {
    out.array(2).unsigned_integer(static_cast<std::uint64_t>(record.outcome->kind));
    out.unsigned_integer(record.outcome->code);
  } else {
    out.null();
  }
  out.integer(record.exit_code).unsigned_integer(record.fuel_used).unsigned_integer(record.fuel_limit);
  out.text(stored(record.message));
  out.unsigned_integer(record.failure ? static_cast<std::uint64_t>(*record.failure) : 0);
  out.text(stored(record.failure_rule));
  out.unsigned_integer(record.memory_pages);
  out.array(record.effects_told.size());
  for (const std::string& told : record.effects_told) out.text(stored(told));
  write_happenings(out, record.happenings);
}

Result<std::optional<ipld::Cid>> read_optional(ipld::CborReader& in) {
  if (ICN_TRY(in.try_null())) return std::optional<ipld::Cid>();
  return std::optional(ICN_TRY(in.link()));
}

Result<model::Did> read_did(ipld::CborReader& in) {
  const ByteView bytes = ICN_TRY(in.bytes());
  model::PublicKey key{};
  if (bytes.size() != key.size()) return fail(ErrorCode::invalid_format, "job record: a key is not 32 bytes long");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return model::Did::of_key(key);
}

template <class Enum>
Result<Enum> read_enum(ipld::CborReader& in, Enum last, std::string_view field) {
  const std::uint64_t value = ICN_TRY(in.unsigned_integer());
  if (value > static_cast<std::uint64_t>(last)) {
    return fail(ErrorCode::invalid_format,
                "job record: field '" + std::string(field) + "' has no value " + std::to_string(value));
  }
  return static_cast<Enum>(value);
}

template <class Number>
Result<Number> read_number(ipld::CborReader& in, std::string_view field) {
  const std::uint64_t value = ICN_TRY(in.unsigned_integer());
  if (value > std::numeric_limits<Number>::max()) {
    return fail(ErrorCode::invalid_format, "job record: field '" + std::string(field) + "' is too large");
  }
  return static_cast<Number>(value);
}

Result<std::optional<model::Outcome>> read_outcome(ipld::CborReader& in) {
  if (ICN_TRY(in.try_null())) return std::optional<model::Outcome>();
  if (ICN_TRY(in.array()) != 2) return fail(ErrorCode::invalid_format, "job record: field 'outcome' is no pair");
  model::Outcome outcome;
  outcome.kind = ICN_TRY(read_enum(in, model::OutcomeKind::stopped, "outcome"));
  outcome.code = ICN_TRY(read_number<std::uint32_t>(in, "outcome code"));
  return std::optional(outcome);
}

Result<std::optional<ErrorCode>> read_failure(ipld::CborReader& in) {
  const auto number = ICN_TRY(read_number<std::uint16_t>(in, "failure"));
  if (number == 0) return std::optional<ErrorCode>();
  for (const ErrorRow& row : error_table()) {
    if (static_cast<std::uint16_t>(row.code) == number) return std::optional(row.code);
  }
  return fail(ErrorCode::invalid_format, "job record: field 'failure' has no value " + std::to_string(number));
}

Result<std::vector<JobHappening>> read_happenings(ipld::CborReader& in) {
  const std::size_t count = ICN_TRY(in.array());
  if (count > kHappeningsMax) return fail(ErrorCode::invalid_format, "job record: too many happenings");
  std::vector<JobHappening> happenings(count);
  for (JobHappening& happening : happenings) {
    if (ICN_TRY(in.array()) != 3) return fail(ErrorCode::invalid_format, "job record: a happening is no triple");
    happening.time.value = ICN_TRY(in.unsigned_integer());
    happening.phase = ICN_TRY(read_enum(in, JobPhase::expired, "happening"));
    happening.text = ICN_TRY(in.text());
  }
  return happenings;
}

// The identifying half of the record, up to its secret.
Result<void> read_head(ipld::CborReader& in, JobRecord& record) {
  record.id.cid = ICN_TRY(in.link());
  record.order = ICN_TRY(in.link());
  record.order_envelope = ICN_TRY(in.link());
  record.authority = ICN_TRY(in.link());
  if (const auto parent = ICN_TRY(read_optional(in))) record.parent = model::JobId{*parent};
  record.submitter = ICN_TRY(read_did(in));
  record.executor = ICN_TRY(read_did(in));
  record.phase = ICN_TRY(read_enum(in, JobPhase::expired, "phase"));
  record.number = ICN_TRY(in.unsigned_integer());
  record.attempts = ICN_TRY(read_number<std::uint32_t>(in, "attempts"));
  record.accepted.value = ICN_TRY(in.unsigned_integer());
  for (model::UnixMs* time : {&record.deadlines.start_by, &record.deadlines.finish_by, &record.deadlines.settle_by,
                              &record.deadlines.expires}) {
    time->value = ICN_TRY(in.unsigned_integer());
  }
  const ByteView secret = ICN_TRY(in.bytes());
  if (secret.size() != record.secret.size())
    return fail(ErrorCode::invalid_format, "job record: field 'secret' is not 32 bytes long");
  std::copy(secret.begin(), secret.end(), record.secret.begin());
  return {};
}

Result<void> read_tail(ipld::CborReader& in, JobRecord& record) {
  for (model::Mana* mana :
       {&record.base, &record.cost, &record.bid, &record.reserve, &record.discount, &record.budget, &record.pay,
        &record.charged, &record.treasury_charged, &record.budget_spent, &record.budget_passed_on}) {
    mana->umana = ICN_TRY(in.unsigned_integer());
  }
  record.receipt = ICN_TRY(read_optional(in));
  record.anchor = ICN_TRY(read_optional(in));
  record.output = ICN_TRY(read_optional(in));
  record.outcome = ICN_TRY(read_outcome(in));
  record.exit_code = ICN_TRY(in.integer());
  record.fuel_used = ICN_TRY(in.unsigned_integer());
  record.fuel_limit = ICN_TRY(in.unsigned_integer());
  record.message = ICN_TRY(in.text());
  record.failure = ICN_TRY(read_failure(in));
  record.failure_rule = ICN_TRY(in.text());
  record.memory_pages = ICN_TRY(read_number<std::uint32_t>(in, "memory_pages"));
  const std::size_t told = ICN_TRY(in.array());
  for (std::size_t i = 0; i < told; ++i) record.effects_told.emplace_back(ICN_TRY(in.text()));
  record.happenings = ICN_TRY(read_happenings(in));
  return in.end();
}

}  // namespace

Bytes JobRecord::to_bytes() const {
  ipld::CborWriter out(1024);
  write_record(out, *this);
  return out.take();
}

Result<JobRecord> JobRecord::from_bytes(ByteView bytes) {
  ipld::CborReader in(bytes);
  const std::size_t fields = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != kRecordVersion) {
    return fail(ErrorCode::unsupported_version, "A job record is of version " + std::to_string(version) +
                                                    "; this program knows version " + std::to_string(kRecordVersion) +
                                                    ".");
  }
  if (fields != kRecordFields)
    return fail(ErrorCode::invalid_format, "job record: " + std::to_string(fields) + " fields");
  JobRecord record;
  ICN_TRY(read_head(in, record));
  ICN_TRY(read_tail(in, record));
  return record;
}

model::Mana JobRecord::released() const {
  if (!is_terminal(phase)) return {};
  // Settlement took each part out of its own reserve, so the differences cannot be negative.
  return model::Mana{reserve.umana - charged.umana + (budget.umana - budget_spent.umana - budget_passed_on.umana)};
}

JobState JobRecord::state() const {
  JobState state;
  state.kind = job_state_kind(phase);
  if (state.kind == JobState::Kind::assigned || receipt) state.executor = executor;
  state.receipt = receipt;
  if (state.kind == JobState::Kind::failed) state.reason = message.empty() ? std::string(phase_name(phase)) : message;
  return state;
}

Result<void> JobRecord::advance(JobEvent event, model::UnixMs time, std::string text) {
  phase = ICN_TRY(next_phase(phase, event));
  if (text.empty()) return {};
  if (happenings.size() >= kHappeningsMax) happenings.erase(happenings.begin() + kHappeningsMax / 2);
  happenings.push_back({time, phase, std::move(text)});
  return {};
}

}  // namespace icn::jobs
