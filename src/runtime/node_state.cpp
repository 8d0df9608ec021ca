#include "runtime/node_state.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/log.hpp"
#include "model/keys.hpp"
#include "runtime/change_feed.hpp"
#include "runtime/detail/founding.hpp"
#include "runtime/store_version.hpp"
#include "runtime/sweep.hpp"
#include "stores/incarnation.hpp"

namespace icn::runtime {

model::ProgramVersion program_version() { return model::ProgramVersion::parse(ICN_VERSION).value(); }

namespace {

constexpr std::string_view kGenesisKey = "genesis";
constexpr std::string_view kOperatorKey = "operator";
constexpr std::string_view kNodeKey = "node";
constexpr std::uint64_t kMsPerDay = 86'400'000;

Bytes meta_key(std::string_view name) { return model::key_of(model::keys::kMeta, view_of(name)); }

void put_did(std::string_view name, const model::Did& did, ports::Batch& batch) {
  batch.put(meta_key(name), Bytes(did.key().begin(), did.key().end()));
}

Result<std::optional<model::Did>> read_did(const ports::StateStore& store, std::string_view name) {
  const std::optional<Bytes> bytes = ICN_TRY(store.get(meta_key(name)));
  if (!bytes) return std::nullopt;
  model::PublicKey key{};
  if (bytes->size() != key.size())
    return fail(ErrorCode::corrupted, "The state store's record of its " + std::string(name) + " is not a key.");
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return model::Did::of_key(key);
}

Result<void> check_services(const NodeServices& services) {
  const std::pair<bool, std::string_view> required[] = {
      {services.dag_store != nullptr, "DAG store"},
      {services.state_store != nullptr, "state store"},
      {services.mesh_network != nullptr, "mesh network"},
      {services.signer != nullptr, "signer of the node"},
      {services.clock != nullptr, "clock"},
      {services.random != nullptr, "randomness"},
      {services.system_info != nullptr, "system information"},
  };
  for (const auto& [there, what] : required) {
    if (!there) return fail(ErrorCode::invalid_argument, "The node has no " + std::string(what) + ".");
  }
  return {};
}

}  // namespace

NodeState::NodeState(NodeServices services, NodeSettings settings)
    : services_(std::move(services)),
      settings_(std::move(settings)),
      refused_work_(services_.clock),
      mana_limits_(services_.clock) {
  // changes_of() relies on this.
  services_.state_store = std::make_shared<PublishingStore>(std::move(services_.state_store), services_.clock);
}

NodeState::~NodeState() { ICN_CHECK(running_.count() == 0); }

Result<bool> NodeState::is_founded(const ports::StateStore& store) {
  return ICN_TRY(store.get(meta_key("version"))).has_value();
}

Result<void> NodeState::load() {
  incarnation_ = ICN_TRY(stores::read_incarnation(*services_.state_store)).number;
  ICN_TRY(blocks_.load(*services_.state_store));
  ICN_TRY(refused_work_.load(*services_.state_store));
  ICN_TRY(mana_limits_.load(*services_.state_store));
  if (services_.mesh_network->reaches_others()) {
    outbox_ = ICN_TRY(Outbox::open(*services_.state_store, *services_.dag_store, *services_.mesh_network));
  }
  books_ =
      ICN_TRY(Books::open(*services_.dag_store, *services_.state_store, settings_.commit_observer, settings_.on_fatal,
                          BlockWatchers{&blocks_.guard(), &blocks_.usage()}, outbox_.get(), metrics_));
  return {};
}

// Orders name these tables; with the tables in the store, a receipt replays from blocks alone.
Result<void> NodeState::store_tables() {
  if (!services_.executor) return {};
  const ports::ProfileTables& tables = services_.executor->tables();
  std::vector<ipld::Block> absent;
  for (const ipld::Block* table : {&tables.profile, &tables.costs, &tables.abi}) {
    const bool pinned = ICN_TRY(blocks_.pins().find(dag::PinId::of_node(table->cid))).has_value();
    if (!pinned || !ICN_TRY(services_.dag_store->has(table->cid))) absent.push_back(*table);
  }
  if (absent.empty()) return {};
  return committer().commit([&](Staging& staging) -> Result<void> {
    for (ipld::Block& table : absent) {
      blocks_.pins().put({dag::PinId::of_node(table.cid), dag::PinMode::recursive, pin_time(), {}, {table.cid}},
                         staging.batch);
      staging.add(std::move(table));
    }
    return {};
  });
}

// The scope of a genesis, which its clerk signed. Answers all its members.
Result<std::vector<model::Member>> NodeState::read_scope(const ipld::Cid& envelope_cid, const model::BlockReader& get) {
  const ipld::Block envelope = ICN_TRY(get(envelope_cid));
  const model::SignedGenesis signed_genesis = ICN_TRY(model::SignedGenesis::from_bytes(envelope.bytes));
  const ipld::Block body = ICN_TRY(get(signed_genesis.scope));
  genesis_ = ICN_TRY(model::Genesis::from_bytes(body.bytes));
  ICN_TRY(model::verify(model::SignatureTag::genesis, body.cid, genesis_.clerk, signed_genesis.signature));
  auto members = model::members_of(genesis_, get);
  if (!members) return fail(within("the members of the scope", members.error()));
  genesis_scope_ =
      model::Scope(body.cid, genesis_, ICN_TRY(model::Parameters::from_texts(genesis_.parameters)), *members);
  return members;
}

Result<std::unique_ptr<NodeState>> NodeState::found(NodeServices services, NodeSettings settings,
                                                    const Founding& founding) {
  ICN_TRY(check_services(services));
  if (ICN_TRY(is_founded(*services.state_store))) {
    return fail(ErrorCode::already_exists, "This state store already holds a scope; nothing was changed.");
  }
  if (founding.name.empty() || founding.name.size() > 256 || !is_utf8(view_of(founding.name))) {
    return refuse(ErrorCode::invalid_argument, "name", "The name of a scope has 1 to 256 bytes of UTF-8 text.");
  }
  std::unique_ptr<NodeState> node(new NodeState(std::move(services), std::move(settings)));
  ICN_TRY(node->load());
  model::Genesis genesis;
  genesis.name = founding.name;
  genesis.clerk = node->node_did();
  const std::vector<model::Member> members =
      ICN_TRY(detail::founding_members({founding.member, node->node_did()}, founding.others));
  std::vector<ipld::Block> member_blocks = model::blocks_of_members(members);
  genesis.members = member_blocks.back().cid;
  genesis.parameters = founding.parameters;
  genesis.endowment = founding.endowment;
  genesis.grant = founding.grant;
  genesis.nonce.resize(16);
  node->services_.random->fill(genesis.nonce);
  ipld::Block body = genesis.to_block();
  ICN_TRY(ports::check_block_size(body));
  // A genesis that cannot be read back must not be signed: the node would never open.
  ICN_TRY(model::Genesis::from_bytes(body.bytes));
  ICN_TRY(model::Parameters::from_texts(genesis.parameters));
  model::SignedGenesis signed_genesis;
  signed_genesis.scope = body.cid;
  signed_genesis.signature = ICN_TRY(node->services_.signer->sign(model::SignatureTag::genesis, body.cid));
  const ipld::Block envelope = signed_genesis.to_block();
  std::vector<ipld::Block> blocks = std::move(member_blocks);
  blocks.push_back(std::move(body));
  blocks.push_back(envelope);
  ICN_TRY(node->enter(envelope.cid, std::move(blocks), founding.operator_did.value_or(founding.member)));
  return node;
}

Result<std::unique_ptr<NodeState>> NodeState::join(NodeServices services, NodeSettings settings,
                                                   const Joining& joining) {
  ICN_TRY(check_services(services));
  if (ICN_TRY(is_founded(*services.state_store))) {
    return fail(ErrorCode::already_exists, "This state store already holds a scope; nothing was changed.");
  }
  for (const ipld::Block& block : joining.blocks) ICN_TRY(ports::check_block(block));
  std::unique_ptr<NodeState> node(new NodeState(std::move(services), std::move(settings)));
  ICN_TRY(node->load());
  ICN_TRY(node->enter(joining.genesis, joining.blocks, joining.operator_did));
  return node;
}

// Writes the genesis blocks, the opening balances of this home and the owner of the stores in one commit.
Result<void> NodeState::enter(const ipld::Cid& genesis, std::vector<ipld::Block> blocks,
                              const model::Did& operator_did) {
  const auto get = [&blocks](const ipld::Cid& cid) -> Result<ipld::Block> {
    const auto at = std::find_if(blocks.begin(), blocks.end(), [&](const ipld::Block& b) { return b.cid == cid; });
    if (at != blocks.end()) return *at;
    return fail(ErrorCode::missing_data, "The block " + cid.to_text() + " did not come with the genesis.");
  };
  const std::vector<model::Member> members = ICN_TRY(read_scope(genesis, get));
  operator_did_ = operator_did;
  ICN_TRY(books_.load_governance(*services_.state_store, genesis_scope_));
  const auto stage = [&](Staging& staging) -> Result<void> {
    ICN_TRY(detail::open_accounts(ledger(), genesis_scope_.id(), genesis_, members, node_did(), now(), staging.batch));
    blocks_.pins().put({dag::PinId::of_node(genesis), dag::PinMode::recursive, pin_time(), {}, {genesis}},
                       staging.batch);
    put_store_version(kStoreVersion, staging.batch);
    const auto cid = genesis.to_bytes();
    staging.batch.put(meta_key(kGenesisKey), Bytes(cid.begin(), cid.end()));
    put_did(kOperatorKey, operator_did, staging.batch);
    put_did(kNodeKey, node_did(), staging.batch);
    for (ipld::Block& block : blocks) staging.add(std::move(block));
    return {};
  };
  ICN_TRY(committer().commit(stage));
  return store_tables();
}

Result<void> NodeState::load_scope() {
  const std::optional<Bytes> at = ICN_TRY(services_.state_store->get(meta_key(kGenesisKey)));
  const std::optional<model::Did> run_by = ICN_TRY(read_did(*services_.state_store, kOperatorKey));
  if (!at || !run_by) return fail(ErrorCode::corrupted, "The state store does not name its scope and operator.");
  const ipld::Cid envelope = ICN_TRY(ipld::Cid::from_bytes(*at));
  const ports::DagStore& store = *services_.dag_store;
  if (!ICN_TRY(store.has(envelope))) {
    return fail(ErrorCode::missing_data,
                "The genesis block " + envelope.to_text() + " of this state store is not in the DAG store '" +
                    std::string(store.descriptor().name) +
                    "'; the two belong together: use the DAG store with which the scope was created.");
  }
  ICN_TRY(read_scope(envelope, [&store](const ipld::Cid& cid) { return store.get(cid); }));
  // Stores of the first release name no node: they belong to the clerk, because no other node could create one.
  const std::optional<model::Did> named = ICN_TRY(read_did(*services_.state_store, kNodeKey));
  const model::Did owner = named.value_or(genesis_.clerk);
  if (owner != node_did()) {
    return fail(ErrorCode::permission_denied, "This data belongs to the node " + owner.to_text() +
                                                  ", and the key given is that of " + node_did().to_text() +
                                                  "; use the key with which it was created.");
  }
  operator_did_ = *run_by;
  return {};
}

Result<std::unique_ptr<NodeState>> NodeState::open(NodeServices services, NodeSettings settings) {
  ICN_TRY(check_services(services));
  ICN_TRY(read_store_version(*services.state_store));
  std::unique_ptr<NodeState> node(new NodeState(std::move(services), std::move(settings)));
  ICN_TRY(node->load_scope());
  // Only after checking that the stores belong together and to this node.
  ICN_TRY(upgrade_store(node->state_store()));
  ICN_TRY(node->load());
  ICN_TRY(node->books_.load_governance(node->state_store(), node->genesis_scope_));
  ICN_TRY(node->store_tables());
  ICN_TRY(sweep_jobs(*node));
  return node;
}

Result<ports::Executor*> NodeState::executor() const {
  if (!services_.executor) {
    return fail(ErrorCode::unsupported, "This node has no executor, so it can neither accept nor run jobs.");
  }
  return services_.executor.get();
}

void NodeState::count_refused(const model::Did& member, std::uint64_t fuel) {
  const auto stage = [&](Staging& staging) -> Result<void> {
    refused_work_.add(member, fuel, scope().parameters(), staging.batch);
    return {};
  };
  // It fails only where the disk has failed, which ends the node.
  static_cast<void>(committer().commit_later(stage).has_value());
}

std::uint64_t NodeState::retention_ms() const {
  return scope().parameters()[model::ParameterKey::dag_retention_days] * kMsPerDay;
}

}  // namespace icn::runtime
