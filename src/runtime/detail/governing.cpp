#include "runtime/detail/governing.hpp"

#include <fmt/core.h>

#include "economy/forecast.hpp"
#include "governance/refusals.hpp"
#include "model/job_proof.hpp"
#include "runtime/detail/effects.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/detail/governance_entries.hpp"
#include "runtime/detail/governance_money.hpp"
#include "runtime/detail/pinning.hpp"
#include "runtime/detail/regeneration.hpp"
#include "runtime/detail/spending.hpp"

namespace icn::runtime::detail {
namespace {

using governance::ProposalState;
using governance::Step;

static_assert(model::kJobProofDepthMax == kAuthorityDepthMax);
// Of the proof's first blocks, which are not known before the settlement: signed receipt and receipt.
constexpr std::size_t kReceiptBytes = 1'024;

// Adds the block and its bytes. Errors: limit_exceeded.
Result<ipld::Block> take_block(ipld::Block block, std::vector<ipld::Block>& proof, std::size_t& bytes) {
  bytes += block.bytes.size();
  if (bytes > model::kJobProofBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "job_proof",
                  fmt::format("the job, with its effects and the jobs that submitted it, exceeds the {} bytes that the "
                              "log keeps of a job that governs",
                              model::kJobProofBytesMax));
  }
  proof.push_back(block);
  return block;
}

// The blocks that prove a job, from its signed order on.
Result<std::vector<ipld::Block>> read_proof(const NodeState& node, const jobs::JobRecord& record,
                                            const ipld::Block& effects, WorkBudget& budget) {
  // A short job is settled while its acceptance is only staged: its blocks are in the store once that is durable.
  ICN_TRY(node.books().wait_for_staged());
  const BlockSource paid(node.dag_store(), {}, &budget);
  std::vector<ipld::Block> proof;
  std::size_t bytes = kReceiptBytes + effects.bytes.size();
  const auto take = [&](const ipld::Cid& cid) -> Result<ipld::Block> {
    return take_block(ICN_TRY(paid.get(cid)), proof, bytes);
  };
  jobs::JobRecord at = record;
  for (;;) {
    ICN_TRY(take(at.order_envelope));
    ICN_TRY(take(at.order));
    ICN_TRY(take(at.id.cid));
    const ipld::Block authority = ICN_TRY(take(at.authority));
    if (!at.parent) return proof;
    const auto signed_receipt = ICN_TRY(model::SignedReceipt::from_bytes(authority.bytes));
    const ipld::Block body = ICN_TRY(take(signed_receipt.receipt));
    ICN_TRY(take(ICN_TRY(model::Receipt::from_bytes(body.bytes)).effects));
    std::optional<jobs::JobRecord> parent = ICN_TRY(node.jobs().find(*at.parent));
    if (!parent) return fail(ErrorCode::not_found, "the job that submitted it is not known any more");
    at = *std::move(parent);
  }
}

Result<void> begin(const NodeState& node, const RunEnd& run, WorkBudget& budget, const GovernEffects& out) {
  // The executor may be another node.
  if (!run.job.grants.has(model::Capability::govern))
    return fail(ErrorCode::permission_denied, "the job was not granted to govern");
  ICN_TRY(require_clerk(node));
  return budget.take(model::HostWork::govern, out.empty() ? node.governance().weight() : 0);
}

// Tries the effects of one run on a copy of governance.
class Trial {
 public:
  Trial(const NodeState& node, const jobs::JobRecord& record, const RunReceipt& receipt, const GovernEffects& effects,
        model::UnixMs now, EntrySigner& signer)
      : node_(node),
        signer_(signer),
        record_(record),
        receipt_(receipt),
        effects_(effects),
        now_(now),
        ahead_(node.ledger(), now, rates_of(node)) {
    book_ = node.governance().fork();
  }

  // Errors: why the effect is refused. Steps that were due and taken for it before are kept.
  Result<void> apply(const GovernEffect& effect) {
    call_index_ = effect.call_index;
    const auto* statement = std::get_if<PreparedStatement>(&effect.what);
    return statement != nullptr ? enter(*statement) : step(std::get<model::StepEffect>(effect.what));
  }
  // Transfers of the settlement that come before.
  void count(const std::vector<model::Transfer>& transfers) { ahead_.add(transfers); }
  std::vector<TriedEntry> take() { return std::move(entries_); }

