// What a member may allow a job to do in the member's name. Reading needs no capability; changing the world does.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace icn::model {

enum class Capability : std::uint16_t {
  none = 0,
  spend = 1,
  treasury = 2,
  submit = 4,
  govern = 8,
  anchor = 16,
  zk = 32,
  checkpoint = 64,
};

struct CapabilityRow {
  Capability capability;
  std::string_view name;
  std::string_view doc;
};

inline constexpr std::array kCapabilityTable{
    CapabilityRow{Capability::spend, "spend", "spend the principal's mana within spend_max"},
    CapabilityRow{Capability::treasury, "treasury",
                  "credit members out of the scope's treasury; the submitter must be one of treasury_delegates"},
    CapabilityRow{Capability::submit, "submit", "submit further jobs, paid from spend_max"},
    CapabilityRow{Capability::govern, "govern", "propose, vote and delegate"},
    CapabilityRow{Capability::anchor, "anchor", "anchor receipts in the DAG"},
    CapabilityRow{Capability::zk, "zk", "verify and generate zero-knowledge proofs"},
    CapabilityRow{Capability::checkpoint, "checkpoint", "save and load checkpoints"},
};

[[nodiscard]] constexpr std::string_view capability_name(Capability capability) {
  for (const CapabilityRow& row : kCapabilityTable) {
    if (row.capability == capability) return row.name;
  }
  return "none";
}
[[nodiscard]] constexpr std::optional<Capability> find_capability(std::string_view name) {
  for (const CapabilityRow& row : kCapabilityTable) {
    if (row.name == name) return row.capability;
  }
  return std::nullopt;
}

// A set of capabilities.
struct Grants {
  std::uint16_t bits = 0;
  [[nodiscard]] constexpr bool has(Capability capability) const {
    const auto need = static_cast<std::uint16_t>(capability);
    return (bits & need) == need;
  }
  constexpr void add(Capability capability) {
    bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(capability));
  }
  friend constexpr bool operator==(const Grants&, const Grants&) = default;
};

}  // namespace icn::model
