// The outbox: messages to other nodes, staged in the batch of the state that they announce and sent after it is
// durable, each at least once and in the order of staging.
//
// A message is a row of the state store until it was sent; what was sent is erased by a later batch, so sending costs
// no commit of its own, and a node that ends before sends it once more. Receivers are idempotent. A message that the
// network refuses stays and is tried again, before all later ones, after the next commit. The outbox holds at most
// kWaitingMax: above that check_room() refuses what would begin new work, while work that has begun still ends and is
// announced. Where the network reaches no other node there is no outbox, and messages of an earlier network stay in the
// store.
//
// Thread safe. stage() is called by the committer only, under its writer lock; send() calls the network, one message at
// a time, on the thread of the caller.
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

  // With what an earlier process left. The stores and the network outlive the outbox. Errors: storage, corrupted,
  // unsupported_version.
  [[nodiscard]] static Result<std::unique_ptr<Outbox>> open(const ports::StateStore& state_store,
                                                            const ports::DagStore& dag_store,
                                                            ports::MeshNetworkService& network);
  // Reads what is in the store and sends nothing. Errors: as open().
  [[nodiscard]] static Result<void> check(const ports::StateReader& state);

  // Adds the messages to the batch, and to a batch that writes anything the removal of what was sent. Returns the
  // number of the newest message of all.
  std::uint64_t stage(const std::vector<model::Message>& messages, ports::Batch& batch);
  // Sends what waits up to this number; the caller knows that it is durable.
  void send(std::uint64_t through);
  // Messages that were not sent yet.
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
  std::vector<std::uint64_t> sent_ ICN_GUARDED_BY(mutex_);  // still in the store
  std::uint64_t newest_ ICN_GUARDED_BY(mutex_) = 0;
};

}  // namespace icn::runtime
