// The table of operations: everything that `icn` requests of a node. Constant and lock-free.
#pragma once
#include <span>
#include <string>

#include "api/operation.hpp"

namespace icn::api {

[[nodiscard]] std::span<const Operation> operations();
// Null for an unknown name.
[[nodiscard]] const Operation* find_operation(std::string_view name);
// The row of a use case; each has one.
template <auto UseCase>
[[nodiscard]] const Operation& row_of() {
  for (const Operation& row : operations())
    if (row.run == &Typed<UseCase>::run) return row;
  std::abort();
}

// A document that `icn --json` prints: the answer of an operation, or one of the command line itself.
struct Document {
  std::string_view name;
  std::string_view text;
  void (*schema)(Json& out);
};
// Sorted by name.
[[nodiscard]] std::vector<Document> documents();
// Returns the text of docs/schemas/NAME.json.
[[nodiscard]] std::string schema_text(const Document& document);
// Returns the text of docs/OPERATIONS.md.
[[nodiscard]] std::string operations_markdown();

}  // namespace icn::api
