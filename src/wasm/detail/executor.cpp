#include "wasm/executor.hpp"

#include "wasm/detail/artifact_cache.hpp"
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
// Other code generators are there to be compared with it; without canonical NaNs receipts are no receipts.
constexpr ports::Descriptor kVariant{"executor", "wasmtime_variant", ports::Grade::test,
                                     "a sandbox whose code is made in another way than the profile says"};

class Sandbox : public ports::Executor {
 public:
  Sandbox(ExecutorOptions options, Engine engine, Linker linker, ArtifactCache cache)
      : options_(std::move(options)),
        engine_(std::move(engine)),
        linker_(std::move(linker)),
        cache_(std::move(cache)),
        shelf_(options_.cached_modules_bytes_max),
        tables_{profile_block(), abi::costs_table(), abi::abi_table()} {}

  Result<ports::ModuleInfo> inspect(ByteView module) const override {
    Work work;
    const ParsedModule parsed = ICN_TRY(parse_module(module, work));
    return module_info(parsed, module.size(), work);
  }

  Result<void> preflight(ByteView module, const model::Job& job,
                         const model::WasmSecurityLimits& limits) const override {
    // What was compiled is valid, and these are the bytes that the job names; limits and entry are its own.
    if (const auto known = shelf_.find(job.module); known != nullptr && known->module_bytes == module.size())
      return check_known(*known, job.entry, limits);
    ICN_TRY(checked(module, job.entry, limits));
    return {};
  }

  Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override {
    if (!knows(request.order)) {
      return fail(ErrorCode::unknown_profile, "the order names the profile " + request.order.profile.to_text() +
                                                  " with costs " + request.order.costs.to_text() +
                                                  "; this program runs " + tables_.profile.cid.to_text());
    }
    std::shared_ptr<const CompiledModule> module = shelf_.find(request.job.module);
    if (module != nullptr) {
      ICN_TRY(check_known(*module, request.job.entry, request.order.limits));
    } else {
      ParsedModule parsed = ICN_TRY(checked(request.module, request.job.entry, request.order.limits));
      module = ICN_TRY(compiled(request.job.module, request.module, std::move(parsed)));
    }
    request.module.clear();
    return std::make_unique<SandboxExecution>(engine_.get(), std::move(module), std::move(request), options_.clock);
  }

  const ports::ProfileTables& tables() const override { return tables_; }

  const ports::Descriptor& descriptor() const override {
    return options_.variant == EngineVariant{} ? kSandbox : kVariant;
  }

  bool knows(const model::Order& order) const override {
    return order.profile == tables_.profile.cid && order.costs == tables_.costs.cid && order.abi == tables_.abi.cid;
  }

 private:
  static Result<void> check_known(const CompiledModule& module, std::string_view entry,
                                  const model::WasmSecurityLimits& limits) {
    Work work;
    return check_module(module.parsed, module.module_bytes, entry, limits, work);
  }

  Result<ParsedModule> checked(ByteView module, std::string_view entry, const model::WasmSecurityLimits& limits) const {
    Work work;
    ParsedModule parsed = ICN_TRY(parse_module(module, work));
    ICN_TRY(check_module(parsed, module.size(), entry, limits, work));
    if (wasmtime_error_t* error = wasmtime_module_validate(engine_.get(), module.data(), module.size())) {
      return refuse_module("validation", "is not valid: " + words_of(error) + "; nothing was charged");
    }
    return parsed;
  }

  Result<std::shared_ptr<const CompiledModule>> compiled(const ipld::Cid& cid, ByteView bytes, ParsedModule parsed) {
    std::optional<Bytes> artifact = cache_.find(cid, tables_.profile.cid);
    std::shared_ptr<CompiledModule> module;
    if (artifact) {
      // An artifact of another build of the engine is refused by it; compiling anew is the answer.
      if (auto loaded = load(*artifact)) module = *std::move(loaded);
    }
    if (!module) {
      artifact = options_.compile_command.empty() ? ICN_TRY(compile_here(engine_.get(), bytes))
                                                  : ICN_TRY(compile_in_child(bytes, options_));
      module = ICN_TRY(load(*artifact));
      cache_.keep(cid, tables_.profile.cid, *artifact);
    }
    module->parsed = std::move(parsed);
    module->module_bytes = bytes.size();
    shelf_.keep(cid, module, artifact->size() + bytes.size());
    return std::shared_ptr<const CompiledModule>(std::move(module));
  }

  Result<std::shared_ptr<CompiledModule>> load(const Bytes& artifact) {
    wasmtime_module_t* loaded = nullptr;
    if (wasmtime_error_t* error =
            wasmtime_module_deserialize(engine_.get(), artifact.data(), artifact.size(), &loaded)) {
      return fail(ErrorCode::infrastructure, "sandbox: " + words_of(error));
    }
    auto module = std::make_shared<CompiledModule>();
    module->module.reset(loaded);
    wasmtime_instance_pre_t* pre = nullptr;
    if (wasmtime_error_t* error = wasmtime_linker_instantiate_pre(linker_.get(), loaded, &pre)) {
      return refuse_module("", "cannot be instantiated: " + words_of(error));
    }
    module->pre.reset(pre);
    return module;
  }

  ExecutorOptions options_;
  Engine engine_;
  Linker linker_;
  ArtifactCache cache_;
  mutable ModuleShelf<CompiledModule> shelf_;
  ports::ProfileTables tables_;
};

}  // namespace
}  // namespace detail

Result<std::shared_ptr<ports::Executor>> make_executor(ExecutorOptions options) {
  detail::Engine engine = ICN_TRY(detail::make_engine(options.variant, options.runs_max));
  detail::Linker linker = ICN_TRY(detail::make_linker(engine.get()));
  detail::ArtifactCache cache = ICN_TRY(detail::ArtifactCache::open(options.cache_folder, options.cache_bytes_max));
  return std::shared_ptr<ports::Executor>(
      std::make_shared<detail::Sandbox>(std::move(options), std::move(engine), std::move(linker), std::move(cache)));
}

}  // namespace icn::wasm
