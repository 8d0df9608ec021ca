// NodeState: everything one home node is made of, opened together from one state store and one DAG store.
//
// Its parts are the books (books.hpp), what keeps blocks (kept_blocks.hpp), the scope (home_scope.hpp), the running
// jobs (running.hpp) and the work for refused submissions (refused_work.hpp); it owns the services under them. Thread
// safe: each part locks itself; changes go through committer().commit(). A const NodeState gives const parts only, so a
// function over it changes nothing that the node keeps. It has no threads and outlives every JobRun made from it.
//
// The use cases are free functions over it, a header for each subject (submit.hpp, run.hpp, receipts.hpp, …). One that
// changes something makes one commit, or none when it fails or has nothing to do, and returns after it is durable.
// Nothing is charged by one that fails.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/metrics.hpp"
#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/executor.hpp"
#include "ports/mesh_network.hpp"
#include "ports/policy_enforcer.hpp"
#include "ports/random.hpp"
#include "ports/signer.hpp"
#include "ports/state_store.hpp"
#include "ports/system_info.hpp"
#include "runtime/books.hpp"
#include "runtime/home_scope.hpp"
#include "runtime/kept_blocks.hpp"
#include "runtime/refused_work.hpp"
#include "runtime/running.hpp"

namespace icn::runtime {

// What a node is built on. Everything but the policy enforcer is required; without an executor the node can
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
};

// The operator's own settings; none of them changes what a receipt says.
struct NodeSettings {
  std::vector<std::string> capabilities;    // what required_capabilities of a job may name
  std::vector<std::string> federations;     // what this node belongs to
  std::uint64_t checkpoint_every = 10'000;  // journal records between ledger checkpoints
  std::uint64_t dispute_window_ms = 0;      // T; only 0 for now
  dag::Quota dag_quota;                     // what the DAG store may hold
  CommitObserver commit_observer;           // crash tests
  OnFatal on_fatal;                         // tests
};

struct Founding {
  std::string name = "home";
  model::Did member;                                  // its home is this node
  std::vector<model::Member> others;                  // further members, each with its home
  model::Mana endowment{1'000 * model::Mana::kUnit};  // to the treasury
  model::Mana grant{1'000 * model::Mana::kUnit};      // to each member, by its home
  std::map<std::string, std::string> parameters;      // of the scope (model/parameters.hpp)
  // Who runs the node; nothing: the member. Work for its own operator earns a node no reputation.
  std::optional<model::Did> operator_did;
};

// How a home that is not the clerk begins: with the genesis of the scope, which names its members.
struct Joining {
  ipld::Cid genesis;                // of the clerk's signature
  std::vector<ipld::Block> blocks;  // it, what it signs, and the member list
  model::Did operator_did;          // who runs the node
};

class NodeState {
 public:
  // Founds a scope on empty stores: the signed genesis block, the member list, the endowment and the grants of the
  // members whose home this node is, in one commit. The node is the clerk. Errors: already_exists (the state store
  // holds a scope), invalid_argument, limit_exceeded (members, mana), storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> found(NodeServices services, NodeSettings settings,
                                                                const Founding& founding);
  // Begins a home of a scope that another node founded, on empty stores: keeps the genesis and posts the grants of the
  // members whose home this node is, in one commit. Errors: already_exists, invalid_format, invalid_signature,
  // missing_data (a block of the genesis did not come along), limit_exceeded, storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> join(NodeServices services, NodeSettings settings,
                                                               const Joining& joining);
  // Opens what an earlier process left: upgrades the store of an older release, loads and checks every domain, then
  // sweeps (sweep_jobs), so that each open obligation is either runnable or released. Errors: not_found (no scope was
  // founded), corrupted, unsupported_version, permission_denied (the key is of another node), storage.
  [[nodiscard]] static Result<std::unique_ptr<NodeState>> open(NodeServices services, NodeSettings settings);
  // Whether a scope was founded in this store.
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
  [[nodiscard]] const HomeScope& scope() const { return scope_; }
  [[nodiscard]] const model::Parameters& parameters() const { return scope_.parameters; }
  [[nodiscard]] Running& running() { return running_; }
  [[nodiscard]] const Running& running() const { return running_; }
  [[nodiscard]] RefusedWork& refused_work() { return refused_work_; }

  // Of the books, for short.
  [[nodiscard]] economy::Ledger& ledger() { return books_.ledger(); }
  [[nodiscard]] const economy::Ledger& ledger() const { return books_.ledger(); }
  [[nodiscard]] reputation::Reputation& reputation() { return books_.reputation(); }
  [[nodiscard]] const reputation::Reputation& reputation() const { return books_.reputation(); }
  [[nodiscard]] jobs::JobBook& jobs() { return books_.jobs(); }
  [[nodiscard]] const jobs::JobBook& jobs() const { return books_.jobs(); }
  [[nodiscard]] Committer& committer() { return books_.committer(); }

  // Whether new work may begin, whose messages the outbox would have to hold. Errors: busy.
  [[nodiscard]] Result<void> check_outbox() const { return outbox_ ? outbox_->check_room() : Result<void>{}; }
  // The time that ends of pins are counted from: never earlier than any it returned before, whatever the clock does.
  [[nodiscard]] model::UnixMs pin_time() { return blocks_.usage().latest(now()); }
  // How long the blocks of an ended job stay pinned.
  [[nodiscard]] std::uint64_t retention_ms() const;

  [[nodiscard]] model::Did node_did() const { return services_.signer->did(); }
  // Of this node (stores/incarnation.hpp); every order names it.
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }
  [[nodiscard]] model::UnixMs now() const { return services_.clock->now(); }
  [[nodiscard]] Metrics& metrics() { return metrics_; }
  [[nodiscard]] const Metrics& metrics() const { return metrics_; }

 private:
  NodeState(NodeServices services, NodeSettings settings);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> load_scope();
  [[nodiscard]] Result<void> enter(const ipld::Cid& genesis, std::vector<ipld::Block> blocks,
                                   const model::Did& operator_did);
  [[nodiscard]] Result<void> store_tables();

  NodeServices services_;
  NodeSettings settings_;
  Metrics metrics_;
  HomeScope scope_;
  std::uint64_t incarnation_ = 1;
  KeptBlocks blocks_;
  std::unique_ptr<Outbox> outbox_;  // nothing where the mesh network reaches no other node
  Books books_;                     // after the blocks and the outbox: its committer uses them until it ends
  Running running_;
  RefusedWork refused_work_;
};

}  // namespace icn::runtime
