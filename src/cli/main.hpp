// The whole command line: parse, run, print, exit code.
#pragma once
#include <string>
#include <vector>

namespace icn::cli {

[[nodiscard]] int run(const std::vector<std::string>& words);

}  // namespace icn::cli
