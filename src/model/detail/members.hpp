// A sorted list of members inside a body: of a member chunk, and of a genesis of version 1.
#pragma once
#include <span>
#include <vector>

#include "model/detail/fields.hpp"
#include "model/member_list.hpp"

namespace icn::model::detail {

[[nodiscard]] inline Result<std::vector<Member>> read_members(ipld::CborMap& map, std::string_view what,
                                                              std::size_t count_max) {
  const std::size_t count = ICN_TRY(map.array("members", count_max));
  std::vector<Member> members;
  for (std::size_t i = 0; i < count; ++i) {
    const auto read = [](ipld::CborMap& inner) -> Result<Member> {
      Member member;
      member.did = ICN_TRY(read_did(inner, "did"));
      member.home = ICN_TRY(read_did(inner, "home"));
      return member;
    };
    const Member member = ICN_TRY(read_map(map.reader(), what, read));
    if (i > 0 && !(members.back().did < member.did)) return map.bad("members", "not sorted or not unique");
    members.push_back(member);
  }
  return members;
}

inline void write_members(ipld::CborWriter& writer, std::span<const Member> members) {
  writer.array(members.size());
  for (const Member& member : members) {
    writer.map(2);
    writer.key("did").text(member.did.to_text());
    writer.key("home").text(member.home.to_text());
  }
}

}  // namespace icn::model::detail
