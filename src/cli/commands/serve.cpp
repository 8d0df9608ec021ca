#include "cli/commands/serve.hpp"

#include <cstdlib>

#include "cli/commands/backup_answer.hpp"
#include "cli/session.hpp"

namespace icn::cli::commands {

// JSON, text and exit code with a NUL between; neither form has one.
std::string packed(const Answer& answer) {
  return answer.json + '\0' + answer.text + '\0' + std::to_string(answer.exit_code);
}

Answer unpacked(const std::string& payload) {
  const std::size_t first = payload.find('\0');
  const std::size_t second = first == std::string::npos ? first : payload.find('\0', first + 1);
  if (second == std::string::npos) return {payload, payload, 0};
  return {payload.substr(0, first), payload.substr(first + 1, second - first - 1),
          std::atoi(payload.c_str() + second + 1)};
}

Result<Answer> ask_owner_to(const Invocation& invocation, const std::string& verb, const std::string& argument) {
  std::string payload;
  ICN_TRY(node::ask_owner(ICN_TRY(data_path(invocation)), {verb, argument, ""},
                          [&](std::string_view piece) { payload.append(piece); }));
  return unpacked(payload);
}

bool is_about_folder(const node::OwnerRequest& request) { return request.verb == "hash" || request.verb == "backup"; }

Result<Answer> answer_about_folder(node::EmbeddedNode& node, const node::OwnerRequest& request) {
  if (request.verb == "backup") return backup_answer(node, request.job);
  // Idle, so that both stores are of one moment.
  return node.state().committer().when_idle([&node]() -> Result<Answer> {
    const auto snapshot = ICN_TRY(node.state().state_store().snapshot());
    return hash_answer(*snapshot, node.state().dag_store());
  });
}

}  // namespace icn::cli::commands
