#include "runtime/outbox.hpp"

#include "core/log.hpp"
#include "model/keys.hpp"

namespace icn::runtime {
namespace {

Bytes key_of_number(std::uint64_t number) { return model::key_of(model::keys::kOutbox, number); }

std::string name_of(const model::Message& message) {
  return std::string(model::message_kind_name(message.kind)) + " " + message.block.to_text();
}

// Whether the message can never be announced: its block is missing or is not what the message says.
bool is_lost(const Error& error) {
  return error.code == ErrorCode::missing_data || error.code == ErrorCode::corrupted ||
         error.code == ErrorCode::invalid_format || error.code == ErrorCode::unsupported_version;
}

}  // namespace

Result<std::deque<Outbox::Waiting>> Outbox::read(const ports::StateReader& state) {
  std::deque<Waiting> waiting;
  const std::size_t prefix = model::keys::kOutbox.size();
  const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
    if (key.size() != prefix + 8) return fail(ErrorCode::corrupted, "a key of the outbox does not hold a number");
    auto message = model::Message::from_bytes(value);
    if (!message && message.error().code == ErrorCode::unsupported_version) return fail(std::move(message).error());
    if (!message) return fail(ErrorCode::corrupted, "a message of the outbox is damaged: " + message.error().detail);
    waiting.push_back({read_be64(key.data() + prefix), *std::move(message)});
    return true;
  };
  ICN_TRY(ports::scan_each(state, model::key_of(model::keys::kOutbox), model::end_of(model::keys::kOutbox), visit));
  return waiting;
}

Result<std::unique_ptr<Outbox>> Outbox::open(const ports::StateStore& state_store, const ports::DagStore& dag_store,
                                             ports::MeshNetworkService& network) {
  std::unique_ptr<Outbox> outbox(new Outbox(dag_store, network));
  std::deque<Waiting> waiting = ICN_TRY(read(state_store));
  Lock lock(outbox->mutex_);
  if (!waiting.empty()) outbox->newest_ = waiting.back().number;
  outbox->waiting_ = std::move(waiting);
  return outbox;
}

Result<void> Outbox::check(const ports::StateReader& state) {
  ICN_TRY(read(state));
  return {};
}

std::uint64_t Outbox::stage(const std::vector<model::Message>& messages, ports::Batch& batch) {
  Lock lock(mutex_);
  for (const model::Message& message : messages) {
    waiting_.push_back({++newest_, message});
    batch.put(key_of_number(newest_), message.to_block().bytes);
  }
  if (!batch.empty()) {
    for (const std::uint64_t number : sent_) batch.erase(key_of_number(number));
    sent_.clear();
  }
  return newest_;
}

std::optional<Outbox::Waiting> Outbox::first_up_to(std::uint64_t through) const {
  Lock lock(mutex_);
  if (waiting_.empty() || waiting_.front().number > through) return std::nullopt;
  return waiting_.front();
}

void Outbox::send(std::uint64_t through) {
  if (!first_up_to(through)) return;
  Lock sending(sending_);
  while (const std::optional<Waiting> next = first_up_to(through)) {
    const Result<void> sent = deliver(next->message);
    if (!sent && !is_lost(sent.error())) {
      if (!refused_) {
        log(LogLevel::warning, "mesh",
            "the " + name_of(next->message) +
                " could not be announced and will be tried again: " + sent.error().detail);
      }
      refused_ = true;
      return;
    }
    refused_ = false;
    if (!sent) {
      log(LogLevel::error, "mesh", "the " + name_of(next->message) + " cannot be announced: " + sent.error().detail);
    }
    Lock lock(mutex_);
    sent_.push_back(next->number);
    waiting_.pop_front();
  }
}

Result<void> Outbox::deliver(const model::Message& message) {
  const ipld::Block block = ICN_TRY(dag_store_.get(message.block));
  switch (message.kind) {
    case model::MessageKind::job:
      return network_.announce_job(model::JobId{block.cid}, ICN_TRY(model::Job::from_bytes(block.bytes)));
    case model::MessageKind::completion:
      return network_.announce_completion(ICN_TRY(model::SignedReceipt::from_bytes(block.bytes)));
    case model::MessageKind::proposal:
      return network_.announce_proposal(block.bytes);
    case model::MessageKind::vote:
      return network_.announce_vote(block.bytes);
  }
  return fail(ErrorCode::internal, "a message of no kind");
}

std::size_t Outbox::waiting() const {
  Lock lock(mutex_);
  return waiting_.size();
}

Result<void> Outbox::check_room() const {
  const std::size_t count = waiting();
  if (count < kWaitingMax) return {};
  return refuse(ErrorCode::busy, "outbox",
                "The mesh network has not taken " + std::to_string(count) +
                    " messages of this node yet, and no new work begins before it has. Nothing was charged; try again "
                    "later.");
}

}  // namespace icn::runtime
