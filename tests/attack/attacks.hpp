// Small programs that call one host function, or burn one kind of work, with the worst arguments until they end.
//
// An attack is a row: what it calls, with what, on how much memory. Its program is made from the row; what it may cost
// the node is the same for all and checked by attack_test.cpp.
#pragma once
#include <string>
#include <vector>

#include "wasm/testing/sandbox.hpp"

namespace icn::attack {

struct Attack {
  std::string name;      // unique, snake_case
  std::string function;  // the row of the host table that it calls; empty: the guest's own code alone
  std::string body;      // WAT of one round, without the result of the call; the round repeats until the run ends
  std::string prepare;   // WAT of what comes before the rounds
  std::uint32_t pages = 1;
  std::string declare = {};  // WAT of further fields of the module
};

// Every attack; each row of the host table has one at least.
[[nodiscard]] std::vector<Attack> attacks();
// Of operators.cpp.
void add_operator_chains(std::vector<Attack>& all);
[[nodiscard]] Bytes program_of(const Attack& attack);
// A run under an order that grants everything and declares one large block, with a large job body.
[[nodiscard]] ports::ExecutionRequest request_of(const ports::Executor& executor, const Attack& attack,
                                                 std::uint64_t fuel);

}  // namespace icn::attack
