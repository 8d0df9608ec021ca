// A node embedded in this process, on a data folder: `icn` without a daemon, as SQLite works without a server.
//
// Owns the folder's lock, the stores, both keys, the sandbox and the node's state. A key is opened when it first signs,
// so reading never asks for a passphrase. As thread safe as runtime::NodeState.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/operation.hpp"
#include "config/runtime_config.hpp"
#include "core/mutex.hpp"
#include "folder/data_folder.hpp"
#include "folder/member_keys.hpp"
#include "folder/stores.hpp"
#include "http/access_keys.hpp"
#include "http/server.hpp"
#include "identity/key_file.hpp"
#include "node/kept_logs.hpp"
#include "node/log_hub.hpp"
#include "ports/executor.hpp"
#include "runtime/node_state.hpp"

namespace icn::folder {
class LazySigner;
}
namespace icn::node {

class HttpService;
class JobRunner;
class Sweeper;

using PassphraseSource = std::function<Result<Secret>(std::string_view what)>;

struct OpeningOptions {
  std::string owner;  // purpose of this process, recorded in the lock
  PassphraseSource passphrase;
  PassphraseSource token_pin = {};  // of keys in tokens; without it none can be used
  // yes: also opens server stores whose writer is another data folder of this node. Requires the node's key, which is
  // opened first.
  ports::TakeOver take_over = ports::TakeOver::no;
  std::optional<std::string> as;  // which of the folder's member keys signs; the first without it
  folder::StoresAsked stores;     // opening: refused if the folder records others; creating: the stores to use
  // The program that compiles modules in a child, with its arguments (wasm/compile_worker.hpp); empty: in this process.
  std::vector<std::string> compile_command;
  std::shared_ptr<ports::DidResolver> did_resolver;  // of the node; null: it resolves no DIDs
  config::Configuration configuration;
  // Reads the configuration again from the sources that this one came from; empty: it cannot be reloaded.
  std::function<Result<config::Configuration>()> reread = {};
};

struct FoundingOptions : OpeningOptions {
  identity::KeyProtection protection = identity::KeyProtection::passphrase;
  std::string name = "home";
  std::vector<std::string> members;  // names of their keys; the first is the operator; empty: one member without a name
  std::optional<model::Mana> grant;
  std::optional<model::Mana> endowment;
};

class EmbeddedNode {
 public:
  // Creates keys, genesis and grant in a new folder and empty stores. A failure leaves no node, and the next attempt
  // continues with its stores. Errors: already_exists (the folder has a node, or a store holds another node's data),
  // busy, storage, invalid_argument, invalid_state (an unfinished restore).
  [[nodiscard]] static Result<std::unique_ptr<EmbeddedNode>> found(const std::filesystem::path& path,
                                                                   const FoundingOptions& options);
  // Errors: not_found, busy, corrupted, unsupported_version, storage, invalid_argument (other stores were requested),
  // invalid_state (ports::kNotTheWriter), conflict (a server store holds another node's scope).
  [[nodiscard]] static Result<std::unique_ptr<EmbeddedNode>> open(const std::filesystem::path& path,
                                                                  const OpeningOptions& options);
  ~EmbeddedNode();

  [[nodiscard]] runtime::NodeState& state() { return *state_; }
  [[nodiscard]] ports::Executor& executor() { return *executor_; }
  [[nodiscard]] const folder::DataFolder& folder() const { return folder_; }
  [[nodiscard]] const model::Did& member() const { return member_did_; }
  // Operations of this process whose use cases are outside runtime/.
  [[nodiscard]] const api::Slots& slots() const { return slots_; }
  // Context of an operation requested by this node's member.
  [[nodiscard]] api::Context context() { return {.node = state_.get(), .caller = member_did_, .slots = &slots_}; }
  // Creates another key in the folder, sealed with the passphrase of the others, or plain if they are. Errors:
  // already_exists, invalid_argument, limit_exceeded, storage, and those of the passphrase.
  [[nodiscard]] Result<folder::MemberKey> make_member_key(const std::string& name);
  // Adds the key that a PKCS#11 URI names; a token without a key of that name gets one. Errors: as above, and those of
  // the token.
  [[nodiscard]] Result<folder::MemberKey> make_token_key(const std::string& name, const std::string& uri);
  // Replaces the key that signs for the member with this name, or for "node", by a new one: another file, or a key in a
  // token. It signs from the entry in the scope's log on. Errors: as make_member_key and make_token_key, and those of
  // runtime::admit_statement; the present key remains then.
  [[nodiscard]] Result<folder::MemberKey> rotate_key(const std::string& name, const std::optional<std::string>& uri);
  // The member's signature over a body. Errors: wrong_passphrase, not_found (no member key here).
  [[nodiscard]] Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body);
  // The same of a message of another protocol.
  [[nodiscard]] Result<model::Signature> sign_foreign(const model::ForeignMessage& message);
  // Opens the node's key now, before an operation that ends with its signature, and does what the scope's log has due
  // (runtime/governance.hpp). Errors: as sign.
  [[nodiscard]] Result<void> unlock_node_key();
  // Position of the scope's log before this process took the steps that were due.
  [[nodiscard]] std::uint64_t opened_at() const { return opened_at_; }
  [[nodiscard]] LogHub& logs() { return logs_; }
  [[nodiscard]] KeptLogs& kept_logs() { return kept_logs_; }
  // With which programs ask this node over TCP.
  [[nodiscard]] http::AccessKeys& access_keys() { return *access_keys_; }
  // Also serves HTTP there; call it before serve().
  void listen(std::vector<http::Listener> listeners);
  // Starts serving other processes on the folder's socket (http_service.hpp). Errors: storage; with other listeners
  // also those of http::AccessKeys::load().
  [[nodiscard]] Result<void> serve();
  // Refuses new connections and waits at most `ms` milliseconds for the requests in flight.
  void finish_requests(std::uint64_t ms);
  // Returns the job runner. The first call starts the executor threads, the periodic sweep of overdue jobs, and the
  // folder's socket for other processes. Errors: storage.
  [[nodiscard]] Result<JobRunner*> start_runner();
  // Null before start_runner().
  [[nodiscard]] JobRunner* runner();
  // Starts the runner, runs every waiting job, and from then on each one that is accepted or becomes runnable again.
  // Errors: as unlock_node_key and start_runner.
  [[nodiscard]] Result<void> keep_working();
  // Takes up an accepted job if the node keeps working; otherwise it waits for a command.
  void take_up_accepted(const model::JobId& id);
  // Starts no other job from now on and reports the phase `stopping`; runs go on.
  void begin_stopping();
  [[nodiscard]] bool is_stopping() const;
  // Whether a sweep has lasted so long that the node must be taken for stuck.
  [[nodiscard]] bool is_stuck();

