#include "http/problem.hpp"

#include <nlohmann/json.hpp>

namespace icn::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTypePrefix = "urn:icn:error:";

std::string text_in(const Json& document, const char* name) {
  const auto at = document.find(name);
  return at != document.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

std::string problem_text(unsigned status, const Error& error) {
  const ErrorRow& row = error_row(error.code);
  Json document{{"type", std::string(kTypePrefix) + std::string(row.name)},
                {"title", row.sentence},
                {"status", status},
                {"detail", error.detail},
                {"code", row.name}};
  if (!error.rule.empty()) document["rule"] = error.rule;
  if (!error.subject.empty()) document["subject"] = error.subject;
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Answer problem_answer(unsigned status, const Error& error) {
  Answer answer{status, {{"content-type", std::string(kProblemType)}, {"cache-control", "no-store"}}};
  if (status == 503 || status == 429) answer.headers.push_back({"retry-after", "1"});
  answer.body = problem_text(status, error);
  return answer;
}

Answer problem_answer(const Error& error) { return problem_answer(error_row(error.code).http_status, error); }

Error read_problem(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  const auto code = document.is_object() ? find_error_code(text_in(document, "code")) : std::nullopt;
  if (!code) return {ErrorCode::internal, "the answer of the node is not a problem document", "answer"};
  return {*code, text_in(document, "detail"), text_in(document, "rule"), text_in(document, "subject")};
}

}  // namespace icn::http
