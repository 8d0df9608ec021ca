#include "api/operations.hpp"

#include <algorithm>
#include <array>

#include "api/jobs.hpp"

namespace icn::api {
namespace {

constexpr std::array kOperations{
    operation<&list_jobs>("job.list", "GET", "/v1/jobs", Role::read, "Jobs of this node, newest first."),
    operation<&describe_job>("job.describe", "GET", "/v1/jobs/{job}", Role::read, "Everything about one job."),
};

// No name and no route has two meanings.
consteval bool rows_are_distinct() {
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (kOperations[i].name == kOperations[j].name) return false;
      if (kOperations[i].method == kOperations[j].method && kOperations[i].path == kOperations[j].path) return false;
    }
  }
  return true;
}
static_assert(rows_are_distinct());

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation* find_operation(std::string_view name) {
  const auto at =
      std::find_if(kOperations.begin(), kOperations.end(), [name](const Operation& row) { return row.name == name; });
  return at == kOperations.end() ? nullptr : &*at;
}

std::vector<Document> documents() {
  std::vector<Document> all;
  for (const Operation& row : kOperations) all.push_back({row.answer_name, row.answer_text, row.answer_schema});
  std::sort(all.begin(), all.end(), [](const Document& a, const Document& b) { return a.name < b.name; });
  const auto same = [](const Document& a, const Document& b) { return a.name == b.name; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

}  // namespace icn::api
