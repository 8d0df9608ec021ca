#include "wasm/executor.hpp"

#include <algorithm>

#include <unistd.h>

#include "core/mutex.hpp"
#include "wasm/detail/artifact_cache.hpp"
#include "wasm/detail/compile_gate.hpp"
#include "wasm/detail/compiler.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/detail/execution.hpp"
#include "wasm/detail/module_shelf.hpp"
#include "wasm/preflight.hpp"

namespace icn::wasm {
namespace detail {
namespace {

constexpr ports::Descriptor kSandbox{"executor", "wasmtime", ports::Grade::production,
                                     "a deterministic, metered sandbox"};
// Other code generators exist only for comparison; without canonical NaNs, receipts prove nothing.
constexpr ports::Descriptor kVariant{"executor", "wasmtime_variant", ports::Grade::test,
                                     "a sandbox that generates code differently from the profile"};

// The engine with its pool of stores, and the number of runs that the pool can hold.
struct Machine {
  Engine engine;
  Linker linker;
  std::uint32_t runs_max = 0;
};

// Resources held by active runs.
struct Taken {
  Mutex mutex;
  std::uint32_t runs ICN_GUARDED_BY(mutex) = 0;
  std::uint64_t bytes ICN_GUARDED_BY(mutex) = 0;  // that they may use
};

// Half of the machine's memory, but at least enough for one run of any job.
std::uint64_t memory_for_runs(std::uint64_t asked) {
  if (asked != 0) return asked;
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  const std::uint64_t half =
      pages > 0 && page_bytes > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes) / 2 : 0;
  return std::max(half, std::uint64_t{1} << 30);
}

class Sandbox : public ports::Executor {
 public:
  Sandbox(ExecutorOptions options, ArtifactCache cache)
      : options_(std::move(options)),
        memory_bytes_max_(memory_for_runs(options_.memory_bytes_max)),
        cache_(std::move(cache)),
        shelf_(options_.cached_modules_bytes_max),
        gate_(options_.compilations_max, options_.clock),
        tables_{profile_block(), abi::costs_table(), abi::abi_table()} {}

  Result<ports::ModuleInfo> inspect(ByteView module) const override {
    Work work;
    const ParsedModule parsed = ICN_TRY(parse_module(module, work));
    return module_info(parsed, module.size(), work);
  }

  Result<model::ModuleSize> preflight(ByteView module, const model::Job& job,
                                      const model::WasmSecurityLimits& limits) const override {
    // A compiled module is valid and its bytes match the job's CID; the job's limits and entry still need checks.
    if (const auto known = shelf_.find(job.module); known != nullptr && known->module_bytes == module.size()) {
      ICN_TRY(check_known(*known, job.entry, limits));
      return module_size(known->parsed, known->module_bytes);
    }
    return module_size(ICN_TRY(checked(module, job.entry, limits)), module.size());
  }

  Result<void> compile(const ipld::Cid& module, ByteView bytes, const ports::CompileTerms& terms) override {
    if (shelf_.find(module) != nullptr) return {};
    Work work;
    ParsedModule parsed = ICN_TRY(parse_module(bytes, work));
    const auto done = compiled({module, bytes, terms, CompileGate::Entry::bounded}, std::move(parsed));
    if (done) return {};
    Error error = done.error();
    // Before acceptance, exceeding a limit is the module's fault, whatever the machine; so is a crash of the compiler.
    if (error.rule == kCompileCrash) {
      error.code = ErrorCode::unsupported;
    } else if (ports::is_of_the_module(error.rule)) {
      error.code = ErrorCode::limit_exceeded;
    }
    return fail(std::move(error));
  }

