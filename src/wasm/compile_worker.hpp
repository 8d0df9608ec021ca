// The child that compiles: reads a module from descriptor 3, writes the artifact to descriptor 4, and may be killed at
// any time. A program that links the sandbox calls run_compile_worker() when its first argument is kCompileWorkerWord,
// and hands it the arguments after that word: seconds of CPU and bytes of memory that it may use (defaults where they
// are missing).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icn::wasm {

inline constexpr std::string_view kCompileWorkerWord = "__compile";
// The process's exit code: 0 compiled, 1 the engine refused (its words are on descriptor 4).
[[nodiscard]] int run_compile_worker(const std::vector<std::string>& limits = {});

}  // namespace icn::wasm
