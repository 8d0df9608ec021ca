// Computes the CID of a file's bytes and stores nothing (docs/OPERATIONS.md). Thread safe.
#pragma once
#include "api/operation.hpp"
#include "ipld/cid.hpp"

namespace icn::api {

enum class NamedAs : std::uint8_t { raw, dag_cbor, unixfs };

template <>
struct EnumNames<NamedAs> {
  static constexpr auto values = first_values<NamedAs, 3>();
  static_assert(values.back() == NamedAs::unixfs);
  static std::string_view name(NamedAs codec) {
    constexpr std::array<std::string_view, 3> names{"raw", "dag-cbor", "unixfs"};
    return names[static_cast<std::size_t>(codec)];
  }
};

struct NameBytesRequest {
  NamedAs codec = NamedAs::unixfs;

  static constexpr auto fields() {
    return std::tuple{Field<&NameBytesRequest::codec>{
        "codec", "one block of bytes, one block of DAG-CBOR, or a file in chunks", {.missing = Missing::allowed}}};
  }
};

struct BytesNamed {
  static constexpr std::string_view kName = "cid";
  static constexpr std::string_view kText = "The CID of a file's bytes.";
  ipld::Cid cid;
  NamedAs codec = NamedAs::unixfs;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    using T = BytesNamed;
    return std::tuple{
        Field<&T::cid>{"cid", "CID of the bytes"},
        Field<&T::codec>{"codec", "how the bytes were interpreted"},
        Field<&T::bytes>{"bytes", "number of bytes"},
    };
  }
};

// Reads the bytes from Context::in. Errors: invalid_format (not DAG-CBOR), limit_exceeded (max_block_bytes).
[[nodiscard]] Result<BytesNamed> name_bytes(Context& context, const NameBytesRequest& request);

}  // namespace icn::api
