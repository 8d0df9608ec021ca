// What the owner of a data folder answers on its socket: logs, cancel, describe, hash, backup.
#pragma once
#include "cli/command.hpp"
#include "node/embedded_node.hpp"

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
[[nodiscard]] Result<Answer> here_or_owner(Open open, Here here, Ask ask) {
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

// The requests about the folder as a whole, by the node that owns it: hash, backup.
[[nodiscard]] bool is_about_folder(const node::OwnerRequest& request);
[[nodiscard]] Result<Answer> answer_about_folder(node::EmbeddedNode& node, const node::OwnerRequest& request);

// The answer of `icn store hash`. Both stores are of one moment.
[[nodiscard]] Result<Answer> hash_answer(const ports::StateReader& state, const ports::DagStore& dag);

}  // namespace icn::cli::commands
