// Goal: any bytes are refused with an error, or are canonical and have links and a text form.
#include <cstdint>

#include "core/check.hpp"
#include "ipld/dag_cbor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icn;
  const ByteView bytes(data, size);
  if (!ipld::validate_dag_cbor(bytes)) return 0;
  ipld::CborReader reader(bytes);
  const auto whole = reader.skip();
  ICN_CHECK(whole.has_value() && whole->size() == size);
  ICN_CHECK(reader.end().has_value());
  // A value has exactly one encoding: written again it is unchanged.
  ipld::CborWriter writer;
  writer.encoded(*whole);
  ICN_CHECK(writer.view() == Bytes(data, data + size));
  const auto links = ipld::links_of_dag_cbor(bytes);
  ICN_CHECK(links.has_value());
  for (const ipld::Cid& cid : *links) ICN_CHECK(ipld::Cid::parse(cid.to_text()) == cid);
  const auto text = ipld::dag_json_of_dag_cbor(bytes);
  ICN_CHECK(text.has_value() || text.error().code == ErrorCode::unsupported);
  return 0;
}
