#include "cli/commands/proposal_words.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "cli/session.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"
#include "model/time_text.hpp"

namespace icn::cli::commands {
namespace {

constexpr std::uint64_t kBatchBytesMax = 1 << 20;

using Words = std::vector<std::string>;
using Kind = model::ProposalKind;

struct KindRow {
  Kind kind;
  std::string_view arguments;
  std::size_t count;  // of the arguments; 0 with "…": one or more
};
constexpr std::array kKinds{
    KindRow{Kind::set, "NAME=VALUE…", 0},
    KindRow{Kind::admit, "FILE|DID", 1},
    KindRow{Kind::suspend, "DID", 1},
    KindRow{Kind::remove, "DID", 1},
    KindRow{Kind::budget, "DID MANA", 2},
    KindRow{Kind::resolution, "", 0},
    KindRow{Kind::clerk, "DID", 1},
    KindRow{Kind::upgrade, "VERSION", 1},
    KindRow{Kind::federate, "SCOPE --rate Nppm --credit MANA", 5},
    KindRow{Kind::key, "DID KEY", 2},
    KindRow{Kind::batch, "FILE", 1},
};

Result<void> check_count(const KindRow& row, const Words& words) {
  const std::size_t given = words.size() - 1;
  const bool fits = row.arguments.ends_with("…") ? given >= 1 : given == row.count;
  if (fits) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("a proposal of this kind is written: {} {}; nothing was done", words[0], row.arguments));
}

Result<std::map<std::string, std::string>> values_of(const Words& words) {
  std::map<std::string, std::string> values;
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    const std::size_t equals = word->find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::invalid_argument, "'" + *word + "': expected NAME=VALUE; nothing was done");
    if (!values.emplace(word->substr(0, equals), word->substr(equals + 1)).second)
      return fail(ErrorCode::invalid_argument, "'" + *word + "': the parameter is given twice; nothing was done");
  }
  return values;
}

// federate SCOPE --rate Nppm --credit MANA, the two in either order.
Result<api::ActionRequest> federation_of(const Words& words) {
  api::ActionRequest action;
  action.kind = Kind::federate;
  action.scope = ICN_TRY(ipld::Cid::parse(words[1]));
  for (std::size_t at = 2; at + 1 < words.size(); at += 2) {
    const std::string& value = words[at + 1];
    if (words[at] == "--credit") action.credit = ICN_TRY(model::Mana::parse(value));
    if (words[at] != "--rate") continue;
    action.rate_ppm = value.ends_with("ppm") ? whole_number(value.substr(0, value.size() - 3)) : std::nullopt;
    if (!action.rate_ppm) {
      return fail(
          ErrorCode::invalid_argument,
          "--rate " + value + ": expected mana for one of the other scope's in ppm, as 1000000ppm; nothing was done");
    }
  }
  return action;
}

Result<api::ActionRequest> action_of(const Words& words) {
  api::ActionRequest action;
  action.kind = ICN_TRY(api::parse_enum<Kind>("kind of proposal", words[0]));
  ICN_TRY(check_count(kKinds[static_cast<std::size_t>(action.kind)], words));
  if (action.kind == Kind::set) {
    action.values = ICN_TRY(values_of(words));
    return action;
  }
  if (words.size() == 1) return action;
  if (action.kind == Kind::upgrade) {
    action.version = words[1];
    return action;
  }
  if (action.kind == Kind::federate) return federation_of(words);
  std::error_code ignored;
  if (action.kind == Kind::admit && std::filesystem::is_regular_file(words[1], ignored)) {
    action.record = ICN_TRY(read_file(words[1], {"record", 65'536, "max_record"}));
  } else {
    action.member = words[1];
  }
  if (action.kind == Kind::key) action.key = words[2];
  if (action.kind == Kind::budget) action.amount = ICN_TRY(model::Mana::parse(words[2]));
  return action;
}

// The actions of a batch: a line each; empty lines and those that begin with # are left out.
Result<std::vector<api::ActionRequest>> actions_of(const std::string& path) {
  const Bytes bytes = ICN_TRY(read_file(path, {"batch", kBatchBytesMax, "max_batch"}));
  std::vector<api::ActionRequest> actions;
  std::size_t number = 0;
  const std::string_view text = text_of(bytes);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    Words words;
    for (const std::string_view word : split_words(text.substr(at, end - at)))
      if (!word.empty()) words.emplace_back(word);
    at = end + 1;
    ++number;
    if (words.empty() || words[0].starts_with('#')) continue;
    auto action = action_of(words);
    if (!action) return fail(within(fmt::format("{}, line {}", path, number), action.error()));
    if (action->kind == Kind::batch)
      return fail(ErrorCode::invalid_argument, fmt::format("{}, line {}: a batch in a batch", path, number));
    actions.push_back(*std::move(action));
  }
  return actions;
}

}  // namespace

Result<api::ProposeRequest> proposal_of(const std::vector<std::string>& words) {
  api::ProposeRequest request;
  static_cast<api::ActionRequest&>(request) = ICN_TRY(action_of(words));
  if (request.kind != Kind::batch) return request;
  request.member.reset();
  request.actions = ICN_TRY(actions_of(words[1]));
  return request;
}

Result<model::UnixMs> moment_of(const std::string& text, model::UnixMs now) {
  if (const auto seconds = seconds_of(text)) {
    if (*seconds <= model::kGovernedDurationMsMax / 1'000) return model::UnixMs{now.value + *seconds * 1'000};
  }
  for (const std::string_view rest : {"", ".000Z", "T00:00:00.000Z"}) {
    std::string whole = text;
    if (!rest.empty() && whole.ends_with('Z')) whole.pop_back();
    whole += rest;
    if (const auto time = model::parse_time(whole)) return *time;
  }
  return fail(ErrorCode::invalid_argument,
              "'" + text + "': expected a time as 2026-12-31T12:00:00Z, a day, or a duration as 7d; nothing was done");
}

std::string percent_text(std::uint64_t ppm) {
  std::string text = fmt::format("{}.{:04}", ppm / 10'000, ppm % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

}  // namespace icn::cli::commands
