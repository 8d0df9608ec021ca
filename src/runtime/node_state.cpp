#include "runtime/node_state.hpp"

#include "core/check.hpp"
#include "core/log.hpp"
#include "model/keys.hpp"
#include "runtime/detail/founding.hpp"
#include "runtime/store_version.hpp"
#include "runtime/sweep.hpp"
#include "stores/incarnation.hpp"

namespace icn::runtime {
namespace {

constexpr std::string_view kGenesisKey = "genesis";
constexpr std::string_view kOperatorKey = "operator";
constexpr std::uint64_t kMsPerDay = 86'400'000;

Bytes meta_key(std::string_view name) { return model::key_of(model::keys::kMeta, view_of(name)); }

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
    : services_(std::move(services)), settings_(std::move(settings)) {}

NodeState::~NodeState() { ICN_CHECK(running_.count() == 0); }

Result<bool> NodeState::is_founded(const ports::StateStore& store) {
  return ICN_TRY(store.get(meta_key("version"))).has_value();
}

Result<void> NodeState::load() {
  incarnation_ = ICN_TRY(stores::read_incarnation(*services_.state_store)).number;
  ICN_TRY(blocks_.load(*services_.state_store));
  if (services_.mesh_network->reaches_others()) {
    outbox_ = ICN_TRY(Outbox::open(*services_.state_store, *services_.dag_store, *services_.mesh_network));
  }
  books_ =
      ICN_TRY(Books::open(*services_.dag_store, *services_.state_store, settings_.commit_observer, settings_.on_fatal,
                          BlockWatchers{&blocks_.guard(), &blocks_.usage()}, outbox_.get(), metrics_));
  return {};
}

// Orders name these tables; with them in the store a receipt replays from blocks alone.
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

Result<std::unique_ptr<NodeState>> NodeState::found(NodeServices services, NodeSettings settings,
                                                    const Founding& founding) {
  ICN_TRY(check_services(services));
  if (ICN_TRY(is_founded(*services.state_store))) {
    return fail(ErrorCode::already_exists, "A scope was founded in this state store before; nothing was changed.");
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
  // What could not be read again must not be signed: the node would never open.
  ICN_TRY(model::Genesis::from_bytes(body.bytes));
  model::Parameters parameters = ICN_TRY(model::Parameters::from_texts(genesis.parameters));
  node->scope_ = HomeScope(body.cid, std::move(genesis), std::move(parameters),
                           founding.operator_did.value_or(founding.member), members);
  model::SignedGenesis signed_genesis;
  signed_genesis.scope = body.cid;
  signed_genesis.signature = ICN_TRY(node->services_.signer->sign(model::SignatureTag::genesis, body.cid));
  ipld::Block envelope = signed_genesis.to_block();
  const model::UnixMs now = node->now();
  const auto stage = [&](Staging& staging) -> Result<void> {
    ICN_TRY(detail::open_accounts(node->ledger(), node->scope_.id, node->scope_.genesis, members, node->node_did(), now,
                                  staging.batch));
    node->blocks_.pins().put(
        {dag::PinId::of_node(envelope.cid), dag::PinMode::recursive, node->pin_time(), {}, {envelope.cid}},
        staging.batch);
    put_store_version(kStoreVersion, staging.batch);
    const auto cid = envelope.cid.to_bytes();
    staging.batch.put(meta_key(kGenesisKey), Bytes(cid.begin(), cid.end()));
    const model::PublicKey& by = node->scope_.operator_did.key();
    staging.batch.put(meta_key(kOperatorKey), Bytes(by.begin(), by.end()));
    for (ipld::Block& block : member_blocks) staging.add(std::move(block));
    staging.add(std::move(body));
    staging.add(std::move(envelope));
    return {};
  };
  ICN_TRY(node->committer().commit(stage));
  ICN_TRY(node->store_tables());
  return node;
}

Result<void> NodeState::load_scope() {
  const std::optional<Bytes> at = ICN_TRY(services_.state_store->get(meta_key(kGenesisKey)));
  const std::optional<Bytes> by = ICN_TRY(services_.state_store->get(meta_key(kOperatorKey)));
  model::PublicKey operator_key{};
  if (!at || !by || by->size() != operator_key.size()) {
    return fail(ErrorCode::corrupted, "The state store does not name its scope and operator.");
  }
  std::copy(by->begin(), by->end(), operator_key.begin());
  const ipld::Cid envelope_cid = ICN_TRY(ipld::Cid::from_bytes(*at));
  const Result<ipld::Block> found = services_.dag_store->get(envelope_cid);
  if (!found && found.error().code == ErrorCode::missing_data) {
    return fail(ErrorCode::missing_data,
                "The genesis block " + envelope_cid.to_text() + " of this state store is not in the DAG store '" +
                    std::string(services_.dag_store->descriptor().name) +
                    "'; the two belong together, so give the DAG store that the scope was founded with.");
  }
  const ipld::Block envelope = ICN_TRY(found);
  const model::SignedGenesis signed_genesis = ICN_TRY(model::SignedGenesis::from_bytes(envelope.bytes));
  const ipld::Block body = ICN_TRY(services_.dag_store->get(signed_genesis.scope));
  model::Genesis genesis = ICN_TRY(model::Genesis::from_bytes(body.bytes));
  ICN_TRY(model::verify(model::SignatureTag::genesis, body.cid, genesis.clerk, signed_genesis.signature));
  if (genesis.clerk != node_did()) {
    return fail(ErrorCode::permission_denied, "This data belongs to the node " + genesis.clerk.to_text() +
                                                  ", and the key given is that of " + node_did().to_text() +
                                                  "; give the key it was founded with.");
  }
  const auto members = model::members_of(genesis, [&](const ipld::Cid& cid) { return services_.dag_store->get(cid); });
  if (!members) return fail(within("the members of the scope", members.error()));
  model::Parameters parameters = ICN_TRY(model::Parameters::from_texts(genesis.parameters));
  scope_ = HomeScope(body.cid, std::move(genesis), std::move(parameters), model::Did::of_key(operator_key), *members);
  return {};
}

Result<std::unique_ptr<NodeState>> NodeState::open(NodeServices services, NodeSettings settings) {
  ICN_TRY(check_services(services));
  ICN_TRY(read_store_version(*services.state_store));
  std::unique_ptr<NodeState> node(new NodeState(std::move(services), std::move(settings)));
  ICN_TRY(node->load_scope());
  // Not before it is known that the stores belong together and to this node.
  ICN_TRY(upgrade_store(node->state_store()));
  ICN_TRY(node->load());
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

std::uint64_t NodeState::retention_ms() const {
  return parameters()[model::ParameterKey::dag_retention_days] * kMsPerDay;
}

}  // namespace icn::runtime
