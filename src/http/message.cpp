#include "http/message.hpp"

#include <algorithm>
#include <array>

namespace icn::http {
namespace {

struct Phrase {
  unsigned status;
  std::string_view text;
};
constexpr std::array kPhrases{
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{402, "Payment Required"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{505, "HTTP Version Not Supported"},
};

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view lower_name) {
  const auto at =
      std::find_if(headers.begin(), headers.end(), [&](const Header& header) { return header.name == lower_name; });
  return at == headers.end() ? nullptr : &at->value;
}

std::string_view status_phrase(unsigned status) {
  const auto at =
      std::find_if(kPhrases.begin(), kPhrases.end(), [status](const Phrase& row) { return row.status == status; });
  return at == kPhrases.end() ? "Status" : at->text;
}

Result<void> Exchange::answer(Answer answer) {
  ICN_TRY(begin(answer.status, std::move(answer.headers), answer.body.size()));
  return write(view_of(answer.body));
}

}  // namespace icn::http
