#include "api/cid.hpp"

#include "api/detail/derive.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"
#include "ports/dag_store.hpp"

namespace icn::api {
namespace {

// Passes the bytes of the request to `take` piece by piece and returns their number.
template <class Take>
Result<std::uint64_t> for_each_piece(const Context& context, Take take) {
  std::uint64_t bytes = 0;
  Bytes piece(256 * 1024);
  while (context.in) {
    const std::size_t got = ICN_TRY(context.in(piece.data(), piece.size()));
    if (got == 0) break;
    bytes += got;
    ICN_TRY(take(ByteView(piece).first(got)));
  }
  return bytes;
}

Result<BytesNamed> name_raw(const Context& context) {
  BytesNamed named;
  ipld::Sha256 hash;
  named.bytes = ICN_TRY(for_each_piece(context, [&](ByteView piece) -> Result<void> {
    hash.update(piece);
    return {};
  }));
  named.cid = ipld::Cid(ipld::Codec::raw, hash.finish());
  return named;
}

Result<BytesNamed> name_dag_cbor(const Context& context) {
  BytesNamed named;
  Bytes block;
  named.bytes = ICN_TRY(for_each_piece(context, [&](ByteView piece) -> Result<void> {
    append(block, piece);
    if (block.size() <= ports::kBlockBytesMax) return {};
    return refuse(ErrorCode::limit_exceeded, "max_block_bytes",
                  "longer than the longest block (" + std::to_string(ports::kBlockBytesMax) + " bytes)");
  }));
  ICN_TRY(ipld::validate_dag_cbor(block));
  named.cid = ipld::Cid::of(ipld::Codec::dag_cbor, block);
  return named;
}

Result<BytesNamed> name_file(const Context& context) {
  BytesNamed named;
  ipld::FileBuilder builder([](const ipld::Block&) -> Result<void> { return {}; });
  named.bytes = ICN_TRY(for_each_piece(context, [&](ByteView piece) { return builder.write(piece); }));
  named.cid = ICN_TRY(builder.finish());
  return named;
}

}  // namespace

Result<BytesNamed> name_bytes(Context& context, const NameBytesRequest& request) {
  BytesNamed named = ICN_TRY(request.codec == NamedAs::raw        ? name_raw(context)
                             : request.codec == NamedAs::dag_cbor ? name_dag_cbor(context)
                                                                  : name_file(context));
  named.codec = request.codec;
  return named;
}

template struct Shape<NameBytesRequest>;
template struct Shape<BytesNamed>;

}  // namespace icn::api
