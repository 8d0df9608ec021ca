// Compression of whole answers. Thread safe.
#pragma once
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace icn::http {

// Whether the client takes gzip, by Accept-Encoding.
[[nodiscard]] bool accepts_gzip(const Headers& headers);
[[nodiscard]] std::string gzip(std::string_view bytes);
// Compresses the body of an answer where that is worth it and the client takes it.
void compress(const Headers& request, Answer& answer);

}  // namespace icn::http
