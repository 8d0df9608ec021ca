// The command that computes the CID of a file without a data folder.
#include "api/cid.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files.hpp"

namespace icn::cli::commands {

Result<Answer> cid(const Invocation& invocation) {
  const std::string codec = invocation.text("--codec").value_or("unixfs");
  const auto parsed = api::parse_enum<api::NamedAs>("codec", codec);
  if (!parsed)
    return fail(ErrorCode::invalid_argument, "--codec " + codec + ": the codecs are raw, dag-cbor and unixfs");
  const InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  api::Context context;
  context.in = [&](std::uint8_t* to, std::size_t size) { return file.read({to, size}); };
  const auto named = api::name_bytes(context, {*parsed});
  if (!named) return fail(within(file.name(), named.error()));
  return Answer{api::json_text(*named), named->cid.to_text() + "\n", 0};
}

}  // namespace icn::cli::commands
