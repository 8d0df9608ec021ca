#include "node/embedded_node.hpp"

#include <algorithm>

#include "backends/registry.hpp"
#include "core/log.hpp"
#include "folder/ballast.hpp"
#include "folder/lazy_signer.hpp"
#include "node/access_operations.hpp"
#include "node/credential_operations.hpp"
#include "node/governance_operations.hpp"
#include "node/http_service.hpp"
#include "node/job_operations.hpp"
#include "node/job_runner.hpp"
#include "node/key_operations.hpp"
#include "node/new_keys.hpp"
#include "node/node_operations.hpp"
#include "node/node_settings.hpp"
#include "node/store_operations.hpp"
#include "node/sweeper.hpp"
#include "node/trust_operations.hpp"
#include "node/zk_operations.hpp"
#include "runtime/change_feed.hpp"
#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "wasm/executor.hpp"

namespace icn::node {
namespace {

// For requests of other processes that are under way when this one ends.
constexpr std::uint64_t kRequestsMs = 2'000;
// The specification's 10 mana a minute.
constexpr std::uint64_t kRegenerationUmanaPerHour = 600 * model::Mana::kUnit;

Result<Secret> ask_pin(const PassphraseSource& source, std::string_view what) {
  if (source) return source(what);
  return fail(ErrorCode::invalid_argument, "The key is in a token, and this program has no PIN for it");
}

// Adds the room on the folder's disks to the settings.
runtime::NodeSettings settings_on_disk(const folder::DataFolder& folder, runtime::NodeSettings settings) {
  settings.dag_quota.free_on_disk = [folders = folder::ballast_folders(folder.path(), folder.record())] {
    return folder::free_for_new_work(folders);
  };
  return settings;
}

}  // namespace

EmbeddedNode::EmbeddedNode(folder::DataFolder folder, const OpeningOptions& options)
    : folder_(std::move(folder)),
      passphrase_(options.passphrase),
      token_pin_(options.token_pin),
      compile_command_(options.compile_command),
      did_resolver_(options.did_resolver),
      owner_(options.owner),
      reread_(options.reread),
      configuration_(options.configuration),
      opened_with_(config::RuntimeConfig::of(options.configuration)),
      kept_logs_(folder_.logs_path(), node_settings(opened_with_).dag_quota.for_logs()),
      access_keys_(std::make_shared<http::AccessKeys>(folder_.path() / "keys" / "access.json")) {
  bind_job_operations(*this, slots_);
  bind_store_operations(*this, slots_);
  bind_key_operations(*this, slots_);
  bind_access_operations(*this, slots_);
  bind_governance_operations(*this, slots_);
  bind_trust_operations(*this, slots_);
  bind_credential_operations(*this, slots_);
  bind_node_operations(*this, slots_);
  bind_zk_operations(*this, slots_);
}

EmbeddedNode::~EmbeddedNode() {
  begin_stopping();
  finish_requests(kRequestsMs);
  std::unique_ptr<Sweeper> sweeper;
  {
    Lock lock(mutex_);
    sweeper = std::move(sweeper_);
  }
  // Its last sweep may take up jobs, so it ends before the runner stops; runs end before their logs and the stores.
  sweeper.reset();
  if (JobRunner* const running = runner()) running->stop();
  // Readers of logs end before the server joins them; a request may still use the runner until then.
  logs_.shut_down();
  std::unique_ptr<HttpService> server;
  {
    Lock lock(mutex_);
    server = std::move(server_);
  }
}

Result<void> EmbeddedNode::make_signers(const std::optional<std::string>& as) {
  const auto keys = ICN_TRY(folder::read_member_keys(folder_));
  const folder::MemberKey key = as ? ICN_TRY(folder::find_member_key(keys, *as)) : keys.front();
  member_did_ = key.did;
  const model::Did node_did = ICN_TRY(model::Did::parse(folder_.record().node));
  member_ = signer_of(member_did_, folder::member_key_path(folder_, key), "the member key");
  node_key_ = signer_of(node_did, folder_.node_key_path(), "the node key");
  return {};
}

std::unique_ptr<folder::LazySigner> EmbeddedNode::signer_of(const model::Did& did, std::filesystem::path file,
                                                            const std::string& what) {
  folder::KeySource source{did, [this, did] { return state_ == nullptr ? did : state_->scope().keys().key_of(did); },
                           [this, did, own = std::move(file)](const model::Did& key) {
                             return folder::signing_key_path(folder_, own, did, key);
                           }};
  return std::make_unique<folder::LazySigner>(
      std::move(source), [this, what] { return passphrase_(what); },
      [this, what] { return ask_pin(token_pin_, "the token of " + what); });
}

Result<runtime::NodeServices> EmbeddedNode::assemble(folder::OpenStores stores) {
  runtime::NodeServices services;
  services.signer = node_key_;
  services.dag_store = std::move(stores.dag);
  services.state_store = std::move(stores.state);
  services.mesh_network = ICN_TRY(backends::mesh_network::open(opened_with_.network.service));
  ports::System system = ICN_TRY(backends::system::open());
  services.clock = std::move(system.clock);
  services.random = std::move(system.random);
  services.system_info = std::move(system.info);
  services.did_resolver = did_resolver_;
  wasm::ExecutorOptions options;
  options.cache_folder = folder_.cache_path();
  options.cache_bytes_max = node_settings(opened_with_).dag_quota.for_code();
  options.clock = services.clock;
  options.compile_command = compile_command_;
  options.compilations_max = std::max(2U, services.system_info->system_info().cpu_cores);
  executor_ = ICN_TRY(wasm::make_executor(std::move(options)));
  services.executor = executor_;
  return services;
}

Result<std::unique_ptr<EmbeddedNode>> EmbeddedNode::found(const std::filesystem::path& path,
                                                          const FoundingOptions& options) {
  ICN_TRY(check_new_names(options.members));
  ICN_TRY(folder::DataFolder::expect_none(path));
  // Shared, since a source can be copied. Asked for before anything is made.
  const auto given = std::make_shared<Secret>();
  std::optional<std::string_view> passphrase;
  if (options.protection == identity::KeyProtection::passphrase) {
    *given = ICN_TRY(options.passphrase("the new keys"));
    passphrase = given->text();
  }
  std::unique_ptr<EmbeddedNode> node(
      new EmbeddedNode(ICN_TRY(folder::DataFolder::create(path, options.owner)), options));
  ports::System system = ICN_TRY(backends::system::open());
  folder::FolderRecord record;
  for (const folder::StorePort port : folder::kStorePorts) {
    if (options.stores[port]) record.url(port) = options.stores[port]->value;
  }
  node->folder_.use(record);
  folder::OpenStores stores = ICN_TRY(folder::open_empty_stores(
      node->folder_,
      folder::Unfinished{folder::Operation::found, {record.state_store, record.dag_store}, options.owner}));
  // A folder without node.json is not a node: delete orphaned keys left by an interrupted init.
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path / "keys", ignored))
    if (folder::is_key_file(entry.path().filename().string())) std::filesystem::remove(entry.path(), ignored);
  record.member = ICN_TRY(make_key(node->folder_.member_key_path(), passphrase, *system.random)).to_text();
  record.node = ICN_TRY(make_key(node->folder_.node_key_path(), passphrase, *system.random)).to_text();
  node->folder_.use(record);
  if (passphrase) node->passphrase_ = [given](std::string_view) -> Result<Secret> { return given->copy(); };
  const std::vector<folder::MemberKey> members =
      ICN_TRY(make_member_keys(node->folder_, options.members, passphrase, *system.random));
  ICN_TRY(node->make_signers({}));
  runtime::Founding founding;
  founding.name = options.name;
  founding.member = members.front().did;
  for (std::size_t i = 1; i < members.size(); ++i) founding.others.push_back({members[i].did, node->node_key_->did()});
  // A scope for development keeps exact balances; the members of any other regenerate.
  if (options.protection != identity::KeyProtection::plain)
    founding.parameters.emplace("mana_regeneration_umana_per_hour", std::to_string(kRegenerationUmanaPerHour));
  if (options.grant) founding.grant = *options.grant;
  if (options.endowment) founding.endowment = *options.endowment;
  node->state_ =
      ICN_TRY(runtime::NodeState::found(ICN_TRY(node->assemble(std::move(stores))),
                                        settings_on_disk(node->folder_, node_settings(node->opened_with_)), founding));
  ICN_TRY(node->folder_.seal(record));
  ICN_TRY(folder::remove_unfinished(node->folder_.path()));
  return node;
}

