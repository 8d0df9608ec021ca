#include "http/dashboard.hpp"

#include "ipld/cid.hpp"

namespace icn::http {
namespace {

// No inline code or styles, nothing from elsewhere, in no frame, and no form that leaves the page.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view kPage = "index.html";

std::string_view type_of(std::string_view name) {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

Headers headers_of(const Asset& asset) {
  return {{"content-type", std::string(type_of(asset.name))},
          {"cache-control", asset.name == kPage ? "no-cache" : "public, max-age=31536000, immutable"},
          {"etag", "\"" + to_hex(ipld::sha256(view_of(std::string(asset.bytes)))).substr(0, 32) + "\""},
          {"content-security-policy", std::string(kPolicy)},
          {"cross-origin-opener-policy", "same-origin"},
          {"cross-origin-resource-policy", "same-origin"},
          {"referrer-policy", "no-referrer"},
          {"x-content-type-options", "nosniff"}};
}

}  // namespace

std::vector<Page> dashboard_pages() {
  std::vector<Page> pages;
  for (const Asset& asset : dashboard_assets()) {
    Page page;
    page.path = asset.path;
    page.answer = [asset, headers = headers_of(asset)] { return Answer{200, headers, std::string(asset.bytes)}; };
    pages.push_back(std::move(page));
  }
  return pages;
}

}  // namespace icn::http
