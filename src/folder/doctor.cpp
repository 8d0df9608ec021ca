#include "folder/doctor.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include "backends/registry.hpp"
#include "disk/file.hpp"
#include "disk/folder.hpp"
#include "disk/lock.hpp"
#include "folder/detail/findings.hpp"
#include "folder/member_keys.hpp"
#include "folder/unfinished.hpp"
#include "identity/key_file.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;
using detail::Advice;
using detail::Findings;
using detail::kRestoreAdvice;

std::string megabytes(std::uint64_t bytes) { return fmt::format("{} MiB", bytes >> 20); }

void look_at_mode(const fs::path& path, mode_t private_mode, Findings& findings) {
  if (private_mode == 0700) {
    // Anything that prevents a node from opening is an error here.
    const auto opened = disk::open_private_folder(path, disk::Links::followed);
    if (!opened && opened.error().code == ErrorCode::permission_denied) {
      const bool of_another = opened.error().rule == disk::kFolderOwner;
      findings.error(opened.error(), path.string(),
                     of_another ? "run this program as that user, or `chown` the folder"
                                : "check that its content is yours, then `chmod 700 " + path.string() + "`");
      return;
    }
  }
  const auto status = disk::status_of(path);
  if (!status) return;
  const std::string digits = private_mode == 0700 ? "700" : "600";
  if ((status->mode & 0077U) != 0) {
    findings.warning(ErrorCode::permission_denied, "users other than the owner can read it", path.string(),
                     "`chmod " + digits + " " + path.string() + "`");
  }
  if (status->owner != ::geteuid()) {
    findings.warning(ErrorCode::permission_denied, "it belongs to a user other than the one who runs this program",
                     path.string(), "run this program as that user, or `chown` the folder");
  }
}

void look_at_key(const fs::path& path, const std::string& recorded_did, std::string_view what, Findings& findings) {
  auto file = identity::read_key_file(path);
  if (!file) {
    const bool absent = file.error().code == ErrorCode::not_found;
    findings.error(
        file.error(), path.string(),
        absent ? fmt::format("copy the key file back from a backup: without the {} key the node cannot sign", what)
               : "fix the file's permissions");
    return;
  }
  const auto protection = identity::protection_of(*file);
  if (!protection) {
    findings.error(protection.error(), path.string(), "copy the key file back from a backup");
    return;
  }
  if (*protection == identity::KeyProtection::token) {
    const auto token = identity::open_token(*file);
    if (!token) findings.error(token.error(), path.string(), "copy the key file back from a backup");
    return;
  }
  if (*protection != identity::KeyProtection::plain) return;
  findings.note(fmt::format("the {} key is a plain file: for development only", what), path.string(),
                "create a node with a passphrase for real use");
  const auto key = identity::open_key(*file, []() -> Result<Secret> { return Secret(); });
  if (!key) {
    findings.error(key.error(), path.string(), "copy the key file back from a backup");
  } else if (key->did().to_text() != recorded_did) {
    findings.error(ErrorCode::conflict,
                   "it holds the key of " + key->did().to_text() + ", but the folder belongs to " + recorded_did,
                   path.string(), "copy this node's own key file back from a backup");
  }
}

class Examiner {
 public:
  explicit Examiner(const Examination& examination) : examination_(examination), folder_(examination.folder) {}

  std::vector<Finding> run() {
    std::error_code error;
    if (!fs::is_directory(folder_, error)) {
      findings_.error(ErrorCode::not_found, "there is no data folder", folder_.string(),
                      Advice("create a node there, or give the right folder", "no_node", folder_.string()));
      return findings_.take();
    }
    // No process can take the folder while the examination runs.
    const auto lock = disk::FileLock::share(folder_ / "icn.lock");
    look_at_mode(folder_, 0700, findings_);
    look_at_space(folder_);
    if (read_record()) {
      look_at_keys();
      look_at_unfinished();
      look_at_what_is_asked();
      if (!lock) {
        findings_.error(lock.error(), folder_.string(), "fix the file's permissions");
      } else if (lock->is_held()) {
        look_at_stores();
      } else {
        const std::string owner = lock->other().empty() ? "another process" : lock->other();
        findings_.warning(ErrorCode::busy, "it is in use by " + owner + ", so its stores were not examined",
                          folder_.string(), "examine it again after that process has ended");
      }
    }
    return findings_.take();
  }

