// The commands about what stays: gc, pin, unpin, pins.
#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "runtime/blocks.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMsPerSecond = 1'000;
constexpr std::uint64_t kSecondsMax = 100ULL * 366 * 24 * 3600;

Json until_json(const std::optional<model::UnixMs>& until) { return until ? Json(time_text(*until)) : Json(nullptr); }
std::string until_text(const std::optional<model::UnixMs>& until) {
  return until ? "until " + time_text(*until) : "until it is unpinned";
}

Json pin_json(const dag::Pin& pin) {
  Json json;
  json["kind"] = pin_kind_name(pin.id.kind);
  json["holder"] = pin.id.holder_text();
  json["mode"] = pin_mode_name(pin.mode);
  json["made"] = time_text(pin.made);
  json["until"] = until_json(pin.until);
  json["roots"] = Json::array();
  for (const ipld::Cid& root : pin.roots) json["roots"].push_back(root.to_text());
  return json;
}

std::string pin_text(const dag::Pin& pin) {
  std::string text(pin_kind_name(pin.id.kind));
  text += " " + pin.id.holder_text() + ", " + std::string(pin_mode_name(pin.mode)) + ", ";
  text += (pin.until ? until_text(pin.until) : std::string("without an end")) + "\n";
  for (const ipld::Cid& root : pin.roots) text += "  " + root.to_text() + "\n";
  return text;
}

// A block that would go, and its cause in the report.
struct Listed {
  ipld::Cid cid;
  std::uint64_t bytes = 0;
  std::size_t cause = 0;
};

Json report_json(const runtime::GarbageReport& report, bool dry_run, const std::vector<Listed>& listed) {
  const dag::CollectionReport& found = report.collection;
  Json json;
  json["dry_run"] = dry_run;
  for (std::size_t kind = 0; kind < found.pins.size(); ++kind)
    json["pins"][std::string(pin_kind_name(dag::kPinKinds[kind]))] = found.pins[kind];
  json["ended_pins"] = found.ended_pins;
  json["kept_blocks"] = found.kept_blocks;
  json["kept_bytes"] = found.kept_bytes;
  json["removed_blocks"] = found.removed_blocks;
  json["removed_bytes"] = found.removed_bytes;
  json["missing_blocks"] = found.missing_blocks;
  json["opaque_blocks"] = found.opaque_blocks;
  json["causes"] = Json::array();
  for (const auto& cause : found.causes) {
    Json entry;
    entry["why"] = cause.why;
    entry["blocks"] = cause.blocks;
    entry["bytes"] = cause.bytes;
    json["causes"].push_back(std::move(entry));
  }
  json["listed"] = Json::array();
  for (const Listed& one : listed) {
    Json entry;
    entry["cid"] = one.cid.to_text();
    entry["bytes"] = one.bytes;
    entry["why"] = found.causes[one.cause].why;
    json["listed"].push_back(std::move(entry));
  }
  json["quota_bytes"] = report.quota_bytes;
  json["open_to_new_bytes"] = report.open_to_new_bytes;
  return json;
}

std::string report_text(const runtime::GarbageReport& report, bool dry_run, const std::vector<Listed>& listed) {
  const dag::CollectionReport& found = report.collection;
  std::string text;
  for (const Listed& one : listed)
    text += one.cid.to_text() + "  " + grouped(one.bytes) + " bytes: " + found.causes[one.cause].why + "\n";
  if (dry_run && listed.size() < found.removed_blocks)
    text += "and " + grouped(found.removed_blocks - listed.size()) + " more; --count lists more of them\n";
  text += grouped(found.removed_blocks) + " blocks of " + grouped(found.removed_bytes) + " bytes " +
          (dry_run ? "would go" : "are gone") + ", " + grouped(found.kept_blocks) + " of " + grouped(found.kept_bytes) +
          " bytes stay\n";
  for (const auto& cause : found.causes) {
    if (cause.blocks > 0)
      text += "  " + grouped(cause.blocks) + " blocks of " + grouped(cause.bytes) + " bytes: " + cause.why + "\n";
  }
  if (found.missing_blocks > 0) text += grouped(found.missing_blocks) + " pinned blocks are not here\n";
  if (report.quota_bytes > 0) {
    text += "quota " + grouped(report.quota_bytes) + " bytes, of which new blocks may fill " +
            grouped(report.open_to_new_bytes) + "\n";
  }
  if (dry_run) text += "Nothing was removed; without --dry-run it is.\n";
  return text;
}

}  // namespace

