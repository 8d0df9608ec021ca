// The use cases of a home node: what a person or a program can ask of it. Free functions over NodeState; thread safe.
//
// Every function that changes something makes one commit (or none, when it fails or has nothing to do; run_job() makes
// two that share one), and returns after it is durable. Nothing is charged by a function that fails. Errors are
// sentences for people: what happened, to which thing, what was charged or kept, what to do next; `rule` names the
// limit that refused.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/job_draft.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {

// ---- jobs -----------------------------------------------------------------------------------------------------------

enum class StartMode : std::uint8_t {
  later,  // accepted and waiting; execute_job or start_job runs it
  now,    // accepted and already assigned to this node, saving a commit; the caller runs it at once
};
enum class Acceptance : std::uint8_t {
  now,
  before
};  // before: the same body was accepted earlier; nothing was charged again

struct SubmitRequest {
  ipld::Block body;                 // canonical job body; its CID is the job id
  model::Signature signature{};     // of job.submitter over the id
  std::vector<ipld::Block> blocks;  // of module and inputs, as far as they are not in the DAG store yet
  StartMode start = StartMode::later;
};
struct SubmitAnswer {
  model::JobId id;
  Acceptance accepted = Acceptance::now;
  jobs::JobRecord record;
  std::string note;  // e.g. that the discount was reduced; may be empty
};
// Verifies signature, scope, membership, policy, limits and module; then one commit with blocks, order, reserve and
// record. Errors: invalid_format, invalid_signature, permission_denied (not a member, policy), invalid_module,
// limit_exceeded, price_too_low (naming the minimum), insufficient_mana, missing_data (a block of module or input),
// unsupported (a trust scope, no executor), expired.
[[nodiscard]] Result<SubmitAnswer> submit_job(NodeState& node, const SubmitRequest& request);

// Who watches a run, on the thread that polls it.
struct RunHooks {
  std::function<void(std::string_view)> on_log = {};
  std::function<void(std::uint32_t ppm, std::string_view text)> on_progress = {};
  // Between slices: fuel used so far and the limit.
  std::function<void(std::uint64_t fuel_used, std::uint64_t fuel_limit)> on_slice = {};
};

// What became of a job, once terminal (or waiting again after a failed attempt: phase submitted).
struct JobReport {
  jobs::JobRecord record;
  Bytes output;     // only of a run made by this call
  std::string log;  // likewise, bounded by max_log_bytes
  std::uint64_t wall_ns = 0;
  std::uint64_t slices = 0;
  std::uint64_t host_calls = 0;
  std::uint64_t memory_growth_denied = 0;
  std::uint64_t table_growth_denied = 0;
};

// One attempt at running a job; owned by one thread, except stop(). Destroying it unfinished counts as nothing: the job
// stays executing and is swept at the next opening of the node.
class JobRun {
 public:
  ~JobRun();
  JobRun(const JobRun&) = delete;
  JobRun& operator=(const JobRun&) = delete;
  [[nodiscard]] const model::JobId& id() const { return record_.id; }
  // At most one slice; checks the deadline before it.
  [[nodiscard]] ports::RunState poll();
  // From any thread, at any time.
  void stop(ports::StopReason reason);
  // Why it was asked to stop, if it was.
  [[nodiscard]] ports::StopReason stopped_by() const { return stopped_by_.load(); }
  [[nodiscard]] std::uint64_t fuel_used() const;
  [[nodiscard]] std::uint64_t fuel_limit() const { return record_.fuel_limit; }
  // After poll() said finished: settles, or notes the failed attempt, in one commit. A report whose record is in phase
  // submitted has another attempt before it.
  [[nodiscard]] Result<JobReport> finish();

