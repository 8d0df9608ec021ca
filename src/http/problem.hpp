// Errors as problem details (RFC 9457), in both directions. The status is the one of the error table (core/error.hpp).
#pragma once
#include "http/message.hpp"

namespace icn::http {

inline constexpr std::string_view kProblemType = "application/problem+json";

// The members of the document: type, title, status, detail, code, and rule and subject if the error has them.
[[nodiscard]] std::string problem_text(unsigned status, const Error& error);
[[nodiscard]] Answer problem_answer(unsigned status, const Error& error);
// With the status of the error's code; says when to try again if that may help.
[[nodiscard]] Answer problem_answer(const Error& error);
// The error that a document describes; an unreadable one is an error of the server.
[[nodiscard]] Error read_problem(std::string_view text);

}  // namespace icn::http
