// The doctor's checks of the content of both stores.
#include <fmt/core.h>

#include <set>

#include "dag/pins.hpp"
#include "dag/usage.hpp"
#include "economy/ledger.hpp"
#include "folder/detail/findings.hpp"
#include "governance/governance.hpp"
#include "ipld/links.hpp"
#include "jobs/job_book.hpp"
#include "model/genesis.hpp"
#include "model/keys.hpp"
#include "model/time_text.hpp"
#include "reputation/reputation.hpp"
#include "runtime/outbox.hpp"
#include "runtime/store_version.hpp"
#include "stores/cursor.hpp"
#include "stores/incarnation.hpp"
#include "trust/trust.hpp"

namespace icn::folder::detail {
namespace {

void examine_ledger(const ports::StateStore& state, const std::string& where, Findings& findings) {
  const auto ledger = economy::Ledger::open(state);
  if (!ledger) {
    findings.error(within("the ledger cannot be opened", ledger.error()), where, kRestoreAdvice);
    return;
  }
  const auto sums = (*ledger)->audit();
  if (!sums) {
    findings.error(within("the ledger's sums are wrong", sums.error()), where, kRestoreAdvice);
    return;
  }
  // The upgrade of a store of an older release creates the index of accounts.
  const auto version = runtime::read_store_version(state);
  const bool older = version && *version < runtime::kStoreVersion;
  const auto rows = older ? economy::AccountRows::absent : economy::AccountRows::expected;
  if (const auto replayed = economy::audit_from_journal(state, **ledger, rows); !replayed)
    findings.error(within("the ledger's journal is damaged", replayed.error()), where, kRestoreAdvice);
}

void examine_pins(const ports::StateStore& state, const std::string& where, Findings& findings) {
  dag::Guard guard;
  const dag::Pins pins(state, guard);
  std::optional<Bytes> after;
  do {
    const auto page = pins.list(after, 1'000);
    if (!page) {
      findings.error(within("the pins cannot be read to the end", page.error()), where, kRestoreAdvice);
      return;
    }
    after = page->after;
  } while (after);
  if (const auto usage = dag::Usage::open(state); !usage)
    findings.error(within("the DAG store's size cannot be read", usage.error()), where, kRestoreAdvice);
}

void tell_restoration(const ports::StateStore& state, const std::string& where, Findings& findings) {
  const auto incarnation = stores::read_incarnation(state);
  if (!incarnation) {
    findings.error(incarnation.error(), where, kRestoreAdvice);
    return;
  }
  if (!incarnation->restoration) return;
  findings.note(fmt::format("this node was restored at {} from a backup of {}; what happened in between is not known "
                            "here. It is incarnation {}",
                            model::time_text(incarnation->restoration->restored),
                            model::time_text(incarnation->restoration->backup_made), incarnation->number),
                where, "make sure that the original node never runs again");
}

// Findings of one kind; reports only the first individually.
class Counted {
 public:
  Counted(Findings& findings, std::string kind, std::string where)
      : findings_(findings), kind_(std::move(kind)), where_(std::move(where)) {}
  ~Counted() {
    if (count_ > kFindingsOfAKindMax) {
      findings_.error(ErrorCode::corrupted,
                      fmt::format("{} more {} are not listed", count_ - kFindingsOfAKindMax, kind_), where_,
                      "as above");
    }
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  void error(ErrorCode code, std::string what, std::string where, Advice advice) {
    if (++count_ <= kFindingsOfAKindMax) findings_.error(code, std::move(what), std::move(where), std::move(advice));
  }

 private:
  Findings& findings_;
  const std::string kind_;
  const std::string where_;
  std::size_t count_ = 0;
};

// Looks up the blocks that something needs, each once.
class Needed {
 public:
  Needed(const ports::DagStore& dag, Counted& missing) : dag_(dag), missing_(missing) {}

  // Returns the block if it exists. A damaged one is reported elsewhere.
  std::optional<ipld::Block> find(const ipld::Cid& cid, const std::string& whose, const Advice& advice) {
    auto block = dag_.get(cid);
    if (block) return *std::move(block);
    if (block.error().code == ErrorCode::missing_data && told_.insert(cid).second)
      missing_.error(ErrorCode::missing_data, "a block of " + whose + " is missing", cid.to_text(), advice);
    return std::nullopt;
  }

  // Looks up a file and all of its pieces.
  void find_file(const ipld::Cid& root, const std::string& whose, const Advice& advice) {
    std::vector<ipld::Cid> open{root};
    while (!open.empty()) {
      const ipld::Cid cid = open.back();
      open.pop_back();
      if (!seen_.insert(cid).second) continue;
      const auto block = find(cid, whose, advice);
      if (!block || cid.codec() != ipld::Codec::dag_pb) continue;
      const auto links = ipld::links_of(*block);
      if (links) open.insert(open.end(), links->begin(), links->end());
    }
  }

 private:
  const ports::DagStore& dag_;
  Counted& missing_;
  std::set<ipld::Cid> told_;
  std::set<ipld::Cid> seen_;
};

// The log of the scope, with every signature in it, and the statements of trust, whose authors' keys the log has.
Result<void> check_log(const ports::StateStore& state, const ipld::Cid& id, const model::Genesis& genesis,
                       const std::vector<model::Member>& members) {
  const model::Scope scope(id, genesis, ICN_TRY(model::Parameters::from_texts(genesis.parameters)), members);
  const auto governance = ICN_TRY(governance::Governance::open(state, scope));
  ICN_TRY(governance::verify_log(state, scope, governance->state_hash()));
  const auto verified = trust::verify_statements(state, governance->scope().keys());
  if (!verified && verified.error().code == ErrorCode::invalid_signature)
    return fail(within("a statement of trust is not its author's", verified.error()));
  return {};
}

void examine_genesis(const ports::StateStore& state, const std::string& where, Needed& needed, Findings& findings) {
  const auto at = state.get(model::key_of(model::keys::kMeta, view_of("genesis")));
  if (!at || !*at) return;  // reported by examine_state
  const auto envelope = ipld::Cid::from_bytes(**at);
  if (!envelope) return;
  const std::string whose = "the scope's genesis";
  const Advice advice = "the node cannot be opened without it: " + kRestoreAdvice;
  const auto block = needed.find(*envelope, whose, advice);
  if (!block) return;
  const auto signed_genesis = model::SignedGenesis::from_bytes(block->bytes);
  if (!signed_genesis) return;
  const auto body = needed.find(signed_genesis->scope, whose, advice);
  if (!body) return;
  const auto genesis = model::Genesis::from_bytes(body->bytes);
  if (!genesis) return;
  const auto members = model::members_of(*genesis, [&](const ipld::Cid& cid) -> Result<ipld::Block> {
    auto member_block = needed.find(cid, whose, advice);
    if (!member_block) return fail(ErrorCode::missing_data, cid.to_text());
    return *std::move(member_block);
  });
  if (!members) return;
  if (const auto log = check_log(state, body->cid, *genesis, *members); !log)
    findings.error(within("the scope's log, or what members state, is damaged", log.error()), where, kRestoreAdvice);
}

void examine_job(const jobs::JobRecord& record, Needed& needed) {
  const std::string id = record.id.to_text();
  const std::string whose = "the open job " + id;
  const Advice advice("the job cannot run without it; import the block, or cancel the job to release its reserve",
                      "cancel_job", id);
  for (const ipld::Cid& cid : {record.order, record.order_envelope, record.authority})
    static_cast<void>(needed.find(cid, whose, advice));
  const auto body = needed.find(record.id.cid, whose, advice);
  if (!body) return;
  const auto job = model::Job::from_bytes(body->bytes);
  if (!job) return;
  needed.find_file(job->module, whose, advice);
  for (const ipld::Cid& input : job->inputs) needed.find_file(input, whose, advice);
}

}  // namespace

void examine_state(const ports::StateStore& state, const std::string& where, Findings& findings) {
  if (const auto read = state.scan({}, {}, [](ByteView, ByteView) { return true; }); !read) {
    findings.error(within("the state cannot be read to the end", read.error()), where, kRestoreAdvice);
    return;
  }
  const auto version = runtime::read_store_version(state);
  if (!version) {
    findings.error(version.error(), where,
                   version.error().code == ErrorCode::not_found
                       ? "this store belongs to another node: fix the URL in node.json, or " + kRestoreAdvice
                       : Advice("use the newer program that wrote it"));
    return;
  }
  if (*version != runtime::kStoreVersion) {
    findings.note(fmt::format("the state store has version {} of an older release; the next command that opens the "
                              "node upgrades it to version {}",
                              *version, runtime::kStoreVersion),
                  where, "to go back to that release later, make a backup with it first");
  }
  tell_restoration(state, where, findings);
  examine_ledger(state, where, findings);
  if (const auto scores = reputation::Reputation::open(state); !scores)
    findings.error(within("reputation cannot be opened", scores.error()), where, kRestoreAdvice);
  if (const auto counted = reputation::check_counted(state); !counted)
    findings.error(within("reputation is damaged", counted.error()), where, kRestoreAdvice);
  examine_pins(state, where, findings);
  if (const auto jobs = jobs::JobBook::open(state); !jobs)
    findings.error(within("the jobs cannot be opened", jobs.error()), where, kRestoreAdvice);
  if (const auto trust = trust::TrustEngine::open(state); !trust)
    findings.error(within("the statements of trust cannot be opened", trust.error()), where, kRestoreAdvice);
  if (const auto outbox = runtime::Outbox::check(state); !outbox)
    findings.error(within("the outbox cannot be opened", outbox.error()), where, kRestoreAdvice);
}

void examine_blocks(const ports::DagStore& dag, const std::string& where, Findings& findings) {
  Counted damaged(findings, "damaged blocks", where);
  stores::CidCursor cursor(dag);
  while (true) {
    const auto cid = cursor.peek();
    if (!cid) {
      findings.error(within("the blocks cannot be listed to the end", cid.error()), where, kRestoreAdvice);
      return;
    }
    if (*cid == nullptr) return;
    const auto block = dag.get(**cid);
    if (!block) {
      damaged.error(block.error().code, block.error().detail, (*cid)->to_text(),
                    "only a copy from another store repairs it; " + kRestoreAdvice);
    }
    cursor.next();
  }
}

void examine_links(const Located<ports::StateStore>& state_at, const Located<ports::DagStore>& dag_at,
                   Findings& findings) {
  const ports::StateStore& state = state_at.store;
  const ports::DagStore& dag = dag_at.store;
  Counted missing(findings, "missing blocks", dag_at.where);
  Needed needed(dag, missing);
  examine_genesis(state, state_at.where, needed, findings);
  const auto jobs = jobs::JobBook::open(state);
  if (!jobs) return;  // reported by examine_state
  for (const jobs::JobRecord& record : (*jobs)->open_jobs()) examine_job(record, needed);
}

}  // namespace icn::folder::detail
