// Small programs that call one host function, or burn one kind of work, with the worst arguments until they end.
//
// An attack is a row: the function, its arguments and the memory size. Its program is generated from the row;
// attack_test.cpp checks the same bounds for all.
#pragma once
#include <string>
#include <vector>

#include "wasm/testing/sandbox.hpp"

namespace icn::attack {

struct Attack {
  std::string name;      // unique, snake_case
  std::string function;  // the row of the host table that it calls; empty: the guest's own code alone
  std::string body;      // WAT of one round, without the result of the call; the round repeats until the run ends
  std::string prepare;   // WAT that runs before the rounds
  std::uint32_t pages = 1;
  std::string declare = {};  // WAT of further fields of the module
};

// Every attack; each row of the host table has at least one.
[[nodiscard]] std::vector<Attack> attacks();
// Of operators.cpp.
void add_operator_chains(std::vector<Attack>& all);
[[nodiscard]] Bytes program_of(const Attack& attack);
// A run under an order that grants everything and declares one large block, with a large job body.
[[nodiscard]] ports::ExecutionRequest request_of(const ports::Executor& executor, const Attack& attack,
                                                 std::uint64_t fuel);

}  // namespace icn::attack
