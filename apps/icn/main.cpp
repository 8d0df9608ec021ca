// icn: the command line of a cooperative's compute node.
#include <string>
#include <vector>

#include "cli/main.hpp"

int main(int count, char** words) { return icn::cli::run(std::vector<std::string>(words + 1, words + count)); }
