#include "api/dag_folders.hpp"

#include <fmt/core.h>

#include "api/detail/derive.hpp"
#include "api/detail/files.hpp"
#include "dag/block_batch.hpp"
#include "ipld/links.hpp"
#include "ipld/unixfs_folder.hpp"
#include "runtime/blocks.hpp"

namespace icn::api {
namespace {

ipld::FetchBlock from(const ports::DagStore& store) {
  return [&store](const ipld::Cid& cid) { return store.get(cid); };
}

Result<ipld::UnixFsKind> kind_of(const ports::DagStore& store, const ipld::Cid& cid) {
  // A raw block is always a file.
  if (cid.codec() == ipld::Codec::raw) return ipld::UnixFsKind::file;
  return ipld::unixfs_kind(ICN_TRY(store.get(cid)));
}

tl::unexpected<Error> too_many_entries() {
  return refuse(ErrorCode::limit_exceeded, "max_folder_entries",
                fmt::format("more than {} entries below one folder", kTreeEntriesMax));
}

tl::unexpected<Error> too_deep() {
  return refuse(ErrorCode::limit_exceeded, "max_folder_depth", fmt::format("more than {} folders deep", kTreeDepthMax));
}

// Stores the entries of a folder as they arrive.
class FolderIntake {
 public:
  FolderIntake(Context& context, dag::BlockBatch& batch) : context_(context), batch_(batch) {}

  Result<ipld::Cid> store() {
    levels_.push_back({});
    while (const auto step = ICN_TRY(context_.next_step())) {
      if (step->kind != TreeStep::Kind::end && ++entries_ > kTreeEntriesMax) return too_many_entries();
      ICN_TRY(take(*step));
    }
    if (levels_.size() != 1) return fail(ErrorCode::invalid_argument, "the folder has no end; nothing was pinned");
    return ICN_TRY(close()).cid;
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Level {
    std::string name;
    std::vector<ipld::FolderEntry> entries;
  };

  Result<void> take(const TreeStep& step) {
    switch (step.kind) {
      case TreeStep::Kind::folder:
        if (levels_.size() > kTreeDepthMax) return too_deep();
        levels_.push_back({step.name, {}});
        return {};
      case TreeStep::Kind::file:
        return take_file(step.name);
      case TreeStep::Kind::end:
        break;
    }
    if (levels_.size() == 1) return fail(ErrorCode::invalid_argument, "the end of a folder without its beginning");
    std::string name = std::move(levels_.back().name);
    const ipld::FolderRoot folder = ICN_TRY(close());
    levels_.back().entries.push_back({std::move(name), folder.cid, folder.total_size});
    return {};
  }

  Result<void> take_file(const std::string& name) {
    ipld::FileBuilder builder([this](ipld::Block block) { return batch_.add(std::move(block)); });
    while (context_.in) {
      const std::size_t got = ICN_TRY(context_.in(piece_.data(), piece_.size()));
      if (got == 0) break;
      bytes_ += got;
      ICN_TRY(builder.write(ByteView(piece_).first(got)));
    }
    const ipld::Cid cid = ICN_TRY(builder.finish());
    levels_.back().entries.push_back({name, cid, builder.total_size()});
    return {};
  }

  Result<ipld::FolderRoot> close() {
    std::vector<ipld::FolderEntry> entries = std::move(levels_.back().entries);
    levels_.pop_back();
    return ipld::build_folder(std::move(entries), [this](ipld::Block block) { return batch_.add(std::move(block)); });
  }

  Context& context_;
  dag::BlockBatch& batch_;
  std::vector<Level> levels_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  Bytes piece_ = Bytes(256 * 1024);
};

// Passes everything below a folder to the context.
class FolderReading {
 public:
  FolderReading(Context& context, const ports::DagStore& store, std::uint64_t bytes_max)
      : context_(context), store_(store), left_(bytes_max), bytes_max_(bytes_max) {}

  Result<void> read(const ipld::Cid& cid, const std::string& name, std::size_t depth) {
    const ipld::UnixFsKind kind = ICN_TRY(kind_of(store_, cid));
    if (kind == ipld::UnixFsKind::file) return read_file(cid, name);
    if (kind != ipld::UnixFsKind::folder) {
      return refuse(ErrorCode::unsupported, "entry_kind",
                    fmt::format("'{}' is neither a file nor a folder (a symbolic link is not written)", name), name);
    }
    if (depth > kTreeDepthMax) return too_deep();
    ICN_TRY(context_.on_step({TreeStep::Kind::folder, name}));
    for (const ipld::FolderEntry& entry : ICN_TRY(ipld::read_folder(cid, from(store_)))) {
      if (++entries_ > kTreeEntriesMax) return too_many_entries();
      ICN_TRY(read(entry.cid, entry.name, depth + 1));
    }
    return context_.on_step({TreeStep::Kind::end});
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_max_ - left_; }