  Result<void> check_room(std::uint64_t memory_pages) const override {
    std::uint32_t runs_max = 0;
    {
      Lock lock(machine_mutex_);
      runs_max = machine_.runs_max;
    }
    if (runs_max == 0) return {};  // nothing has run yet
    Lock lock(taken_->mutex);
    return room_for(runs_max, memory_pages * kPageBytes);
  }

  Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override {
    if (!knows(request.order)) {
      return fail(ErrorCode::unknown_profile, "the order names the profile " + request.order.profile.to_text() +
                                                  " with costs " + request.order.costs.to_text() +
                                                  "; this program runs " + tables_.profile.cid.to_text());
    }
    const Machine& machine = *ICN_TRY(this->machine());
    std::shared_ptr<void> place = ICN_TRY(take_place(machine.runs_max, request.order.limits));
    std::shared_ptr<const CompiledModule> module = shelf_.find(request.job.module);
    if (module != nullptr) {
      ICN_TRY(check_known(*module, request.job.entry, request.order.limits));
    } else {
      ParsedModule parsed = ICN_TRY(checked(request.module, request.job.entry, request.order.limits));
      module = ICN_TRY(compiled({request.job.module, request.module, request.compiling, CompileGate::Entry::unbounded},
                                std::move(parsed)));
    }
    request.module.clear();
    return std::make_unique<SandboxExecution>(machine.engine.get(), std::move(place), std::move(module),
                                              std::move(request), options_.clock, options_.variant.slice_fuel);
  }

  const ports::ProfileTables& tables() const override { return tables_; }

  const ports::Descriptor& descriptor() const override {
    return options_.variant == EngineVariant{} ? kSandbox : kVariant;
  }

  bool knows(const model::Order& order) const override {
    return order.profile == tables_.profile.cid && order.costs == tables_.costs.cid && order.abi == tables_.abi.cid;
  }

 private:
  // Created on first use: reading balances needs no address space for stores.
  Result<const Machine*> machine() const {
    Lock lock(machine_mutex_);
    if (machine_.runs_max == 0) {
      const std::uint32_t runs = ICN_TRY(runs_that_fit(options_.runs_max));
      const Workers workers = options_.compile_command.empty() ? Workers::free_cores : Workers::caller;
      Engine engine = ICN_TRY(make_engine(options_.variant, runs, workers));
      Linker linker = ICN_TRY(make_linker(engine.get()));
      machine_ = {std::move(engine), std::move(linker), runs};
    }
    // Never destroyed before the executor.
    return &machine_;
  }

  Result<void> room_for(std::uint32_t runs_max, std::uint64_t bytes) const ICN_REQUIRES(taken_->mutex) {
    if (taken_->runs >= runs_max) {
      return refuse(ErrorCode::busy, std::string(ports::kRunsRule),
                    std::to_string(runs_max) +
                        " runs are active, the most that the sandbox can hold; nothing was charged. Try again when one "
                        "has ended");
    }
    if (taken_->runs > 0 && (bytes > memory_bytes_max_ || taken_->bytes > memory_bytes_max_ - bytes)) {
      return refuse(ErrorCode::busy, std::string(ports::kMemoryRoomRule),
                    "the active runs may use " + std::to_string(taken_->bytes >> 20) +
                        " MiB of memory, and this run would exceed the limit of this machine; nothing was charged. "
                        "Try again when one has ended");
    }
    return {};
  }

  // Reserves a pool store and the run's memory limit; both are released with the returned handle. A single run is
  // always admitted, whatever its limit: the system provides what it has.
  Result<std::shared_ptr<void>> take_place(std::uint32_t runs_max, const model::WasmSecurityLimits& limits) {
    const std::uint64_t bytes = limits.max_memory_pages * kPageBytes;
    Lock lock(taken_->mutex);
    ICN_TRY(room_for(runs_max, bytes));
    ++taken_->runs;
    taken_->bytes += bytes;
    return std::shared_ptr<void>(nullptr, [taken = taken_, bytes](void*) {
      Lock last(taken->mutex);
      --taken->runs;
      taken->bytes -= bytes;
    });
  }

  static Result<void> check_known(const CompiledModule& module, std::string_view entry,
                                  const model::WasmSecurityLimits& limits) {
    Work work;
    return check_module(module.parsed, module.module_bytes, entry, limits, work);
  }

  Result<ParsedModule> checked(ByteView module, std::string_view entry, const model::WasmSecurityLimits& limits) const {
    Work work;
    ParsedModule parsed = ICN_TRY(parse_module(module, work));
    ICN_TRY(check_module(parsed, module.size(), entry, limits, work));
    wasm_engine_t* engine = ICN_TRY(machine())->engine.get();
    if (wasmtime_error_t* error = wasmtime_module_validate(engine, module.data(), module.size())) {
      return refuse_module("validation", "is not valid: " + words_of(error) + "; nothing was charged");
    }
    return parsed;
  }

