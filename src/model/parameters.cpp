#include "model/parameters.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "core/check.hpp"
#include "core/ppm.hpp"
#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"

namespace icn::model {
namespace {

using Key = ParameterKey;
constexpr auto kWhole = ParameterType::whole_number;
constexpr std::uint64_t kAny = UINT64_MAX;
constexpr std::uint64_t kFuelMax = 1'000'000'000'000'000;
constexpr std::uint64_t kPriceMax = 1'000'000'000'000;
constexpr std::uint64_t kPointsMax = 1'000'000;
constexpr std::uint64_t kFeeManaMax = 1'000'000;
constexpr std::uint64_t kYearSecs = 31'536'000;
constexpr std::uint64_t kTrustDepthMax = 8;
constexpr std::uint64_t kManaMax = kAny / Mana::kUnit;
// As many as the text of a proposed value holds.
constexpr std::uint64_t kEntriesMax = 64;

constexpr std::array kOwnRows{
    ParameterRow{Key::fuel_per_mana, "fuel_per_mana", kWhole, "fuel", 1, kFuelMax, 1'000'000'000, "price of jobs",
                 "fuel that one mana buys"},
    ParameterRow{Key::job_base_umana, "job_base_umana", kWhole, "µmana", 0, kPriceMax, 10'000, "price of jobs",
                 "part of the base price that every job pays"},
    ParameterRow{Key::job_module_kib_umana, "job_module_kib_umana", kWhole, "µmana", 0, kPriceMax, 10, "price of jobs",
                 "part of the base price per KiB of the module, rounded up"},
    ParameterRow{Key::job_input_kib_umana, "job_input_kib_umana", kWhole, "µmana", 0, kPriceMax, 1, "price of jobs",
                 "part of the base price per KiB of all inputs, rounded up"},
    ParameterRow{Key::job_memory_page_umana, "job_memory_page_umana", kWhole, "µmana", 0, kPriceMax, 100,
                 "price of jobs", "price of a memory page: reserved by the job's limit, paid by its run's peak"},
    ParameterRow{Key::discount_budget_umana, "discount_budget_umana", kWhole, "µmana", 0, kAny, kAny, "price of jobs",
                 "the most that the treasury reserves for reputation discounts at a time, never more than it has"},
    ParameterRow{Key::job_attempts_max, "job_attempts_max", kWhole, "runs", 1, 100, 3, "failing jobs",
                 "runs of one job that may fail through no fault of the job; after these it ends uncharged"},
    ParameterRow{Key::dag_retention_days, "dag_retention_days", kWhole, "days", 0, 36'500, 90, "storage",
                 "how long the blocks of an ended job stay pinned"},
    ParameterRow{Key::compile_refusal_secs, "compile_refusal_secs", kWhole, "s", 0, 604'800, 3'600, "refusals",
                 "how long a module that exceeded a compilation's CPU time or memory is refused without compiling it"},
    ParameterRow{Key::refused_work_window_secs, "refused_work_window_secs", kWhole, "s", 60, 604'800, 3'600, "refusals",
                 "the window over which a member's refused and simulated work is summed"},
    ParameterRow{
        Key::refused_work_fuel_max, "refused_work_fuel_max", kWhole, "fuel", 1'000'000, kFuelMax, 1'000'000'000'000,
        "refusals",
        "refused and simulated work of one member in a window; beyond it further submissions are refused unread"},
    ParameterRow{Key::reputation_receipt_points, "reputation_receipt_points", kWhole, "points", 0, kPointsMax, 1,
                 "reputation", "what an executor earns for a verified receipt"},
    ParameterRow{Key::reputation_fuel_per_extra_point, "reputation_fuel_per_extra_point", kWhole, "fuel", 0, kFuelMax,
                 1'000'000'000, "reputation", "fuel of a run that earns its executor one more point; 0 for none"},
    ParameterRow{Key::reputation_extra_points_max, "reputation_extra_points_max", kWhole, "points", 0, kPointsMax, 10,
                 "reputation", "the most extra points of one run"},
    ParameterRow{Key::reputation_submission_micro_points, "reputation_submission_micro_points", kWhole, "micro-points",
                 0, kPointsMax* kPointsMax, 100'000, "reputation", "what a submitter earns for a verified receipt"},
    ParameterRow{Key::reputation_fault_points, "reputation_fault_points", kWhole, "points", 0, kPointsMax, 1,
                 "reputation", "what an executor loses for an assignment that failed by its fault"},
    ParameterRow{Key::reputation_pair_points_per_day_max, "reputation_pair_points_per_day_max", kWhole, "points", 0,
                 kPointsMax, 5, "reputation",
                 "the most that any two earn from each other per day, both sides in total"},
    ParameterRow{Key::voting_quorum_ppm, "voting_quorum_ppm", kWhole, "ppm of the electorate", 1, kPpm, 250'000,
                 "votes", "the least share of the members that must take part in a vote, abstentions included"},
    ParameterRow{Key::voting_threshold_ppm, "voting_threshold_ppm", kWhole, "ppm of yes and no", 1, kPpm, 500'000,
                 "votes", "the least share of yes among the votes for yes and no that accepts a proposal"},
    ParameterRow{Key::voting_secs, "voting_secs", kWhole, "s", 1, kYearSecs, 432'000, "votes",
                 "how long a vote is open unless its proposal says otherwise"},
    ParameterRow{Key::voting_secs_min, "voting_secs_min", kWhole, "s", 1, kYearSecs, 1, "votes",
                 "the shortest time for which a vote may be open"},
    ParameterRow{Key::sponsors_wanted, "sponsors_wanted", kWhole, "members", 0, 1'000, 0, "votes",
                 "members other than the proposer who must support a proposal before its deliberation"},
    ParameterRow{Key::sponsorship_secs, "sponsorship_secs", kWhole, "s", 1, kYearSecs, 604'800, "votes",
                 "how long a proposal waits for its sponsors before it expires"},
    ParameterRow{Key::deliberation_secs, "deliberation_secs", kWhole, "s", 0, kYearSecs, 0, "votes",
                 "time between the sponsorship of a proposal and the opening of its vote"},
    ParameterRow{Key::timelock_secs, "timelock_secs", kWhole, "s", 0, kYearSecs, 0, "votes",
                 "the shortest time between the acceptance of a proposal and its execution"},
    ParameterRow{Key::execution_secs, "execution_secs", kWhole, "s", 60, kYearSecs, 604'800, "votes",
                 "how long an accepted proposal can be executed; then it expires"},
    ParameterRow{Key::late_quorum_ppm, "late_quorum_ppm", kWhole, "ppm of the voting time", 0, kPpm, 100'000, "votes",
                 "if the quorum is met in this last part of the voting time, the vote is extended once by the same "
                 "part"},
    ParameterRow{Key::open_proposals_max, "open_proposals_max", kWhole, "proposals", 1, 100'000, 10'000, "votes",
                 "proposals that may be undecided at a time"},
    ParameterRow{Key::open_proposals_per_member_max, "open_proposals_per_member_max", kWhole, "proposals", 1, 100'000,
                 100, "votes", "proposals of one member that may be undecided at a time"},
    ParameterRow{Key::proposal_fee_mana, "proposal_fee_mana", kWhole, "mana", 0, kFeeManaMax, 10, "votes",
                 "what a proposal holds of its proposer until it ends; kept if too few members took part in its vote"},
    ParameterRow{Key::vote_fee_mana, "vote_fee_mana", kWhole, "mana", 0, kFeeManaMax, 1, "votes", "what a vote costs"},
    ParameterRow{Key::free_vote_below_mana, "free_vote_below_mana", kWhole, "mana", 0, kFeeManaMax, 10, "votes",
                 "a vote costs nothing for a member who has less than this available"},
    ParameterRow{Key::trust_level_min, "trust_level_min", kWhole, "1 basic, 2 partial, 3 full", 1, 3, 1, "trust",
                 "the least trust that counts; a context may demand more"},
    ParameterRow{
        Key::trust_depth_max, "trust_depth_max", kWhole, "links", 1, kTrustDepthMax, 3, "trust",
        "how many links a path of trust may have within the scope; 1: only the truster's own statement counts"},
    ParameterRow{Key::trust_decay_ppm, "trust_decay_ppm", kWhole, "ppm", 0, kPpm, 800'000, "trust",
                 "what each link of a path after the first leaves of its strength"},
    ParameterRow{Key::trust_members_only, "trust_members_only", kWhole, "0 no, 1 yes", 0, 1, 1, "trust",
                 "whether only members, their nodes and members of scopes behind a bridge are trusted"},
    ParameterRow{Key::trust_bridges_max, "trust_bridges_max", kWhole, "bridges", 0, 1, 0, "trust",
                 "how many bridges to other scopes a path of trust may cross"},
    ParameterRow{Key::trust_challenges_max, "trust_challenges_max", kWhole, "members", 1, 1'000, 3, "trust",
                 "members who must challenge someone until only their own statements make others trust them"},
    ParameterRow{Key::mana_regeneration_umana_per_hour, "mana_regeneration_umana_per_hour", kWhole, "µmana per hour", 0,
                 kPriceMax, 0, "mana",
                 "what a member of reputation 100 regenerates; from a tenth to twice of it by reputation"},
    ParameterRow{Key::mana_max_capacity, "mana_max_capacity", kWhole, "mana", 0, kAny / Mana::kUnit, 10'000, "mana",
                 "the balance up to which a member's mana regenerates; pay and credits may exceed it"},
    ParameterRow{
        Key::mana_epoch_secs, "mana_epoch_secs", kWhole, "s", 1, 315'360'000, 604'800, "mana",
        "how long fees gather before they go to the treasury, and how often the root of all accounts is anchored"},
    ParameterRow{Key::job_cost_min_mana, "job_cost_min_mana", kWhole, "mana", 0, kManaMax, 0, "job policy",
                 "the least that a job offers for its run (cost_mana)"},
    ParameterRow{Key::job_cost_max_mana, "job_cost_max_mana", kWhole, "mana", 0, kManaMax, kManaMax, "job policy",
                 "the most that a job offers for its run (cost_mana)"},
    ParameterRow{Key::submitter_reputation_min, "submitter_reputation_min", kWhole, "points", 0, kPointsMax, 0,
                 "job policy", "the least reputation of a member who submits jobs"},
    ParameterRow{Key::banned_submitters, "banned_submitters", ParameterType::dids, "DIDs", 0, kEntriesMax, 0,
                 "job policy", "members who may not submit jobs"},
    ParameterRow{Key::allowed_modules, "allowed_modules", ParameterType::cids, "CIDs", 0, kEntriesMax, 0, "job policy",
                 "the only modules that jobs may run; with no entry, all"},
    ParameterRow{Key::denied_modules, "denied_modules", ParameterType::cids, "CIDs", 0, kEntriesMax, 0, "job policy",
                 "modules that no job may run"},
    ParameterRow{Key::spend_operation_max_mana, "spend_operation_max_mana", kWhole, "mana", 0, kManaMax, kManaMax,
                 "mana", "the most that a member spends or reserves at once"},
    ParameterRow{Key::spend_window_max_mana, "spend_window_max_mana", kWhole, "mana", 0, kManaMax, kManaMax, "mana",
                 "the most that a member spends and reserves within the window, also if a part is released; counted "
                 "while it is below its maximum"},
    ParameterRow{Key::spend_window_secs, "spend_window_secs", kWhole, "s", 60, 2'592'000, 86'400, "mana",
                 "the length of that sliding window"},
    ParameterRow{Key::frozen_accounts, "frozen_accounts", ParameterType::dids, "DIDs", 0, kEntriesMax, 0, "mana",
                 "members whose accounts neither spend nor regenerate; what they have reserved settles"},
    ParameterRow{Key::reputation_decay_ppm_per_day, "reputation_decay_ppm_per_day", kWhole, "ppm per day", 0, kPpm, 0,
                 "reputation", "the share that every reputation loses per day (UTC)"},
    ParameterRow{Key::treasury_delegates, "treasury_delegates", ParameterType::dids, "DIDs", 0, kEntriesMax, 0,
                 "treasury", "members who may credit other members out of the treasury, also by their jobs"},
    ParameterRow{Key::treasury_credit_window_max_mana, "treasury_credit_window_max_mana", kWhole, "mana", 0, kManaMax,
                 0, "treasury", "the most that each of them credits within the window of spend_window_secs"},
    ParameterRow{Key::zk_keys, "zk_keys", ParameterType::cids, "CIDs", 0, kEntriesMax, 0, "jobs",
                 "the manifests of keys whose zero-knowledge proofs the scope's jobs accept"},
};

consteval std::array<ParameterRow, kParameterCount> make_table() {
  static_assert(kOwnRows.size() == static_cast<std::size_t>(Key::first_limit));
  std::array<ParameterRow, kParameterCount> table{};
  std::copy(kOwnRows.begin(), kOwnRows.end(), table.begin());
  for (std::size_t i = 0; i < kLimitCount; ++i) {
    const LimitRow& limit = kLimitTable[i];
    // At least the default, so that a job that requests nothing is within it.
    table[kOwnRows.size() + i] = {static_cast<Key>(kOwnRows.size() + i),
                                  limit.name,
                                  kWhole,
                                  limit.unit,
                                  limit.fallback,
                                  limit.ceiling,
                                  limit.ceiling,
                                  "the most a job may ask for",
                                  limit.doc};
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].key) != i) throw "the rows are in the order of the keys";
    if (table[i].fallback < table[i].min || table[i].fallback > table[i].max) throw "a default is within its bounds";
  }
  return table;
}
constexpr std::array<ParameterRow, kParameterCount> kTable = make_table();

const ParameterRow* find_row(std::string_view name) {
  const auto at = std::find_if(kTable.begin(), kTable.end(), [&](const ParameterRow& row) { return row.name == name; });
  return at == kTable.end() ? nullptr : &*at;
}

Result<std::string> canonical(ParameterType type, std::string_view entry) {
  if (type == ParameterType::dids) return ICN_TRY(Did::parse(entry)).to_text();
  return ICN_TRY(ipld::Cid::parse(entry)).to_text();
}

// An empty piece is left out, so that an entry can be appended to an empty list's text.
Result<std::vector<std::string>> read_list(const ParameterRow& row, std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
    if (piece.empty()) continue;
    const Result<std::string> entry = canonical(row.type, piece);
    if (!entry) {
      return refuse(
          ErrorCode::invalid_argument, std::string(row.name),
          fmt::format("The parameter {} cannot have the entry '{}': {}.", row.name, piece, entry.error().detail),
          std::string(piece));
    }
    entries.push_back(*entry);
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  if (entries.size() >= row.min && entries.size() <= row.max) return entries;
  return refuse(ErrorCode::invalid_argument, std::string(row.name),
                fmt::format("The parameter {} cannot have {} entries; it must have {} to {}.", row.name, entries.size(),
                            row.min, row.max));
}

}  // namespace

