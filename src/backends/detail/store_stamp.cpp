#include "backends/detail/store_stamp.hpp"

namespace icn::backends::detail {
namespace {

std::uint64_t join(std::uint32_t high, std::uint32_t low) { return std::uint64_t{high} << 32 | low; }

}  // namespace

Bytes StoreStamp::encode() const {
  Bytes bytes;
  bytes.reserve(kBytes);
  for (const std::uint64_t number : {join(magic, version), folder, write, durable, first, second})
    append_be64(bytes, number);
  return bytes;
}

Result<StoreStamp> StoreStamp::decode(ByteView bytes, const StoreKind& kind, std::string_view path) {
  const std::uint64_t head = bytes.size() < 8 ? 0 : read_be64(bytes.data());
  StoreStamp stamp;
  stamp.magic = static_cast<std::uint32_t>(head >> 32);
  stamp.version = static_cast<std::uint32_t>(head);
  if (stamp.magic != kind.magic) {
    return fail(ErrorCode::invalid_format,
                std::string(path) + " holds no " + std::string(kind.name) + " but unrelated data; nothing was changed");
  }
  if (stamp.version != kind.version) {
    return fail(ErrorCode::unsupported_version, std::string(path) + " has version " + std::to_string(stamp.version) +
                                                    "; this program reads version " + std::to_string(kind.version) +
                                                    ". Nothing was changed; open it with the release that wrote it");
  }
  if (bytes.size() != kBytes) return fail(ErrorCode::corrupted, std::string(path) + ": its stamp has the wrong length");
  const std::uint8_t* at = bytes.data() + 8;
  for (std::uint64_t* number : {&stamp.folder, &stamp.write, &stamp.durable, &stamp.first, &stamp.second}) {
    *number = read_be64(at);
    at += 8;
  }
  return stamp;
}

}  // namespace icn::backends::detail
