#include <sodium.h>

#include <algorithm>

#include "abi/detail/run_data.hpp"

namespace icn::abi {

RunState::RunState(RunInputs inputs)
    : data_(std::make_unique<RunData>(std::move(inputs))), fuel_limit_(data_->in.order.limits.max_fuel) {
  if (data_->in.stop_at_fuel) stop_at_fuel_ = *data_->in.stop_at_fuel;
  data_->calls_by_row.resize(host_table().size());
}

RunState::~RunState() = default;

std::string RunState::last_refusal() const {
  if (data_->refused_fn == nullptr) return {};
  const Error& error = data_->refusal;
  return std::string(data_->refused_fn->module) + "." + std::string(data_->refused_fn->name) + " answered " +
         std::string(error_row(error.code).name) + ": " + error.detail;
}

std::uint64_t RunState::memory_bytes() const {
  // A node of an unordered container: its value, a pointer, a hash and a bucket.
  constexpr std::uint64_t zk_key_bytes = 128 * 1024;
  constexpr std::uint64_t node_bytes = sizeof(ipld::Cid) + 4 * sizeof(void*);
  std::uint64_t bytes =
      data_->result.capacity() + data_->output.capacity() + data_->log.capacity() +
      (data_->job_info ? data_->job_info->capacity() : 0) + data_->effects.list.capacity() * sizeof(model::Effect) +
      (data_->reachable.size() + data_->proposed.size() + data_->voted.size()) * node_bytes +
      data_->zk_keys.size() * zk_key_bytes + data_->own_blocks.size() * (node_bytes + sizeof(std::size_t));
  for (const ipld::Block& block : data_->blocks) bytes += sizeof(ipld::Block) + block.bytes.capacity();
  return bytes;
}

void RunState::set_run_value(std::int64_t value) {
  if (data_->wrote_output) return;
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  data_->output = std::move(bytes);
}

RunOutputs RunState::take(model::OutcomeKind outcome) {
  using model::OutcomeKind;
  RunOutputs outputs;
  const bool ok = outcome == OutcomeKind::ok;
  if (model::output_rule(outcome) != model::OutputRule::none) outputs.output = std::move(data_->output);
  if (ok) {
    outputs.effects = std::move(data_->effects);
    outputs.blocks = std::move(data_->blocks);
  }
  outputs.log = std::move(data_->log);
  // How far a run gets before its stack overflows depends on the code generator, so none of it is reported.
  if (outcome == OutcomeKind::stack_overflow) data_->transcript = model::TranscriptWriter();
  model::TranscriptWriter::Blocks transcript = data_->transcript.finish();
  outputs.transcript = std::move(transcript.list);
  outputs.transcript_chunks = std::move(transcript.chunks);
  outputs.host_calls = data_->calls;
  outputs.calls_by_row = std::move(data_->calls_by_row);
  data_->calls_by_row.assign(host_table().size(), 0);
  return outputs;
}

void RandomStream::fill(const model::JobId& job, std::span<std::uint8_t> out) {
  static_assert(crypto_stream_chacha20_KEYBYTES == 32);
  constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
  if (next_ == 0) {
    Bytes seed = bytes_of(std::string_view("ICN-RANDOM-v1\0", 14));
    append(seed, job.cid.to_bytes());
    key_ = ipld::sha256(seed);
  }
  while (!out.empty()) {
    if (left_ == 0 && out.size() >= kBlock) {
      const std::size_t whole = out.size() / kBlock * kBlock;
      std::fill_n(out.begin(), whole, std::uint8_t{0});
      crypto_stream_chacha20_xor_ic(out.data(), out.data(), whole, nonce.data(), next_, key_.data());
      next_ += whole / kBlock;
      out = out.subspan(whole);
      continue;
    }
    if (left_ == 0) {
      block_.fill(0);
      crypto_stream_chacha20_xor_ic(block_.data(), block_.data(), kBlock, nonce.data(), next_++, key_.data());
      left_ = kBlock;
    }
    const std::size_t count = std::min(left_, out.size());
    std::copy_n(block_.end() - static_cast<std::ptrdiff_t>(left_), count, out.begin());
    left_ -= count;
    out = out.subspan(count);
  }
}

}  // namespace icn::abi
