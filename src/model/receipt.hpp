// The receipt: what a run did, as every honest executor reproduces it.
//
// Body: {v, job, order, fuel, memory_pages, transcript, effects, output, outcome: {kind, code}}. The signed envelope
// adds the executor; its CID is "the receipt" in every command, the body's CID is what replay compares. Wall-clock
// and host facts never enter it.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ipld/cid.hpp"
#include "model/job.hpp"

namespace icn::model {

enum class OutcomeKind : std::uint8_t { ok, nonzero_exit, trap, out_of_fuel, stack_overflow, stopped };
[[nodiscard]] std::string_view outcome_name(OutcomeKind kind);
[[nodiscard]] std::optional<OutcomeKind> find_outcome(std::string_view name);

// Frozen numbers of the traps a receipt may carry; independent of the engine's own.
enum class TrapCode : std::uint8_t {
  unreachable = 1,
  memory_out_of_bounds = 2,
  table_out_of_bounds = 3,
  indirect_call_to_null = 4,
  bad_signature = 5,
  integer_overflow = 6,
  integer_division_by_zero = 7,
  bad_conversion_to_integer = 8,
  heap_misaligned = 9,
  guest_fault = 10,  // a host call got a pointer or length outside the guest's memory
  output_limit = 11,
  effects_limit = 12,
};
[[nodiscard]] std::string_view trap_name(TrapCode code);

struct Outcome {
  OutcomeKind kind = OutcomeKind::ok;
  std::uint32_t code = 0;  // exit status for nonzero_exit, TrapCode for trap, else 0
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Receipt {
  JobId job;
  ipld::Cid order;
  std::uint64_t fuel = 0;
  std::uint32_t memory_pages = 0;
  ipld::Cid transcript;
  ipld::Cid effects;
  std::optional<ipld::Cid> output;  // for ok and nonzero_exit
  Outcome outcome;

  friend bool operator==(const Receipt&, const Receipt&) = default;

  [[nodiscard]] ipld::Block to_block() const;
  // Refuses combinations that no run gives (an output after a trap, a code without its kind).
  [[nodiscard]] static Result<Receipt> from_bytes(ByteView body);
};

struct SignedReceipt {
  ipld::Cid receipt;
  Did executor;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedReceipt> from_bytes(ByteView bytes);
};

}  // namespace icn::model
