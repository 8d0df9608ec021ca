// The command that resolves a DID.
#include "api/dids.hpp"
#include "cli/commands/commands.hpp"
#include "cli/session.hpp"

namespace icn::cli::commands {

Result<Answer> did_resolve(const Invocation& invocation) {
  const auto resolver = ICN_TRY(did_resolver());
  api::Context context;
  context.did_resolver = resolver.get();
  const api::DidDocumentView document = ICN_TRY(api::resolve_did(context, {invocation.arguments[0]}));
  const std::string text = api::json_text(document);
  return Answer{text, text, 0};
}

}  // namespace icn::cli::commands
