// Links and the DAG-JSON text of any canonical value.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_pb.hpp"
#include "ipld/links.hpp"

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

// The shortest digits that round-trip, formatted as ECMAScript does. DAG-JSON distinguishes floats
// from integers by the decimal point.
std::string float_text(double value) {
  constexpr int decimal_max = 21;  // a number of more digits before the point has an exponent
  constexpr int zeros_max = 6;     // a number of more zeros after the point has one too
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t mark = text.find('e');
  std::string digits(text.substr(0, mark));
  if (digits.size() > 1) digits.erase(1, 1);  // the point
  int exponent = 0;
  const std::string_view power = text.substr(mark + 1);
  std::from_chars(power.data() + (power[0] == '+' ? 1 : 0), power.data() + power.size(), exponent);
  const int point = exponent + 1;  // digits before it
  const auto count = static_cast<int>(digits.size());
  std::string out = std::signbit(value) ? "-" : "";
  if (point > decimal_max || point < 1 - zeros_max) {
    out += digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + "e" + (exponent < 0 ? "-" : "+") +
           std::to_string(std::abs(exponent));
  } else if (point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else if (count <= point) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0') + ".0";
  } else {
    digits.insert(static_cast<std::size_t>(point), 1, '.');
    out += digits;
  }
  return out;
}

// -1 - n for the n in the head. n can be 2^64 - 1, so the result may not fit a 64-bit integer.
std::string negative_text(ByteView encoded) {
  std::uint64_t n = encoded[0] & 31U;
  if (encoded.size() > 1) {
    n = 0;
    for (const std::uint8_t byte : encoded.subspan(1)) n = n << 8 | byte;
  }
  return n == UINT64_MAX ? "-18446744073709551616" : "-" + std::to_string(n + 1);
}

std::string bytes_text(ByteView bytes) { return R"({"/":{"bytes":")" + to_base64(bytes) + R"("}})"; }
std::string link_text(const Cid& cid) { return R"({"/":")" + cid.to_text() + R"("})"; }

Result<void> append_json(std::string& out, CborReader& reader);

Result<void> append_array(std::string& out, CborReader& reader) {
  const std::size_t count = ICN_TRY(reader.array());
  out.push_back('[');
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out.push_back(',');
    ICN_TRY(append_json(out, reader));
  }
  out.push_back(']');
  return {};
}

// DAG-JSON sorts keys by their bytes alone. There a first key "/" marks a link or bytes.
Result<void> append_map(std::string& out, CborReader& reader) {
  struct Member {
    std::string_view key;
    CborKind kind;
    std::string value;
  };
  std::vector<Member> members(ICN_TRY(reader.map()));
  for (Member& member : members) {
    member.key = ICN_TRY(reader.text());
    member.kind = ICN_TRY(reader.peek());
    ICN_TRY(append_json(member.value, reader));
  }
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.key < b.key; });
  if (!members.empty() && members[0].key == "/" &&
      (members[0].kind == CborKind::text || members[0].kind == CborKind::map)) {
    return fail(ErrorCode::unsupported, "a map whose first key is '/' has no DAG-JSON form");
  }
  out.push_back('{');
  for (const Member& member : members) {
    if (&member != members.data()) out.push_back(',');
    append_json_text(out, member.key);
    out.push_back(':');
    out += member.value;
  }
  out.push_back('}');
  return {};
}

// The whole value was already checked by a skip, so depth and canonical form are valid.
Result<void> append_json(std::string& out, CborReader& reader) {
  switch (ICN_TRY(reader.peek())) {
    case CborKind::unsigned_integer:
      out += std::to_string(ICN_TRY(reader.unsigned_integer()));
      return {};
    case CborKind::negative_integer:
      out += negative_text(ICN_TRY(reader.skip()));
      return {};
    case CborKind::bytes:
      out += bytes_text(ICN_TRY(reader.bytes()));
      return {};
    case CborKind::text:
      append_json_text(out, ICN_TRY(reader.text()));
      return {};
    case CborKind::link:
      out += link_text(ICN_TRY(reader.link()));
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
    case CborKind::array:
      return append_array(out, reader);
    case CborKind::map:
      return append_map(out, reader);
  }
  return {};
}

// The data model of a dag-pb node: {Data?, Links: [{Hash, Name?, Tsize?}]}.
std::string json_of_dag_pb(const PbNode& node) {
  std::string text = "{";
  if (node.data) text += R"("Data":)" + bytes_text(*node.data) + ",";
  text += R"("Links":[)";
  for (const PbLink& link : node.links) {
    if (&link != node.links.data()) text.push_back(',');
    text += R"({"Hash":)" + link_text(link.cid);
    if (link.name) {
      text += R"(,"Name":)";
      append_json_text(text, *link.name);
    }
    if (link.total_size) text += R"(,"Tsize":)" + std::to_string(*link.total_size);
    text.push_back('}');
  }
  return text + "]}";
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

Result<std::string> dag_json_of(const Block& block) {
  switch (block.cid.codec()) {
    case Codec::raw:
      return bytes_text(block.bytes);
    case Codec::dag_pb:
      return json_of_dag_pb(ICN_TRY(parse_dag_pb(block.bytes)));
    case Codec::dag_cbor:
      return dag_json_of_dag_cbor(block.bytes);
  }
  return fail(ErrorCode::unsupported, "block " + block.cid.to_text() + ": no DAG-JSON form");
}

Result<std::string> dag_json_of_dag_cbor(ByteView bytes) {
  ICN_TRY(validate_dag_cbor(bytes));
  CborReader reader(bytes);
  std::string text;
  ICN_TRY(append_json(text, reader));
  return text;
}

}  // namespace icn::ipld