 private:
  bool read_record() {
    const fs::path file = folder_ / "node.json";
    const auto text = disk::read_text(file, kFolderRecordBytesMax);
    if (!text && text.error().code == ErrorCode::not_found) {
      no_record(file);
      return false;
    }
    auto record = text ? folder_record_from_json(*text) : Result<FolderRecord>(fail(text.error()));
    if (record) {
      record_ = *std::move(record);
      return true;
    }
    const bool newer = record.error().code == ErrorCode::unsupported_version;
    findings_.error(record.error(), file.string(),
                    newer ? Advice("use the newer program that wrote it")
                          : "copy the file back from a backup (its values are in backup.json), or " + kRestoreAdvice);
    return false;
  }

  void no_record(const fs::path& file) {
    const auto begun = read_unfinished(folder_);
    if (begun && *begun) {
      findings_.error(ErrorCode::not_found, "there is no node here yet: its creation was not finished",
                      unfinished_path(folder_).string(), Advice("run it again", "unfinished", (*begun)->command));
      return;
    }
    std::error_code error;
    const bool has_keys = fs::exists(folder_ / "keys" / "node.key", error);
    findings_.error(ErrorCode::not_found, "there is no node here: node.json is missing", file.string(),
                    has_keys
                        ? "there are keys, so node.json was removed: copy it back from a backup, or " + kRestoreAdvice
                        : Advice("create a node there", "no_node", folder_.string()));
  }

  void look_at_space(const fs::path& path) {
    const auto free = examination_.free_bytes ? examination_.free_bytes(path) : free_bytes_of(path);
    if (!free || *free >= kFreeBytesLow) return;
    const std::string what = "only " + megabytes(*free) + " is free on its disk";
    if (*free < kFreeBytesNone) {
      findings_.error(ErrorCode::storage, what + ": a commit may fail, which ends the process", path.string(),
                      "free some space");
    } else {
      findings_.warning(ErrorCode::storage, what, path.string(), "free some space");
    }
  }

  void look_at_other_keys(const fs::path& folder) {
    const auto keys = read_member_keys(folder_, record_);
    if (!keys) {
      findings_.error(keys.error(), (folder / kMembersFile).string(), "copy the file back from a backup");
      return;
    }
    for (std::size_t i = 1; i < keys->size(); ++i)
      look_at_key(folder / ((*keys)[i].name + ".key"), (*keys)[i].did.to_text(), (*keys)[i].name, findings_);
  }

  void look_at_keys() {
    const fs::path keys = folder_ / "keys";
    look_at_mode(keys, 0700, findings_);
    look_at_key(keys / "member.key", record_.member, "member", findings_);
    look_at_key(keys / "node.key", record_.node, "node", findings_);
    look_at_other_keys(keys);
    for (const auto& [name, did] : {std::pair{"member", record_.member}, {"node", record_.node}}) {
      if (const auto parsed = model::Did::parse(did); !parsed) {
        findings_.error(within(fmt::format("the {}'s DID", name), parsed.error()), (folder_ / "node.json").string(),
                        "copy the file back from a backup");
      }
    }
  }

  void look_at_unfinished() {
    const std::string file = unfinished_path(folder_).string();
    const auto begun = read_unfinished(folder_);
    if (!begun) {
      findings_.warning(begun.error().code, begun.error().detail, file,
                        "remove the file; a half-filled target of a migration may then be removed too");
      return;
    }
    if (!*begun) return;
    bool over = (*begun)->operation != Operation::migrate;
    if (!over) {
      over = true;
      for (const StorePort port : kStorePorts) {
        const auto& target = (*begun)->filling[port];
        if (target && *target != record_.url(port)) over = false;
      }
    }
    if (over) {
      findings_.note("the operation has finished, but its note was left behind", file, "remove the note");
    } else {
      findings_.warning(ErrorCode::invalid_state, "a migration is unfinished; the node uses its old stores until then",
                        file, Advice("finish it", "unfinished", (*begun)->command));
    }
  }

