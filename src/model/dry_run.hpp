// A dry run: exactly what a proposal would change if it took effect after one entry of the log, and what the newest
// receipts would have cost under the prices and limits that it sets. Derived by a home, whose balances and receipts it
// shows; anyone with the same log and books derives the same bytes, so its CID names it. A value.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ipld/cid.hpp"
#include "model/scope.hpp"

namespace icn::model {

// Receipts whose charges are computed again.
inline constexpr std::size_t kDryRunReceipts = 100;

struct DryRun {
  struct ParameterChange {
    std::string name, before, after;
    friend bool operator==(const ParameterChange&, const ParameterChange&) = default;
  };
  struct MemberChange {
    Did did;
    std::optional<MemberStatus> before;  // empty: never a member
    MemberStatus after = MemberStatus::active;
    friend bool operator==(const MemberChange&, const MemberChange&) = default;
  };
  struct PeerChange {
    ipld::Cid scope;
    std::optional<PeerTerms> before;
    PeerTerms after;
    friend bool operator==(const PeerChange&, const PeerChange&) = default;
  };
  struct KeyChange {
    Did did;
    Did before, after;  // keys
    friend bool operator==(const KeyChange&, const KeyChange&) = default;
  };
  struct BalanceChange {
    std::string account;
    Mana before, after;  // available
    friend bool operator==(const BalanceChange&, const BalanceChange&) = default;
  };
  struct Charge {
    ipld::Cid receipt;
    Mana before;                // under the parameters of now
    std::optional<Mana> after;  // empty: the limits would have refused the run
    friend bool operator==(const Charge&, const Charge&) = default;
  };

  ipld::Cid scope;
  ipld::Cid proposal;
  ipld::Cid head;  // the entry after which it takes effect
  std::uint64_t position = 0;
  Did home;
  std::vector<ParameterChange> parameters;
  std::vector<MemberChange> members;
  std::vector<PeerChange> peers;
  std::vector<KeyChange> keys;  // version 2, if there are any
  std::vector<BalanceChange> balances;
  std::optional<Did> clerk;
  std::optional<ProgramVersion> version;
  std::optional<std::string> refused;  // the rule by which it could not take effect
  std::vector<Charge> charges;         // newest first; none if no price and no limit changes

  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<DryRun> from_bytes(ByteView bytes);
  friend bool operator==(const DryRun&, const DryRun&) = default;
};

}  // namespace icn::model
