#include "cli/views.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "cli/hints.hpp"
#include "cli/words.hpp"

namespace icn::cli {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view thing) {
  return fmt::format("{} {}{}", grouped(number), thing, number == 1 ? "" : "s");
}

namespace {

// Whether the number after these words is a name, which is typed as it is, or the value of a member of a JSON text.
bool names_something(std::string_view words) {
  constexpr std::string_view kBefore[] = {"process ",        " id ",     "runs as ", "number ", "version ",
                                          "versions up to ", "Version ", "\": "};
  return std::any_of(std::begin(kBefore), std::end(kBefore), [&](auto before) { return words.ends_with(before); });
}

}  // namespace

std::string with_grouped_numbers(std::string_view message) {
  const auto ends_word = [](char c) { return c == ' ' || c == '\n' || c == '('; };
  std::string text;
  for (std::size_t at = 0; at < message.size();) {
    const char before = at == 0 ? ' ' : message[at - 1];
    if (message[at] == '\'' && ends_word(before)) {
      // What is quoted, to its other end.
      const std::size_t end = std::min(message.find('\'', at + 1), message.size() - 1);
      text += message.substr(at, end + 1 - at);
      at = end + 1;
      continue;
    }
    const std::size_t end = std::min(message.find_first_not_of("0123456789", at), message.size());
    if (end == at) {
      text += message[at++];
      continue;
    }
    const char after = end == message.size() ? ' ' : message[end];
    const bool stands_alone =
        ends_word(before) && (ends_word(after) || std::string_view(".,;:)").find(after) != std::string_view::npos);
    const std::string digits(message.substr(at, end - at));
    const auto number = whole_number(digits);
    text += stands_alone && number && !names_something(text) ? grouped(*number) : digits;
    at = end;
  }
  return text;
}

void Lines::add(std::string_view name, const std::string& value) {
  if (!value.empty()) text_ += padded(name, width_) + value + "\n";
}

std::string code_text(const api::JobView& job) {
  if (!job.outcome) return "";
  switch (*job.outcome) {
    case api::JobOutcome::nonzero_exit:
      return fmt::format("exit status {}", job.code);
    case api::JobOutcome::trap:
      return job.trap.value_or("");
    case api::JobOutcome::refused:
    case api::JobOutcome::infrastructure:
    case api::JobOutcome::cancelled:
    case api::JobOutcome::expired:
      return job.code == 0 ? "" : std::string(error_row(static_cast<ErrorCode>(job.code)).name);
    default:
      return "";
  }
}

std::string unfinished_text(const api::JobView& job, const Look& look) {
  const Error error{static_cast<ErrorCode>(job.code), job.message, job.rule.value_or("")};
  return fmt::format(
      "icn: {}: {}\n{}icn: the job is accepted, {} stays reserved and nothing is charged; `icn job wait {}` runs it "
      "again\n",
      error_row(error.code).name, with_grouped_numbers(error.detail), hint_line(error), mana_text(job.reserved),
      id_text(job.job_id->cid, look));
}

std::string outcome_line(const api::JobView& job) {
  // That message says it.
  const std::string message = with_grouped_numbers(job.message);
  if (job.outcome == api::JobOutcome::stopped && !message.empty()) return message;
  const std::string code = code_text(job);
  return std::string(api::EnumNames<api::JobOutcome>::name(*job.outcome)) + (code.empty() ? "" : " (" + code + ")") +
         (message.empty() ? "" : ": " + message);
}

namespace {

// Puts a place and its callers on separate lines.
std::string in_lines(std::string text) {
  constexpr std::string_view kCaller = ", called by ";
  const std::string line = "\nicn:   called by ";
  for (std::size_t at = 0; (at = text.find(kCaller, at)) != std::string::npos; at += line.size())
    text.replace(at, kCaller.size(), line);
  return text;
}

std::string hint_for(const api::JobView& job) { return hint_line({ErrorCode::internal, {}, job.rule.value_or("")}); }

}  // namespace

std::string denied_text(const api::JobView& job) {
  return job.rule && !job.message.empty() ? "icn: " + with_grouped_numbers(job.message) + "\n" + hint_for(job) : "";
}