  void look_at_what_is_asked() {
    for (const StorePort port : kStorePorts) {
      const auto& asked = examination_.stores[port];
      if (!asked || absolute_url(port, asked->value, folder_) == url(port)) continue;
      findings_.warning(
          ErrorCode::invalid_argument,
          fmt::format("{} requests '{}', but the folder keeps its {} in '{}': every command is refused", asked->by,
                      shown_url(asked->value), port_name(port), shown_url(record_.url(port))),
          (folder_ / "node.json").string(),
          Advice(fmt::format("omit {}, or move the store", asked->by),
                 port == StorePort::state ? "storage.state" : "storage.dag", shown_url(record_.url(port))));
    }
  }

  std::string url(StorePort port) const { return absolute_url(port, record_.url(port), folder_); }

  // Whether the store can be opened without creating it.
  bool is_there(StorePort port) {
    const std::string shown = shown_url(url(port));
    const auto descriptor = describe_store(port, url(port));
    if (!descriptor) {
      findings_.error(descriptor.error(), shown,
                      descriptor.error().code == ErrorCode::unsupported
                          ? "use a build that has it, like the one that created the folder"
                          : "fix the URL in node.json");
      return false;
    }
    if (descriptor->place == ports::Place::process) {
      findings_.error(ErrorCode::unsupported,
                      fmt::format("the {} loses its content when a command ends", port_name(port)), shown,
                      Advice("create a node with persistent stores", "new_node"));
      return false;
    }
    const auto path = path_of_store(port, url(port));
    if (!path) return true;
    std::error_code error;
    const fs::file_status status = fs::status(*path, error);
    const bool folder = fs::is_directory(status);
    if (!fs::exists(status)) {
      findings_.error(ErrorCode::not_found, fmt::format("the {} does not exist", port_name(port)), shown,
                      "put it back where node.json says it is, or " + kRestoreAdvice);
      return false;
    }
    if (folder ? fs::is_empty(*path, error) : fs::is_regular_file(status) && fs::file_size(*path, error) == 0) {
      findings_.error(ErrorCode::corrupted, fmt::format("the {} is empty", port_name(port)), shown, kRestoreAdvice);
      return false;
    }
    if (path->parent_path() != folder_) look_at_space(*path);
    return true;
  }

  template <class Store>
  std::unique_ptr<Store> open(StorePort port, Result<std::unique_ptr<Store>> (*open_url)(std::string_view)) {
    if (!is_there(port)) return nullptr;
    auto store = open_url(url(port));
    if (store) return *std::move(store);
    Advice advice = "fix this, then examine the folder again";
    if (store.error().code == ErrorCode::corrupted || store.error().code == ErrorCode::invalid_format)
      advice = kRestoreAdvice;
    if (store.error().code == ErrorCode::unsupported_version) advice = "use the program that wrote it";
    findings_.error(within(fmt::format("the {} cannot be opened", port_name(port)), store.error()),
                    shown_url(url(port)), advice);
    return nullptr;
  }

  void look_at_stores() {
    for (const fs::path& folder : ballast_folders(folder_, record_)) give_up_ballast_when_full(folder);
    const auto state = open<ports::StateStore>(StorePort::state, &backends::state_store::open);
    const auto dag = open<ports::DagStore>(StorePort::dag, &backends::dag_store::open);
    if (state) detail::examine_state(*state, shown_url(url(StorePort::state)), findings_);
    if (dag) detail::examine_blocks(*dag, shown_url(url(StorePort::dag)), findings_);
    if (!state || !dag) return;
    detail::examine_links({*state, shown_url(url(StorePort::state))}, {*dag, shown_url(url(StorePort::dag))},
                          findings_);
  }

  const Examination& examination_;
  const fs::path folder_;
  FolderRecord record_;
  Findings findings_;
};

}  // namespace

std::vector<Finding> examine(const Examination& examination) { return Examiner(examination).run(); }

}  // namespace icn::folder
