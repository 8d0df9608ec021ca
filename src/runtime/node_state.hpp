// NodeState: everything one home node is made of, opened together from one state store and one DAG store.
//
// It owns the services and the domains (ledger, reputation, job book), the committer through which alone they change,
// and the register of running jobs. Thread safe: each part locks itself; changes go through committer().commit(). It
// has no threads and outlives every JobRun made from it.
//
// The use cases are free functions over it, a header for each subject (submit.hpp, run.hpp, receipts.hpp, …). One that
// changes something makes one commit, or none when it fails or has nothing to do, and returns after it is durable.
// Nothing is charged by one that fails.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dag/pins.hpp"
#include "dag/usage.hpp"
#include "economy/ledger.hpp"
#include "economy/pricing.hpp"
#include "jobs/job_book.hpp"
#include "model/genesis.hpp"
#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/executor.hpp"
#include "ports/mesh_network.hpp"
#include "ports/meter.hpp"
#include "ports/policy_enforcer.hpp"
#include "ports/random.hpp"
#include "ports/signer.hpp"
#include "ports/state_store.hpp"
#include "ports/system_info.hpp"
#include "reputation/reputation.hpp"
#include "runtime/committer.hpp"
#include "runtime/detail/module_cache.hpp"

namespace icn::runtime {

// What a node stands on. Everything but the policy enforcer and the meter is required; without an executor the node can
// do everything except accept and run jobs (unsupported).
struct NodeServices {
  std::shared_ptr<ports::DagStore> dag_store;
  std::shared_ptr<ports::StateStore> state_store;
  std::shared_ptr<ports::MeshNetworkService> mesh_network;
  std::shared_ptr<ports::Signer> signer;  // of the node
  std::shared_ptr<ports::Executor> executor;
  std::shared_ptr<ports::Clock> clock;
  std::shared_ptr<ports::Random> random;
  std::shared_ptr<ports::SystemInfoProvider> system_info;
  std::shared_ptr<ports::PolicyEnforcer> policy_enforcer;  // may be absent: everything signed and paid is allowed
  std::shared_ptr<ports::Meter> meter;                     // may be absent
};

// The operator's own settings; none of them changes what a receipt says.
struct NodeSettings {
  std::uint64_t fuel_per_mana = economy::kFuelPerManaReference;  // the node's price: 1 mana buys this much fuel
  economy::BaseCosts base_costs;
  std::vector<std::string> capabilities;    // what required_capabilities of a job may name
  std::vector<std::string> federations;     // what this node belongs to
  std::uint32_t attempts_max = 3;           // runs of one job that the infrastructure may fail
  std::uint64_t checkpoint_every = 10'000;  // journal records between ledger checkpoints
  model::Mana discount_budget{
      UINT64_MAX};  // the treasury gives at most this in discounts at a time, and never more than it has
  std::uint64_t dispute_window_ms = 0;  // T; only 0 for now
  dag::Quota dag_quota;                 // what the DAG store may hold
  CommitObserver commit_observer;       // crash tests
  OnFatal on_fatal;                     // tests
};

// A governed parameter: days that the blocks of an ended job stay pinned; a whole number, at most 36,500.
inline constexpr std::string_view kRetentionParameter = "dag_retention_days";
inline constexpr std::uint64_t kRetentionDaysDefault = 90;

struct Founding {
  std::string name = "home";
  model::Did member;
  model::Mana endowment{1'000 * model::Mana::kUnit};  // to the treasury
  model::Mana grant{1'000 * model::Mana::kUnit};      // to the member
  std::map<std::string, std::string> parameters;      // read-only for now
  // Who runs the node; nothing: the member. Work for its own operator earns a node no reputation.
  std::optional<model::Did> operator_did;
};

class JobRun;

class NodeState {
 public:
  // Founds a one-member scope on empty stores: the signed genesis block, grant and endowment, in one commit. The node
  // is the clerk and the member's home. Errors: already_exists (the state store holds a scope), invalid_argument,
  // storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> found(NodeServices services, NodeSettings settings,
                                                                const Founding& founding);
  // Opens what an earlier process left: loads and checks every domain, then sweeps (sweep_jobs), so that
  // each open obligation is either runnable or released. Errors: not_found (no scope was founded), corrupted,
  // unsupported_version, permission_denied (the node key is not the clerk's), storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> open(NodeServices services, NodeSettings settings);
  // Errors: not_found (no scope was founded in this store), unsupported_version (by a newer program), storage.
  [[nodiscard]] static Result<void> check_version(const ports::StateReader& store);
  // Whether a scope was founded in this store.
  [[nodiscard]] static Result<bool> is_founded(const ports::StateStore& store);

  ~NodeState();
  NodeState(const NodeState&) = delete;
  NodeState& operator=(const NodeState&) = delete;

  [[nodiscard]] const NodeServices& services() const { return services_; }
  [[nodiscard]] const NodeSettings& settings() const { return settings_; }
  [[nodiscard]] ports::DagStore& dag_store() const { return *services_.dag_store; }
  [[nodiscard]] ports::StateStore& state_store() const { return *services_.state_store; }
  // Errors: unsupported, when the node has none.
  [[nodiscard]] Result<ports::Executor*> executor() const;

  [[nodiscard]] economy::Ledger& ledger() const { return *ledger_; }
  [[nodiscard]] reputation::Reputation& reputation() const { return *reputation_; }
  [[nodiscard]] jobs::JobBook& jobs() const { return *jobs_; }
  [[nodiscard]] Committer& committer() const { return *committer_; }
  // Blocks: what must not be swept now, who holds what, and how much there is.
  [[nodiscard]] dag::Guard& guard() const { return guard_; }
  [[nodiscard]] dag::Pins& pins() const { return *pins_; }
  [[nodiscard]] dag::Usage& usage() const { return *usage_; }
  // The time that ends of pins are counted from: never earlier than any it said before, whatever the clock does.
  [[nodiscard]] model::UnixMs pin_time() const { return usage_->latest(now()); }
  // How long the blocks of an ended job stay pinned.
  [[nodiscard]] std::uint64_t retention_ms() const { return retention_ms_; }

  [[nodiscard]] model::Did node_did() const { return services_.signer->did(); }
  [[nodiscard]] const ipld::Cid& scope() const { return scope_; }
  [[nodiscard]] const model::Genesis& genesis() const { return genesis_; }
  // Who runs this node.
  [[nodiscard]] const model::Did& operator_did() const { return operator_; }
  [[nodiscard]] model::UnixMs now() const { return services_.clock->now(); }
  // A governed parameter; genesis values for now.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  [[nodiscard]] bool is_member(const model::Did& did) const;
  void count(std::string_view counter, std::uint64_t amount = 1) const;

  // The running jobs of this process: at most one run of a job at a time.
  class Running {
   public:
    // Errors: busy (it runs already).
    [[nodiscard]] Result<void> claim(const model::JobId& id);
    // What a job accepted to start at once will be run with, so that its start reads nothing back from the stores.
    void prepare(const model::JobId& id, ports::ExecutionRequest request);
    // Takes such a claim over; nothing when there is none or somebody took it.
    [[nodiscard]] std::unique_ptr<ports::ExecutionRequest> redeem(const model::JobId& id);
    // A stop asked for since the claim is delivered here.
    void attach(const model::JobId& id, JobRun* run);
    void release(const model::JobId& id);
    [[nodiscard]] bool runs(const model::JobId& id) const;
    // Asks the run to stop; whether there was one.
    [[nodiscard]] bool stop(const model::JobId& id, ports::StopReason reason);
    void stop_all(ports::StopReason reason);
    [[nodiscard]] std::size_t count() const;

   private:
    struct Entry {
      JobRun* run = nullptr;
      std::unique_ptr<ports::ExecutionRequest> prepared;
      ports::StopReason asked = ports::StopReason::none;
    };
    mutable Mutex mutex_;
    std::map<model::JobId, Entry> runs_ ICN_GUARDED_BY(mutex_);
  };
  [[nodiscard]] Running& running() const { return running_; }
  [[nodiscard]] detail::ModuleCache& modules() const { return modules_; }

 private:
  NodeState(NodeServices services, NodeSettings settings);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> load_scope();
  [[nodiscard]] Result<void> load_retention();
  [[nodiscard]] Result<void> store_tables();

  NodeServices services_;
  NodeSettings settings_;
  std::unique_ptr<economy::Ledger> ledger_;
  std::unique_ptr<reputation::Reputation> reputation_;
  std::unique_ptr<jobs::JobBook> jobs_;
  mutable dag::Guard guard_;
  std::unique_ptr<dag::Pins> pins_;
  std::unique_ptr<dag::Usage> usage_;
  std::unique_ptr<Committer> committer_;
  std::uint64_t retention_ms_ = 0;
  ipld::Cid scope_;
  model::Genesis genesis_;
  model::Did operator_;
  mutable Running running_;
  mutable detail::ModuleCache modules_;
};

}  // namespace icn::runtime
