#include "testing/scripted_executor.hpp"

#include <charconv>

#include "ipld/dag_cbor.hpp"
#include "model/transcript.hpp"

namespace icn::testing {
namespace {

constexpr std::string_view kFirstLine = "script";
constexpr std::array kCommands{"fuel",     "output", "copy",   "pages", "observe", "exit",   "trap",
                               "overflow", "loop",   "log",    "flaky", "spend",   "credit", "anchor",
                               "submit",   "put",    "repeat", "heavy", "state",   "step"};

struct Command {
  std::string name;
  std::string text;  // the rest of the line
  std::uint64_t times = 1;
};

Result<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::invalid_module, "'" + std::string(text) + "' is not a number");
  }
  return value;
}

Result<std::vector<Command>> parse(ByteView module) {
  std::vector<Command> commands;
  std::string_view rest = text_of(module);
  bool first = true;
  std::uint64_t times = 1;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (first) {
      if (line != kFirstLine) return fail(ErrorCode::invalid_module, "the module is not a script");
      first = false;
      continue;
    }
    if (line.empty()) continue;
    const std::size_t space = line.find(' ');
    Command command{std::string(line.substr(0, space)),
                    space == std::string_view::npos ? std::string() : std::string(line.substr(space + 1))};
    if (std::find(kCommands.begin(), kCommands.end(), command.name) == kCommands.end()) {
      return fail(ErrorCode::invalid_module, "the script has an unknown command '" + command.name + "'");
    }
    if (command.name == "repeat") {
      times = ICN_TRY(number(command.text));
      continue;
    }
    command.times = std::exchange(times, 1);
    commands.push_back(std::move(command));
  }
  if (first) return fail(ErrorCode::invalid_module, "the module is empty");
  return commands;
}

ipld::Block table(std::string_view name) {
  ipld::CborWriter out;
  out.map(1).key("scripted").text(name);
  return ipld::Block::of(ipld::Codec::dag_cbor, out.take());
}

std::string words_of(const model::ObservedValue& value) {
  if (const auto* count = std::get_if<std::uint64_t>(&value)) return std::to_string(*count);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "nothing";
}

class ScriptedExecution : public ports::Execution {
 public:
  ScriptedExecution(ports::ExecutionRequest request, std::vector<Command> commands, bool fails)
      : request_(std::move(request)), commands_(std::move(commands)), fails_(fails) {
    out_.receipt.memory_pages = 1;
  }

  ports::RunState poll() override {
    ++out_.slices;
    std::uint64_t left = ScriptedExecutor::kSliceFuel;
    while (true) {
      if (stopped()) return end({model::OutcomeKind::stopped, 0}, "it was asked to stop");
      if (fails_) return fail_run({ErrorCode::infrastructure, "the machine failed, as the script says", {}});
      if (pending_fuel_ > 0) {
        const std::uint64_t burn = std::min({pending_fuel_, left, limit() - fuel_});
        fuel_ += burn;
        pending_fuel_ -= burn;
        left -= burn;
        if (pending_fuel_ > 0 && fuel_ == limit())
          return end({model::OutcomeKind::out_of_fuel, 0}, "it used up its fuel");
        if (pending_fuel_ > 0) return ports::RunState::running;
      }
      if (at_ == commands_.size()) return end({model::OutcomeKind::ok, 0}, "it ended");
      const Command& command = commands_[at_];
      if (command.name == "loop") {
        pending_fuel_ = ScriptedExecutor::kSliceFuel;
      } else {
        if (++done_ == command.times) {
          ++at_;
          done_ = 0;
        }
        if (Result<bool> goes_on = step(command); !goes_on) {
          return fail_run(goes_on.error());
        } else if (!*goes_on) {
          return ports::RunState::finished;
        }
      }
      if (left == 0) return ports::RunState::running;
    }
  }

  void stop(ports::StopReason reason) override { stop_.store(reason); }
  std::uint64_t fuel_used() const override { return fuel_; }

  Result<ports::ExecutionResult> finish() override {
    if (failure_) return fail(*failure_);
    return std::move(out_);
  }

 private:
  std::uint64_t limit() const { return request_.order.limits.max_fuel; }
  bool stopped() {
    if (stop_.load() == ports::StopReason::shutdown) {
      fails_ = true;
      return false;
    }
    return stop_.load() != ports::StopReason::none || (request_.stop_at_fuel && fuel_ >= *request_.stop_at_fuel);
  }

