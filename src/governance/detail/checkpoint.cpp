#include "governance/detail/checkpoint.hpp"

#include "governance/detail/ended_pages.hpp"
#include "governance/detail/proposal_codec.hpp"
#include "model/keys.hpp"

namespace icn::governance::detail {
namespace {

using ipld::CborReader;
using ipld::CborWriter;
using model::UnixMs;

constexpr std::uint8_t kCheckpointVersion = 2;
constexpr std::size_t kScopeFields = 10;
constexpr std::size_t kMemberFields = 5;

Result<model::Did> read_key(CborReader& reader) {
  const ByteView bytes = ICN_TRY(reader.bytes());
  model::PublicKey key{};
  if (bytes.size() != key.size()) return bad("a key of the wrong length");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return model::Did::of_key(key);
}

}  // namespace

void Machine::write(CborWriter& writer) const {
  writer.array(6).link(scope_.id());
  write_scope(writer);
  write_delegations(writer);
  write_open(writer);
}

void Machine::write_scope(CborWriter& writer) const {
  writer.array(kScopeFields).unsigned_integer(scope_.position()).link(scope_.head());
  writer.unsigned_integer(scope_.time().value).bytes(scope_.clerk().key());
  std::vector<std::pair<std::string_view, std::string>> changed;
  for (const model::ParameterRow& row : model::parameter_table()) {
    const std::string value = *scope_.parameters().text(row.name);
    if (value != *genesis_.parameters().text(row.name)) changed.emplace_back(row.name, value);
  }
  writer.array(2 * changed.size());
  for (const auto& [name, value] : changed) writer.text(name).text(value);
  writer.array(3 * scope_.mana_rates().size());
  for (const model::RateSegment& segment : scope_.mana_rates()) {
    writer.unsigned_integer(segment.from.value).unsigned_integer(segment.umana_per_hour);
    writer.unsigned_integer(segment.cap.umana);
  }
  if (const auto& required = scope_.required_version()) {
    writer.array(2).text(required->version.to_text()).unsigned_integer(required->since);
  } else {
    writer.null();
  }
  writer.array(4 * scope_.peers().size());
  for (const auto& [peer, row] : scope_.peers()) {
    writer.link(peer).unsigned_integer(row.terms.rate_ppm).unsigned_integer(row.terms.credit.umana);
    writer.unsigned_integer(row.since);
  }
  write_keys(writer);
  write_members(writer);
}

void Machine::write_keys(CborWriter& writer) const {
  writer.array(2 * scope_.keys().all().size());
  for (const auto& [did, changes] : scope_.keys().all()) {
    writer.bytes(did.key()).array(2 * changes.size());
    for (const model::SigningKeys::Change& change : changes)
      writer.unsigned_integer(change.since).bytes(change.key.key());
  }
}

// In the order of the roll, which numbers them: those whose record or history is another than in the genesis.
void Machine::write_members(CborWriter& writer) const {
  std::vector<std::uint32_t> changed;
  for (std::uint32_t number = 0; number < roll_.size(); ++number) {
    const model::MemberRecord* const before = genesis_.find(roll_.did(number));
    if (before == nullptr || *before != *scope_.find(roll_.did(number))) changed.push_back(number);
  }
  writer.array(changed.size());
  for (const std::uint32_t number : changed) {
    const model::MemberRecord& record = *scope_.find(roll_.did(number));
    const std::vector<Roll::Change> changes = roll_.changes(number);
    writer.array(kMemberFields + 1).bytes(roll_.did(number).key()).bytes(record.home.key());
    writer.unsigned_integer(static_cast<std::uint64_t>(record.status)).unsigned_integer(record.since);
    writer.unsigned_integer(record.since_time.value).array(2 * changes.size());
    for (const Roll::Change& change : changes) writer.unsigned_integer(change.since).boolean(change.active);
  }
}

void Machine::write_delegations(CborWriter& writer) const {
  std::size_t lists = 0;
  for (const auto& [delegator, slots] : delegations_.all()) {
    for (const auto& changes : slots) lists += changes.empty() ? 0 : 1;
  }
  writer.array(3 * lists);
  for (const auto& [delegator, slots] : delegations_.all()) {
    for (std::size_t slot = 0; slot < kTopics; ++slot) {
      if (slots[slot].empty()) continue;
      // Kinds may be added; the empty text is all of them.
      const model::Topic topic = topic_of(slot);
      writer.unsigned_integer(delegator).text(topic ? model::proposal_kind_name(*topic) : "");
      writer.array(4 * slots[slot].size());
      for (const DelegationChange& change : slots[slot]) {
        writer.unsigned_integer(change.position).unsigned_integer(change.counter).unsigned_integer(change.delegate);
        writer.unsigned_integer(change.until);
      }
    }
  }
}

Result<Machine> Machine::read(CborReader& reader, std::span<const Bytes> ended, model::Scope genesis) {
  Machine machine(std::move(genesis));
  ICN_TRY(expect(reader, 6, "a checkpoint"));
  if (ICN_TRY(reader.link()) != machine.scope_.id()) return bad("it is of another scope");
  ICN_TRY(machine.read_scope(reader));
  ICN_TRY(machine.read_delegations(reader));
  ICN_TRY(machine.read_proposals(reader, ended));
  ICN_TRY(reader.end());
  return machine;
}

Result<void> Machine::read_scope(CborReader& reader) {
  ICN_TRY(expect(reader, kScopeFields, "a scope"));
  model::ScopeChanges changes;
  changes.position = ICN_TRY(reader.unsigned_integer());
  changes.head = ICN_TRY(reader.link());
  changes.time = ICN_TRY(read_time(reader));
  changes.clerk = ICN_TRY(read_key(reader));
  changes.parameters = genesis_.parameters();
  for (std::size_t left = ICN_TRY(reader.array()); left != 0; left -= 2) {
    if (left == 1) return bad("a parameter has no value");
    const std::string name(ICN_TRY(reader.text()));
    ICN_TRY(changes.parameters.set(name, ICN_TRY(reader.text())));
  }
  const std::size_t rates = ICN_TRY(reader.array());
  if (rates == 0 || rates % 3 != 0) return bad("another number of rates");
  for (std::size_t i = 0; i < rates; i += 3) {
    const UnixMs from = ICN_TRY(read_time(reader));
    const std::uint64_t rate = ICN_TRY(reader.unsigned_integer());
    changes.mana_rates.push_back({from, rate, model::Mana{ICN_TRY(reader.unsigned_integer())}});
  }
  if (!ICN_TRY(reader.try_null())) {
    ICN_TRY(expect(reader, 2, "the required version"));
    const auto version = model::ProgramVersion::parse(ICN_TRY(reader.text()));
    if (!version) return bad("the required version is not a version");
    const std::uint64_t since = ICN_TRY(reader.unsigned_integer());
    changes.required_version = model::RequiredVersion{*version, since};
  }
  const std::size_t peers = ICN_TRY(reader.array());
  if (peers % 4 != 0) return bad("another number of peers");
  for (std::size_t i = 0; i < peers; i += 4) {
    const ipld::Cid peer = ICN_TRY(reader.link());
    model::Peer row;
    row.terms.rate_ppm = ICN_TRY(reader.unsigned_integer());
    row.terms.credit = model::Mana{ICN_TRY(reader.unsigned_integer())};
    row.since = ICN_TRY(reader.unsigned_integer());
    changes.peers.insert_or_assign(peer, row);
  }
  changes.keys = ICN_TRY(read_keys(reader));
  ICN_TRY(read_members(reader, changes));
  scope_.restore(std::move(changes));
  return {};
}

Result<model::SigningKeys> Machine::read_keys(CborReader& reader) {
  std::map<model::Did, model::SigningKeys::Changes> keys;
  for (std::size_t left = ICN_TRY(reader.array()); left != 0; left -= 2) {
    if (left == 1) return bad("a DID has no keys");
    const model::Did did = ICN_TRY(read_key(reader));
    const std::size_t numbers = ICN_TRY(reader.array());
    if (numbers == 0 || numbers % 2 != 0) return bad("a DID has another number of keys");
    model::SigningKeys::Changes changes;
    for (std::size_t i = 0; i < numbers; i += 2) {
      const std::uint64_t since = ICN_TRY(reader.unsigned_integer());
      const auto key = ICN_TRY(read_key(reader));
      changes.push_back({since, key});
    }
    keys.insert_or_assign(did, std::move(changes));
  }
  return model::SigningKeys(std::move(keys));
}

Result<void> Machine::read_members(CborReader& reader, model::ScopeChanges& changes) {
  for (std::size_t left = ICN_TRY(reader.array()); left != 0; --left) {
    ICN_TRY(expect(reader, kMemberFields + 1, "a member"));
    model::ListedMember member;
    member.did = ICN_TRY(read_key(reader));
    member.record.home = ICN_TRY(read_key(reader));
    member.record.status = ICN_TRY(read_below<model::MemberStatus>(reader, model::kMemberStatuses, "a status"));
    member.record.since = ICN_TRY(reader.unsigned_integer());
    member.record.since_time = ICN_TRY(read_time(reader));
    const std::size_t numbers = ICN_TRY(reader.array());
    if (numbers == 0 || numbers % 2 != 0) return bad("a member has another number of changes");
    std::vector<Roll::Change> history;
    for (std::size_t i = 0; i < numbers; i += 2) {
      const std::uint64_t since = ICN_TRY(reader.unsigned_integer());
      const bool is_member = ICN_TRY(reader.boolean());
      history.push_back({since, is_member});
    }
    roll_.restore(member.did, std::move(history));
    changes.members.push_back(member);
  }
  return {};
}

Result<void> Machine::read_delegations(CborReader& reader) {
  const std::size_t all = ICN_TRY(reader.array());
  if (all % 3 != 0) return bad("another number of delegations");
  for (std::size_t i = 0; i < all; i += 3) {
    const auto delegator = ICN_TRY(read_below<std::uint32_t>(reader, roll_.size(), "a delegator"));
    const std::string_view name = ICN_TRY(reader.text());
    const auto kind = model::find_proposal_kind(name);
    if (!kind && !name.empty()) return bad("an unknown topic");
    const std::size_t numbers = ICN_TRY(reader.array());
    if (numbers == 0 || numbers % 4 != 0) return bad("a delegation has another number of changes");
    std::vector<DelegationChange> changes;
    for (std::size_t at = 0; at < numbers; at += 4) {
      DelegationChange change;
      change.position = ICN_TRY(reader.unsigned_integer());
      change.counter = ICN_TRY(reader.unsigned_integer());
      const std::uint64_t delegate = ICN_TRY(reader.unsigned_integer());
      if (delegate >= roll_.size() && delegate != kNoOne) return bad("an unknown delegate");
      change.delegate = static_cast<std::uint32_t>(delegate);
      change.until = ICN_TRY(reader.unsigned_integer());
      changes.push_back(change);
    }
    delegations_.restore(delegator, slot_of(kind), std::move(changes));
  }
  return {};
}

Bytes encode_checkpoint(const Machine& machine) {
  CborWriter writer(4096);
  machine.write(writer);
  Bytes bytes{kCheckpointVersion};
  append(bytes, writer.view());
  append(bytes, ipld::sha256(bytes));
  return bytes;
}

Result<Machine> decode_checkpoint(ByteView bytes, std::span<const Bytes> ended, model::Scope genesis) {
  constexpr std::size_t kSumBytes = 32;
  if (bytes.size() < 1 + kSumBytes || bytes[0] == 0) return bad("a checkpoint of governance is damaged");
  if (bytes[0] != kCheckpointVersion)
    return fail(ErrorCode::unsupported_version, "a checkpoint of governance has another version");
  const ByteView content = bytes.first(bytes.size() - kSumBytes);
  const ipld::Digest sum = ipld::sha256(content);
  if (!std::equal(sum.begin(), sum.end(), bytes.end() - kSumBytes)) return bad("a checkpoint of governance is damaged");
  CborReader reader(content.subspan(1));
  auto machine = Machine::read(reader, ended, std::move(genesis));
  if (!machine) return bad("a checkpoint of governance cannot be read: " + machine.error().detail);
  return machine;
}

Bytes checkpoint_key(std::uint64_t position) { return model::key_of(model::keys::kScopeCheckpoint, position); }

Result<std::vector<ports::StoredParts>> stored_checkpoints(const ports::StateReader& store) {
  return ports::list_parts(store, model::key_of(model::keys::kScopeCheckpoint),
                           model::end_of(model::keys::kScopeCheckpoint));
}

Result<Bytes> read_checkpoint(const ports::StateReader& store, const ports::StoredParts& stored) {
  return ports::join_parts(store, checkpoint_key(stored.number), stored.parts);
}

}  // namespace icn::governance::detail
