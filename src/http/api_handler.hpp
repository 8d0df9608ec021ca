// Serves the operations of the table (api/operations.hpp) over HTTP, and the pages that belong to no operation.
//
// Thread safe. A request is checked as far as possible before its body is read: path, method, role, size. Bytes of a
// row with Streams::in are the body of the request, its fields come in path and query. For a row with Streams::out the
// client chooses by Accept: the bytes (default), "application/json" for the answer, or kFramesType for both
// (frames.hpp). If such a row fails after its first byte, the connection is cut, so that the client never takes a part
// for the whole.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/operations.hpp"
#include "http/caller.hpp"
#include "http/frames.hpp"

namespace icn::http {

// A document outside the table, served for GET: health, metrics.
struct Page {
  std::string_view path;
  api::Role role = api::Role::open;
  // Called on a worker's thread, or, for an instant page, on a thread of the sockets: then it never waits.
  std::function<Answer()> answer;
  bool is_instant = false;
};

struct ApiOptions {
  // The context of an operation asked for by this caller, without streams.
  std::function<api::Context(const Caller&)> context = {};
  std::shared_ptr<Gate> gate = {};
  // The member in whose name rows that change something act: only callers with its DID may ask for them.
  model::Did member = {};
  std::vector<Page> pages = {};                  // besides /health and /v1/openapi.json
  std::filesystem::path spool_folder = {};       // for bodies that are read twice; empty: they are refused
  std::uint64_t json_bytes_max = 64ULL << 20;    // of one request
  std::uint64_t json_memory_max = 256ULL << 20;  // of all requests together
  std::uint64_t stream_bytes_max = 1ULL << 40;
};

[[nodiscard]] std::shared_ptr<Handler> api_handler(ApiOptions options);

}  // namespace icn::http
