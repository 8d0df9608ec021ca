#include "folder/store_migration.hpp"

#include <fmt/core.h>

#include "backends/registry.hpp"
#include "folder/stores.hpp"
#include "folder/unfinished.hpp"

namespace icn::folder {
namespace {

bool is_url(std::string_view text) { return text.find(':') != std::string_view::npos; }

// The new URLs of the stores that move.
using Targets = PerStore<std::optional<std::string>>;

Result<std::string> target_of(StorePort port, const std::string& to) {
  const ports::Descriptor descriptor = ICN_TRY(describe_store(port, to));
  if (descriptor.place == ports::Place::process) {
    return fail(ErrorCode::unsupported, "'" + to +
                                            "' loses its content when the process ends, so nothing can be moved " +
                                            "there; nothing was changed");
  }
  if (!is_url(to)) return default_url(port, to);
  if (backends::split_url(to).location.empty())
    return fail(ErrorCode::invalid_argument, "'" + to + "' has no location; nothing was changed");
  return to;
}

bool uses(const DataFolder& folder, StorePort port, const std::string& from) {
  if (!is_url(from)) return backends::split_url(folder.record().url(port)).name == from;
  return absolute_url(port, from, folder.path()) == folder.store_url(port);
}

tl::unexpected<Error> nothing_moves(const DataFolder& folder, const std::string& from) {
  return fail(ErrorCode::not_found, "no store of this data folder is in '" + shown_url(from) +
                                        "': its state_store is '" + shown_url(folder.record().state_store) +
                                        "', its dag_store '" + shown_url(folder.record().dag_store) +
                                        "'; nothing was changed");
}

Result<Targets> choose(const DataFolder& folder, const Migration& migration) {
  Targets targets;
  for (const StorePort port : kStorePorts) {
    if (uses(folder, port, migration.from)) targets[port] = ICN_TRY(target_of(port, migration.to));
  }
  if (!targets.state && !targets.dag) return nothing_moves(folder, migration.from);
  for (const StorePort port : kStorePorts) {
    if (!targets[port]) continue;
    const auto source = describe_store(port, folder.record().url(port));
    if (source && source->place == ports::Place::process) {
      return fail(ErrorCode::unsupported, "'" + folder.record().url(port) +
                                              "' loses its content between commands, so " +
                                              "there is nothing to move; nothing was changed");
    }
    if (absolute_url(port, *targets[port], folder.path()) == folder.store_url(port)) {
      return fail(ErrorCode::invalid_argument, fmt::format("the {} is already in '{}'; nothing was changed",
                                                           port_name(port), shown_url(*targets[port])));
    }
  }
  // Two stores cannot share one path; on a server they can share a location.
  PerStore<std::optional<std::filesystem::path>> paths;
  for (const StorePort port : kStorePorts) {
    const std::string url = targets[port].value_or(folder.record().url(port));
    paths[port] = path_of_store(port, absolute_url(port, url, folder.path()));
  }
  const auto& [state, dag] = paths;
  if (state && state == dag) {
    return fail(ErrorCode::invalid_argument, "state_store and dag_store cannot both be in " + state->string() +
                                                 "; nothing was changed. Name the store to move by its whole URL");
  }
  return targets;
}

// Whether the folder records every store that was to be filled.
bool is_over(const DataFolder& folder, const Targets& filling) {
  for (const StorePort port : kStorePorts) {
    if (filling[port] && *filling[port] != folder.record().url(port)) return false;
  }
  return true;
}

// Whether an earlier run began the same migration.
Result<bool> was_begun(const DataFolder& folder, const Targets& targets) {
  const auto before = ICN_TRY(read_unfinished(folder.path()));
  // Creation and restore have finished once node.json exists.
  if (!before || before->operation != Operation::migrate || is_over(folder, before->filling)) return false;
  if (before->filling == targets) return true;
  return refuse(ErrorCode::invalid_state, "unfinished",
                "another migration of this data folder is unfinished; nothing was changed. Finish it, or abandon it: "
                "delete the store that it has filled so far and " +
                    unfinished_path(folder.path()).string(),
                before->command);
}

// A migration that ended between the switch and the removal of its note only needs to remove the note.
Result<bool> was_finished(const DataFolder& folder, const Migration& migration) {
  const auto before = ICN_TRY(read_unfinished(folder.path()));
  if (!before || before->operation != Operation::migrate || !is_over(folder, before->filling)) return false;
  for (const StorePort port : kStorePorts) {
    if (before->filling[port] && *before->filling[port] != ICN_TRY(target_of(port, migration.to))) return false;
  }
  ICN_TRY(remove_unfinished(folder.path()));
  return true;
}

std::string removal_of(StorePort port, const std::string& url) {
  if (const auto path = path_of_store(port, url)) {
    std::error_code ignored;
    const std::string options = std::filesystem::is_directory(*path, ignored) ? "-r " : "";
    std::string files = path->string();
    // SQLite's other files are useless without the first.
    for (const std::string_view ending : {"-wal", "-shm", "-lock"})
      if (const std::string other = path->string() + std::string(ending); std::filesystem::exists(other, ignored))
        files += " " + other;
    return fmt::format("the old {} stays in place; `rm {}{}` removes it", port_name(port), options, files);
  }
  return fmt::format("the old {} stays in '{}'; remove it there with the server's own tools", port_name(port),
                     shown_url(url));
}

// The operations to move one kind of store; the two kinds have the same ones.
struct StateKind {
  static Result<std::uint64_t> bytes_of(const ports::StateStore& store) { return stores::pair_bytes(store); }
  static auto look(const std::string& url) { return backends::state_store::open(url); }
  static auto copy(const ports::StateStore& from, ports::StateStore& to, const stores::CopyProgress& progress) {
    return stores::copy_pairs(from, to, progress);
  }
  static auto compare(const ports::StateStore& a, const ports::StateStore& b) {
    return stores::expect_same_pairs(a, b);
  }
};
struct DagKind {
  static Result<std::uint64_t> bytes_of(const ports::DagStore& store) { return ICN_TRY(store.statistics()).bytes; }
  static auto look(const std::string& url) { return backends::dag_store::open(url); }
  static auto copy(const ports::DagStore& from, ports::DagStore& to, const stores::CopyProgress& progress) {
    return stores::copy_blocks(from, to, progress);
  }
  static auto compare(const ports::DagStore& a, const ports::DagStore& b) { return stores::expect_same_blocks(a, b); }
};

class Mover {
 public:
  Mover(DataFolder& folder, const Migration& migration, Targets targets)
      : folder_(folder), migration_(migration), targets_(std::move(targets)) {}