 private:
  Result<governance::Applied> add(model::ScopeEntry entry, std::optional<model::LogRecord::Admitted> admitted,
                                  std::vector<model::Transfer> transfers, std::vector<ipld::Block> blocks) {
    ICN_TRY(check_covered(transfers));
    // The entries are signed before the first of them is applied.
    const model::Did& self = node_.node_did();
    if (book_->scope().keys().key_of(self) != node_.scope().keys().key_of(self)) {
      return refuse(ErrorCode::invalid_state, "node_key_replaced",
                    "the job replaced the key of this node, which signs nothing more of the same job");
    }
    model::LogRecord record = ICN_TRY(signer_.sign(std::move(entry), std::move(admitted)));
    TriedEntry tried{call_index_, std::move(record), std::move(transfers), std::move(blocks)};
    ports::Batch scratch;
    governance::Applied applied = ICN_TRY(book_->apply(tried.record, governance::Signatures::verified, scratch));
    ahead_.add(tried.transfers);
    entries_.push_back(std::move(tried));
    return applied;
  }

  // What the ledger would refuse. What the settlement will release is not counted on.
  Result<void> check_covered(const std::vector<model::Transfer>& transfers) const {
    economy::Forecast ahead = ahead_;
    for (const model::Transfer& transfer : transfers) {
      const model::Mana available = ahead.balance(transfer.debit).available();
      // New mana comes from an account that owes.
      const bool is_issued = transfer.debit == model::AccountKey::of(model::SystemAccount::issuance);
      if (!is_issued && transfer.amount > available) {
        const std::string outlook = node_.ledger().outlook(transfer.debit, transfer.amount, now_, rates_of(node_));
        return refuse(ErrorCode::insufficient_mana, "balance",
                      fmt::format("it needs {}, and the account has {}{}{}", transfer.amount.to_text(),
                                  available.to_text(), outlook.empty() ? "" : ". ", outlook));
      }
      ahead.add({&transfer, 1});
    }
    return {};
  }

  // The limits of the member's spending, for all deposits of the run together. A vote's fee never counts against them.
  Result<void> check_deposit(const model::Statement& statement, const std::vector<model::Transfer>& transfers) {
    if (!std::holds_alternative<model::Proposal>(statement)) return {};
    model::Mana sum = deposits_;
    for (const model::Transfer& transfer : transfers) sum.umana += transfer.amount.umana;
    if (sum == deposits_) return {};
    ICN_TRY(check_spending(node_, node_.scope(), record_.submitter, sum));
    deposits_ = sum;
    return {};
  }

  Result<void> enter(const PreparedStatement& prepared) {
    model::LogRecord::Admitted admitted;
    admitted.envelope.kind = model::kind_of(prepared.statement);
    admitted.envelope.body = model::body_of(prepared.statement).cid;
    admitted.envelope.job = model::MadeByJob{call_index_, record_.order, receipt_.envelope.cid};
    admitted.statement = prepared.statement;
    admitted.proof = {receipt_.envelope, receipt_.body, receipt_.effects};
    admitted.proof.insert(admitted.proof.end(), effects_.proof.begin(), effects_.proof.end());
    model::ScopeEntry entry = ICN_TRY(book_->draft(admitted, now_));
    std::vector<model::Transfer> transfers = transfers_of_statement(node_, prepared.statement);
    ICN_TRY(check_deposit(prepared.statement, transfers));
    const auto applied = ICN_TRY(add(std::move(entry), std::move(admitted), std::move(transfers), prepared.blocks));
    return applied.proposal ? follow(*applied.proposal) : Result<void>{};
  }

  Result<void> take_step(Step step, const ipld::Cid& proposal) {
    std::vector<model::Transfer> transfers;
    model::ScopeEntry entry = ICN_TRY(book_->draft(step, proposal, now_));
    if (step == Step::execute)
      transfers = ICN_TRY(transfers_of_effects(node_, proposal, ICN_TRY(book_->dry_run(proposal))));
    ICN_TRY(add(std::move(entry), {}, std::move(transfers), {}));
    return {};
  }

  // The steps that an entry made due for its proposal, as after a statement that a member signed. One that is refused
  // remains due.
  Result<void> follow(const ipld::Cid& proposal) {
    if (may_close(*book_, proposal)) ICN_TRY(take_step(Step::close, proposal));
    const auto wanted = [&](const governance::Due& due) { return due.proposal == proposal; };
    for (;;) {
      const std::vector<governance::Due> due = book_->due(now_, 1, wanted);
      if (due.empty()) return {};
      const Result<void> taken = take_step(due.front().step, proposal);
      if (taken) continue;
      return is_node_fault(taken.error().code) ? taken : Result<void>{};
    }
  }

