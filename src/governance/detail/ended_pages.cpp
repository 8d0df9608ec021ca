#include "governance/detail/ended_pages.hpp"

#include <algorithm>

#include "governance/detail/proposal_codec.hpp"
#include "model/keys.hpp"

namespace icn::governance::detail {
namespace {

using ipld::CborReader;
using ipld::CborWriter;

constexpr std::size_t kEndedFields = 3;

// Longer than the prefix of checkpoints, whose keys have another length (ports::list_parts).
Bytes ended_prefix() {
  Bytes prefix = model::key_of(model::keys::kScopeCheckpoint);
  append(prefix, bytes_of("ended"));
  return prefix;
}

ipld::Digest chained(const ipld::Digest& before, ByteView row) {
  Bytes both(before.begin(), before.end());
  append(both, row);
  return ipld::sha256(both);
}

}  // namespace

Bytes Machine::ended_row(std::uint32_t number) const {
  const ProposalRecord& record = proposals_[number];
  const auto position = [](const ParameterChange& change) { return change.position; };
  const auto begin = std::ranges::lower_bound(parameter_changes_, record.ended_position, {}, position);
  const auto end = std::ranges::upper_bound(parameter_changes_, record.ended_position, {}, position);
  CborWriter writer(512);
  writer.array(kEndedFields).unsigned_integer(number);
  write_proposal(writer, record);
  writer.array(static_cast<std::size_t>(end - begin));
  std::for_each(begin, end, [&](const ParameterChange& change) { write_change(writer, change); });
  return writer.take();
}

void Machine::note_ended(std::uint32_t number) {
  ended_.push_back(number);
  ended_digest_ = chained(ended_digest_, ended_row(number));
}

Bytes Machine::ended_page(std::uint64_t after, std::uint64_t up_to) const {
  const auto position = [this](std::uint32_t number) { return proposals_[number].ended_position; };
  const auto begin = std::ranges::upper_bound(ended_, after, {}, position);
  const auto end = std::ranges::upper_bound(begin, ended_.end(), up_to, {}, position);
  if (begin == end) return {};
  CborWriter writer(4096);
  writer.array(static_cast<std::size_t>(end - begin));
  std::for_each(begin, end, [&](std::uint32_t number) { writer.bytes(ended_row(number)); });
  return writer.take();
}

void Machine::write_open(CborWriter& writer) const {
  writer.unsigned_integer(ended_.size()).bytes(ended_digest_).array(2 * (proposals_.size() - ended_.size()));
  for (std::uint32_t number = 0; number < proposals_.size(); ++number) {
    if (is_terminal(proposals_[number].state)) continue;
    writer.unsigned_integer(number);
    write_proposal(writer, proposals_[number]);
  }
}

Result<void> Machine::place(std::uint32_t number, ProposalRecord record) {
  if (roll_.number_of(record.body.proposer) == kNoOne || proposals_[number].position != 0 || record.position == 0 ||
      !numbers_.emplace(record.id, number).second)
    return bad("a proposal of a stranger, or one twice");
  proposals_[number] = std::move(record);
  return {};
}

Result<void> Machine::place_ended(ByteView row) {
  ended_digest_ = chained(ended_digest_, row);
  CborReader reader(row);
  ICN_TRY(expect(reader, kEndedFields, "an ended proposal"));
  const auto number = ICN_TRY(read_below<std::uint32_t>(reader, proposals_.size(), "a number of a proposal"));
  ProposalRecord record = ICN_TRY(read_proposal(reader, roll_.size()));
  if (!is_terminal(record.state)) return bad("an ended proposal is open");
  for (std::size_t left = ICN_TRY(reader.array()); left != 0; --left)
    parameter_changes_.push_back(ICN_TRY(read_change(reader)));
  ICN_TRY(reader.end());
  ended_.push_back(number);
  return place(number, std::move(record));
}

Result<void> Machine::place_open(CborReader& reader) {
  const auto number = ICN_TRY(read_below<std::uint32_t>(reader, proposals_.size(), "a number of a proposal"));
  ProposalRecord record = ICN_TRY(read_proposal(reader, roll_.size()));
  if (is_terminal(record.state)) return bad("an open proposal has ended");
  ICN_TRY(place(number, std::move(record)));
  const ProposalRecord& placed = proposals_[number];
  ++open_of_member_[roll_.number_of(placed.body.proposer)];
  if (placed.state == ProposalState::voting) openings_.insert(placed.opened.position);
  set_due(placed, std::nullopt);
  return {};
}

Result<void> Machine::read_proposals(CborReader& reader, std::span<const Bytes> ended) {
  std::vector<ByteView> rows;
  for (const Bytes& page : ended) {
    CborReader of_page(page);
    for (std::size_t left = ICN_TRY(of_page.array()); left != 0; --left) rows.push_back(ICN_TRY(of_page.bytes()));
    ICN_TRY(of_page.end());
  }
  if (ICN_TRY(reader.unsigned_integer()) != rows.size()) return bad("ended proposals are missing, or too many");
  const ByteView digest = ICN_TRY(reader.bytes());
  const std::size_t open = ICN_TRY(reader.array());
  if (open % 2 != 0) return bad("another number of open proposals");
  proposals_.resize(rows.size() + open / 2);
  for (const ByteView row : rows) ICN_TRY(place_ended(row));
  if (!std::ranges::equal(digest, ended_digest_)) return bad("the ended proposals are others");
  for (std::size_t i = 0; i < open; i += 2) ICN_TRY(place_open(reader));
  return {};
}

Bytes ended_page_key(std::uint64_t position) {
  Bytes key = ended_prefix();
  append_be64(key, position);
  return key;
}

Result<std::vector<ports::StoredParts>> stored_ended_pages(const ports::StateReader& store) {
  Bytes end = ended_prefix();
  ++end.back();
  return ports::list_parts(store, ended_prefix(), end);
}

Result<std::vector<Bytes>> read_ended_pages(const ports::StateReader& store, std::span<const ports::StoredParts> pages,
                                            std::uint64_t position) {
  std::vector<Bytes> read;
  for (const ports::StoredParts& page : pages) {
    if (page.number <= position)
      read.push_back(ICN_TRY(ports::join_parts(store, ended_page_key(page.number), page.parts)));
  }
  return read;
}

}  // namespace icn::governance::detail
