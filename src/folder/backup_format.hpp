// The format of a backup: a folder of plain files. SHA256SUMS is written last.
//
//   backup.json     what node this is, when it was taken, the state hash (docs/FORMATS.md)
//   state.pairs     every pair of the state store at one moment (folder/pair_file.hpp)
//   blocks.pairs    every block of the DAG store, by the 36 bytes of its CID; all that the state names are among them
//   member.key node.key …  the files of keys/ as they are, 0600
//   SHA256SUMS      of all of these, in the form that `sha256sum -c` reads
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "disk/file.hpp"
#include "folder/data_folder.hpp"
#include "model/order.hpp"
#include "stores/state_hash.hpp"

namespace icn::folder {

inline constexpr int kBackupVersion = 1;
inline constexpr std::string_view kManifestFile = "backup.json";
inline constexpr std::string_view kStateFile = "state.pairs";
inline constexpr std::string_view kBlocksFile = "blocks.pairs";
inline constexpr std::string_view kSumsFile = "SHA256SUMS";

struct BackupManifest {
  model::UnixMs made;   // the moment of the snapshot
  FolderRecord record;  // of the folder that was backed up
  stores::StateHash hash;
  std::uint64_t sequence = 0;        // of the state store at that moment
  std::vector<std::string> keys;     // files of keys/ in the backup (folder/member_keys.hpp)
  std::vector<std::string> damaged;  // CIDs of damaged blocks, which the backup leaves out

  [[nodiscard]] std::string to_json() const;
  // Errors: invalid_format, unsupported_version.
  [[nodiscard]] static Result<BackupManifest> from_json(std::string_view json);
  // Every file of the backup except the sums.
  [[nodiscard]] std::vector<std::string> files() const;
  friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
};

using FileDigests = std::map<std::string, ipld::Digest, std::less<>>;
[[nodiscard]] std::string sums_text(const FileDigests& digests);
// Accepts exactly the text that sums_text() writes. Errors: invalid_format.
[[nodiscard]] Result<FileDigests> parse_sums(std::string_view text);

// Reads every byte of the backup, compares it with the sums and returns the manifest. Errors: not_found (`backup` does
// not exist), invalid_format (not a backup, or an unfinished one), unsupported_version, corrupted (naming the missing,
// truncated or changed file), storage.
[[nodiscard]] Result<BackupManifest> check_backup(const std::filesystem::path& backup);

}  // namespace icn::folder
