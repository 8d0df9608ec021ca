// The commands on API keys: new, list, revoke.
#include "api/access.hpp"

#include "cli/commands/commands.hpp"
#include "cli/commands/proposal_words.hpp"
#include "cli/commands/serve.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

std::string end_text(const api::AccessView& key) { return key.until ? model::time_text(*key.until) : "when revoked"; }

}  // namespace

Result<Answer> access_new(const Invocation& invocation) {
  api::NewAccessRequest request{invocation.arguments[0], api::Role::read, std::nullopt};
  if (const auto role = invocation.text("--role")) request.role = ICN_TRY(api::parse_enum<api::Role>("role", *role));
  if (const auto until = invocation.text("--until")) request.until = ICN_TRY(moment_of(*until, ICN_TRY(now())));
  const api::NewAccess made = ICN_TRY(on_node<&api::call<api::MakeAccess>>(invocation, request));
  return Answer{api::json_text(made), made.secret + "\n", 0};
}

Result<Answer> access_list(const Invocation& invocation) {
  const api::AccessList list = ICN_TRY(on_node<&api::call<api::ListAccess>>(invocation, {}));
  Table table({{"NAME"}, {"ROLE"}, {"ENDS"}, {"DID", Align::left, true}}, output_look());
  for (const api::AccessView& key : list.keys)
    table.add({key.name, std::string(api::role_name(key.role)), end_text(key), key.did.to_text()});
  return Answer{.json = api::json_text(list), .laid_out = table.text()};
}

Result<Answer> access_revoke(const Invocation& invocation) {
  const api::AccessView key = ICN_TRY(on_node<&api::call<api::RevokeAccess>>(invocation, {invocation.arguments[0]}));
  return Answer{api::json_text(key), "the node accepts no request with the API key '" + key.name + "' any more\n", 0};
}

}  // namespace icn::cli::commands
