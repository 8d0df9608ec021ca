#include "jobs/job_record.hpp"

#include "jobs/detail/record_fields.hpp"
#include "ports/state_store.hpp"

namespace icn::jobs {
namespace {

using detail::Field;
using detail::Section;
using ipld::CborReader;
using ipld::CborWriter;

constexpr std::uint64_t kRecordVersion = 2;

constexpr bool name_before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}
constexpr bool canonical(const auto& rows) {
  return std::is_sorted(rows.begin(), rows.end(),
                        [](const auto& a, const auto& b) { return name_before(a.name, b.name); });
}
static_assert(canonical(detail::kSections));
static_assert(std::all_of(detail::kSections.begin(), detail::kSections.end(),
                          [](const Section& section) { return canonical(section.fields); }));
// Records and stories fit into a store, whatever the texts.
static_assert((kHappeningsMax + kEffectsToldMax) * (kJobTextBytesMax + 32) < ports::kStateValueBytesMax);

bool is_written(const Field& field, const JobRecord& record) { return field.required || !field.is_default(record); }

std::size_t count_written(const Section& section, const JobRecord& record) {
  return static_cast<std::size_t>(std::count_if(section.fields.begin(), section.fields.end(),
                                                [&](const Field& field) { return is_written(field, record); }));
}

void write_fields(CborWriter& out, const Section& section, std::size_t count, const JobRecord& record) {
  out.map(count);
  for (const Field& field : section.fields) {
    if (!is_written(field, record)) continue;
    out.key(field.name);
    field.write(out, record);
  }
}

tl::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorCode::invalid_format, "job record: " + std::string(what));
}

Result<void> read_field(CborReader& in, const Field& field, std::string_view section, JobRecord& record) {
  Result<void> read = field.read(in, record);
  if (read) return {};
  return fail(within("job record: field '" + std::string(section) + "." + std::string(field.name) + "'",
                     std::move(read).error()));
}

// Names appear in the order of the table, so each at most once.
Result<void> read_fields(CborReader& in, const Section& section, JobRecord& record) {
  std::size_t left = ICN_TRY(in.map());
  std::string_view next = left == 0 ? std::string_view() : ICN_TRY(in.text());
  for (const Field& field : section.fields) {
    if (left == 0 || field.name != next) {
      if (!field.required) continue;
      return bad("field '" + std::string(section.name) + "." + std::string(field.name) + "' is missing");
    }
    ICN_TRY(read_field(in, field, section.name, record));
    if (--left != 0) next = ICN_TRY(in.text());
  }
  if (left == 0) return {};
  return fail(ErrorCode::unsupported_version, "job record: the section '" + std::string(section.name) +
                                                  "' has a field '" + std::string(next) +
                                                  "' that this program does not know, or does not expect there");
}

const Section* find_section(std::string_view name) {
  const auto at = std::find_if(detail::kSections.begin(), detail::kSections.end(),
                               [&](const Section& section) { return section.name == name; });
  return at == detail::kSections.end() ? nullptr : &*at;
}

Result<void> read_sections(CborReader& in, JobRecord& record) {
  std::string_view before;
  bool has_core = false;
  for (std::size_t left = ICN_TRY(in.map()); left > 0; --left) {
    const std::string_view name = ICN_TRY(in.text());
    if (!before.empty() && !name_before(before, name)) return bad("its sections are not in canonical order");
    before = name;
    if (name == "v") {
      const std::uint64_t version = ICN_TRY(in.unsigned_integer());
      if (version == kRecordVersion) continue;
      return fail(ErrorCode::unsupported_version, "A job record has version " + std::to_string(version) +
                                                      "; this program knows version " + std::to_string(kRecordVersion) +
                                                      " and older ones.");
    }
    const Section* section = find_section(name);
    if (section == nullptr) {
      record.other_sections.push_back({std::string(name), copy_of(ICN_TRY(in.skip()))});
      continue;
    }
    ICN_TRY(read_fields(in, *section, record));
    has_core = has_core || name == "core";
  }
  return has_core ? in.end() : bad("it has no section 'core'");
}

