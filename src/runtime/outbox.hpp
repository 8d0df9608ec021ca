// The outbox: messages to other nodes. Each is staged in the batch of the state that it announces and sent after that
// is durable, at least once and in staging order.
//
// A message is a row of the state store until it is sent. A later batch erases sent messages, so sending needs no
// commit; a node that ends before that sends them again. Receivers are idempotent. A message that the network refuses
// stays and is retried after the next commit, before all later ones. The outbox holds at most kWaitingMax messages:
// above that, check_room() refuses new work, while work in progress still ends and is announced. Where the network
// reaches no other node there is no outbox, and messages of an earlier network stay in the store.
//
// Thread safe. Only the committer calls stage(), under its writer lock. send() calls the network on the caller's
// thread, one message at a time.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/mutex.hpp"
#include "model/message.hpp"
#include "ports/dag_store.hpp"
#include "ports/mesh_network.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

class Outbox {
 public:
  static constexpr std::size_t kWaitingMax = 65'536;

  // Opens the outbox with the messages that an earlier process left. The store and the network outlive it. Errors:
  // storage, corrupted, unsupported_version.
  [[nodiscard]] static Result<std::unique_ptr<Outbox>> open(const ports::StateStore& state_store,
                                                            const ports::DagStore& dag_store,
                                                            ports::MeshNetworkService& network);
  // Reads and checks the stored messages and sends none. Errors: as open().
  [[nodiscard]] static Result<void> check(const ports::StateReader& state);

  // Adds the messages to the batch; if the batch writes anything, it also removes the sent messages. Returns the number
  // of the newest message.
  std::uint64_t stage(const std::vector<model::Message>& messages, ports::Batch& batch);
  // Sends the waiting messages up to number `through`, which the caller knows to be durable.
  void send(std::uint64_t through);
  // Number of unsent messages.
  [[nodiscard]] std::size_t waiting() const;
  // Errors: busy, when too many messages wait.
  [[nodiscard]] Result<void> check_room() const;

 private:
  struct Waiting {
    std::uint64_t number = 0;
    model::Message message;
  };
  Outbox(const ports::DagStore& dag_store, ports::MeshNetworkService& network)
      : dag_store_(dag_store), network_(network) {}
  [[nodiscard]] static Result<std::deque<Waiting>> read(const ports::StateReader& state);
  [[nodiscard]] std::optional<Waiting> first_up_to(std::uint64_t through) const;
  [[nodiscard]] Result<void> deliver(const model::Message& message);

  const ports::DagStore& dag_store_;
  ports::MeshNetworkService& network_;
  Mutex sending_;  // before mutex_: one sender at a time keeps the order
  bool refused_ ICN_GUARDED_BY(sending_) = false;
  mutable Mutex mutex_;
  std::deque<Waiting> waiting_ ICN_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> sent_ ICN_GUARDED_BY(mutex_);  // not yet removed from the store
  std::uint64_t newest_ ICN_GUARDED_BY(mutex_) = 0;
};

}  // namespace icn::runtime
