#include "folder/stores.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <fmt/core.h>

#include "backends/registry.hpp"
#include "disk/folder.hpp"
#include "folder/ballast.hpp"
#include "ipld/sha256.hpp"
#include "model/genesis.hpp"
#include "model/keys.hpp"
#include "stores/copy.hpp"

namespace icn::folder {
namespace {

// Whether the store may hold data that an interrupted run of the same operation left.
Result<bool> may_hold_leftovers(const std::optional<Unfinished>& before, const Unfinished& begin, StorePort port) {
  if (!before) return false;
  if (before->operation != begin.operation) {
    return refuse(ErrorCode::invalid_state, "unfinished",
                  "another operation on this data folder is unfinished; nothing was changed. Finish it, or "
                  "remove the folder",
                  before->command);
  }
  return before->filling[port] == begin.filling[port];
}

template <class Store>
Result<void> expect_free(const Store& store, bool leftovers, StorePort port, const std::string& url) {
  if (leftovers || ICN_TRY(stores::is_empty(store))) return {};
  return refuse(ErrorCode::already_exists, "store_not_empty",
                fmt::format("the {} '{}' already holds data that is not of this data folder; nothing was changed. "
                            "Give an empty place",
                            port_name(port), shown_url(url)),
                shown_url(url));
}

constexpr std::string_view kHolderFile = "holder.id";
constexpr std::size_t kHolderBytes = 16;

Result<OpenStores> look_at_stores(const DataFolder& folder) {
  for (const StorePort port : kStorePorts) {
    const auto path = path_of_store(port, folder.store_url(port));
    std::error_code error;
    // If the folder is missing, the backend reports that.
    if (path && std::filesystem::exists(path->parent_path(), error))
      ICN_TRY(disk::open_private_folder(path->parent_path(), disk::Links::followed));
  }
  keep_ballast(ballast_folders(folder.path(), folder.record()));
  OpenStores stores;
  stores.dag = ICN_TRY(backends::dag_store::open(folder.store_url(StorePort::dag)));
  stores.state = ICN_TRY(backends::state_store::open(folder.store_url(StorePort::state)));
  return stores;
}

bool is_shared(const DataFolder& folder, StorePort port) {
  const auto descriptor = describe_store(port, folder.record().url(port));
  return descriptor && descriptor->place == ports::Place::server;
}

// Claims the state store first: its writer is the node.
Result<void> claim_stores(const DataFolder& folder, const OpenStores& stores, ports::TakeOver take_over) {
  if (!is_shared(folder, StorePort::state) && !is_shared(folder, StorePort::dag)) return {};
  const ports::Claim claim{ICN_TRY(holder_of(folder.path())), take_over};
  ICN_TRY(ports::claim(*stores.state, claim));
  return ports::claim(*stores.dag, claim);
}

// Whether the state belongs to the node whose key the folder records; empty if it holds no scope. A state of the first
// release names no node and belongs to the clerk.
Result<std::optional<bool>> is_of_this_node(const DataFolder& folder, const OpenStores& stores) {
  const auto at = ICN_TRY(stores.state->get(model::key_of(model::keys::kMeta, view_of("genesis"))));
  if (!at) return std::optional<bool>();
  const auto node = ICN_TRY(stores.state->get(model::key_of(model::keys::kMeta, view_of("node"))));
  if (model::PublicKey key{}; node && node->size() == key.size()) {
    std::copy(node->begin(), node->end(), key.begin());
    return std::optional(model::Did::of_key(key).to_text() == folder.record().node);
  }
  const ipld::Block envelope = ICN_TRY(stores.dag->get(ICN_TRY(ipld::Cid::from_bytes(*at))));
  const auto signed_genesis = ICN_TRY(model::SignedGenesis::from_bytes(envelope.bytes));
  const ipld::Block body = ICN_TRY(stores.dag->get(signed_genesis.scope));
  const auto genesis = ICN_TRY(model::Genesis::from_bytes(body.bytes));
  return std::optional(genesis.clerk.to_text() == folder.record().node);
}

Result<void> expect_of_this_node(const DataFolder& folder, const OpenStores& stores) {
  const auto ours = ICN_TRY(is_of_this_node(folder, stores));
  if (ours.value_or(true)) return {};
  return fail(ErrorCode::conflict, "the state_store '" + shown_url(folder.store_url(StorePort::state)) +
                                       "' holds the data of a node other than this data folder's, " +
                                       folder.record().node + "; nothing was changed");
}

}  // namespace

// The random number alone would be the same in a copy of the folder; the identity of the file makes it unique.
Result<std::string> holder_of(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kHolderFile;
  auto file = disk::File::open(path, disk::Open::read);
  if (!file && file.error().code == ErrorCode::not_found) {
    std::array<std::uint8_t, kHolderBytes> fresh{};
    if (::getrandom(fresh.data(), fresh.size(), 0) != static_cast<ssize_t>(fresh.size()))
      return disk::system_error("draw a random number");
    ICN_TRY(disk::write_file(path, {view_of(to_hex(fresh))}, {.appears = disk::Appears::when_whole}));
    file = disk::File::open(path, disk::Open::read);
  }
  const disk::File opened = ICN_TRY(std::move(file));
  struct statx status {};
  if (::statx(opened.fd(), "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status) != 0)
    return disk::system_error("inspect " + opened.name());
  Bytes identity = ICN_TRY(opened.read_to_end(2 * kHolderBytes));
  append_be64(identity, status.stx_ino);
  if ((status.stx_mask & STATX_BTIME) != 0) {
    append_be64(identity, static_cast<std::uint64_t>(status.stx_btime.tv_sec));
    append_be64(identity, status.stx_btime.tv_nsec);
  }
  return to_hex(ByteView(ipld::sha256(identity)).first(kHolderBytes));
}

Result<OpenStores> open_stores(const DataFolder& folder, ports::TakeOver take_over) {
  OpenStores stores = ICN_TRY(look_at_stores(folder));
  if (is_shared(folder, StorePort::state)) ICN_TRY(expect_of_this_node(folder, stores));
  ICN_TRY(claim_stores(folder, stores, take_over));
  return stores;
}

Result<OpenStores> open_empty_stores(const DataFolder& folder, const Unfinished& begin) {
  const std::optional<Unfinished> before = ICN_TRY(read_unfinished(folder.path()));
  const bool state_leftovers = ICN_TRY(may_hold_leftovers(before, begin, StorePort::state));
  const bool dag_leftovers = ICN_TRY(may_hold_leftovers(before, begin, StorePort::dag));
  OpenStores stores = ICN_TRY(look_at_stores(folder));
  ICN_TRY(expect_free(*stores.state, state_leftovers, StorePort::state, folder.store_url(StorePort::state)));
  ICN_TRY(expect_free(*stores.dag, dag_leftovers, StorePort::dag, folder.store_url(StorePort::dag)));
  ICN_TRY(claim_stores(folder, stores, ports::TakeOver::no));
  ICN_TRY(stores::clear(*stores.state));
  ICN_TRY(stores::clear(*stores.dag));
  ICN_TRY(write_unfinished(folder.path(), begin));
  return stores;
}

}  // namespace icn::folder
