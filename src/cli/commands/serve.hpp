// What the owner of a data folder answers on its socket: operations, and hash and backup of the folder.
#pragma once
#include "cli/command.hpp"
#include "cli/session.hpp"
#include "node/embedded_node.hpp"
#include "node/owner_operations.hpp"

namespace icn::cli::commands {

// The node outlives the handler.
[[nodiscard]] node::OwnerHandler owner_handler(node::EmbeddedNode& node);

// Both forms of an answer as one payload, and back; the client prints the one it wants.
[[nodiscard]] std::string packed(const Answer& answer);
[[nodiscard]] Answer unpacked(const std::string& payload);

// What the owner of the invocation's folder answers to a request. Errors: as node::ask_owner.
[[nodiscard]] Result<Answer> ask_owner_to(const Invocation& invocation, const std::string& verb,
                                          const std::string& argument);

// Runs `here` on what `open` opens of the folder, or `ask` when a process that owns the folder serves others. Between
// the two the owner may end or another one come, so both are tried again once.
template <class Open, class Here, class Ask>
[[nodiscard]] auto here_or_owner(Open open, Here here, Ask ask) -> decltype(ask()) {
  for (int attempt = 0;; ++attempt) {
    const auto opened = open();
    if (opened) return here(*opened);
    if (opened.error().code != ErrorCode::busy) return fail(opened.error());
    auto answer = ask();
    if (answer || answer.error().code != ErrorCode::busy) return answer;
    // That error names the owner, whatever it says on its socket.
    if (attempt == 1) return fail(opened.error());
  }
}

// The answer of an operation by the node in the folder or, while another process owns it, by that. With `print` the
// bytes of the answer are printed.
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
  auto answer = here_or_owner([&] { return open_node(invocation); }, here, ask);
  ICN_TRY(std::move(printed));
  return answer;
}

// The requests about the folder as a whole, by the node that owns it: hash, backup.
[[nodiscard]] bool is_about_folder(const node::OwnerRequest& request);
[[nodiscard]] Result<Answer> answer_about_folder(node::EmbeddedNode& node, const node::OwnerRequest& request);

// The answer of `icn store hash`. Both stores are of one moment.
[[nodiscard]] Result<Answer> hash_answer(const ports::StateReader& state, const ports::DagStore& dag);

}  // namespace icn::cli::commands