 private:
  friend Result<std::unique_ptr<JobRun>> start_job(NodeState& node, const model::JobId& id, RunHooks hooks);
  friend Result<JobReport> execute_job(NodeState& node, const model::JobId& id, RunHooks hooks);
  friend Result<JobReport> run_job(NodeState& node, const SubmitRequest& request, RunHooks hooks);
  [[nodiscard]] static Result<std::unique_ptr<JobRun>> start(NodeState& node, jobs::JobRecord record, RunHooks hooks);
  JobRun(NodeState& node, jobs::JobRecord record, RunHooks hooks);
  [[nodiscard]] Result<ports::ExecutionRequest> read_request() const;
  [[nodiscard]] Result<void> begin(std::unique_ptr<ports::ExecutionRequest> prepared);
  [[nodiscard]] Result<JobReport> run_report();
  [[nodiscard]] Result<JobReport> settle(ports::ExecutionResult result);
  [[nodiscard]] Result<JobReport> run_to_end();
  void tell_accepted();

  NodeState& node_;
  jobs::JobRecord record_;
  RunHooks hooks_;
  model::Job job_;
  std::unique_ptr<ports::Execution> execution_;  // nothing when the start failed
  std::optional<Error> start_failure_;
  std::uint64_t deadline_ns_ = 0;  // monotonic
  bool accepted_untold_ = false;   // the acceptance is not durable yet, or the mesh does not know of it
  std::atomic<ports::StopReason> stopped_by_{ports::StopReason::none};
};

// Claims an open job and starts it. A start that the infrastructure failed still gives a run: finished at once, its
// finish() notes the attempt. Errors: not_found, invalid_state (terminal), busy (runs already), expired, storage.
[[nodiscard]] Result<std::unique_ptr<JobRun>> start_job(NodeState& node, const model::JobId& id, RunHooks hooks = {});
// Runs a job on the calling thread until it is terminal, all attempts included. A terminal job is answered as it is.
[[nodiscard]] Result<JobReport> execute_job(NodeState& node, const model::JobId& id, RunHooks hooks = {});
// submit_job() and execute_job() in one, for a request with StartMode::now: nobody is told of the acceptance in
// between. So a job that ends within its first slice is accepted and settled by one durable transaction, and a crash
// before it leaves nothing; one that goes on is durable as accepted before its second slice. Errors: of both.
[[nodiscard]] Result<JobReport> run_job(NodeState& node, const SubmitRequest& request, RunHooks hooks = {});

enum class Cancelled : std::uint8_t {
  released,  // it had not started: everything reserved is back
  stopping,  // it runs: it is stopped, what it used is charged
};
// Errors: not_found, invalid_state (terminal).
[[nodiscard]] Result<Cancelled> cancel_job(NodeState& node, const model::JobId& id);

// Level-triggered sweep of every open job: those past their expiry or their start deadline are released, interrupted
// runs become runnable again or, their attempts used up, fail uncharged. NodeState::open does it; a daemon does it by
// the clock.
struct SweepReport {
  std::size_t expired = 0;
  std::size_t runnable_again = 0;
  std::size_t given_up = 0;
};
[[nodiscard]] Result<SweepReport> sweep_jobs(NodeState& node);

struct Simulation {
  PreparedJob prepared;
  std::uint64_t minimum_cost_mana = 0;
  model::Mana reserve;   // what the submitter would have to hold
  model::Mana discount;  // what the treasury would
  model::Mana budget;
  model::Mana pay;         // what this run would have cost in all
  model::Mana charged;     // the submitter's part of it
  model::Mana available;   // what the submitter has now
  model::Receipt receipt;  // unsigned, of an order nobody signed
  Bytes output;
  std::string log;
  std::string message;
  std::int64_t exit_code = 0;
  std::uint64_t effects = 0;
};
// Runs the draft under an order that nobody signs: resources and price before paying. Changes no state and stores
// nothing. Errors: as prepare_job and the run's infrastructure failures.
[[nodiscard]] Result<Simulation> simulate_job(NodeState& node, JobDraft draft, RunHooks hooks = {});

struct JobDescription {
  jobs::JobRecord record;
  model::Job job;
  model::Order order;
};
// `text` is a job id or a unique beginning of one (jobs/job_book.hpp). Errors: not_found, invalid_argument,
// missing_data.
[[nodiscard]] Result<JobDescription> describe_job(const NodeState& node, std::string_view text);
[[nodiscard]] Result<jobs::JobPage> list_jobs(const NodeState& node, jobs::JobCursor cursor, std::size_t count,
                                              std::optional<jobs::JobPhase> phase = std::nullopt);
