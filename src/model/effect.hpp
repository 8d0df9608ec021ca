// Effects: the changes that a job requests. Collected in call order while the guest runs, named in the receipt, applied
// once at settlement, all or none (or each separately if the job says so). Only a job that ended `ok` has effects.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "ipld/cid.hpp"
#include "model/ballot.hpp"
#include "model/did.hpp"

namespace icn::model {

struct SpendEffect {
  Did account;
  std::uint64_t amount = 0;  // whole mana, to FEES
  friend bool operator==(const SpendEffect&, const SpendEffect&) = default;
};
struct CreditEffect {
  Did account;
  std::uint64_t amount = 0;  // whole mana, from TREASURY
  friend bool operator==(const CreditEffect&, const CreditEffect&) = default;
};
struct SubmitJobEffect {
  ipld::Cid job;  // its body is stored next to the receipt
  friend bool operator==(const SubmitJobEffect&, const SubmitJobEffect&) = default;
};
struct AnchorReceiptEffect {
  ipld::Cid receipt;
  friend bool operator==(const AnchorReceiptEffect&, const AnchorReceiptEffect&) = default;
};
struct PutBlockEffect {
  ipld::Cid block;  // stored next to the receipt, pinned at settlement
  friend bool operator==(const PutBlockEffect&, const PutBlockEffect&) = default;
};

// A statement of the submitter's for the log of the scope, which the receipt authorises instead of a signature.
struct StatementEffect {
  StatementKind kind = StatementKind::proposal;
  ipld::Cid statement;  // its body, stored next to the receipt
  friend bool operator==(const StatementEffect&, const StatementEffect&) = default;
};
// A step of the scope's clerk that the job asks for. Append-only; each name is a text of docs/FORMATS.md.
enum class GovernStep : std::uint8_t { open_voting, close_voting, execute_proposal };
[[nodiscard]] std::string_view govern_step_name(GovernStep step);
struct StepEffect {
  GovernStep step = GovernStep::open_voting;
  ipld::Cid proposal;
  friend bool operator==(const StepEffect&, const StepEffect&) = default;
};

struct Effect {
  // Index of the host call among all calls of the run; ids of what it creates derive from it.
  std::uint64_t call_index = 0;
  std::variant<SpendEffect, CreditEffect, SubmitJobEffect, AnchorReceiptEffect, PutBlockEffect, StatementEffect,
               StepEffect>
      what;
  friend bool operator==(const Effect&, const Effect&) = default;
};

struct Effects {
  std::vector<Effect> list;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Effects> from_bytes(ByteView bytes);
  friend bool operator==(const Effects&, const Effects&) = default;
};

}  // namespace icn::model