Result<Answer> dag_gc(const Invocation& invocation) {
  const bool dry_run = invocation.has("--dry-run");
  const auto node = ICN_TRY(open_node(invocation));
  const Progress progress("looking for blocks that nothing holds", progress_of(invocation));
  runtime::GarbageOptions options;
  options.sweep.mode = dry_run ? dag::SweepMode::look : dag::SweepMode::remove;
  options.reasons = dry_run ? runtime::GarbageOptions::Reasons::yes : runtime::GarbageOptions::Reasons::no;
  const std::uint64_t count = ICN_TRY(invocation.number("--count", 1'000'000)).value_or(100);
  std::vector<Listed> listed;
  if (dry_run) {
    options.sweep.on_block = [&](const ipld::Cid& cid, std::uint64_t bytes, std::size_t cause) {
      if (listed.size() < count) listed.push_back({cid, bytes, cause});
    };
  }
  const runtime::GarbageReport report = ICN_TRY(collect_garbage(node->state(), options));
  return Answer{dump(report_json(report, dry_run, listed)), report_text(report, dry_run, listed), 0};
}

Result<Answer> dag_pin(const Invocation& invocation) {
  const ipld::Cid cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  runtime::TimeToLive lives;
  if (const auto seconds = ICN_TRY(invocation.number("--ttl", kSecondsMax))) lives.ms = *seconds * kMsPerSecond;
  const auto mode = invocation.has("--recursive") ? dag::PinMode::recursive : dag::PinMode::direct;
  const auto node = ICN_TRY(open_node(invocation));
  const runtime::PinnedBlock pinned = ICN_TRY(pin_block(node->state(), node->member(), cid, mode, lives));
  Json json;
  json["cid"] = cid.to_text();
  json["mode"] = pin_mode_name(mode);
  json["blocks"] = pinned.blocks;
  json["until"] = until_json(pinned.until);
  return Answer{dump(json), "pinned " + grouped(pinned.blocks) + " blocks " + until_text(pinned.until) + "\n", 0};
}

Result<Answer> dag_unpin(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const std::vector<dag::Pin> gone = ICN_TRY(unpin(node->state(), node->member(), invocation.arguments[0]));
  Json json;
  json["unpinned"] = Json::array();
  std::string text;
  for (const dag::Pin& pin : gone) {
    json["unpinned"].push_back(pin_json(pin));
    text += "let go: " + pin_text(pin);
  }
  return Answer{dump(json), text + "The blocks stay until `icn dag gc`.\n", 0};
}

Result<Answer> dag_pins(const Invocation& invocation) {
  const std::uint64_t count = ICN_TRY(invocation.number("--count", 10'000)).value_or(100);
  std::optional<Bytes> after;
  if (const auto text = invocation.text("--after")) after = ICN_TRY(from_hex(*text));
  const auto node = ICN_TRY(open_node(invocation));
  const dag::PinPage page = ICN_TRY(node->state().blocks().pins().list(after, count));
  Json json;
  json["pins"] = Json::array();
  std::string text;
  for (const dag::Pin& pin : page.pins) {
    json["pins"].push_back(pin_json(pin));
    text += pin_text(pin);
  }
  json["next_after"] = page.after ? Json(to_hex(*page.after)) : Json(nullptr);
  if (page.pins.empty()) text = "no pins\n";
  if (page.after) text += "more: icn dag pins --after " + to_hex(*page.after) + "\n";
  return Answer{dump(json), std::move(text), 0};
}

}  // namespace icn::cli::commands