// Version 1: an array of the version and these values, null for an optional one that is absent.
using R = JobRecord;
using detail::field;
using detail::required;
constexpr std::array kFieldsV1{
    required<&R::id>("id"),
    required<&R::order>("order"),
    required<&R::order_envelope>("order_envelope"),
    required<&R::authority>("authority"),
    field<&R::parent>("parent"),
    required<&R::submitter>("submitter"),
    required<&R::executor>("executor"),
    required<&R::phase>("phase"),
    required<&R::number>("number"),
    required<&R::attempts>("attempts"),
    required<&R::accepted>("accepted"),
    required<&R::deadlines, &model::Deadlines::start_by>("start_by"),
    required<&R::deadlines, &model::Deadlines::finish_by>("finish_by"),
    required<&R::deadlines, &model::Deadlines::settle_by>("settle_by"),
    required<&R::deadlines, &model::Deadlines::expires>("expires"),
    required<&R::secret>("secret"),
    required<&R::base>("base"),
    required<&R::cost>("cost"),
    required<&R::bid>("bid"),
    required<&R::reserve>("reserve"),
    required<&R::discount>("discount"),
    required<&R::budget>("budget"),
    required<&R::pay>("pay"),
    required<&R::charged>("charged"),
    required<&R::treasury_charged>("treasury_charged"),
    required<&R::budget_spent>("budget_spent"),
    required<&R::budget_passed_on>("budget_passed_on"),
    field<&R::receipt>("receipt"),
    field<&R::anchor>("anchor"),
    field<&R::output>("output"),
    field<&R::outcome>("outcome"),
    required<&R::exit_code>("exit_code"),
    required<&R::fuel_used>("fuel_used"),
    required<&R::fuel_limit>("fuel_limit"),
    required<&R::message>("message"),
    required<&R::failure>("failure"),
    required<&R::failure_rule>("failure_rule"),
    required<&R::memory_pages>("memory_pages"),
    required<&R::effects_told>("effects_told"),
    required<&R::happenings>("happenings"),
};

Result<void> read_v1(CborReader& in, JobRecord& record) {
  const std::size_t values = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != 1 || values != 1 + kFieldsV1.size()) return bad("the list does not match version 1");
  for (const Field& field : kFieldsV1) {
    if (!field.required && ICN_TRY(in.try_null())) continue;
    ICN_TRY(read_field(in, field, "version 1", record));
  }
  return in.end();
}

Result<void> check_story(const JobRecord& record) {
  return record.happenings.size() <= kHappeningsMax ? Result<void>() : bad("too many history entries");
}

}  // namespace

Bytes JobRecord::to_bytes() const {
  CborWriter out(1024);
  std::array<std::size_t, detail::kSections.size()> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Section& section = detail::kSections[i];
    const bool apart = section.name == detail::kStorySection.name && is_terminal(phase);
    counts[i] = apart ? 0 : count_written(section, *this);
  }
  const std::size_t absent = static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 0U));
  out.map(1 + counts.size() - absent + other_sections.size());
  auto other = other_sections.begin();
  const auto write_others_before = [&](std::string_view name) {
    for (; other != other_sections.end() && (name.empty() || name_before(other->key, name)); ++other)
      out.key(other->key).encoded(other->value);
  };
  write_others_before("v");
  out.key("v").unsigned_integer(kRecordVersion);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    write_others_before(detail::kSections[i].name);
    out.key(detail::kSections[i].name);
    write_fields(out, detail::kSections[i], counts[i], *this);
  }
  write_others_before({});
  return out.take();
}

Bytes JobRecord::story_bytes() const {
  const std::size_t count = count_written(detail::kStorySection, *this);
  if (count == 0) return {};
  CborWriter out(512);
  write_fields(out, detail::kStorySection, count, *this);
  return out.take();
}

Result<JobRecord> JobRecord::from_bytes(ByteView bytes) {
  CborReader in(bytes);
  JobRecord record;
  if (ICN_TRY(in.peek()) == ipld::CborKind::array) {
    ICN_TRY(read_v1(in, record));
    RefusedEffects refused;
    for (const std::string& text : record.effects_told) refused.add(text);
    record.effects_told = refused.texts();
  } else {
    ICN_TRY(read_sections(in, record));
  }
  ICN_TRY(check_story(record));
  return record;
}

Result<void> JobRecord::read_story(ByteView bytes) {
  CborReader in(bytes);
  ICN_TRY(read_fields(in, detail::kStorySection, *this));
  ICN_TRY(in.end());
  return check_story(*this);
}

void RefusedEffects::add(std::string_view text) {
  ++count_;
  if (first_.size() < kEffectsToldMax) first_.push_back(clipped_utf8(text, kJobTextBytesMax));
}

std::vector<std::string> RefusedEffects::texts() const {
  std::vector<std::string> texts = first_;
  const std::size_t room = kEffectsToldMax - (conclusion_.empty() ? 0 : 1);
  if (count_ > room) {
    texts.resize(room - 1);
    texts.push_back(std::to_string(count_ - texts.size()) + " more effects were not applied");
  }
  if (!conclusion_.empty()) texts.push_back(clipped_utf8(conclusion_, kJobTextBytesMax));
  return texts;
}

model::Mana JobRecord::released() const {
  if (!is_terminal(phase)) return {};
  // Settlement took each part from its own reserve, so no difference is negative.
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
  happenings.push_back({time, phase, clipped_utf8(text, kJobTextBytesMax)});
  return {};
}

}  // namespace icn::jobs
