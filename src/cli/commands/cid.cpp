// The command that names a file without a data folder.
#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/files.hpp"
#include "cli/views.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"
#include "ports/dag_store.hpp"

namespace icn::cli::commands {
namespace {

struct Named {
  ipld::Cid cid;
  std::uint64_t bytes = 0;
};

Result<Named> raw_cid(InputFile& file) {
  Named named;
  ipld::Sha256 hash;
  ICN_TRY(file.for_each_piece([&](ByteView piece) -> Result<void> {
    hash.update(piece);
    named.bytes += piece.size();
    return {};
  }));
  named.cid = ipld::Cid(ipld::Codec::raw, hash.finish());
  return named;
}

Result<Named> dag_cbor_cid(InputFile& file) {
  Bytes bytes;
  ICN_TRY(file.for_each_piece([&](ByteView piece) -> Result<void> {
    append(bytes, piece);
    if (bytes.size() <= ports::kBlockBytesMax) return {};
    return refuse(ErrorCode::limit_exceeded, "max_block_bytes",
                  "larger than a block may be (" + std::to_string(ports::kBlockBytesMax) + " bytes)");
  }));
  ICN_TRY(ipld::validate_dag_cbor(bytes));
  return Named{ipld::Cid::of(ipld::Codec::dag_cbor, bytes), bytes.size()};
}

Result<Named> unixfs_cid(InputFile& file) {
  Named named;
  ipld::FileBuilder builder([](const ipld::Block&) -> Result<void> { return {}; });
  ICN_TRY(file.for_each_piece([&](ByteView piece) {
    named.bytes += piece.size();
    return builder.write(piece);
  }));
  named.cid = ICN_TRY(builder.finish());
  return named;
}

}  // namespace

Result<Answer> cid(const Invocation& invocation) {
  const std::string codec = invocation.text("--codec").value_or("unixfs");
  const auto name = codec == "raw"        ? raw_cid
                    : codec == "dag-cbor" ? dag_cbor_cid
                    : codec == "unixfs"   ? unixfs_cid
                                          : nullptr;
  if (name == nullptr)
    return fail(ErrorCode::invalid_argument, "--codec " + codec + ": the codecs are raw, dag-cbor and unixfs");
  InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  const auto named = name(file);
  if (!named) return fail(within(file.name(), named.error()));
  nlohmann::ordered_json json;
  json["cid"] = named->cid.to_text();
  json["codec"] = codec;
  json["bytes"] = named->bytes;
  return Answer{dump(json), named->cid.to_text() + "\n", 0};
}

}  // namespace icn::cli::commands
