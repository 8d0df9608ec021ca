// Formats values for people.
#pragma once
#include <string>

#include "api/jobs.hpp"
#include "cli/terminal.hpp"
#include "economy/ledger.hpp"
#include "jobs/job_book.hpp"
#include "model/time_text.hpp"
#include "model/transfer.hpp"
#include "runtime/describe.hpp"

namespace icn::cli {

// Text about an accepted job that this process could not complete.
[[nodiscard]] std::string unfinished_text(const api::JobView& job, const Look& look = {});

[[nodiscard]] std::string grouped(std::uint64_t number);                          // 12,345,678
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view thing);  // "1 page", "2 pages"
// A message of a lower module, whose text is stored or read by programs too, with its numbers grouped as all others
// are. Left alone: what is quoted or part of a word, a path or an option, and numbers that name something (a
// process, a user, a job).
[[nodiscard]] std::string with_grouped_numbers(std::string_view message);
// "NAME        VALUE" lines with the values in one column.
class Lines {
 public:
  explicit Lines(std::size_t width = 12) : width_(width) {}
  // Adds a line, unless its value is empty.
  void add(std::string_view name, const std::string& value);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::size_t width_;
  std::string text_;
};

[[nodiscard]] std::string description_text(const api::JobDescription& job, const Look& look = {});
// The receipt code of a record in words: "exit status 3", "unreachable"; empty for ok.
[[nodiscard]] std::string code_text(const api::JobView& job);
// "trap (unreachable): …": outcome, code and message of a job that has ended.
[[nodiscard]] std::string outcome_line(const api::JobView& job);
// Text for standard error about a job that its program did not complete: what happened, what was charged and released,
// and how to learn more.
[[nodiscard]] std::string failure_text(const api::JobView& job, const Look& look = {});
// Text about what a limit denied to a completed program, and what to do; empty if none did.
[[nodiscard]] std::string denied_text(const api::JobView& job);
// One word for the state of a job: its phase while it is open, "completed", or its other outcome.
[[nodiscard]] std::string_view state_word(const api::JobView& job);
[[nodiscard]] Style state_style(const api::JobView& job);
// The time since `then`: "12 s", "5 min", "3 h", "2 d".
[[nodiscard]] std::string age_text(model::UnixMs then, model::UnixMs now);
[[nodiscard]] std::string mana_text(model::Mana amount);    // 1,234.5 mana
[[nodiscard]] std::string mana_number(model::Mana amount);  // without the unit, for a column

}  // namespace icn::cli
