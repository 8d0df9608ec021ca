// Asks a node over HTTP: one request per call, on a connection of its own. Each call is for one thread; nothing is
// shared between calls.
//
// A call carries the streams and the reports of its context as an operation in this process would: bytes in and out,
// entries of a folder, the log of a run, progress, and whether the caller wants to stop. After a stop it sends nothing
// more and waits for the answer of the operation, which then ends early.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "api/operations.hpp"
#include "core/secret.hpp"

namespace icn::http {

// Where a node listens.
struct Remote {
  enum class Kind : std::uint8_t { unix_socket, tcp, tls };
  Kind kind = Kind::unix_socket;
  std::filesystem::path path = {};  // of the unix socket
  std::string host = {};
  std::uint16_t port = 0;

  // "unix:/path", "http://127.0.0.1:7845", "https://host:443". Errors: invalid_argument (rule "node_url"; without TLS
  // only loopback addresses are taken, rule kOnlyLoopback).
  [[nodiscard]] static Result<Remote> parse(std::string_view url);
  [[nodiscard]] std::string to_text() const;
};

struct ClientOptions {
  Remote remote;
  std::filesystem::path ca_file = {};  // whose certificates are trusted; empty: those of the system
  std::uint64_t connect_ms = 10'000;
  std::string key = {};  // an API key; empty: none is sent
  std::string as = {};   // the member key of the folder that signs; empty: the first
};

// Sends the request of a row as JSON text and returns the answer as JSON text. Errors: busy (rule kNoAnswer: nothing
// answers there), infrastructure (the connection ended early), and the error that the node returns.
[[nodiscard]] Result<std::string> call_remote(const ClientOptions& options, const api::Operation& row,
                                              const std::string& request, api::Context& context);
inline constexpr std::string_view kNoAnswer = "no_answer";
// The rule of the same error if the node ended after a part of the request was sent to it, and read it in part or not
// at all: nothing was done.
inline constexpr std::string_view kNotRead = "not_read";

template <auto UseCase>
[[nodiscard]] Result<typename api::Typed<UseCase>::Answer> ask(const ClientOptions& options, api::Context& context,
                                                               const typename api::Typed<UseCase>::Request& request) {
  using T = api::Typed<UseCase>;
  return api::Shape<typename T::Answer>::parse(
      ICN_TRY(call_remote(options, api::row_of<UseCase>(), api::json_text(request), context)));
}

}  // namespace icn::http
