// The commands about the program itself: abi, completion, version.
#include "api/about.hpp"
#include "api/command_line.hpp"
#include "cli/commands/commands.hpp"
#include "cli/completion.hpp"

namespace icn::cli::commands {

Result<Answer> abi(const Invocation& invocation) {
  api::AbiRequest request;
  if (const auto form = invocation.text("--format")) {
    const auto parsed = api::parse_enum<api::AbiForm>("format", *form);
    if (!parsed) return fail(within("--format", parsed.error()));
    request.form = *parsed;
  }
  std::string text;
  api::Context context;
  context.out = [&text](ByteView piece) -> Result<void> {
    text += text_of(piece);
    return {};
  };
  const api::HostAbi answer = ICN_TRY(api::describe_abi(context, request));
  return Answer{api::json_text(answer), std::move(text), 0};
}

Result<Answer> completion(const Invocation& invocation) {
  const api::ScriptText script{ICN_TRY(completion_script(invocation.arguments[0]))};
  return Answer{api::json_text(script), script.text, 0};
}

Result<Answer> version(const Invocation&) {
  api::Context context;
  const api::Version version = ICN_TRY(api::describe_version(context, {}));
  return Answer{api::json_text(version), "icn " + version.version + "\nprofile " + version.profile.to_text() + "\n", 0};
}

}  // namespace icn::cli::commands
