#include <fmt/core.h>

#include <algorithm>

#include "api/folders.hpp"
#include "cli/commands/commands.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "core/log.hpp"
#include "node/founding_operation.hpp"

namespace icn::cli::commands {
namespace {

// Warns because a folder that keeps its keys but loses their history surprises users who did not intend it.
void warn_of_stores_that_forget(const folder::StoresAsked& stores) {
  for (const folder::StorePort port : folder::kStorePorts) {
    if (!stores[port]) continue;
    const auto found = folder::describe_store(port, stores[port]->value);
    if (!found || found->name != "memory") continue;
    log(LogLevel::warning, "store",
        fmt::format("{} memory: this store loses its content when the process ends, and the next "
                    "command finds it empty. It is for tests: omit the option to keep data on disk",
                    stores[port]->by));
  }
}

}  // namespace

Result<Answer> init(const Invocation& invocation) {
  const std::filesystem::path path = ICN_TRY(data_path(invocation));
  const config::Configuration configured = ICN_TRY(configuration(invocation));
  const folder::StoresAsked stores = stores_asked(configured);
  api::InitRequest request;
  request.data = path.string();
  if (invocation.has("--development")) request.keys = identity::KeyProtection::plain;
  if (const auto name = invocation.text("--name")) request.name = *name;
  if (const auto members = invocation.text("--members")) {
    for (std::size_t at = 0; at <= members->size();) {
      const std::size_t end = std::min(members->find(',', at), members->size());
      request.members.push_back(members->substr(at, end - at));
      at = end + 1;
    }
  }
  if (const auto grant = invocation.text("--grant")) request.grant = ICN_TRY(model::Mana::parse(*grant));
  if (const auto endowment = invocation.text("--endowment"))
    request.endowment = ICN_TRY(model::Mana::parse(*endowment));
  if (stores.state) request.state_store = stores.state->value;
  if (stores.dag) request.dag_store = stores.dag->value;
  node::OpeningOptions process;
  process.owner = "icn init";
  process.passphrase = passphrase_source(invocation, folder::Confirm::twice);
  process.compile_command = compile_command();
  process.configuration = configured;
  api::Slots slots;
  node::bind_founding_operation(process, slots);
  api::Context context{.slots = &slots};
  const api::NewNode node = ICN_TRY(api::call<api::InitNode>(context, request));
  warn_of_stores_that_forget(stores);
  const std::size_t members = node.members.size();
  std::string text = fmt::format("Created a scope of {} in {}.\n",
                                 members == 1 ? "one member" : fmt::format("{} members", members), path.string());
  text += "scope       " + node.scope.to_text() + "\n";
  for (const api::NewMember& member : node.members)
    text += "member      " + member.did.to_text() + (members == 1 ? "" : "  " + member.name) + "\n";
  text += "node        " + node.node.to_text() + "\n";
  text += "granted     " + mana_text(node.grant) + "\n";
  if (node.keys == identity::KeyProtection::plain) text += "The keys are plain files: for development only.\n";
  text += "Next: icn --data " + path.string() + " job run PROGRAM.wasm < FILE\n";
  return Answer{api::json_text(node), std::move(text), 0};
}

}  // namespace icn::cli::commands
