// NodeState: all parts of one home node, opened together from one state store and one DAG store.
//
// Its parts are the books (books.hpp), the kept blocks (kept_blocks.hpp), the running jobs
// (running.hpp), the work for refused submissions (refused_work.hpp) and the limits of members' spending
// (mana_limits.hpp); it owns the services under them. Thread safe:
// each part locks itself; every change is a committer().commit(). A const NodeState returns const parts only, so a
// function over it cannot change the node's state. It starts no threads and outlives every JobRun made from it.
//
// The use cases are free functions over it, in one header per subject (submit.hpp, run.hpp, receipts.hpp, …). One that
// changes state makes one commit and returns after it is durable; it makes none when it fails or has nothing to do. A
// use case that fails charges nothing.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/metrics.hpp"
#include "core/mutex.hpp"
#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/did_resolver.hpp"
#include "ports/executor.hpp"
#include "ports/mesh_network.hpp"
#include "ports/policy_enforcer.hpp"
#include "ports/random.hpp"
#include "ports/signer.hpp"
#include "ports/state_store.hpp"
#include "ports/system_info.hpp"
#include "runtime/books.hpp"
#include "runtime/kept_blocks.hpp"
#include "runtime/mana_limits.hpp"
#include "runtime/refused_work.hpp"
#include "runtime/running.hpp"

namespace icn::runtime {

// The services under a node. All but the policy enforcer, the executor and the DID resolver are required; without an
// executor the node cannot accept or run jobs (unsupported) and does everything else.
struct NodeServices {
  std::shared_ptr<ports::DagStore> dag_store;
  std::shared_ptr<ports::StateStore> state_store;
  std::shared_ptr<ports::MeshNetworkService> mesh_network;
  std::shared_ptr<ports::Signer> signer;  // the node's key
  std::shared_ptr<ports::Executor> executor;
  std::shared_ptr<ports::Clock> clock;
  std::shared_ptr<ports::Random> random;
  std::shared_ptr<ports::SystemInfoProvider> system_info;
  std::shared_ptr<ports::DidResolver> did_resolver;        // absent: no DID is resolved (unsupported)
  std::shared_ptr<ports::PolicyEnforcer> policy_enforcer;  // absent: everything signed and paid is allowed
};

// Of this program, as it was built.
[[nodiscard]] model::ProgramVersion program_version();

// The operator's settings; none of them changes the content of a receipt.
struct NodeSettings {
  std::vector<std::string> capabilities;                            // matched against required_capabilities of a job
  std::vector<std::string> federations;                             // federations that this node belongs to
  model::TrustLevel submitter_trust_min = model::TrustLevel::none;  // of the operator in a submitter; none: everyone
  std::uint64_t checkpoint_every = 10'000;                          // journal records between ledger checkpoints
  std::uint64_t dispute_window_ms = 0;                              // must be 0
  model::ProgramVersion version = program_version();                // tests
  dag::Quota dag_quota;                                             // bound of the DAG store
  CommitObserver commit_observer;                                   // crash tests
  std::function<void(std::uint64_t ns)> on_pause;                   // tests: replaces the pauses of long reads
  OnFatal on_fatal;                                                 // tests
};

struct Founding {
  std::string name = "home";
  model::Did member;                                  // this node is its home
  std::vector<model::Member> others;                  // further members, each with its home
  model::Mana endowment{1'000 * model::Mana::kUnit};  // to the treasury
  model::Mana grant{1'000 * model::Mana::kUnit};      // to each member, by its home
  std::map<std::string, std::string> parameters;      // of the scope (model/parameters.hpp)
  // The operator of the node; absent: the member. A node earns no reputation with work for its own operator.
  std::optional<model::Did> operator_did;
};

// The start of a home that is not the clerk: the genesis of the scope, which names its members.
struct Joining {
  ipld::Cid genesis;                // envelope signed by the clerk
  std::vector<ipld::Block> blocks;  // the envelope, the signed block and the member list
  model::Did operator_did;          // the operator of the node
};

class NodeState {
 public:
  // Creates a scope on empty stores, with this node as the clerk. One commit writes the signed genesis block, the
  // member list, the endowment and the grants of the members whose home this node is. Errors: already_exists (the state
  // store holds a scope), invalid_argument, limit_exceeded (members, mana), storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> found(NodeServices services, NodeSettings settings,
                                                                const Founding& founding);
  // Creates a home of a scope that another node created, on empty stores: keeps the genesis and posts the grants of the
  // members whose home this node is, in one commit. Errors: already_exists, invalid_format, invalid_signature,
  // missing_data (a block of the genesis is missing), limit_exceeded, storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> join(NodeServices services, NodeSettings settings,
                                                               const Joining& joining);
  // Opens the state of an earlier process: upgrades the store of an older release, loads and checks every domain, then
  // sweeps (sweep_jobs), so each open obligation is either runnable or released. Errors: not_found (the store holds no
  // scope), corrupted, unsupported_version, permission_denied (the key of another node), storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> open(NodeServices services, NodeSettings settings);
  // Returns whether this store holds a scope.
  [[nodiscard]] static Result<bool> is_founded(const ports::StateStore& store);

