// The example guest of every row, run by the sandbox: guests/NAME.wat says what it does and what must result.
//   ;; outcome: KIND [CODE]     ;; value: N (what `run` returned is the output)     ;; output: TEXT
//   ;; output-begins: TEXT      ;; effects: N      ;; log: TEXT       (\n and \0 in texts)
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "samples.hpp"
#include "wasm/executor.hpp"

namespace icn::abi {
namespace {

const std::filesystem::path kGuests = std::filesystem::path(ICN_SOURCE_DIR) / "tests/abi/guests";

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
    } else {
      out += text[++i] == 'n' ? '\n' : '\0';
    }
  }
  return out;
}

std::map<std::string, std::string> expectations_of(const std::filesystem::path& guest) {
  std::map<std::string, std::string> expected;
  std::ifstream file(guest);
  std::string about;
  std::getline(file, about);
  for (std::string line; std::getline(file, line) && line.starts_with(";; ");) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) expected[line.substr(3, colon - 3)] = unescaped(line.substr(colon + 2));
  }
  return expected;
}

// The guest as a binary module, by the assembler of wabt.
Bytes assembled(const std::filesystem::path& guest) {
  const std::filesystem::path out = std::filesystem::path(ICN_GUESTS_OUT) / (guest.stem().string() + ".wasm");
  std::filesystem::create_directories(out.parent_path());
  const std::string command = "wat2wasm '" + guest.string() + "' -o '" + out.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::ifstream file(out, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

ports::Executor& executor() {
  static const std::shared_ptr<ports::Executor> made = [] {
    auto result = wasm::make_executor({});
    EXPECT_TRUE(result) << result.error().detail;
    return *result;
  }();
  return *made;
}

Result<ports::ExecutionResult> run_guest(Bytes module) {
  RunInputs in = testing::sample_inputs();
  ports::ExecutionRequest request;
  request.job = in.job;
  request.job.entry = "run";
  request.job.module = ipld::Cid::of(ipld::Codec::raw, module);
  request.job_id = model::job_id_of(request.job.to_block());
  request.order = in.order;
  request.order.job = request.job_id;
  const ports::ProfileTables& tables = executor().tables();
  request.order.profile = tables.profile.cid;
  request.order.costs = tables.costs.cid;
  request.order.abi = tables.abi.cid;
  request.order_cid = request.order.to_block().cid;
  request.observations = in.observations;
  request.inputs = in.inputs;
  request.blocks = in.blocks;
  request.module = std::move(module);
  std::unique_ptr<ports::Execution> execution = ICN_TRY(executor().start(std::move(request)));
  while (execution->poll() == ports::RunState::running) {
  }
  return execution->finish();
}

class ExampleGuest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ExampleGuest, DoesWhatItsFirstLinesSayTwiceTheSame) {
  const HostFn& fn = host_table()[GetParam()];
  const std::filesystem::path guest = kGuests / (std::string(fn.name) + ".wat");
  const std::map<std::string, std::string> expected = expectations_of(guest);
  const Bytes module = assembled(guest);
  const auto result = run_guest(module);
  ASSERT_TRUE(result) << result.error().detail;
  const model::Outcome outcome = result->receipt.outcome;
  std::string told(model::outcome_name(outcome.kind));
  if (outcome.code != 0) told += " " + std::to_string(outcome.code);
  EXPECT_EQ(told, expected.at("outcome")) << result->message;
  EXPECT_GE(result->host_calls, 1U);
  for (const auto& [key, value] : expected) {
    if (key == "value") {
      std::int64_t number = 0;
      ASSERT_EQ(result->output.size(), sizeof number) << text_of(result->output);
      std::memcpy(&number, result->output.data(), sizeof number);
      EXPECT_EQ(std::to_string(number), value);
    } else if (key == "output") {
      EXPECT_EQ(text_of(result->output), value);
    } else if (key == "output-begins") {
      EXPECT_TRUE(text_of(result->output).starts_with(value)) << text_of(result->output);
    } else if (key == "effects") {
      EXPECT_EQ(std::to_string(result->effects.list.size()), value);
    } else if (key == "log") {
      EXPECT_EQ(result->log, value);
    } else {
      EXPECT_EQ(key, "outcome") << guest << ": an unknown expectation";
    }
  }
  const auto again = run_guest(module);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->receipt, result->receipt);
}

std::string row_name(const ::testing::TestParamInfo<std::size_t>& info) {
  return std::string(host_table()[info.param].name);
}
INSTANTIATE_TEST_SUITE_P(HostTable, ExampleGuest, ::testing::Range(std::size_t{0}, host_table().size()), row_name);

}  // namespace
}  // namespace icn::abi
