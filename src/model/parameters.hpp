// Governed parameters: what a scope decides about its jobs, prices and reputation. One table; checks, reading and
// docs/PARAMETERS.md derive from its rows. Operators' own settings are not parameters.
//
// A Parameters is a value: the scope's texts (of its genesis) read once, so that reading one is an array access. Orders
// freeze the values they ran under; a receipt never depends on later ones.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/limits.hpp"

namespace icn::model {

enum class ParameterKey : std::uint8_t {
  fuel_per_mana,
  job_base_umana,
  job_module_kib_umana,
  job_input_kib_umana,
  job_memory_page_umana,
  discount_budget_umana,
  job_attempts_max,
  dag_retention_days,
  compile_refusal_secs,
  refused_work_window_secs,
  refused_work_fuel_max,
  reputation_receipt_points,
  reputation_fuel_per_extra_point,
  reputation_extra_points_max,
  reputation_submission_micro_points,
  reputation_fault_points,
  reputation_pair_points_per_day_max,
  voting_quorum_ppm,
  voting_threshold_ppm,
  voting_secs,
  voting_secs_min,
  sponsors_wanted,
  sponsorship_secs,
  deliberation_secs,
  timelock_secs,
  execution_secs,
  late_quorum_ppm,
  open_proposals_max,
  open_proposals_per_member_max,
  proposal_fee_mana,
  vote_fee_mana,
  free_vote_below_mana,
  trust_level_min,
  trust_depth_max,
  trust_decay_ppm,
  trust_members_only,
  trust_bridges_max,
  trust_challenges_max,
  mana_regeneration_umana_per_hour,
  mana_max_capacity,
  mana_epoch_secs,
  job_cost_min_mana,
  job_cost_max_mana,
  submitter_reputation_min,
  banned_submitters,
  allowed_modules,
  denied_modules,
  spend_operation_max_mana,
  spend_window_max_mana,
  spend_window_secs,
  frozen_accounts,
  reputation_decay_ppm_per_day,
  treasury_delegates,
  treasury_credit_window_max_mana,
  zk_keys,
  first_limit,  // from here on the limits of jobs, with the order and names of kLimitTable
};
inline constexpr std::size_t kParameterCount = static_cast<std::size_t>(ParameterKey::first_limit) + kLimitCount;

// A list is written as its entries, separated by commas: DIDs of members, or CIDs of modules.
enum class ParameterType : std::uint8_t { whole_number, dids, cids };
[[nodiscard]] std::string_view parameter_type_name(ParameterType type);

struct ParameterRow {
  ParameterKey key;
  std::string_view name;
  ParameterType type;
  std::string_view unit;
  std::uint64_t min;  // of a number, or of the number of entries of a list
  std::uint64_t max;
  std::uint64_t fallback;  // applies unless the scope has decided
  std::string_view affects;
  std::string_view doc;
};

// In the order of the keys.
[[nodiscard]] const std::array<ParameterRow, kParameterCount>& parameter_table();
[[nodiscard]] const ParameterRow& parameter_row(ParameterKey key);
// Errors: not_found with the rule parameter_name.
[[nodiscard]] Result<const ParameterRow*> find_parameter(std::string_view name);

class Parameters {
 public:
  // The defaults.
  Parameters();
  // Texts without a row are kept for guests to read and have no other effect: a scope may have its own texts and rows
  // of a later version. Errors: those of set().
  [[nodiscard]] static Result<Parameters> from_texts(const std::map<std::string, std::string>& texts);
  // Errors: those of find_parameter; invalid_argument (not of the row's type, or not within its bounds; the rule is the
  // parameter's name). Nothing changes on error.
  [[nodiscard]] Result<void> set(std::string_view name, std::string_view text);

  // A number, or the number of entries of a list.
  [[nodiscard]] std::uint64_t operator[](ParameterKey key) const { return values_[static_cast<std::size_t>(key)]; }
  // The entries of a list in canonical text, sorted, each once. Empty for a number.
  [[nodiscard]] const std::vector<std::string>& list(ParameterKey key) const;
  // Whether a list has an entry, given in canonical text.
  [[nodiscard]] bool holds(ParameterKey key, std::string_view entry) const;
  // The most that a job may request, in the order of kLimitTable.
  [[nodiscard]] LimitMaxima limit_maxima() const;
  // The text that a guest reads, and that set() takes: a row's value or one of the scope's own texts; empty if there is
  // neither.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;

 private:
  std::array<std::uint64_t, kParameterCount> values_;
  std::map<ParameterKey, std::vector<std::string>> lists_;  // those that are not empty
  std::unordered_map<std::string, std::string> others_;
};

// docs/PARAMETERS.md.
[[nodiscard]] std::string parameters_markdown();

}  // namespace icn::model