std::string_view parameter_type_name(ParameterType type) {
  constexpr std::array<std::string_view, 3> names{"whole_number", "dids", "cids"};
  return names[static_cast<std::size_t>(type)];
}

const std::array<ParameterRow, kParameterCount>& parameter_table() { return kTable; }

const ParameterRow& parameter_row(ParameterKey key) { return kTable[static_cast<std::size_t>(key)]; }

Result<const ParameterRow*> find_parameter(std::string_view name) {
  if (const ParameterRow* row = find_row(name)) return row;
  return refuse(ErrorCode::not_found, "parameter_name", fmt::format("There is no parameter '{}'.", name),
                std::string(name));
}

Parameters::Parameters() {
  std::transform(kTable.begin(), kTable.end(), values_.begin(), [](const ParameterRow& row) { return row.fallback; });
}

Result<Parameters> Parameters::from_texts(const std::map<std::string, std::string>& texts) {
  Parameters parameters;
  for (const auto& [name, text] : texts) {
    if (find_row(name) != nullptr) {
      ICN_TRY(parameters.set(name, text));
    } else {
      parameters.others_.emplace(name, text);
    }
  }
  return parameters;
}

Result<void> Parameters::set(std::string_view name, std::string_view text) {
  const ParameterRow* row = ICN_TRY(find_parameter(name));
  if (row->type != ParameterType::whole_number) {
    std::vector<std::string> entries = ICN_TRY(read_list(*row, text));
    values_[static_cast<std::size_t>(row->key)] = entries.size();
    if (entries.empty()) {
      lists_.erase(row->key);
    } else {
      lists_[row->key] = std::move(entries);
    }
    return {};
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < row->min || value > row->max) {
    return refuse(ErrorCode::invalid_argument, std::string(name),
                  fmt::format("The parameter {} cannot be '{}'; it must be a whole number of {} from {} to {}.", name,
                              text, row->unit, row->min, row->max));
  }
  values_[static_cast<std::size_t>(row->key)] = value;
  return {};
}

