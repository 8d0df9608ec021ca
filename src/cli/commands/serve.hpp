// Runs operations in the process that owns the data folder: this one or another.
#pragma once
#include "cli/command.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "folder/operations.hpp"
#include "node/embedded_node.hpp"
#include "node/owner_operations.hpp"

namespace icn::cli::commands {

// Runs `here` on the folder opened by `open`, or `ask` if the process that owns the folder serves others. The owner may
// end or change in between, so both are retried: once, and for as long as `wait` allows.
template <class Open, class Here, class Ask>
[[nodiscard]] auto here_or_owner(FolderWait wait, Open open, Here here, Ask ask) -> decltype(ask()) {
  for (int attempt = 0;; ++attempt) {
    const auto opened = open();
    if (opened) return here(*opened);
    if (opened.error().code != ErrorCode::busy) return fail(opened.error());
    auto answer = ask();
    if (answer || answer.error().code != ErrorCode::busy) return answer;
    // Returns the error that names the owner, not the socket's.
    if (attempt > 0 && !wait.again(opened.error())) return fail(opened.error());
  }
}

// Returns the answer of an operation by the node in the folder or, while another process owns it, by that process. With
// `print` the bytes of the answer are printed.
template <auto UseCase>
[[nodiscard]] Result<typename api::Typed<UseCase>::Answer> on_node(
    const Invocation& invocation, const typename api::Typed<UseCase>::Request& request,
    const std::function<Result<void>(std::string_view)>& print = {}) {
  const auto here = [&](const std::unique_ptr<node::EmbeddedNode>& node) {
    api::Context context = node->context();
    if (print) context.out = [&print](ByteView piece) { return print(text_of(piece)); };
    return UseCase(context, request);
  };
  Result<void> printed;
  const auto sink = [&](std::string_view piece) {
    if (printed) printed = print(piece);
  };
  const auto ask = [&]() -> Result<typename api::Typed<UseCase>::Answer> {
    return node::ask_owner_to<UseCase>(ICN_TRY(data_path(invocation)), request,
                                       print ? std::function<void(std::string_view)>(sink) : nullptr);
  };
  auto answer = here_or_owner(
      ICN_TRY(FolderWait::of(invocation)), [&] { return open_node_now(invocation); }, here, ask);
  ICN_TRY(std::move(printed));
  return answer;
}

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
    return node::ask_owner_to<&api::call<S>>(ICN_TRY(data_path(invocation)), request);
  };
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