  ports::RunState fail_run(Error error) {
    failure_ = std::move(error);
    return ports::RunState::finished;
  }

  void write(std::string_view text) { append(out_.output, text); }

  void effect(auto what) { out_.effects.list.push_back({out_.host_calls, std::move(what)}); }

  // False if the run has ended.
  Result<bool> step(const Command& command) {
    const auto row =
        static_cast<std::uint32_t>(std::find(kCommands.begin(), kCommands.end(), command.name) - kCommands.begin());
    const std::int64_t length = static_cast<std::int64_t>(command.text.size());
    transcript_.open(row, {&length, 1});
    transcript_.close(std::int64_t{0});
    ++out_.host_calls;
    const std::string& text = command.text;
    if (command.name == "fuel") pending_fuel_ = ICN_TRY(number(text));
    if (command.name == "pages") out_.receipt.memory_pages = static_cast<std::uint32_t>(ICN_TRY(number(text)));
    if (command.name == "output") write(text);
    if (command.name == "copy") {
      for (const Bytes& input : request_.inputs) append(out_.output, ByteView(input));
    }
    if (command.name == "log") {
      out_.log += text + "\n";
      if (request_.on_log) request_.on_log(text + "\n");
    }
    if (command.name == "observe") {
      const model::ReadKey key = ICN_TRY(model::ReadKey::parse(text));
      const model::ObservedValue* value = request_.observations.find(key);
      write(value == nullptr ? "not declared" : words_of(*value));
    }
    ICN_TRY(step_effect(command));
    return step_end(command);
  }

  Result<void> step_effect(const Command& command) {
    const std::string& text = command.text;
    if (command.name == "spend" || command.name == "credit") {
      const std::size_t space = text.find(' ');
      const model::Did account = ICN_TRY(model::Did::parse(text.substr(0, space)));
      const std::uint64_t amount = ICN_TRY(number(std::string_view(text).substr(space + 1)));
      if (command.name == "spend") effect(model::SpendEffect{account, amount});
      if (command.name == "credit") effect(model::CreditEffect{account, amount});
    }
    if (command.name == "anchor") effect(model::AnchorReceiptEffect{ICN_TRY(ipld::Cid::parse(text))});
    if (command.name == "submit" || command.name == "put") {
      Bytes bytes = ICN_TRY(from_hex(text));
      const bool job = command.name == "submit";
      out_.blocks.push_back(ipld::Block::of(job ? ipld::Codec::dag_cbor : ipld::Codec::raw, std::move(bytes)));
      const ipld::Cid cid = out_.blocks.back().cid;
      if (job) effect(model::SubmitJobEffect{cid});
      if (!job) effect(model::PutBlockEffect{cid});
    }
    const std::size_t space = text.find(' ');
    if (command.name == "state") {
      const auto kind = model::find_statement_kind(text.substr(0, space));
      if (!kind) return fail(ErrorCode::invalid_module, "an unknown kind of statement");
      out_.blocks.push_back(ipld::Block::of(ipld::Codec::dag_cbor, ICN_TRY(from_hex(text.substr(space + 1)))));
      effect(model::StatementEffect{*kind, out_.blocks.back().cid});
    }
    if (command.name == "step") {
      const ipld::Cid proposal = ICN_TRY(ipld::Cid::parse(text.substr(space + 1)));
      for (const auto step :
           {model::GovernStep::open_voting, model::GovernStep::close_voting, model::GovernStep::execute_proposal}) {
        if (model::govern_step_name(step) == text.substr(0, space)) effect(model::StepEffect{step, proposal});
      }
    }
    return {};
  }

  Result<bool> step_end(const Command& command) {
    if (command.name == "exit") {
      const std::uint64_t code = ICN_TRY(number(command.text));
      out_.exit_code = static_cast<std::int64_t>(code);
      const auto kind = code == 0 ? model::OutcomeKind::ok : model::OutcomeKind::nonzero_exit;
      end({kind, static_cast<std::uint32_t>(code)}, "it ended with code " + command.text);
      return false;
    }
    if (command.name == "trap") {
      end({model::OutcomeKind::trap, static_cast<std::uint32_t>(ICN_TRY(number(command.text)))}, "it trapped");
      return false;
    }
    if (command.name == "overflow") {
      fuel_ = limit();
      out_.receipt.memory_pages = request_.order.limits.max_memory_pages;
      end({model::OutcomeKind::stack_overflow, 0}, "it overflowed its stack");
      return false;
    }
    return true;
  }

