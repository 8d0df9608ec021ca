// The command that resolves a DID.
#include "api/dids.hpp"
#include "cli/commands/commands.hpp"
#include "cli/session.hpp"

namespace icn::cli::commands {

Result<Answer> did_resolve(const Invocation& invocation) {
  const auto resolver = ICN_TRY(did_resolver(ICN_TRY(configuration(invocation))));
  api::Context context;
  context.did_resolver = resolver.get();
  const api::DidDocumentView resolved = ICN_TRY(api::resolve_did(context, {invocation.arguments[0]}));
  return Answer{api::json_text(resolved), api::document_text(resolved)};
}

}  // namespace icn::cli::commands
