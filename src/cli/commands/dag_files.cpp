// The commands on files and folders in the DAG: put, get, cat, ls.
#include <fmt/core.h>

#include <sys/stat.h>

#include "api/dag_folders.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "disk/folder.hpp"
#include "disk/tree.hpp"

namespace icn::cli::commands {
namespace {

// Streams the bytes to standard output or into the file of `option`, or puts them into the JSON.
template <auto UseCase>
Result<Answer> show_bytes(const Invocation& invocation, std::string_view option,
                          const typename api::Typed<UseCase>::Request& request) {
  OutputSink sink = ICN_TRY(OutputSink::open(invocation, option));
  const bool streams = !invocation.wants_json() || sink.is_file();
  const api::BlockBytes answer = ICN_TRY(on_node<UseCase>(invocation, request, [&](api::Context& context) {
    if (streams) context.out = [&](ByteView piece) { return sink.write(piece); };
  }));
  ICN_TRY(sink.finish());
  return Answer{invocation.wants_json() ? api::json_text(answer) : "", "", 0};
}

// "CID" or "CID/names/of/entries".
api::PathNamed path_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  api::PathNamed named{text.substr(0, slash), {}};
  if (slash != std::string::npos && slash + 1 < text.size()) named.path = text.substr(slash + 1);
  return named;
}

Result<api::FileStored> put_folder(const Invocation& invocation, const std::string& path, Work& work) {
  disk::TreeReader tree = ICN_TRY(disk::TreeReader::open(path));
  std::uint64_t entries = 0;
  return on_node<&api::put_folder>(invocation, {}, [&](api::Context& context) {
    work.begin();
    context.next_step = [&]() -> Result<std::optional<api::TreeStep>> {
      auto step = ICN_TRY(tree.next());
      if (!step) return std::nullopt;
      if (++entries % 100 == 0) work.show(tree.place());
      return api::TreeStep{static_cast<api::TreeStep::Kind>(step->kind), std::move(step->name)};
    };
    context.in = [&](std::uint8_t* to, std::size_t size) { return tree.read({to, size}); };
  });
}

// The destination of `dag get --out`: one file, a new folder that appears when it is complete, or an existing folder
// that receives the files.
class Destination {
 public:
  // "photos/" is "photos".
  Destination(const std::filesystem::path& path, disk::Replacing replacing)
      : path_(path.has_filename() ? path : path.parent_path()), replacing_(replacing) {}

  Result<void> step(const api::TreeStep& step) {
    if (tree_) return tree_->step({static_cast<disk::TreeStep::Kind>(step.kind), step.name});
    std::error_code code;
    const auto found = std::filesystem::symlink_status(path_, code);
    const bool is_there = std::filesystem::exists(found) &&
                          !(std::filesystem::is_directory(found) && std::filesystem::is_empty(path_, code));
    if (is_there && replacing_ == disk::Replacing::no) {
      return refuse(ErrorCode::already_exists, std::string(disk::kFileExists),
                    fmt::format("{} exists; nothing was written", disk::in_quotes(path_)), path_.string());
    }
    if (step.kind == api::TreeStep::Kind::file) {
      file_.emplace(ICN_TRY(OutputFile::create(path_.string(), Existing::replaced)));
      return {};
    }
    if (!is_there) draft_.emplace(ICN_TRY(disk::FolderDraft::make(path_)));
    tree_.emplace(ICN_TRY(disk::TreeWriter::open(draft_ ? draft_->path() : path_, replacing_)));
    return {};
  }
  Result<void> write(ByteView bytes) { return tree_ ? tree_->write(bytes) : file_->write(bytes); }
  Result<void> finish() {
    if (file_) return file_->finish();
    if (!draft_) return {};
    ICN_TRY(draft_->appear());
    // The mode of an ordinary new folder; the draft was private.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    std::error_code ignored;
    std::filesystem::permissions(path_, static_cast<std::filesystem::perms>(0777 & ~mask), ignored);
    return {};
  }

