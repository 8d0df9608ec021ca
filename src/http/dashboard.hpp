// The dashboard: static files of dashboard/dist, embedded in the program. Constant and thread safe.
//
// They hold no data: the page asks the API, with the key that the member enters, and shows what the API answers.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "http/api_handler.hpp"

namespace icn::http {

struct Asset {
  std::string_view name;
  std::string_view path;  // of its URL
  std::string_view bytes;
};

// Written at build by cmake/icn_embed.cmake.
[[nodiscard]] std::span<const Asset> dashboard_assets();

// The page under /, the others under /dashboard/; those whose names change with their content never expire.
[[nodiscard]] std::vector<Page> dashboard_pages();

}  // namespace icn::http
