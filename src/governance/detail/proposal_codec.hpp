// What the codecs of governance's stored state share: reading with errors that name the part. Pure functions.
#pragma once
#include <string>

#include "governance/detail/state.hpp"

namespace icn::governance::detail {

[[nodiscard]] inline tl::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorCode::corrupted, std::string(what));
}

[[nodiscard]] inline Result<void> expect(ipld::CborReader& reader, std::size_t fields, std::string_view what) {
  if (ICN_TRY(reader.array()) == fields) return {};
  return bad(std::string(what) + " has another number of fields");
}

// A number below `end`, as T.
template <class T>
[[nodiscard]] Result<T> read_below(ipld::CborReader& reader, std::uint64_t end, std::string_view what) {
  const std::uint64_t value = ICN_TRY(reader.unsigned_integer());
  if (value < end) return static_cast<T>(value);
  return bad(std::string(what) + " is out of range");
}

[[nodiscard]] inline Result<model::UnixMs> read_time(ipld::CborReader& reader) {
  return model::UnixMs{ICN_TRY(reader.unsigned_integer())};
}

// Equal records have equal bytes.
void write_proposal(ipld::CborWriter& writer, const ProposalRecord& record);
// Its votes are of members numbered below `members`.
[[nodiscard]] Result<ProposalRecord> read_proposal(ipld::CborReader& reader, std::size_t members);

void write_change(ipld::CborWriter& writer, const ParameterChange& change);
[[nodiscard]] Result<ParameterChange> read_change(ipld::CborReader& reader);

}  // namespace icn::governance::detail