  struct ToCompile {
    const ipld::Cid& module;
    ByteView bytes;
    const ports::CompileTerms& terms;
    CompileGate::Entry entry;
  };

  Result<std::shared_ptr<const CompiledModule>> compiled(const ToCompile& what, ParsedModule parsed) {
    std::shared_ptr<const CompiledModule> found = find_cached(what, parsed);
    if (found != nullptr) return found;
    const auto compile = [&]() -> Result<void> {
      // Another job may have compiled it in the meantime.
      found = shelf_.find(what.module);
      if (found == nullptr) found = find_cached(what, parsed);
      if (found != nullptr) return {};
      if (what.terms.begun) what.terms.begun();
      const Bytes artifact = options_.compile_command.empty()
                                 ? ICN_TRY(compile_here(ICN_TRY(machine())->engine.get(), what.bytes))
                                 : ICN_TRY(compile_in_child(what.bytes, options_, what.terms.stopping));
      std::shared_ptr<CompiledModule> module = ICN_TRY(load(artifact));
      cache_.keep(what.module, tables_.profile.cid, artifact);
      found = keep(what, std::move(module), artifact.size(), parsed);
      return {};
    };
    ICN_TRY(gate_.pass(what.module, what.terms, what.entry, compile));
    return found;
  }

  // Loads from the cache folder. The engine rejects an artifact of another build; the module is then recompiled.
  std::shared_ptr<const CompiledModule> find_cached(const ToCompile& what, ParsedModule& parsed) {
    const auto artifact = cache_.find(what.module, tables_.profile.cid);
    if (!artifact) return nullptr;
    auto loaded = load(*artifact);
    return loaded ? keep(what, *std::move(loaded), artifact->size(), parsed) : nullptr;
  }

  std::shared_ptr<const CompiledModule> keep(const ToCompile& what, std::shared_ptr<CompiledModule> module,
                                             std::uint64_t artifact_bytes, ParsedModule& parsed) {
    module->parsed = std::move(parsed);
    module->module_bytes = what.bytes.size();
    shelf_.keep(what.module, module, artifact_bytes + what.bytes.size());
    return module;
  }

  Result<std::shared_ptr<CompiledModule>> load(const Bytes& artifact) {
    const Machine& machine = *ICN_TRY(this->machine());
    wasmtime_module_t* loaded = nullptr;
    if (wasmtime_error_t* error =
            wasmtime_module_deserialize(machine.engine.get(), artifact.data(), artifact.size(), &loaded)) {
      return fail(ErrorCode::infrastructure, "sandbox: " + words_of(error));
    }
    auto module = std::make_shared<CompiledModule>();
    module->module.reset(loaded);
    wasmtime_instance_pre_t* pre = nullptr;
    if (wasmtime_error_t* error = wasmtime_linker_instantiate_pre(machine.linker.get(), loaded, &pre)) {
      return refuse_module("", "cannot be instantiated: " + words_of(error));
    }
    module->pre.reset(pre);
    return module;
  }

  ExecutorOptions options_;
  mutable Mutex machine_mutex_;
  mutable Machine machine_ ICN_GUARDED_BY(machine_mutex_);
  const std::uint64_t memory_bytes_max_;
  const std::shared_ptr<Taken> taken_ = std::make_shared<Taken>();
  ArtifactCache cache_;
  mutable ModuleShelf<CompiledModule> shelf_;
  CompileGate gate_;
  ports::ProfileTables tables_;
};

}  // namespace
}  // namespace detail

Result<std::shared_ptr<ports::Executor>> make_executor(ExecutorOptions options) {
  detail::ArtifactCache cache = ICN_TRY(detail::ArtifactCache::open(options.cache_folder, options.cache_bytes_max));
  return std::shared_ptr<ports::Executor>(std::make_shared<detail::Sandbox>(std::move(options), std::move(cache)));
}

}  // namespace icn::wasm