 private:
  std::filesystem::path path_;
  disk::Replacing replacing_;
  std::optional<OutputFile> file_;
  std::optional<disk::FolderDraft> draft_;
  std::optional<disk::TreeWriter> tree_;
};

Result<Answer> get_into(const Invocation& invocation, const std::string& out) {
  const api::PathNamed named = path_of(invocation.arguments[0]);
  api::FolderRequest request{named.cid, named.path};
  if (const auto most = ICN_TRY(invocation.number("--max-bytes"))) request.bytes_max = *most;
  Work work(invocation, "writing files");
  Destination destination(out, invocation.has("--force") ? disk::Replacing::yes : disk::Replacing::no);
  const Prepare prepare = [&](api::Context& context) {
    work.begin();
    context.on_step = [&](const api::TreeStep& step) { return destination.step(step); };
    context.out = [&](ByteView piece) {
      work.add(piece.size());
      return destination.write(piece);
    };
  };
  const api::BlockBytes answer = ICN_TRY(on_node<&api::get_folder>(invocation, request, prepare));
  ICN_TRY(destination.finish());
  return Answer{api::json_text(answer), fmt::format("{}: {} bytes\n", out, grouped(answer.bytes)), 0};
}

}  // namespace

Result<Answer> dag_put(const Invocation& invocation) {
  const std::string& path = invocation.arguments[0];
  std::error_code no_folder;
  const bool is_folder = path != "-" && std::filesystem::is_directory(path, no_folder);
  std::optional<InputFile> file;
  if (!is_folder) file.emplace(ICN_TRY(InputFile::open(path)));
  Work work(invocation, is_folder ? "storing the folder" : "storing the file", file ? file->size() : 0);
  const Prepare prepare = [&](api::Context& context) {
    work.begin();
    context.in = [&](std::uint8_t* to, std::size_t size) -> Result<std::size_t> {
      const std::size_t got = ICN_TRY(file->read({to, size}));
      work.add(got);
      return got;
    };
  };
  const api::FileStored stored = is_folder ? ICN_TRY(put_folder(invocation, path, work))
                                           : ICN_TRY(on_node<&api::put_file>(invocation, {}, prepare));
  return Answer{api::json_text(stored), stored.cid.to_text() + "\n", 0};
}

Result<Answer> dag_get(const Invocation& invocation) {
  const auto out = invocation.text("--out");
  if (out && invocation.has("--as"))
    return fail(ErrorCode::invalid_argument, "--out writes files, but --as selects how a block is printed");
  if (out) return get_into(invocation, *out);
  for (const std::string_view option : {"--force", "--max-bytes"}) {
    if (invocation.has(option))
      return fail(ErrorCode::invalid_argument, fmt::format("{} has no effect without --out", option));
  }
  const api::PathNamed named = path_of(invocation.arguments[0]);
  api::GetBlockRequest request{named.cid, {}, named.path};
  if (const auto form = invocation.text("--as")) {
    const auto parsed = api::parse_enum<api::BlockForm>("form", *form);
    if (!parsed) return fail(within("--as", parsed.error()));
    request.as = *parsed;
  }
  return show_bytes<&api::get_block>(invocation, "--out", request);
}

Result<Answer> dag_cat(const Invocation& invocation) {
  const api::PathNamed request = path_of(invocation.arguments[0]);
  return show_bytes<&api::cat_file>(invocation, "--output", request);
}

Result<Answer> dag_ls(const Invocation& invocation) {
  const api::PathNamed request = path_of(invocation.arguments[0]);
  const api::BlockLinks block = ICN_TRY(on_node<&api::list_links>(invocation, request));
  const Look look = output_look();
  std::string text;
  for (const api::LinkView& link : block.links) {
    std::string size = link.size ? std::to_string(*link.size) : "-";
    size.insert(0, size.size() < 12 ? 12 - size.size() : 0, ' ');
    text += id_text(link.cid, look) + " " + size + (link.name.empty() ? "" : " " + link.name) + "\n";
  }
  return Answer{api::json_text(block), std::move(text), 0};
}

}  // namespace icn::cli::commands
