#include "stores/incarnation.hpp"

#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"

namespace icn::stores {
namespace {

constexpr std::uint64_t kVersion = 1;

Result<Restoration> restoration_from(ByteView bytes) {
  ipld::CborReader reader(bytes);
  auto map = ICN_TRY(ipld::CborMap::open(reader, "restore marker", 3));
  Restoration restoration;
  const std::uint64_t version = ICN_TRY(map.unsigned_integer("v"));
  if (version != kVersion) {
    return fail(ErrorCode::unsupported_version,
                "the restore marker has version " + std::to_string(version) + "; use the program that wrote it");
  }
  restoration.backup_made.value = ICN_TRY(map.unsigned_integer("made"));
  restoration.restored.value = ICN_TRY(map.unsigned_integer("restored"));
  ICN_TRY(reader.end());
  return restoration;
}

}  // namespace

Result<Incarnation> read_incarnation(const ports::StateReader& state) {
  Incarnation incarnation;
  if (const auto number = ICN_TRY(state.get(view_of(model::keys::kIncarnation)))) {
    if (number->size() != 8) return fail(ErrorCode::corrupted, "the node's incarnation is not an 8-byte number");
    incarnation.number = read_be64(number->data());
  }
  if (const auto marker = ICN_TRY(state.get(view_of(model::keys::kRestored)))) {
    auto restoration = restoration_from(*marker);
    if (!restoration && restoration.error().code == ErrorCode::invalid_format)
      return fail(ErrorCode::corrupted, restoration.error().detail);
    incarnation.restoration = ICN_TRY(std::move(restoration));
  }
  return incarnation;
}

void begin_incarnation(const Incarnation& before, const Restoration& restoration, ports::Batch& batch) {
  Bytes number;
  append_be64(number, before.number + 1);
  batch.put(bytes_of(model::keys::kIncarnation), std::move(number));
  ipld::CborWriter writer;
  writer.map(3);
  writer.key("v").unsigned_integer(kVersion);
  writer.key("made").unsigned_integer(restoration.backup_made.value);
  writer.key("restored").unsigned_integer(restoration.restored.value);
  batch.put(bytes_of(model::keys::kRestored), writer.take());
}

}  // namespace icn::stores
