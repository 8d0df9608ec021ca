// The child that compiles: reads a module from descriptor 3, writes the artifact to descriptor 4, and may be killed at
// any time. A program that links the sandbox calls run_compile_worker() when its first argument is kCompileWorkerWord,
// before it does anything else, and hands it the arguments after that word: seconds of CPU and bytes of memory that it
// may use (defaults where they are missing).
//
// What a hostile module could do to the compiler stays in the child: it gives up everything but its memory and these
// two descriptors before it reads the module (wasm/detail/compile_jail.hpp). Its answer is machine code that the parent
// runs: of it the parent checks size, format, engine version and settings, not what it does.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icn::wasm {

inline constexpr std::string_view kCompileWorkerWord = "__compile";
// Ends the process: 0 compiled, 1 the engine refused (its words are on descriptor 4), 2 the process could not be
// limited or could not read and write, 3 not enough memory.
[[noreturn]] void run_compile_worker(const std::vector<std::string>& limits = {});

}  // namespace icn::wasm