// The causal chain in plain words, one sentence a line: how it came here, what was charged and released, what comes
// next.
[[nodiscard]] Result<std::vector<std::string>> why_job(const NodeState& node, std::string_view text);
// The output's bytes, piece by piece. Errors: not_found (no output: the error says why), missing_data, corrupted.
[[nodiscard]] Result<void> read_output(const NodeState& node, const jobs::JobRecord& record,
                                       const std::function<Result<void>(ByteView)>& sink);
// A file of the DAG store, at most `bytes_max` bytes.
[[nodiscard]] Result<Bytes> read_file_bytes(const ports::DagStore& store, const ipld::Cid& root,
                                            std::uint64_t bytes_max);

// "ok", "nonzero_exit", …, or "infrastructure", "cancelled", "expired" for a terminal record without a receipt; the
// phase's name while it is open.
[[nodiscard]] std::string_view outcome_text(const jobs::JobRecord& record);
// The exit code of `icn`: the program's own, or the one of the error table.
[[nodiscard]] int exit_code_of(const jobs::JobRecord& record);

// ---- receipts -------------------------------------------------------------------------------------------------------

struct ReceiptCheck {
  std::string what;    // "receipt signature"
  std::string detail;  // who, over what
};
struct VerifiedReceipt {
  ipld::Cid envelope;
  model::SignedReceipt signed_receipt;
  model::Receipt receipt;
  model::Order order;
  model::Job job;
  std::optional<ipld::Cid> anchor;
  std::vector<ReceiptCheck> held;  // every check that was made; all of them hold
};
// Signatures of receipt, order and job, the links between them, the anchor block and its signature by the order's home.
// `cid` is a signed receipt that this node anchored, or an anchor, whoever's: with an anchor, blocks are all it needs.
// Errors: invalid_signature, missing_data, invalid_format, conflict (links that do not fit), not_found (not anchored
// here).
[[nodiscard]] Result<VerifiedReceipt> verify_receipt(const NodeState& node, const ipld::Cid& cid);

// The anchor of a signed receipt, if this node has one. Errors: storage, corrupted.
[[nodiscard]] Result<std::optional<ipld::Cid>> anchor_of(const NodeState& node, const ipld::Cid& receipt);

// Anchors a signed receipt of a job this node is home of in a DAG block; again gives the same answer. Settlement does
// this itself; this is for receipts that arrive by other ways. Errors: as verify_receipt, invalid_state.
[[nodiscard]] Result<ipld::Cid> anchor_receipt(NodeState& node, const model::SignedReceipt& receipt);

// ---- mana -----------------------------------------------------------------------------------------------------------

struct AccountView {
  model::Did did;
  economy::Balance balance;
  reputation::Score reputation;
};
[[nodiscard]] AccountView view_account(const NodeState& node, const model::Did& did);

struct HistoryPage {
  std::vector<economy::JournalEntry> entries;  // oldest first
  std::optional<std::uint64_t> next;           // sequence to continue from
};
// Transfers that name the account. Errors: storage, corrupted.
[[nodiscard]] Result<HistoryPage> mana_history(const NodeState& node, const model::AccountKey& account,
                                               std::uint64_t from, std::size_t count);
// Every sum, recomputed from the whole journal and compared with memory. Errors: unbalanced, corrupted.
[[nodiscard]] Result<economy::AuditReport> audit_mana(const NodeState& node);
// Spends of the node's own identity outside a job: member → FEES. `client_id` makes it idempotent. Errors:
// insufficient_mana, invalid_argument (zero).
[[nodiscard]] Result<void> spend_mana(NodeState& node, const model::Did& account, model::Mana amount,
                                      ByteView client_id);

// The state hash (state_hash.hpp) of one moment: callers of the committer wait meanwhile. Equal states, equal hashes.
// Errors: storage, corrupted.
[[nodiscard]] Result<ipld::Digest> state_hash(const NodeState& node);

}  // namespace icn::runtime
