// The child that compiles: reads a module from descriptor 3, writes the artifact to descriptor 4, and may be killed at any
// time. A program that links the sandbox starts it by handing kCompileWorkerWord as its first argument to run_compile_worker().
#pragma once
#include <string_view>

namespace icn::wasm {

inline constexpr std::string_view kCompileWorkerWord = "__compile";
// The process's exit code: 0 compiled, 1 the engine refused (its words are on descriptor 4).
[[nodiscard]] int run_compile_worker();

}  // namespace icn::wasm
