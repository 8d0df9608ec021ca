// The commands about the program itself: abi, completion, version.
#include <nlohmann/json.hpp>

#include "abi/describe.hpp"
#include "cli/commands/commands.hpp"
#include "cli/completion.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "wasm/executor.hpp"

namespace icn::cli::commands {

Result<Answer> abi(const Invocation& invocation) {
  const std::string form = invocation.text("--format").value_or("json");
  std::string text;
  if (form == "json") {
    text = icn::abi::host_abi_json();
  } else if (form == "md") {
    text = icn::abi::host_abi_markdown();
  } else if (form == "c") {
    text = icn::abi::host_abi_c_header();
  } else if (form == "rust") {
    text = icn::abi::host_abi_rust();
  } else {
    return fail(ErrorCode::invalid_argument, "--format " + form + ": the forms are json, md, c and rust");
  }
  return Answer{icn::abi::host_abi_json(), std::move(text), 0};
}

Result<Answer> completion(const Invocation& invocation) {
  const std::string script = ICN_TRY(completion_script(invocation.arguments[0]));
  nlohmann::ordered_json json;
  json["text"] = script;
  return Answer{dump(json), script, 0};
}

Result<Answer> version(const Invocation&) {
  const ipld::Cid profile = wasm::profile_block().cid;
  nlohmann::ordered_json json;
  json["version"] = ICN_VERSION;
  json["profile"] = profile.to_text();
  return Answer{dump(json), std::string("icn ") + ICN_VERSION + "\nprofile " + profile.to_text() + "\n", 0};
}

}  // namespace icn::cli::commands
