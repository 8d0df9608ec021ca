#include "folder/store_url.hpp"

#include <fmt/core.h>

#include "backends/registry.hpp"
#include "config/keys.hpp"

namespace icn::folder {

Result<ports::Descriptor> describe_store(StorePort port, std::string_view url) {
  return port == StorePort::state ? backends::state_store::describe(url) : backends::dag_store::describe(url);
}

namespace {

// A backend that is absent from this build has a place too.
std::optional<ports::Place> place_of(StorePort port, std::string_view url) {
  const auto here = describe_store(port, url);
  if (here) return here->place;
  for (const backends::Absent& absent : backends::absent()) {
    if (absent.descriptor.port == port_name(port) && absent.descriptor.name == backends::split_url(url).name)
      return absent.descriptor.place;
  }
  return std::nullopt;
}

// Returns the end of the value that begins at `begin`: "password=secret …", "password='a secret' …".
std::size_t end_of_value(std::string_view text, std::size_t begin) {
  if (begin == text.size() || text[begin] != '\'') return std::min(text.find_first_of(" &", begin), text.size());
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '\'') {
      return at + 1;
    }
  }
  return text.size();
}

// Hides the value of each keyword that ends in "password", including libpq's sslpassword.
void hide_passwords(std::string& text) {
  constexpr std::string_view word = "password";
  constexpr std::string_view hidden = "…";
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    at += word.size();
    const std::size_t equals = text.find_first_not_of(' ', at);
    if (equals == std::string::npos || text[equals] != '=') continue;
    const std::size_t begin = std::min(text.find_first_not_of(' ', equals + 1), text.size());
    text.replace(begin, end_of_value(text, begin) - begin, hidden);
    at = begin + hidden.size();
  }
}

}  // namespace

std::string absolute_url(StorePort port, std::string_view url, const std::filesystem::path& folder) {
  const auto [name, location] = backends::split_url(url);
  if (location.empty() || place_of(port, url) != ports::Place::path) return std::string(url);
  const std::filesystem::path path = std::filesystem::absolute(folder) / std::filesystem::path(location);
  return fmt::format("{}:{}", name, path.lexically_normal().string());
}

std::optional<std::filesystem::path> path_of_store(StorePort port, std::string_view url) {
  const auto [name, location] = backends::split_url(url);
  if (location.empty() || place_of(port, url) != ports::Place::path) return std::nullopt;
  return std::filesystem::path(location);
}

std::string shown_url(std::string_view url) {
  std::string shown(url);
  // "scheme://user:password@host", and "… password=secret …" in the keyword form.
  const std::size_t authority = shown.find("://");
  if (authority != std::string::npos) {
    const std::size_t end = std::min(shown.find('/', authority + 3), shown.size());
    const std::size_t at = shown.rfind('@', end - 1);
    const std::size_t colon = shown.find(':', authority + 3);
    if (at != std::string::npos && at > authority && colon < at) shown.replace(colon + 1, at - colon - 1, "…");
  }
  hide_passwords(shown);
  return shown;
}

Result<std::string> default_url(StorePort port, std::string_view backend) {
  const ports::Descriptor descriptor = ICN_TRY(describe_store(port, backend));
  const std::string name(descriptor.name);
  switch (descriptor.place) {
    case ports::Place::process:
      return name;
    case ports::Place::server:
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("'{}' does not name a {} server; give the whole URL of the {}", name, name, port_name(port)));
    case ports::Place::path:
      break;
  }
  const std::string_view usual =
      config::key_row(port == StorePort::state ? config::Key::storage_state : config::Key::storage_dag).fallback;
  if (backends::split_url(usual).name == name) return std::string(usual);
  // Named after the backend, so a store that a migration left in place does not conflict.
  return name + (port == StorePort::state ? ":state." : ":blocks.") + name;
}

}  // namespace icn::folder