 private:
  Result<void> read_file(const ipld::Cid& cid, const std::string& name) {
    ICN_TRY(context_.on_step({TreeStep::Kind::file, name}));
    return ipld::read_file(cid, UINT64_MAX, from(store_), [this](ByteView piece) -> Result<void> {
      if (piece.size() > left_) {
        return refuse(ErrorCode::limit_exceeded, "max_folder_bytes",
                      fmt::format("the files have more than {} bytes together", bytes_max_));
      }
      left_ -= piece.size();
      return context_.out ? context_.out(piece) : Result<void>();
    });
  }

  Context& context_;
  const ports::DagStore& store_;
  std::uint64_t left_;
  const std::uint64_t bytes_max_;
  std::uint64_t entries_ = 0;
};

}  // namespace

Result<ipld::Cid> resolve_path(const ports::DagStore& store, const ipld::Cid& cid,
                               const std::optional<std::string>& path) {
  ipld::Cid at = cid;
  std::string_view rest = path ? std::string_view(*path) : std::string_view();
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (name.empty()) continue;
    const auto entry = ICN_TRY(ipld::find_in_folder(at, name, from(store)));
    if (!entry) {
      return refuse(ErrorCode::not_found, std::string(kNoEntryRule),
                    fmt::format("the folder {} has no entry '{}'", at.to_text(), name), at.to_text());
    }
    at = entry->cid;
  }
  return at;
}

Result<BlockBytes> read_file_to(Context& context, const ports::DagStore& store, const ipld::Cid& root) {
  if (const auto kind = kind_of(store, root); kind && *kind == ipld::UnixFsKind::folder) {
    return refuse(ErrorCode::invalid_argument, std::string(kIsAFolderRule), root.to_text() + " is a folder",
                  root.to_text());
  }
  BlockBytes answer{root, 0, {}};
  const auto read = ipld::read_file(root, context.out ? UINT64_MAX : BlockBytes::kHexBytesMax, from(store),
                                    [&](ByteView piece) -> Result<void> {
                                      answer.bytes += piece.size();
                                      if (context.out) return context.out(piece);
                                      append(answer.hex, piece);
                                      return {};
                                    });
  if (!read && !context.out && read.error().code == ErrorCode::limit_exceeded)
    return refuse(ErrorCode::limit_exceeded, "max_json_bytes", read.error().detail + " as JSON", root.to_text());
  if (!read) return fail(read.error());
  return answer;
}

Result<FileStored> put_folder(Context& context, const NoFields&) {
  if (!context.caller) return fail(ErrorCode::permission_denied, "this operation needs a caller; nothing was changed");
  if (!context.next_step) return fail(ErrorCode::invalid_argument, "the request has no folder; nothing was stored");
  runtime::BlockIntake intake(*ICN_TRY(node_of(context)));
  dag::BlockBatch batch(intake);
  FolderIntake folder(context, batch);
  FileStored answer;
  answer.cid = ICN_TRY(folder.store());
  ICN_TRY(batch.finish());
  ICN_TRY(intake.finish({answer.cid}, *context.caller, {}));
  answer.bytes = folder.bytes();
  answer.blocks = batch.blocks();
  return answer;
}

Result<BlockBytes> get_folder(Context& context, const FolderRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const ports::DagStore& store = node.dag_store();
  if (!context.on_step)
    return fail(ErrorCode::invalid_argument, "the context has no receiver for the folder's entries");
  BlockBytes answer{ICN_TRY(resolve_path(store, ICN_TRY(find_block(node, request.cid)), request.path)), 0, {}};
  FolderReading reading(context, store, request.bytes_max);
  ICN_TRY(reading.read(answer.cid, "", 0));
  answer.bytes = reading.bytes();
  return answer;
}

Result<BlockBytes> cat_file(Context& context, const PathNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const ports::DagStore& store = node.dag_store();
  const ipld::Cid cid = ICN_TRY(resolve_path(store, ICN_TRY(find_block(node, request.cid)), request.path));
  if (cid.codec() == ipld::Codec::dag_cbor) {
    return refuse(ErrorCode::invalid_argument, "not_a_file", cid.to_text() + " is a dag-cbor block, not a file",
                  cid.to_text());
  }
  return read_file_to(context, store, cid);
}

Result<BlockLinks> list_links(Context& context, const PathNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const ports::DagStore& store = node.dag_store();
  const ipld::Cid cid = ICN_TRY(resolve_path(store, ICN_TRY(find_block(node, request.cid)), request.path));
  const ipld::Block block = ICN_TRY(store.get(cid));
  BlockLinks answer{cid, cid.codec(), block.bytes.size(), {}};
  if (const auto kind = ipld::unixfs_kind(block); kind && *kind == ipld::UnixFsKind::folder) {
    for (ipld::FolderEntry& entry : ICN_TRY(ipld::read_folder(cid, from(store))))
      answer.links.push_back({std::move(entry.name), entry.cid, entry.total_size});
    return answer;
  }
  const auto read = ipld::for_each_link(
      block, [&](std::string_view name, const ipld::Cid& to, const std::optional<std::uint64_t>& size) {
        answer.links.push_back({std::string(name), to, size});
      });
  if (!read) return fail(within("block " + cid.to_text(), read.error()));
  return answer;
}

template struct Shape<PathNamed>;
template struct Shape<FolderRequest>;
template struct Shape<BlockLinks>;

}  // namespace icn::api
