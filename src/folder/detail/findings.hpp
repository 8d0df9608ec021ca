// The list that an examination fills.
#pragma once
#include "folder/doctor.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder::detail {

class Findings {
 public:
  void add(Finding finding) { all_.push_back(std::move(finding)); }
  void note(std::string what, std::string where, std::string advice) {
    add({Severity::note, ErrorCode::internal, std::move(what), std::move(where), std::move(advice)});
  }
  void warning(ErrorCode code, std::string what, std::string where, std::string advice) {
    add({Severity::warning, code, std::move(what), std::move(where), std::move(advice)});
  }
  void error(ErrorCode code, std::string what, std::string where, std::string advice) {
    add({Severity::error, code, std::move(what), std::move(where), std::move(advice)});
  }
  // A step that failed, in its own words.
  void error(const Error& error, std::string where, std::string advice) {
    add({Severity::error, error.code, error.detail, std::move(where), std::move(advice)});
  }
  [[nodiscard]] std::vector<Finding> take() { return std::move(all_); }

 private:
  std::vector<Finding> all_;
};

inline const std::string kRestoreAdvice =
    "restore the latest backup into a new folder: `icn --data NEW restore BACKUP`";

// What the state says of itself: readable, founded, a ledger whose sums hold, readable jobs, restored or not. `where`
// is the store's URL.
void examine_state(const ports::StateStore& state, const std::string& where, Findings& findings);
// Whether every block has its hash.
void examine_blocks(const ports::DagStore& dag, const std::string& where, Findings& findings);
// Whether the blocks are there without which the node cannot open or an open job cannot run.
void examine_links(const ports::StateStore& state, const ports::DagStore& dag, const std::string& where,
                   Findings& findings);

}  // namespace icn::folder::detail
