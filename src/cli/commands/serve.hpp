// Runs operations in the process that owns the data folder: this one or another.
#pragma once
#include "cli/command.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "folder/operations.hpp"
#include "http/client.hpp"
#include "node/embedded_node.hpp"

namespace icn::cli::commands {

// Where the process that owns the data folder of an invocation answers others; with --node, that node. Errors:
// invalid_argument.
[[nodiscard]] Result<http::ClientOptions> owner_of(const Invocation& invocation);

// Whether the request carries bytes that are read once, so that it is not sent again after a part of it was.
enum class Sends : std::uint8_t { fields, bytes };

// Runs `here` on the folder opened by `open`, or `ask` if another process owns the folder. The owner may end or change
// in between, so both are retried: once, and for as long as `wait` allows.
template <class Open, class Here, class Ask>
[[nodiscard]] auto here_or_owner(FolderWait wait, Open open, Here here, Ask ask, Sends sends = Sends::fields)
    -> decltype(ask()) {
  for (int attempt = 0;; ++attempt) {
    const auto opened = open();
    if (opened) return here(*opened);
    if (opened.error().code != ErrorCode::busy) return fail(opened.error());
    auto answer = ask();
    if (answer || answer.error().code != ErrorCode::busy) return answer;
    if (sends == Sends::bytes && answer.error().rule != http::kNoAnswer) return answer;
    // Returns the error that names the owner, not the socket's.
    if (attempt > 0 && !wait.again(opened.error())) return fail(opened.error());
  }
}

// The progress of work that begins once its node is there: until then a command shows what it waits for.
class Work {
 public:
  Work(const Invocation& invocation, std::string what, std::uint64_t bytes_total = 0)
      : shown_(progress_of(invocation)), what_(std::move(what)), bytes_total_(bytes_total) {}
  void begin() {
    moved_.reset();
    progress_.emplace(what_, shown_);
    moved_.emplace(*progress_, what_, bytes_total_);
  }
  void add(std::uint64_t bytes) { moved_->add(bytes); }
  void show(std::string_view news) { progress_->show(news); }

 private:
  const Shown shown_;
  const std::string what_;
  const std::uint64_t bytes_total_;
  std::optional<Progress> progress_;
  std::optional<BytesMoved> moved_;
};

// Sets the streams and callbacks of a context.
using Prepare = std::function<void(api::Context& context)>;

// Returns the answer of an operation by the node in the folder or, while another process owns it, by that process.
template <auto UseCase>
[[nodiscard]] Result<typename api::Typed<UseCase>::Answer> on_node(const Invocation& invocation,
                                                                   const typename api::Typed<UseCase>::Request& request,
                                                                   const Prepare& prepare = {}) {
  const auto here = [&](const std::unique_ptr<node::EmbeddedNode>& node) {
    api::Context context = node->context();
    if (prepare) prepare(context);
    return UseCase(context, request);
  };
  const auto ask = [&]() -> Result<typename api::Typed<UseCase>::Answer> {
    api::Context context;
    if (prepare) prepare(context);
    return http::ask<UseCase>(ICN_TRY(owner_of(invocation)), context, request);
  };
  if (invocation.has("--node")) return ask();
  const bool sends = api::row_of<UseCase>().streams == api::Streams::in;
  return here_or_owner(
      ICN_TRY(FolderWait::of(invocation)), [&] { return open_node_now(invocation); }, here, ask,
      sends ? Sends::bytes : Sends::fields);
}

// The node of an invocation for several operations: in this process, or the one of the process that owns the folder.
class AnyNode {
 public:
  // Errors: as open_node.
  [[nodiscard]] static Result<AnyNode> of(const Invocation& invocation);
  template <auto UseCase>
  [[nodiscard]] Result<typename api::Typed<UseCase>::Answer> ask(const typename api::Typed<UseCase>::Request& request,
                                                                 const Prepare& prepare = {}) const {
    api::Context context = here_ == nullptr ? api::Context{} : here_->context();
    if (prepare) prepare(context);
    return here_ == nullptr ? http::ask<UseCase>(owner_, context, request) : UseCase(context, request);
  }
  // Null if another process has the node.
  [[nodiscard]] node::EmbeddedNode* here() const { return here_.get(); }

 private:
  std::unique_ptr<node::EmbeddedNode> here_;
  http::ClientOptions owner_;
};

// Does the same for an operation that needs the folder without an open node.
template <class S>
[[nodiscard]] Result<typename S::Answer> on_folder(const Invocation& invocation, const typename S::Request& request,
                                                   const std::string& work) {
  const auto here = [&](const folder::DataFolder& folder) {
    Progress progress(work, progress_of(invocation));
    BytesMoved moved(progress, work);
    api::Slots slots;
    folder::bind_operations(folder, slots);
    api::Context context{.slots = &slots,
                         .moved = [&](std::uint64_t done, std::uint64_t total) { moved.set(done, total); }};
    return api::call<S>(context, request);
  };
  const auto ask = [&]() -> Result<typename S::Answer> {
    // A path may hold bytes that JSON cannot represent.
    if (ICN_TRY(api::Shape<typename S::Request>::parse(api::json_text(request))) != request)
      return fail(ErrorCode::invalid_argument, "the owner of the data folder takes paths in UTF-8 only");
    api::Context context;
    return http::ask<&api::call<S>>(ICN_TRY(owner_of(invocation)), context, request);
  };
  if (invocation.has("--node")) return ask();
  return here_or_owner(
      ICN_TRY(FolderWait::of(invocation)), [&] { return open_folder_now(invocation); }, here, ask);
}

// Returns the answer of an operation on a whole folder, always in this process. `command` resumes it after an
// interruption.
template <class S>
[[nodiscard]] Result<typename S::Answer> on_whole_folder(const Invocation& invocation,
                                                         const typename S::Request& request, const std::string& work,
                                                         const std::string& command = "") {
  api::Slots slots;
  folder::bind_whole_folder_operations({"icn " + std::string(invocation.command->path), command}, slots);
  for (FolderWait wait = ICN_TRY(FolderWait::of(invocation));;) {
    std::optional<Progress> progress(std::in_place, work, progress_of(invocation));
    BytesMoved moved(*progress, work);
    api::Context context{.slots = &slots,
                         .moved = [&](std::uint64_t done, std::uint64_t total) { moved.set(done, total); }};
    auto done = api::call<S>(context, request);
    progress.reset();
    if (done || !wait.again(done.error())) return done;
  }
}

}  // namespace icn::cli::commands
