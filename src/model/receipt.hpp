// The receipt: the outcome of a run, as every honest executor reproduces it.
//
// Body: {v, job, order, fuel, memory_pages, transcript, effects, output, outcome: {kind, code}}. The signed envelope
// adds the executor; its CID is "the receipt" in every command, the body's CID is what replay compares. Wall-clock
// and host facts never enter it.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "ipld/cid.hpp"
#include "model/job.hpp"

namespace icn::model {

enum class OutcomeKind : std::uint8_t { ok, nonzero_exit, trap, out_of_fuel, stack_overflow, stopped };
[[nodiscard]] std::string_view outcome_name(OutcomeKind kind);
[[nodiscard]] std::optional<OutcomeKind> find_outcome(std::string_view name);

// Whether a receipt names the program's output. How far a program got before its stack overflowed, or before it was
// stopped, differs between nodes.
enum class OutputRule : std::uint8_t { always, unless_empty, none };
[[nodiscard]] constexpr OutputRule output_rule(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::ok:
    case OutcomeKind::nonzero_exit:
      return OutputRule::always;
    case OutcomeKind::trap:
    case OutcomeKind::out_of_fuel:
      return OutputRule::unless_empty;
    case OutcomeKind::stack_overflow:
    case OutcomeKind::stopped:
      break;
  }
  return OutputRule::none;
}

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
  std::optional<ipld::Cid> output;  // according to output_rule()
  Outcome outcome;

  friend bool operator==(const Receipt&, const Receipt&) = default;

  [[nodiscard]] ipld::Block to_block() const;
  // Refuses combinations that no run produces (an output after a stop, a code that its kind does not have).
  [[nodiscard]] static Result<Receipt> from_bytes(ByteView body);
};

// A field of the body: its member, its name in the body and in JSON, and its meaning. The encoding (in this order,
// which is canonical), the comparison in a replay and JSON all use these rows.
template <auto Member>
struct ReceiptField {
  std::string_view name;
  std::string_view text;
  // The rank in a comparison: fields that explain a difference come before those that follow from it.
  unsigned compared;
};
inline constexpr auto kReceiptFields = std::tuple{
    ReceiptField<&Receipt::job>{"job", "the job body", 0},
    ReceiptField<&Receipt::fuel>{"fuel", "burned, host charges included", 6},
    ReceiptField<&Receipt::order>{"order", "the order body", 1},
    ReceiptField<&Receipt::output>{"output", "the output's file; none after a stop or a stack overflow", 4},
    ReceiptField<&Receipt::effects>{"effects", "the effects", 5},
    ReceiptField<&Receipt::outcome>{"outcome", "how the run ended", 3},
    ReceiptField<&Receipt::transcript>{"transcript", "the transcript of the host calls", 2},
    ReceiptField<&Receipt::memory_pages>{"memory_pages", "the most that the run had, in pages of 64 KiB", 7}};
template <class Visit>
constexpr void for_each_receipt_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, kReceiptFields);
}

// The first field, in the order of comparison, in which two bodies of a job differ, with both values as text.
struct ReceiptDifference {
  std::string_view field;
  std::string expected;
  std::string got;
};
[[nodiscard]] std::optional<ReceiptDifference> first_difference(const Receipt& expected, const Receipt& got);

struct SignedReceipt {
  ipld::Cid receipt;
  Did executor;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedReceipt> from_bytes(ByteView bytes);
};

}  // namespace icn::model