  ~NodeState();
  NodeState(const NodeState&) = delete;
  NodeState& operator=(const NodeState&) = delete;

  [[nodiscard]] const NodeServices& services() const { return services_; }
  [[nodiscard]] const NodeSettings& settings() const { return settings_; }
  [[nodiscard]] ports::DagStore& dag_store() { return *services_.dag_store; }
  [[nodiscard]] const ports::DagStore& dag_store() const { return *services_.dag_store; }
  [[nodiscard]] ports::StateStore& state_store() { return *services_.state_store; }
  [[nodiscard]] const ports::StateStore& state_store() const { return *services_.state_store; }
  // Errors: unsupported, when the node has none.
  [[nodiscard]] Result<ports::Executor*> executor() const;

  // The parts.
  [[nodiscard]] Books& books() { return books_; }
  [[nodiscard]] const Books& books() const { return books_; }
  [[nodiscard]] KeptBlocks& blocks() { return blocks_; }
  [[nodiscard]] const KeptBlocks& blocks() const { return blocks_; }
  // The scope as the last entry of its log leaves it. A use case takes it once and uses it throughout; one that commits
  // takes it under the writer lock, where no entry comes in between.
  [[nodiscard]] model::Scope scope() const { return governance().scope(); }
  // At position 0 of its log.
  [[nodiscard]] const model::Scope& genesis_scope() const { return genesis_scope_; }
  [[nodiscard]] const model::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] const model::Did& operator_did() const { return operator_did_; }  // who runs this node
  [[nodiscard]] Running& running() { return running_; }
  [[nodiscard]] const Running& running() const { return running_; }
  [[nodiscard]] RefusedWork& refused_work() { return refused_work_; }
  [[nodiscard]] ManaLimits& mana_limits() { return mana_limits_; }
  [[nodiscard]] const ManaLimits& mana_limits() const { return mana_limits_; }
  // Work that no job pays for, against the window of the member it was done for; durable with the next commit. Not
  // under the writer lock.
  void count_refused(const model::Did& member, std::uint64_t fuel);

  // Shorthands for parts of the books.
  [[nodiscard]] economy::Ledger& ledger() { return books_.ledger(); }
  [[nodiscard]] const economy::Ledger& ledger() const { return books_.ledger(); }
  [[nodiscard]] reputation::Reputation& reputation() { return books_.reputation(); }
  [[nodiscard]] const reputation::Reputation& reputation() const { return books_.reputation(); }
  [[nodiscard]] jobs::JobBook& jobs() { return books_.jobs(); }
  [[nodiscard]] const jobs::JobBook& jobs() const { return books_.jobs(); }
  [[nodiscard]] trust::TrustEngine& trust() { return books_.trust(); }
  [[nodiscard]] const trust::TrustEngine& trust() const { return books_.trust(); }
  [[nodiscard]] governance::Governance& governance() { return books_.governance(); }
  [[nodiscard]] const governance::Governance& governance() const { return books_.governance(); }
  [[nodiscard]] Committer& committer() { return books_.committer(); }
  // Held while the root of an epoch is made (runtime/mana_epoch.hpp); taken before the writer lock.
  [[nodiscard]] Mutex& making_root() { return making_root_; }

  // Checks that the outbox has room for the messages of new work. Errors: busy.
  [[nodiscard]] Result<void> check_outbox() const { return outbox_ ? outbox_->check_room() : Result<void>{}; }
  // The time from which pin expiry is counted: never earlier than a time that it returned before, even if the clock
  // moves back.
  [[nodiscard]] model::UnixMs pin_time() { return blocks_.usage().latest(now()); }
  // How long the blocks of an ended job stay pinned.
  [[nodiscard]] std::uint64_t retention_ms() const;

  [[nodiscard]] model::Did node_did() const { return services_.signer->did(); }
  // The incarnation of this node (stores/incarnation.hpp); every order names it.
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }
  [[nodiscard]] model::UnixMs now() const { return services_.clock->now(); }
  [[nodiscard]] Metrics& metrics() { return metrics_; }
  [[nodiscard]] const Metrics& metrics() const { return metrics_; }

 private:
  NodeState(NodeServices services, NodeSettings settings);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> load_scope();
  [[nodiscard]] Result<std::vector<model::Member>> read_scope(const ipld::Cid& envelope, const model::BlockReader& get);
  [[nodiscard]] Result<void> enter(const ipld::Cid& genesis, std::vector<ipld::Block> blocks,
                                   const model::Did& operator_did);
  [[nodiscard]] Result<void> store_tables();

  NodeServices services_;
  NodeSettings settings_;
  Metrics metrics_;
  model::Genesis genesis_;
  model::Scope genesis_scope_;
  model::Did operator_did_;
  std::uint64_t incarnation_ = 1;
  KeptBlocks blocks_;
  std::unique_ptr<Outbox> outbox_;  // null where the mesh network reaches no other node
  Books books_;                     // after the blocks and the outbox: its committer uses them until it ends
  Running running_;
  RefusedWork refused_work_;
  Mutex making_root_;
  ManaLimits mana_limits_;
};

}  // namespace icn::runtime
