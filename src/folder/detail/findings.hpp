// The list that an examination fills.
#pragma once
#include "folder/doctor.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder::detail {

// What to do; if a command does it, the rule of its hint on the command line, and the hint's subject.
struct Advice {
  std::string text;
  std::string rule = {};
  std::string subject = {};
  Advice(const char* words) : text(words) {}             // NOLINT: advice is mostly a sentence
  Advice(std::string words) : text(std::move(words)) {}  // NOLINT
  Advice(std::string words, std::string by_rule, std::string about = {})
      : text(std::move(words)), rule(std::move(by_rule)), subject(std::move(about)) {}
  friend Advice operator+(const std::string& before, Advice advice) {
    advice.text = before + advice.text;
    return advice;
  }
};

class Findings {
 public:
  void note(std::string what, std::string where, Advice advice) {
    add(Severity::note, ErrorCode::internal, std::move(what), std::move(where), std::move(advice));
  }
  void warning(ErrorCode code, std::string what, std::string where, Advice advice) {
    add(Severity::warning, code, std::move(what), std::move(where), std::move(advice));
  }
  void error(ErrorCode code, std::string what, std::string where, Advice advice) {
    add(Severity::error, code, std::move(what), std::move(where), std::move(advice));
  }
  // Adds a failed step, with the text of its error.
  void error(const Error& error, std::string where, Advice advice) {
    add(Severity::error, error.code, error.detail, std::move(where), std::move(advice));
  }
  [[nodiscard]] std::vector<Finding> take() { return std::move(all_); }

 private:
  void add(Severity severity, ErrorCode code, std::string what, std::string where, Advice advice) {
    all_.push_back({severity, code, std::move(what), std::move(where), std::move(advice.text), std::move(advice.rule),
                    std::move(advice.subject)});
  }
  std::vector<Finding> all_;
};

inline const Advice kRestoreAdvice{"restore the latest backup into a new folder", "restore_backup"};

// Checks the state store: that it is readable, holds a scope, a ledger with correct sums and readable jobs, and whether
// it was restored. `where` is the store's URL.
void examine_state(const ports::StateStore& state, const std::string& where, Findings& findings);
// Checks that every block matches its hash.
void examine_blocks(const ports::DagStore& dag, const std::string& where, Findings& findings);
// A store and its URL, as findings show it.
template <class Store>
struct Located {
  const Store& store;
  std::string where;
};
// Checks that the blocks exist without which the node cannot open or an open job cannot run, and the scope's log, which
// begins with the genesis among them.
void examine_links(const Located<ports::StateStore>& state_at, const Located<ports::DagStore>& dag_at,
                   Findings& findings);

}  // namespace icn::folder::detail
