// The commands about the stores of a data folder: backends, hash, migrate, doctor.
#include <nlohmann/json.hpp>

#include <algorithm>

#include "backends/registry.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/hints.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "folder/doctor.hpp"
#include "folder/store_migration.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

struct BackendRow {
  ports::Descriptor descriptor;
  std::string absent_because;  // empty: available
};

std::vector<BackendRow> store_backends_of_this_build() {
  std::vector<BackendRow> rows;
  for (const auto* backend : backends::dag_store::all()) rows.push_back({backend->descriptor, ""});
  for (const auto* backend : backends::state_store::all()) rows.push_back({backend->descriptor, ""});
  for (const backends::Absent& absent : backends::absent()) {
    if (absent.descriptor.port == "dag_store" || absent.descriptor.port == "state_store")
      rows.push_back({absent.descriptor, std::string(absent.reason)});
  }
  std::sort(rows.begin(), rows.end(), [](const BackendRow& a, const BackendRow& b) {
    return std::pair(a.descriptor.port, a.descriptor.name) < std::pair(b.descriptor.port, b.descriptor.name);
  });
  return rows;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(out.size() + 1, width), ' ');
  return out;
}

}  // namespace

Result<Answer> store_backends(const Invocation&) {
  Json json = Json::array();
  std::string text;
  for (const BackendRow& row : store_backends_of_this_build()) {
    const ports::Descriptor& descriptor = row.descriptor;
    Json entry;
    entry["port"] = descriptor.port;
    entry["name"] = descriptor.name;
    entry["grade"] = ports::grade_name(descriptor.grade);
    entry["available"] = row.absent_because.empty();
    json.push_back(std::move(entry));
    text +=
        padded(descriptor.port, 13) + padded(descriptor.name, 10) + padded(ports::grade_name(descriptor.grade), 13) +
        (row.absent_because.empty() ? std::string(descriptor.doc) : "absent from this build: " + row.absent_because) +
        "\n";
  }
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> store_hash(const Invocation& invocation) {
  const api::StoreHash hash = ICN_TRY(on_folder<api::HashStores>(invocation, {}));
  return Answer{api::json_text(hash), to_hex(hash.state_hash) + "\n", 0};
}

Result<Answer> store_migrate(const Invocation& invocation) {
  for (const config::KeyRow& key : config::kKeyTable) {
    if (!invocation.has(key.option)) continue;
    return fail(ErrorCode::invalid_argument,
                std::string(key.option) + " says nothing here: FROM and TO do; nothing was done");
  }
  folder::Migration migration;
  migration.from = invocation.arguments[0];
  migration.to = invocation.arguments[1];
  migration.command = "icn store migrate " + folder::shown_url(migration.from) + " " + folder::shown_url(migration.to);
  migration.verify = invocation.has("--verify") ? folder::Verify::yes : folder::Verify::no;
  // What the environment says may be the old place or the new one already; afterwards it is compared.
  folder::DataFolder folder = ICN_TRY(folder::DataFolder::open(ICN_TRY(data_path(invocation)), "icn store migrate"));
  const std::vector<folder::MovedStore> moved = ICN_TRY(folder::migrate(folder, migration));
  Json json;
  json["moved"] = Json::array();
  json["verified"] = migration.verify == folder::Verify::yes && !moved.empty();
  std::string text;
  for (const folder::MovedStore& store : moved) {
    Json entry;
    entry["port"] = folder::port_name(store.port);
    entry["from"] = folder::shown_url(store.from);
    entry["to"] = folder::shown_url(store.to);
    entry["things"] = store.copied.things;
    entry["written"] = store.copied.written;
    entry["removed"] = store.copied.removed;
    entry["removal"] = store.removal;
    json["moved"].push_back(std::move(entry));
    text += std::string(folder::port_name(store.port)) + " is in " + folder::shown_url(store.to) +
            " now: " + grouped(store.copied.things) + (store.port == folder::StorePort::state ? " pairs" : " blocks") +
            (migration.verify == folder::Verify::yes ? ", each compared with the old one" : "") + "\n" + store.removal +
            "\n";
  }
  if (moved.empty()) text = "an earlier run moved everything; nothing was left to do\n";
  const auto asked = stores_asked(invocation);
  const auto fits = asked ? folder.require(*asked) : Result<void>(fail(asked.error()));
  json["note"] = fits ? Json(nullptr) : Json(fits.error().detail);
  if (!fits) text += "note: " + fits.error().detail + "\n";
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> store_doctor(const Invocation& invocation) {
  folder::Examination examination;
  examination.folder = ICN_TRY(data_path(invocation));
  std::vector<folder::Finding> findings;
  if (auto asked = stores_asked(invocation)) {
    examination.stores = *std::move(asked);
  } else {
    findings.push_back({folder::Severity::warning,
                        asked.error().code,
                        asked.error().detail,
                        "the environment",
                        "correct the value, or leave it away",
                        {},
                        {}});
  }
  for (folder::Finding& finding : folder::examine(examination)) findings.push_back(std::move(finding));
  Json json = Json::array();
  std::string text;
  const folder::Finding* worst = nullptr;
  for (const folder::Finding& finding : findings) {
    Json entry;
    entry["severity"] = folder::severity_name(finding.severity);
    entry["what"] = finding.what;
    entry["where"] = finding.where;
    entry["advice"] = finding.advice;
    entry["rule"] = finding.rule.empty() ? Json(nullptr) : Json(finding.rule);
    entry["subject"] = finding.subject.empty() ? Json(nullptr) : Json(finding.subject);
    const std::string hint = hint_of(finding.rule, finding.subject);
    json.push_back(std::move(entry));
    text += std::string(folder::severity_name(finding.severity)) + ": " + finding.what + "\n  where   " +
            finding.where + "\n  advice  " + finding.advice + (hint.empty() ? "" : ": " + hint) + "\n";
    if (finding.severity != folder::Severity::note && (worst == nullptr || worst->severity < finding.severity))
      worst = &finding;
  }
  if (worst == nullptr) text += "nothing is wrong with " + examination.folder.string() + "\n";
  return Answer{dump(json), std::move(text), worst == nullptr ? 0 : error_row(worst->code).exit_code};
}

}  // namespace icn::cli::commands