LimitMaxima Parameters::limit_maxima() const { return std::span(values_).last<kLimitCount>(); }

const std::vector<std::string>& Parameters::list(ParameterKey key) const {
  static const std::vector<std::string> kNone;
  const auto at = lists_.find(key);
  return at == lists_.end() ? kNone : at->second;
}

bool Parameters::holds(ParameterKey key, std::string_view entry) const {
  const std::vector<std::string>& entries = list(key);
  return std::binary_search(entries.begin(), entries.end(), entry);
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  if (const ParameterRow* row = find_row(name)) {
    if (row->type == ParameterType::whole_number) return std::to_string((*this)[row->key]);
    std::string text;
    for (const std::string& entry : list(row->key)) text.append(text.empty() ? "" : ",").append(entry);
    return text;
  }
  const auto at = others_.find(std::string(name));
  return at == others_.end() ? std::nullopt : std::optional(at->second);
}

std::string parameters_markdown() {
  std::string text =
      "# Parameters\n\n"
      "Made from the tables in `src/model/parameters.cpp` and `src/model/limits.hpp`; `model_test`\n"
      "compares, `./dev fix` writes it. A scope's genesis sets them; those it omits have their defaults. Most are "
      "whole\n"
      "numbers. A list of DIDs or CIDs is empty by default and written with commas; its bounds are those of the number "
      "of\n"
      "its entries. Orders freeze the values that jobs ran under.\n\n"
      "| parameter | default | from | to | unit | affects | what it is |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const ParameterRow& row : kTable) {
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", row.name, row.fallback, row.min, row.max, row.unit,
                        row.affects, row.doc);
  }
  return text;
}

}  // namespace icn::model
