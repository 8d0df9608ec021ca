#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "core/log.hpp"
#include "runtime/mana.hpp"

namespace icn::cli::commands {
namespace {

// A folder that remembers its keys and forgets what they did is a trap for whoever did not mean it.
void warn_of_stores_that_forget(const folder::StoresAsked& stores) {
  for (const folder::StorePort port : folder::kStorePorts) {
    if (!stores[port]) continue;
    const auto found = folder::describe_store(port, stores[port]->value);
    if (!found || found->name != "memory") continue;
    log(LogLevel::warning, "store",
        std::string(stores[port]->by) +
            " memory: nothing that this store holds survives the process that wrote it; the next "
            "command finds it empty. It is for tests: leave the option out to keep things on disk");
  }
}

}  // namespace

Result<Answer> init(const Invocation& invocation) {
  const std::filesystem::path path = ICN_TRY(data_path(invocation));
  node::FoundingOptions options;
  options.owner = "icn init";
  options.compile_command = compile_command();
  options.settings = ICN_TRY(node_settings());
  options.protection =
      invocation.has("--development") ? identity::KeyProtection::plain : identity::KeyProtection::passphrase;
  options.passphrase = passphrase_source(invocation, folder::Confirm::twice);
  if (const auto name = invocation.text("--name")) options.name = *name;
  if (const auto grant = invocation.text("--grant")) options.grant = ICN_TRY(model::Mana::parse(*grant));
  if (const auto endowment = invocation.text("--endowment"))
    options.endowment = ICN_TRY(model::Mana::parse(*endowment));
  options.stores = ICN_TRY(stores_asked(invocation));
  const auto node = ICN_TRY(node::EmbeddedNode::found(path, options));
  warn_of_stores_that_forget(options.stores);
  const runtime::AccountView account = view_account(node->state(), node->member());
  nlohmann::ordered_json json;
  json["data"] = std::filesystem::absolute(path).string();
  json["scope"] = node->state().scope().id.to_text();
  json["member"] = node->member().to_text();
  json["node"] = node->state().node_did().to_text();
  json["grant_umana"] = umana_text(account.balance.posted);
  json["keys"] = options.protection == identity::KeyProtection::plain ? "plain" : "passphrase";
  std::string text = "A scope of one member lives in " + path.string() + ".\n";
  text += "scope       " + node->state().scope().id.to_text() + "\n";
  text += "member      " + node->member().to_text() + "\n";
  text += "node        " + node->state().node_did().to_text() + "\n";
  text += "granted     " + account.balance.posted.to_text() + "\n";
  if (options.protection == identity::KeyProtection::plain) text += "The keys are plain files: for development only.\n";
  text += "Next: icn --data " + path.string() + " job run PROGRAM.wasm < FILE\n";
  return Answer{dump(json), std::move(text), 0};
}

}  // namespace icn::cli::commands