  [[nodiscard]] config::RuntimeConfig config() const;
  [[nodiscard]] config::Configuration configuration() const;
  // Reads the configuration again and applies all of its changes, or none; returns them. Errors: those of reading it,
  // invalid_state with the rule config_restart; nothing has changed then.
  [[nodiscard]] Result<std::vector<config::Change>> reload();
  // Owner of the folder, as its lock says.
  [[nodiscard]] const std::string& owner() const { return owner_; }
  [[nodiscard]] model::UnixMs started() const { return started_; }
  // The keys are sealed, or in tokens. Errors: as identity::read_key_file.
  [[nodiscard]] Result<bool> has_plain_keys() const;
  // See JobRunner::waiting(); 0 without a runner.
  [[nodiscard]] std::size_t waiting_jobs();
  [[nodiscard]] std::size_t wait_for_waiting_jobs(std::uint64_t ms);

 private:
  // The keys, if another may have this name, and its file.
  struct KeyPlace {
    std::vector<folder::MemberKey> keys;
    std::filesystem::path file;
  };
  [[nodiscard]] Result<KeyPlace> place_for_key(const std::string& name) const;
  EmbeddedNode(folder::DataFolder folder, const OpeningOptions& options);
  // A signer for a DID whose own key is in `file`.
  [[nodiscard]] std::unique_ptr<folder::LazySigner> signer_of(const model::Did& did, std::filesystem::path file,
                                                              const std::string& what);
  // A key that may take the place of the one in `own`, and its file.
  struct NewKey {
    std::unique_ptr<ports::Signer> signer;
    std::filesystem::path file;
  };
  [[nodiscard]] Result<NewKey> new_file_key(const std::filesystem::path& own);
  [[nodiscard]] Result<NewKey> new_token_key(const std::filesystem::path& own, const std::string& uri);
  [[nodiscard]] Result<std::optional<Secret>> passphrase_of_keys(std::string_view what);
  // Creates signers for the keys that the folder records; a key is opened when it first signs.
  [[nodiscard]] Result<void> make_signers(const std::optional<std::string>& as);
  [[nodiscard]] bool has_plain_node_key() const;
  // Whether the key that signs for a DID, whose own key file is `own`, is a plain file of this folder.
  [[nodiscard]] Result<bool> is_plain_key(const std::filesystem::path& own, const model::Did& did) const;
  [[nodiscard]] Result<runtime::NodeServices> assemble(folder::OpenStores stores);

  folder::DataFolder folder_;
  PassphraseSource passphrase_;
  PassphraseSource token_pin_;
  std::vector<std::string> compile_command_;
  const std::shared_ptr<ports::DidResolver> did_resolver_;
  const std::string owner_;
  const std::function<Result<config::Configuration>()> reread_;
  mutable Mutex configuration_mutex_;
  config::Configuration configuration_ ICN_GUARDED_BY(configuration_mutex_);
  const config::RuntimeConfig opened_with_;
  model::Did member_did_;
  std::unique_ptr<ports::Signer> member_;
  std::shared_ptr<folder::LazySigner> node_key_;
  std::shared_ptr<ports::Executor> executor_;
  std::unique_ptr<runtime::NodeState> state_;
  std::uint64_t opened_at_ = 0;
  model::UnixMs started_;
  std::atomic<bool> keeps_working_{false};
  std::atomic<bool> stopping_{false};
  LogHub logs_;
  KeptLogs kept_logs_;
  const std::shared_ptr<http::AccessKeys> access_keys_;
  api::Slots slots_;
  Mutex mutex_;
  std::vector<http::Listener> listeners_ ICN_GUARDED_BY(mutex_);
  std::unique_ptr<HttpService> server_ ICN_GUARDED_BY(mutex_);
  std::unique_ptr<JobRunner> runner_ ICN_GUARDED_BY(mutex_);
  std::unique_ptr<Sweeper> sweeper_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::node