Result<std::unique_ptr<EmbeddedNode>> EmbeddedNode::open(const std::filesystem::path& path,
                                                         const OpeningOptions& options) {
  std::unique_ptr<EmbeddedNode> node(new EmbeddedNode(ICN_TRY(folder::DataFolder::open(path, options.owner)), options));
  ICN_TRY(node->folder_.require(options.stores));
  ICN_TRY(node->make_signers(options.as));
  // Taking stores from another folder requires the node's key.
  if (options.take_over == ports::TakeOver::yes) ICN_TRY(node->node_key_->unlock());
  folder::OpenStores stores = ICN_TRY(folder::open_stores(node->folder_, options.take_over));
  node->state_ = ICN_TRY(runtime::NodeState::open(ICN_TRY(node->assemble(std::move(stores))),
                                                  settings_on_disk(node->folder_, node_settings(node->opened_with_))));
  node->opened_at_ = node->state_->scope().position();
  node->started_ = node->state_->now();
  node->state_->metrics().set(Metric::start_time_seconds, node->started_.value / 1'000);
  // A key that asks for nothing signs what is due at once; a sealed one when a command asks for the passphrase anyway.
  const bool is_due = runtime::is_governance_due(*node->state_) || runtime::is_root_due(*node->state_);
  if (is_due && node->has_plain_node_key()) static_cast<void>(node->unlock_node_key().has_value());
  return node;
}

Result<bool> EmbeddedNode::is_plain_key(const std::filesystem::path& own, const model::Did& did) const {
  const auto path = folder::signing_key_path(folder_, own, did, state_->scope().keys().key_of(did));
  // A key that is elsewhere signs nothing here.
  if (!path && path.error().code == ErrorCode::not_found) return false;
  auto file = ICN_TRY(identity::read_key_file(ICN_TRY(path)));
  const auto protection = identity::protection_of(file);
  wipe(file);
  return protection && *protection == identity::KeyProtection::plain;
}

bool EmbeddedNode::has_plain_node_key() const {
  const auto plain = is_plain_key(folder_.node_key_path(), node_key_->did());
  return plain && *plain;
}

Result<bool> EmbeddedNode::has_plain_keys() const {
  if (ICN_TRY(is_plain_key(folder_.node_key_path(), node_key_->did()))) return true;
  for (const folder::MemberKey& key : ICN_TRY(folder::read_member_keys(folder_)))
    if (ICN_TRY(is_plain_key(folder::member_key_path(folder_, key), key.did))) return true;
  return false;
}

Result<EmbeddedNode::KeyPlace> EmbeddedNode::place_for_key(const std::string& name) const {
  ICN_TRY(folder::check_key_name(name));
  KeyPlace place{ICN_TRY(folder::read_member_keys(folder_)), folder_.path() / "keys" / (name + ".key")};
  const bool is_taken =
      std::any_of(place.keys.begin(), place.keys.end(), [&](const auto& key) { return key.name == name; });
  std::error_code ignored;
  if (!is_taken && !std::filesystem::exists(place.file, ignored)) return place;
  return refuse(ErrorCode::already_exists, "key_name",
                "the data folder already has a key '" + name + "'; nothing was created", name);
}

Result<folder::MemberKey> EmbeddedNode::make_token_key(const std::string& name, const std::string& uri) {
  auto [keys, file] = ICN_TRY(place_for_key(name));
  const auto signer = ICN_TRY(folder::open_token_signer(
      {uri, [this] { return ask_pin(token_pin_, "the token of the new key"); }, ports::TokenKeyAbsent::created}));
  keys.push_back({name, signer->did()});
  for (const folder::MemberKey& key : keys) {
    if (key.did != signer->did() || key.name == name) continue;
    return refuse(ErrorCode::already_exists, "key_name",
                  "the data folder already has this key of the token as '" + key.name + "'; nothing was created",
                  key.name);
  }
  ICN_TRY(identity::write_key_file(file, ICN_TRY(identity::seal_token({signer->did(), uri}))));
  ICN_TRY(folder::write_member_keys(folder_, keys));
  return keys.back();
}

Result<folder::MemberKey> EmbeddedNode::make_member_key(const std::string& name) {
  auto [keys, path] = ICN_TRY(place_for_key(name));
  const std::optional<Secret> given = ICN_TRY(passphrase_of_keys("the new key"));
  const auto passphrase = given ? std::optional(given->text()) : std::nullopt;
  const model::Did did = ICN_TRY(make_key(path, passphrase, *state_->services().random));
  keys.push_back({name, did});
  ICN_TRY(folder::write_member_keys(folder_, keys));
  return keys.back();
}

// Refuses a wrong passphrase, so all keys of a folder keep the same one.
Result<std::optional<Secret>> EmbeddedNode::passphrase_of_keys(std::string_view what) {
  Bytes own = ICN_TRY(identity::read_key_file(folder_.member_key_path()));
  const auto protection = identity::protection_of(own);
  std::optional<Secret> given;
  if (protection && *protection == identity::KeyProtection::passphrase) given = ICN_TRY(passphrase_(what));
  const auto opened = identity::open_key(own, [&]() -> Result<Secret> { return given->copy(); });
  wipe(own);
  if (!opened) return fail(within("the key of the folder's member", opened.error()));
  return given;
}

Result<folder::MemberKey> EmbeddedNode::rotate_key(const std::string& name, const std::optional<std::string>& uri) {
  const bool is_node = name == "node";
  folder::MemberKey key{name, node_key_->did()};
  if (!is_node) key = ICN_TRY(folder::find_member_key(ICN_TRY(folder::read_member_keys(folder_)), name));
  const std::filesystem::path own = is_node ? folder_.node_key_path() : folder::member_key_path(folder_, key);
  ICN_TRY(unlock_node_key());
  NewKey made = ICN_TRY(uri ? new_token_key(own, *uri) : new_file_key(own));
  const auto enter = [&]() -> Result<void> {
    const model::KeyConsent consented = runtime::key_consent(*state_, key.did, made.signer->did());
    const model::Signature consent =
        ICN_TRY(made.signer->sign(model::SignatureTag::key_consent, consented.to_block().cid));
    const runtime::PreparedStatement prepared = runtime::prepare_rotation(consented, consent);
    const std::unique_ptr<folder::LazySigner> present = signer_of(key.did, own, "the present key of " + name);
    const model::Signature signature =
        ICN_TRY(present->sign(model::SignatureTag::rotation, model::body_of(prepared.statement).cid));
    return runtime::admit_statement(*state_, prepared, signature).map([](std::uint64_t) {});
  };
  const Result<void> entered = enter();
  if (entered) return key;
  // A key that signs for the DID, although the answer is an error, stays.
  std::error_code ignored;
  if (state_->scope().keys().key_of(key.did) != made.signer->did()) std::filesystem::remove(made.file, ignored);
  return fail(entered.error());
}

Result<EmbeddedNode::NewKey> EmbeddedNode::new_token_key(const std::filesystem::path& own, const std::string& uri) {
  auto signer = ICN_TRY(folder::open_token_signer(
      {uri, [this] { return ask_pin(token_pin_, "the token of the new key"); }, ports::TokenKeyAbsent::created}));
  NewKey made{std::move(signer), {}};
  made.file = folder::replacing_key_path(own, made.signer->did());
  ICN_TRY(identity::write_key_file(made.file, ICN_TRY(identity::seal_token({made.signer->did(), uri}))));
  return made;
}

Result<EmbeddedNode::NewKey> EmbeddedNode::new_file_key(const std::filesystem::path& own) {
  const std::optional<Secret> given = ICN_TRY(passphrase_of_keys("the new key"));
  const auto passphrase = given ? std::optional(given->text()) : std::nullopt;
  auto pair = ICN_TRY(make_key([&](const model::Did& key) { return folder::replacing_key_path(own, key); }, passphrase,
                               *state_->services().random));
  NewKey made;
  made.file = folder::replacing_key_path(own, pair.did());
  made.signer = ICN_TRY(folder::open_key_signer(std::move(pair)));
  return made;
}

Result<model::Signature> EmbeddedNode::sign(model::SignatureTag tag, const ipld::Cid& body) {
  return member_->sign(tag, body);
}

Result<model::Signature> EmbeddedNode::sign_foreign(const model::ForeignMessage& message) {
  return member_->sign_foreign(message);
}

Result<void> EmbeddedNode::unlock_node_key() {
  ICN_TRY(node_key_->unlock());
  const auto advanced = runtime::advance_governance(*state_);
  // It remains due; what the caller is about to do does not depend on it.
  if (!advanced) log(LogLevel::warning, "governance", "what is due could not be done: " + advanced.error().detail);
  const auto anchored = runtime::anchor_root(*state_);
  if (!anchored)
    log(LogLevel::warning, "mana", "the root of the accounts was not anchored: " + anchored.error().detail);
  return {};
}

void EmbeddedNode::listen(std::vector<http::Listener> listeners) {
  Lock lock(mutex_);
  listeners_ = std::move(listeners);
}

void EmbeddedNode::finish_requests(std::uint64_t ms) {
  HttpService* server = nullptr;
  {
    Lock lock(mutex_);
    server = server_.get();
  }
  // A node whose opening failed has no state. Streams of events are requests without an end of their own.
  if (state_ != nullptr) runtime::changes_of(*state_).end();
  // It lives as long as this node; a request that takes longer ends with the runner.
  if (server != nullptr) static_cast<void>(server->drain(ms));
}

Result<void> EmbeddedNode::serve() {
  Lock lock(mutex_);
  if (server_ != nullptr) return {};
  HttpOptions options;
  if (!listeners_.empty()) options.gate = ICN_TRY(access_gate(*this, access_keys_));
  options.listeners = std::move(listeners_);
  options.listeners.push_back(ICN_TRY(http::listen_unix(folder_.path(), std::string(kSocketName))));
  server_ = ICN_TRY(HttpService::start(*this, std::move(options)));
  return {};
}

Result<JobRunner*> EmbeddedNode::start_runner() {
  ICN_TRY(serve());
  const config::RuntimeConfig config = this->config();
  Lock lock(mutex_);
  if (runner_ == nullptr && is_stopping())
    return fail(ErrorCode::infrastructure, "the node is shutting down; nothing was charged");
  if (runner_ == nullptr) {
    const std::uint64_t cores = state_->services().system_info->system_info().cpu_cores;
    const std::uint64_t threads = config.wasm.threads == 0 ? cores : config.wasm.threads;
    runner_ = std::make_unique<JobRunner>(*state_, static_cast<std::size_t>(std::max<std::uint64_t>(1, threads)));
    sweeper_ = std::make_unique<Sweeper>(*state_, sweep_terms(config), [this] {
      if (keeps_working_.load() && !is_stopping()) take_up_waiting(*this);
    });
  }
  return runner_.get();
}

JobRunner* EmbeddedNode::runner() {
  Lock lock(mutex_);
  return runner_.get();
}

Result<void> EmbeddedNode::keep_working() {
  ICN_TRY(unlock_node_key());
  static_cast<void>(ICN_TRY(start_runner()));
  keeps_working_.store(true);
  take_up_waiting(*this);
  return {};
}

void EmbeddedNode::take_up_accepted(const model::JobId& id) {
  JobRunner* const running = runner();
  if (running != nullptr && keeps_working_.load() && !is_stopping()) take_up(*this, *running, {id});
}

void EmbeddedNode::begin_stopping() {
  stopping_.store(true);
  if (JobRunner* const running = runner()) running->close();
}

bool EmbeddedNode::is_stopping() const { return stopping_.load(); }

bool EmbeddedNode::is_stuck() {
  constexpr auto kSweepMax = std::chrono::minutes(2);
  Lock lock(mutex_);
  return sweeper_ != nullptr && sweeper_->busy_for() > kSweepMax;
}

config::Configuration EmbeddedNode::configuration() const {
  Lock lock(configuration_mutex_);
  return configuration_;
}

config::RuntimeConfig EmbeddedNode::config() const { return config::RuntimeConfig::of(configuration()); }

Result<std::vector<config::Change>> EmbeddedNode::reload() {
  if (!reread_)
    return fail(ErrorCode::unsupported, "this process cannot reload its configuration; nothing was changed");
  Lock lock(configuration_mutex_);
  auto next = reread_();
  auto changes =
      next ? config::changes_between(configuration_, *next) : Result<std::vector<config::Change>>(fail(next.error()));
  state_->metrics().add(Metric::configuration_reloads, changes ? "applied" : "refused", 1);
  if (!changes) return changes;
  configuration_ = *std::move(next);
  const config::RuntimeConfig config = config::RuntimeConfig::of(configuration_);
  set_log_level(config.log.level);
  set_log_format(config.log.format);
  Lock parts(mutex_);
  if (sweeper_ != nullptr) sweeper_->set(sweep_terms(config));
  return changes;
}

std::size_t EmbeddedNode::waiting_jobs() { return wait_for_waiting_jobs(0); }

std::size_t EmbeddedNode::wait_for_waiting_jobs(std::uint64_t ms) {
  JobRunner* runner = nullptr;
  {
    Lock lock(mutex_);
    runner = runner_.get();
  }
  if (runner == nullptr) return 0;
  return ms == 0 ? runner->waiting() : runner->wait_for_waiting(ms);
}

}  // namespace icn::node
