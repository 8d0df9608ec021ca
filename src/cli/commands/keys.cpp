// The commands on member keys: list, new, show.
#include "api/keys.hpp"

#include <fmt/core.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

std::string key_text(const api::KeyView& key) {
  Lines lines;
  lines.add("name", key.name);
  lines.add("did", key.did.to_text());
  lines.add("member", key.is_member ? "yes" : "no: the scope has not admitted it");
  lines.add("signs", key.is_default ? "by default" : "with --as " + key.name);
  if (key.key != key.did)
    lines.add("key", fmt::format("{}, since position {} of the log", key.key.to_text(), key.since));
  lines.add("file", key.file ? *key.file : "not in the data folder");
  return lines.text();
}

}  // namespace

Result<Answer> key_list(const Invocation& invocation) {
  const api::KeyList list = ICN_TRY(on_node<&api::call<api::ListKeys>>(invocation, {}));
  Table table({{"NAME"}, {"DID", Align::left, true}, {"MEMBER"}, {"DEFAULT"}}, output_look());
  for (const api::KeyView& key : list.keys)
    table.add({key.name, key.did.to_text(), key.is_member ? "yes" : "no", key.is_default ? "yes" : "no"});
  return Answer{.json = api::json_text(list), .laid_out = table.text()};
}

Result<Answer> key_show(const Invocation& invocation) {
  std::string name;
  if (!invocation.arguments.empty()) {
    name = invocation.arguments[0];
  } else {
    name = ICN_TRY(on_node<&api::call<api::ListKeys>>(invocation, {})).keys.front().name;
  }
  const api::KeyView key = ICN_TRY(on_node<&api::call<api::ShowKey>>(invocation, {name}));
  return Answer{api::json_text(key), key_text(key), 0};
}

Result<Answer> key_new(const Invocation& invocation) {
  const api::KeyView key =
      ICN_TRY(on_node<&api::call<api::NewKey>>(invocation, {invocation.arguments[0], invocation.text("--pkcs11")}));
  return Answer{api::json_text(key), key_text(key), 0};
}

Result<Answer> key_rotate(const Invocation& invocation) {
  const api::KeyView key =
      ICN_TRY(on_node<&api::call<api::RotateKey>>(invocation, {invocation.arguments[0], invocation.text("--pkcs11")}));
  return Answer{api::json_text(key), key_text(key), 0};
}

}  // namespace icn::cli::commands
