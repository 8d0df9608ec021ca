// Calls any row with any slots on any memory: the run ends or continues, nothing outside the guest's memory is accessed
// (checked by sanitizers), fuel stays within the limit, and the transcript can be read back.
#include <cstdint>
#include <cstring>

#include "abi/testing/run.hpp"
#include "core/check.hpp"
#include "model/transcript.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icn;
  abi::RunInputs in = abi::testing::usual_inputs();
  in.order.limits.max_fuel = 10'000'000;
  in.order.limits.max_output_bytes = 4096;
  in.order.limits.max_log_bytes = 4096;
  in.order.limits.max_effects = 8;
  // Sized exactly, so an access one byte past the end is an error.
  abi::testing::TestRun run(std::move(in), 4096);
  const std::size_t filled = std::min<std::size_t>(size, run.memory().size());
  run.write(0, ByteView(data, filled));
  std::uint64_t calls = 0;
  for (std::size_t at = 0; at < size && calls < 16;) {
    const abi::HostFn& fn = abi::host_table()[data[at++] % abi::host_table().size()];
    std::vector<std::int64_t> args(fn.params.size());
    for (std::int64_t& arg : args) {
      if (at >= size) break;
      // Small numbers, numbers around the memory's end, and any others.
      const std::uint8_t how = data[at++];
      std::int32_t wide = 0;
      const std::size_t width = std::min<std::size_t>(how >> 6, size - at);
      std::memcpy(&wide, data + at, width);
      at += width;
      arg = (how & 0x20) != 0 ? 4096 - (how & 0x1f) : (how & 0x10) != 0 ? std::int64_t{wide} << (how & 0xf) : wide;
    }
    ++calls;
    const abi::testing::Called called = run.call(fn, args);
    ICN_CHECK(run.state().host_fuel() <= 10'000'000);
    ICN_CHECK(run.memory().size() == 4096);
    if (called.verdict != abi::Verdict::resume) break;
  }
  const abi::RunOutputs outputs = run.state().take(model::OutcomeKind::ok);
  ICN_CHECK(outputs.host_calls == calls);
  ICN_CHECK(outputs.output.size() <= 4096 && outputs.log.size() <= 4096 && outputs.effects.list.size() <= 8);
  const auto list = model::TranscriptList::from_bytes(outputs.transcript.bytes);
  ICN_CHECK(list.has_value() && list->calls == calls);
  for (const ipld::Block& chunk : outputs.transcript_chunks)
    ICN_CHECK(model::decode_transcript_chunk(chunk.bytes).has_value());
  return 0;
}
