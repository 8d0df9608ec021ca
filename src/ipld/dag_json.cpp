// Links and the DAG-JSON text of any canonical value.
#include <bit>
#include <charconv>

#include "ipld/dag_cbor.hpp"

namespace icn::ipld {
namespace {

void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::string_view controls = "\b\t\n\f\r";
  constexpr std::string_view letters = "btnfr";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (const std::size_t known = controls.find(c); known != std::string_view::npos) {
      out.push_back('\\');
      out.push_back(letters[known]);
    } else if (byte < 0x20) {
      out.append("\\u00").push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string to_base64(ByteView bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = buffer << 8 | byte;
    bits += 8;
    for (; bits >= 6; bits -= 6) text.push_back(digits[buffer >> (bits - 6) & 63U]);
  }
  if (bits > 0) text.push_back(digits[buffer << (6 - bits) & 63U]);
  return text;
}

// DAG-JSON keeps floats apart from integers by their point.
std::string float_text(double value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// -1 - n for the n that the head carries. n reaches 2^64 - 1, so the number may fit no 64-bit integer.
std::string negative_text(ByteView encoded) {
  std::uint64_t n = encoded[0] & 31U;
  if (encoded.size() > 1) {
    n = 0;
    for (const std::uint8_t byte : encoded.subspan(1)) n = n << 8 | byte;
  }
  return n == UINT64_MAX ? "-18446744073709551616" : "-" + std::to_string(n + 1);
}

// The whole value was checked by a skip before, so depth and canonical form hold.
Result<void> append_json(std::string& out, CborReader& reader) {
  switch (ICN_TRY(reader.peek())) {
    case CborKind::unsigned_integer:
      out += std::to_string(ICN_TRY(reader.unsigned_integer()));
      return {};
    case CborKind::negative_integer:
      out += negative_text(ICN_TRY(reader.skip()));
      return {};
    case CborKind::bytes:
      out += "{\"/\":{\"bytes\":\"" + to_base64(ICN_TRY(reader.bytes())) + "\"}}";
      return {};
    case CborKind::text:
      append_json_text(out, ICN_TRY(reader.text()));
      return {};
    case CborKind::link:
      out += "{\"/\":\"" + ICN_TRY(reader.link()).to_text() + "\"}";
      return {};
    case CborKind::boolean:
      out += ICN_TRY(reader.boolean()) ? "true" : "false";
      return {};
    case CborKind::null:
      out += "null";
      return reader.null();
    case CborKind::floating: {
      const ByteView bits = ICN_TRY(reader.skip());
      out += float_text(std::bit_cast<double>(read_be64(bits.data() + 1)));
      return {};
    }
    case CborKind::array: {
      const std::size_t count = ICN_TRY(reader.array());
      out.push_back('[');
      for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out.push_back(',');
        ICN_TRY(append_json(out, reader));
      }
      out.push_back(']');
      return {};
    }
    case CborKind::map: {
      const std::size_t count = ICN_TRY(reader.map());
      out.push_back('{');
      for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out.push_back(',');
        append_json_text(out, ICN_TRY(reader.text()));
        out.push_back(':');
        ICN_TRY(append_json(out, reader));
      }
      out.push_back('}');
      return {};
    }
  }
  return {};
}

Result<void> collect_links(CborReader& reader, std::vector<Cid>& links) {
  switch (ICN_TRY(reader.peek())) {
    case CborKind::link:
      links.push_back(ICN_TRY(reader.link()));
      return {};
    case CborKind::array: {
      const std::size_t count = ICN_TRY(reader.array());
      for (std::size_t i = 0; i < count; ++i) ICN_TRY(collect_links(reader, links));
      return {};
    }
    case CborKind::map: {
      const std::size_t count = ICN_TRY(reader.map());
      for (std::size_t i = 0; i < count; ++i) {
        ICN_TRY(reader.text());
        ICN_TRY(collect_links(reader, links));
      }
      return {};
    }
    default:
      ICN_TRY(reader.skip());
      return {};
  }
}

}  // namespace

Result<std::vector<Cid>> links_of_dag_cbor(ByteView bytes) {
  ICN_TRY(validate_dag_cbor(bytes));
  CborReader reader(bytes);
  std::vector<Cid> links;
  ICN_TRY(collect_links(reader, links));
  return links;
}

Result<std::string> dag_json_of_dag_cbor(ByteView bytes) {
  ICN_TRY(validate_dag_cbor(bytes));
  CborReader reader(bytes);
  std::string text;
  ICN_TRY(append_json(text, reader));
  return text;
}

}  // namespace icn::ipld
