#include "runtime/detail/compile.hpp"

namespace icn::runtime::detail {

ports::CompileTerms compile_terms(const NodeState& node, std::string submitter, std::function<bool()> stopping) {
  return {std::move(submitter),
          node.scope().parameters()[model::ParameterKey::compile_refusal_secs],
          std::move(stopping),
          {}};
}

Result<void> compile_module(const NodeState& node, const ModuleToCompile& what, const std::function<bool()>& stopping,
                            std::uint64_t& fuel_done) {
  fuel_done = 0;
  ports::Executor* executor = ICN_TRY(node.executor());
  ports::CompileTerms terms = compile_terms(node, what.submitter, stopping);
  terms.begun = [&] { fuel_done = model::compile_fuel(what.size); };
  Result<void> compiled = executor->compile(what.module, what.bytes, terms);
  const bool exceeded = !compiled && (compiled.error().rule == ports::kCompileCpuRule ||
                                      compiled.error().rule == ports::kCompileMemoryRule);
  if (exceeded && fuel_done != 0) fuel_done += model::fuel_of(model::HostWork::compile_exceeded);
  return compiled;
}

}  // namespace icn::runtime::detail
