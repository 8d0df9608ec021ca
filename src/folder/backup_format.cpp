#include "folder/backup_format.hpp"

#include <fmt/core.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "folder/member_keys.hpp"

namespace icn::folder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kManifestBytesMax = 64 * 1024 * 1024;  // a million damaged blocks
constexpr std::size_t kSumsBytesMax = 4 * 1024;

tl::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorCode::invalid_format, fmt::format("{}: {}", kManifestFile, what));
}

Result<std::uint64_t> number_of(const Json& value, const char* field) {
  const auto found = value.find(field);
  if (found == value.end() || !found->is_number_unsigned())
    return bad(fmt::format("field '{}' is missing or not a number", field));
  return found->get<std::uint64_t>();
}

Result<std::string> text_field(const Json& value, const char* field) {
  const auto found = value.find(field);
  if (found == value.end() || !found->is_string())
    return bad(fmt::format("field '{}' is missing or not a text", field));
  return found->get<std::string>();
}

Result<std::vector<std::string>> texts_of(const Json& value, const char* field) {
  const auto found = value.find(field);
  if (found == value.end() || !found->is_array()) return bad(fmt::format("field '{}' is missing or not a list", field));
  std::vector<std::string> texts;
  for (const Json& text : *found) {
    if (!text.is_string()) return bad(fmt::format("field '{}' holds an element that is not a text", field));
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

Result<ipld::Digest> digest_from(std::string_view hex) {
  ipld::Digest digest;
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != digest.size() || to_hex(*bytes) != hex)
    return fail(ErrorCode::invalid_format, fmt::format("'{}' is not a SHA-256 in hex", hex.substr(0, 80)));
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

}  // namespace

std::string BackupManifest::to_json() const {
  Json value;
  value["version"] = kBackupVersion;
  value["made_ms"] = made.value;
  value["member"] = record.member;
  value["node"] = record.node;
  value["state_store"] = record.state_store;
  value["dag_store"] = record.dag_store;
  value["state_hash"] = to_hex(hash.digest);
  value["pairs"] = hash.pairs;
  value["blocks"] = hash.blocks;
  value["sequence"] = sequence;
  value["keys"] = keys;
  value["damaged"] = damaged;
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<BackupManifest> BackupManifest::from_json(std::string_view json) {
  const Json value = Json::parse(json, nullptr, false);
  if (!value.is_object()) return bad("not a JSON object");
  const std::uint64_t version = ICN_TRY(number_of(value, "version"));
  if (version > static_cast<std::uint64_t>(kBackupVersion)) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("the backup has version {}; this program knows versions up to {}: use the newer one",
                            version, kBackupVersion));
  }
  if (version != static_cast<std::uint64_t>(kBackupVersion) || value.size() != 12)
    return bad("its version is 0, or it has fields that this program does not know");
  BackupManifest manifest;
  manifest.made.value = ICN_TRY(number_of(value, "made_ms"));
  manifest.record.member = ICN_TRY(text_field(value, "member"));
  manifest.record.node = ICN_TRY(text_field(value, "node"));
  manifest.record.state_store = ICN_TRY(text_field(value, "state_store"));
  manifest.record.dag_store = ICN_TRY(text_field(value, "dag_store"));
  manifest.hash.digest = ICN_TRY(digest_from(ICN_TRY(text_field(value, "state_hash"))));
  manifest.hash.pairs = ICN_TRY(number_of(value, "pairs"));
  manifest.hash.blocks = ICN_TRY(number_of(value, "blocks"));
  manifest.sequence = ICN_TRY(number_of(value, "sequence"));
  manifest.keys = ICN_TRY(texts_of(value, "keys"));
  for (const std::string& key : manifest.keys)
    if (!is_key_file(key)) return bad("it names an unknown key file");
  manifest.damaged = ICN_TRY(texts_of(value, "damaged"));
  return manifest;
}

std::vector<std::string> BackupManifest::files() const {
  std::vector<std::string> files{std::string(kManifestFile), std::string(kStateFile), std::string(kBlocksFile)};
  files.insert(files.end(), keys.begin(), keys.end());
  return files;
}

std::string sums_text(const FileDigests& digests) {
  std::string text;
  for (const auto& [name, digest] : digests) text += to_hex(digest) + "  " + name + "\n";
  return text;
}

Result<FileDigests> parse_sums(std::string_view text) {
  FileDigests digests;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (end == std::string_view::npos || line.size() < 67)
      return fail(ErrorCode::invalid_format, fmt::format("{}: a line is truncated", kSumsFile));
    digests[std::string(line.substr(66))] = ICN_TRY(digest_from(line.substr(0, 64)));
    rest.remove_prefix(end + 1);
  }
  if (sums_text(digests) != text)
    return fail(ErrorCode::invalid_format, fmt::format("{}: it has changed since it was written", kSumsFile));
  return digests;
}

Result<BackupManifest> check_backup(const std::filesystem::path& backup) {
  const std::string where = "the backup '" + backup.string() + "'";
  std::error_code ignored;
  if (!std::filesystem::exists(backup, ignored)) return fail(ErrorCode::not_found, where + " does not exist");
  auto text = disk::read_text(backup / kSumsFile, kSumsBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::invalid_format,
                fmt::format("{} has no {}: it is not a backup, or it was never finished", where, kSumsFile));
  }
  if (!text && text.error().code != ErrorCode::limit_exceeded) return fail(text.error());
  const auto digests = text ? parse_sums(*text) : Result<FileDigests>(fail(text.error()));
  if (!digests) return fail(ErrorCode::corrupted, where + " is damaged: " + digests.error().detail);
  for (const auto& [name, digest] : *digests) {
    if (name.find('/') != std::string::npos || name == "." || name == "..")
      return fail(ErrorCode::corrupted, fmt::format("{} is damaged: {} lists no file of it", where, kSumsFile));
    const auto sum = disk::sum_of_file(backup / name);
    if (!sum && sum.error().code == ErrorCode::not_found)
      return fail(ErrorCode::corrupted, where + " is damaged: its file " + name + " is missing");
    if (!sum) return fail(sum.error());
    if (sum->digest != digest) {
      return fail(ErrorCode::corrupted,
                  where + " is damaged: its file " + name + " has changed since it was written (its SHA-256 differs)");
    }
  }
  if (!digests->contains(kManifestFile)) {
    return fail(ErrorCode::corrupted,
                fmt::format("{} is damaged: {} does not list {}", where, kSumsFile, kManifestFile));
  }
  const std::string json = ICN_TRY(disk::read_text(backup / kManifestFile, kManifestBytesMax));
  BackupManifest manifest = ICN_TRY(BackupManifest::from_json(json));
  std::vector<std::string> expected = manifest.files();
  std::sort(expected.begin(), expected.end());
  std::vector<std::string> named;
  for (const auto& [name, digest] : *digests) named.push_back(name);
  if (named != expected) {
    return fail(ErrorCode::corrupted,
                fmt::format("{} is damaged: {} lists other files than the backup has", where, kSumsFile));
  }
  return manifest;
}

}  // namespace icn::folder