std::string failure_text(const api::JobView& job, const Look& look) {
  std::string what;
  switch (*job.outcome) {
    case api::JobOutcome::refused:
    case api::JobOutcome::infrastructure:
    case api::JobOutcome::cancelled:
    case api::JobOutcome::expired:
      what = "the job did not run: " + outcome_line(job);
      break;
    case api::JobOutcome::trap:
      what = "the program trapped (" + code_text(job) + "): " + in_lines(with_grouped_numbers(job.message));
      break;
    case api::JobOutcome::out_of_fuel:
      what = "the program used up its fuel limit of " + grouped(job.fuel_limit) + "; --fuel asks for more";
      break;
    case api::JobOutcome::stopped:
      what = "the program was " + outcome_line(job);
      break;
    default:
      what = "the program did not finish: " + outcome_line(job);
  }
  const bool again = *job.outcome == api::JobOutcome::stopped;
  const std::string id = id_text(job.job_id->cid, look);
  return "icn: " + what + "\n" + hint_for(job) + "icn: charged " + mana_text(job.charged) + ", released " +
         mana_text(job.released) + "; `icn job why " + id + "` explains" +
         (again ? ", `icn job rerun " + id + "` starts it again" : "") + "\n";
}

std::string_view state_word(const api::JobView& job) {
  using enum api::JobOutcome;
  if (!job.outcome) return jobs::phase_name(*job.phase);
  const bool by_itself = *job.outcome == ok || *job.outcome == nonzero_exit;
  if (by_itself || *job.phase == jobs::JobPhase::cancelled) return jobs::phase_name(*job.phase);
  return api::EnumNames<api::JobOutcome>::name(*job.outcome);
}

Style state_style(const api::JobView& job) {
  using enum api::JobOutcome;
  if (!job.outcome) return Style::busy;
  if (*job.outcome == ok) return Style::good;
  return *job.phase == jobs::JobPhase::cancelled ? Style::plain : Style::bad;
}

std::string age_text(model::UnixMs then, model::UnixMs now) {
  const std::uint64_t seconds = now > then ? (now.value - then.value) / 1000 : 0;
  constexpr std::uint64_t minute = 60;
  constexpr std::uint64_t hour = 60 * minute;
  constexpr std::uint64_t day = 24 * hour;
  if (seconds < 2 * minute) return fmt::format("{} s", seconds);
  if (seconds < 2 * hour) return fmt::format("{} min", seconds / minute);
  if (seconds < 2 * day) return fmt::format("{} h", seconds / hour);
  return fmt::format("{} d", seconds / day);
}

std::string mana_text(model::Mana amount) { return with_grouped_numbers(amount.to_text()); }

std::string mana_number(model::Mana amount) {
  constexpr std::string_view kUnit = " mana";
  std::string text = mana_text(amount);
  if (text.ends_with(kUnit)) text.resize(text.size() - kUnit.size());
  return text;
}

std::string description_text(const api::JobDescription& job, const Look& look) {
  const auto text_of = [&look](const std::optional<ipld::Cid>& cid) { return cid ? id_text(*cid, look) : ""; };
  Lines lines;
  lines.add("job", id_text(job.job_id->cid, look));
  lines.add("number", std::to_string(job.number));
  lines.add("state", std::string(jobs::phase_name(*job.phase)));
  if (job.outcome) lines.add("outcome", outcome_line(job));
  lines.add("submitter", job.submitter.to_text());
  lines.add("executor", job.executor ? job.executor->to_text() : "");
  lines.add("accepted", time_text(job.accepted));
  if (job.program) lines.add("name", *job.program);
  lines.add("program", job.module ? id_text(*job.module, look) + " " + job.entry.value_or("")
                                  : "its block was unpinned and removed");
  for (const std::string& argument : job.args.value_or(std::vector<std::string>())) {
    lines.add("argument", "'" + argument + "'");
  }
  for (const ipld::Cid& input : job.inputs.value_or(std::vector<ipld::Cid>())) lines.add("input", id_text(input, look));
  lines.add("fuel", (job.receipt ? grouped(job.fuel_used) + " of " : "at most ") + grouped(job.fuel_limit));
  lines.add("memory", job.receipt ? counted(job.memory_pages, "page") : "");
  lines.add("reserved", mana_text(job.reserved));
  if (job.outcome) lines.add("charged", mana_text(job.charged));
  lines.add("receipt", text_of(job.receipt));
  lines.add("anchor", text_of(job.anchor));
  lines.add("output", text_of(job.output_cid));
  return lines.text();
}

}  // namespace icn::cli