  Result<std::vector<MovedStore>> run() {
    resumed_ = ICN_TRY(was_begun(folder_, targets_));
    if (!resumed_) {
      ICN_TRY(for_each_target([this](auto kind, StorePort port) { return expect_empty(kind, port); }));
      ICN_TRY(write_unfinished(folder_.path(), {Operation::migrate, targets_, migration_.command}));
    }
    note(MigrationStep::begun);
    ICN_TRY(for_each_target([this](auto kind, StorePort port) { return copy(kind, port); }));
    note(MigrationStep::copied);
    if (migration_.verify == Verify::yes) {
      ICN_TRY(for_each_target([this](auto kind, StorePort port) { return compare(kind, port); }));
      note(MigrationStep::verified);
    }
    FolderRecord record = folder_.record();
    for (const StorePort port : kStorePorts) {
      if (targets_[port]) record.url(port) = *targets_[port];
    }
    ICN_TRY(folder_.seal(record));
    note(MigrationStep::switched);
    ICN_TRY(remove_unfinished(folder_.path()));
    return std::move(moved_);
  }

 private:
  void note(MigrationStep step) const {
    if (migration_.observer) migration_.observer(step);
  }
  std::string target(StorePort port) const { return absolute_url(port, *targets_[port], folder_.path()); }

  template <class Do>
  Result<void> for_each_target(Do&& act) {
    if (targets_.state) ICN_TRY(act(StateKind{}, StorePort::state));
    if (targets_.dag) ICN_TRY(act(DagKind{}, StorePort::dag));
    return {};
  }

  // Opens it as the writer, so nothing else changes it meanwhile.
  template <class Kind>
  auto open(const std::string& url) const -> decltype(Kind::look(url)) {
    auto store = ICN_TRY(Kind::look(url));
    ICN_TRY(ports::claim(*store, {ICN_TRY(holder_of(folder_.path()))}));
    return store;
  }

  template <class Kind>
  Result<void> expect_empty(Kind, StorePort port) const {
    const auto store = ICN_TRY(Kind::look(target(port)));
    if (ICN_TRY(stores::is_empty(*store))) return {};
    return fail(ErrorCode::already_exists, "the target '" + shown_url(target(port)) +
                                               "' already holds data that is not of this migration; nothing was "
                                               "changed. Give an empty place, or remove that data");
  }

  template <class Kind>
  Result<void> copy(Kind, StorePort port) {
    const auto from = ICN_TRY(open<Kind>(folder_.store_url(port)));
    const auto to = ICN_TRY(open<Kind>(target(port)));
    const std::uint64_t bytes = migration_.moved ? ICN_TRY(Kind::bytes_of(*from)) : 0;
    const auto progress = [&](const stores::CopyReport& so_far) {
      note(MigrationStep::copying);
      if (migration_.moved) migration_.moved(so_far.bytes, bytes);
    };
    const stores::CopyReport report = ICN_TRY(Kind::copy(*from, *to, progress));
    if (migration_.moved) migration_.moved(report.bytes, bytes);
    moved_.push_back({port, folder_.store_url(port), target(port), report, removal_of(port, folder_.store_url(port))});
    return {};
  }

  // Opens the store again, so the comparison sees what the next process finds.
  template <class Kind>
  Result<void> compare(Kind, StorePort port) const {
    const auto from = ICN_TRY(open<Kind>(folder_.store_url(port)));
    const auto to = ICN_TRY(open<Kind>(target(port)));
    const auto same = Kind::compare(*from, *to);
    if (!same) {
      return fail(within(fmt::format("the moved {} differs from the old one, which stays in use", port_name(port)),
                         same.error()));
    }
    return {};
  }

  DataFolder& folder_;
  const Migration& migration_;
  const Targets targets_;
  bool resumed_ = false;
  std::vector<MovedStore> moved_;
};

}  // namespace

Result<std::vector<MovedStore>> migrate(DataFolder& folder, const Migration& migration) {
  auto targets = choose(folder, migration);
  if (!targets) {
    // Also reached by a run that follows one which ended just before its last step.
    const bool nothing_uses_it =
        targets.error().code == ErrorCode::not_found || targets.error().code == ErrorCode::invalid_argument;
    if (nothing_uses_it && ICN_TRY(was_finished(folder, migration))) return std::vector<MovedStore>();
    return fail(targets.error());
  }
  return Mover(folder, migration, *std::move(targets)).run();
}

}  // namespace icn::folder