  Result<void> step(const model::StepEffect& asked) {
    const governance::ProposalStatus status = ICN_TRY(book_->status(asked.proposal));
    const bool was_opened = status.state != ProposalState::sponsorship && status.state != ProposalState::deliberation;
    const bool was_closed = was_opened && status.state != ProposalState::voting;
    switch (asked.step) {
      case model::GovernStep::open_voting:
        return was_opened ? Result<void>{} : take_step(Step::open, asked.proposal);
      case model::GovernStep::close_voting:
        if (was_closed) return {};
        ICN_TRY(take_step(Step::close, asked.proposal));
        return follow(asked.proposal);
      case model::GovernStep::execute_proposal:
        if (status.state == ProposalState::executed) return {};
        if (status.state == ProposalState::deliberation) ICN_TRY(take_step(Step::open, asked.proposal));
        if (!was_closed && status.state != ProposalState::sponsorship) {
          ICN_TRY(take_step(Step::close, asked.proposal));
          ICN_TRY(follow(asked.proposal));
          if (ICN_TRY(book_->status(asked.proposal)).state == ProposalState::executed) return {};
        }
        return take_step(Step::execute, asked.proposal);
    }
    return {};
  }

  const NodeState& node_;
  EntrySigner& signer_;
  const jobs::JobRecord& record_;
  const RunReceipt& receipt_;
  const GovernEffects& effects_;
  const model::UnixMs now_;
  economy::Forecast ahead_;
  std::unique_ptr<governance::Governance> book_;
  std::uint64_t call_index_ = 0;
  std::vector<TriedEntry> entries_;
  model::Mana deposits_;
};

}  // namespace

bool may_close(const governance::Governance& book, const ipld::Cid& proposal) {
  const auto info = book.find(proposal);
  if (!info || info->state != ProposalState::voting) return false;
  if (!info->terms || info->tally.present() < info->terms->members) return false;
  const auto fixed = book.fixed(proposal);
  return fixed && *fixed;
}

Result<void> add_statement(const NodeState& node, const RunEnd& run, std::uint64_t call_index,
                           const model::StatementEffect& made, const BlockSource& source, WorkBudget& budget,
                           GovernEffects& out) {
  ICN_TRY(begin(node, run, budget, out));
  PreparedStatement prepared;
  prepared.statement = ICN_TRY(model::read_statement(made.kind, ICN_TRY(source.get(made.statement)).bytes));
  if (model::author_of(prepared.statement) != run.record.submitter ||
      model::scope_of(prepared.statement) != run.job.scope) {
    return fail(ErrorCode::permission_denied, "a job governs only in the name and the scope of its own submitter");
  }
  const auto* proposal = std::get_if<model::Proposal>(&prepared.statement);
  if (proposal != nullptr && proposal->text) prepared.blocks.push_back(ICN_TRY(source.get(*proposal->text)));
  ICN_TRY(check_prepared(node, prepared));
  if (out.proof.empty()) out.proof = ICN_TRY(read_proof(node, run.record, run.result.effects.to_block(), budget));
  out.list.push_back({call_index, std::move(prepared)});
  return {};
}

Result<void> add_step(const NodeState& node, const RunEnd& run, std::uint64_t call_index,
                      const model::StepEffect& asked, WorkBudget& budget, GovernEffects& out) {
  ICN_TRY(begin(node, run, budget, out));
  out.list.push_back({call_index, asked});
  return {};
}

Result<TriedEntries> try_entries(const NodeState& node, const RunEnd& run, const RunReceipt& receipt,
                                 const GovernEffects& effects, const jobs::MoneyEffects& money, EntrySigner& signer,
                                 jobs::RefusedEffects& refused) {
  TriedEntries out;
  if (effects.empty()) return out;
  Trial trial(node, run.record, receipt, effects, run.now, signer);
  trial.count(jobs::credit_transfers(run.record, money));
  for (const GovernEffect& effect : effects.list) {
    const Result<void> tried = trial.apply(effect);
    if (tried) continue;
    if (is_node_fault(tried.error().code)) return fail(tried.error());
    refused.add(refusal_text(effect.call_index, tried.error().detail));
    if (run.job.effects != model::EffectsMode::all_or_none) continue;
    out.drops_all = true;
    return out;
  }
  out.entries = trial.take();
  return out;
}

void stage_entries(NodeState& node, const std::vector<TriedEntry>& entries, jobs::RefusedEffects& refused,
                   Staging& staging) {
  std::optional<Error> stopped;
  for (const TriedEntry& entry : entries) {
    if (!stopped) {
      const auto applied = stage_entry(node, entry.record, entry.transfers, staging);
      if (!applied) stopped = applied.error();
    }
    if (stopped) {
      refused.add(refusal_text(entry.call_index, stopped->detail));
      continue;
    }
    for (const ipld::Block& block : entry.blocks) staging.add(block);
  }
}

}  // namespace icn::runtime::detail