  ports::RunState end(model::Outcome outcome, std::string message) {
    const model::OutputRule rule = model::output_rule(outcome.kind);
    const bool keeps_output =
        rule == model::OutputRule::always || (rule == model::OutputRule::unless_empty && !out_.output.empty());
    if (!keeps_output) out_.output.clear();
    if (outcome.kind != model::OutcomeKind::ok) {
      out_.effects.list.clear();
      out_.blocks.clear();
    }
    if (outcome.kind == model::OutcomeKind::stack_overflow) transcript_ = model::TranscriptWriter();
    model::TranscriptWriter::Blocks transcript = transcript_.finish();
    ipld::Block effects = out_.effects.to_block();
    model::Receipt& receipt = out_.receipt;
    receipt.job = request_.job_id;
    receipt.order = request_.order_cid;
    receipt.fuel = fuel_;
    receipt.transcript = transcript.list.cid;
    receipt.effects = effects.cid;
    receipt.outcome = outcome;
    if (keeps_output) {
      ipld::Block output = ipld::Block::of(ipld::Codec::raw, out_.output);
      receipt.output = output.cid;
      out_.blocks.push_back(std::move(output));
    }
    out_.blocks.push_back(std::move(transcript.list));
    for (ipld::Block& chunk : transcript.chunks) out_.blocks.push_back(std::move(chunk));
    out_.blocks.push_back(std::move(effects));
    out_.message = std::move(message);
    return ports::RunState::finished;
  }

  ports::ExecutionRequest request_;
  std::vector<Command> commands_;
  bool fails_;
  std::size_t at_ = 0;
  std::uint64_t done_ = 0;  // of the times of that command
  std::uint64_t pending_fuel_ = 0;
  std::uint64_t fuel_ = 0;
  model::TranscriptWriter transcript_;
  std::atomic<ports::StopReason> stop_{ports::StopReason::none};
  ports::ExecutionResult out_;
  std::optional<Error> failure_;
};

}  // namespace

ScriptedExecutor::ScriptedExecutor() : tables_{table("profile"), table("costs"), table("abi")} {}

Result<ports::ModuleInfo> ScriptedExecutor::inspect(ByteView module) const {
  ICN_TRY(parse(module));
  ports::ModuleInfo info;
  info.size = {module.size(), module.size(), 1};
  info.functions = 1;
  info.memory_pages = 1;
  info.entries = {"run"};
  return info;
}

Result<model::ModuleSize> ScriptedExecutor::preflight(ByteView module, const model::Job& job,
                                                      const model::WasmSecurityLimits& limits) const {
  ICN_TRY(parse(module));
  if (job.entry != "run") return fail(ErrorCode::invalid_module, "a script has only the entry 'run'");
  if (module.size() > limits.max_module_bytes) {
    return refuse(ErrorCode::limit_exceeded, "max_module_bytes", "the script is longer than max_module_bytes");
  }
  return model::ModuleSize{module.size(), module.size(), 1};
}

Result<void> ScriptedExecutor::compile(const ipld::Cid& module, ByteView bytes, const ports::CompileTerms& terms) {
  for (const Command& command : ICN_TRY(parse(bytes))) {
    if (command.name != "heavy") continue;
    ++compilations_;
    if (terms.begun) terms.begun();
    return refuse(ErrorCode::limit_exceeded, "compile_cpu", "the script takes too long to compile; nothing was charged",
                  "module");
  }
  {
    Lock lock(mutex_);
    if (!compiled_.insert(module).second) return {};
  }
  ++compilations_;
  if (terms.begun) terms.begun();
  return {};
}

Result<std::unique_ptr<ports::Execution>> ScriptedExecutor::start(ports::ExecutionRequest request) {
  ++starts_;
  std::vector<Command> commands = ICN_TRY(parse(request.module));
  bool fails = false;
  for (const Command& command : commands) {
    if (command.name != "flaky") continue;
    const std::uint64_t wanted = ICN_TRY(number(command.text));
    Lock lock(mutex_);
    fails = failures_[request.job_id]++ < wanted;
  }
  return std::make_unique<ScriptedExecution>(std::move(request), std::move(commands), fails);
}

bool ScriptedExecutor::knows(const model::Order& order) const {
  return order.profile == tables_.profile.cid && order.costs == tables_.costs.cid && order.abi == tables_.abi.cid;
}

}  // namespace icn::testing
