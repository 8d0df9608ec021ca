// The compile child: reads a module from descriptor 3, writes the artifact to descriptor 4, and may be killed at any
// time. A program that links the sandbox must, before doing anything else, call run_compile_worker() if its first
// argument is kCompileWorkerWord, passing the remaining arguments: CPU seconds and bytes of memory (defaults if
// missing).
//
// A compiler taken over by a hostile module is confined to the child, which drops everything but its memory and these
// two descriptors before it reads the module (wasm/detail/compile_jail.hpp). The parent runs the machine code that the
// child returns: it checks the artifact's size, format, engine version and settings, but not what the code does.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icn::wasm {

inline constexpr std::string_view kCompileWorkerWord = "__compile";
// Exits the process with 0 (compiled), 81 (the engine refused the module; its message is on descriptor 4), 82 (limiting
// the process, reading or writing failed) or 83 (out of memory).
[[noreturn]] void run_compile_worker(const std::vector<std::string>& limits = {});

}  // namespace icn::wasm
