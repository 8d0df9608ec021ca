// Operations that the owner of a data folder serves to other processes over the folder's socket.
//
// A request's verb is the name of an operation, its argument the request as JSON. The payload is the answer as JSON or,
// with kStreamOption, the bytes that accompany it. As thread safe as OwnerServer.
#pragma once
#include "api/operations.hpp"
#include "node/owner_socket.hpp"

namespace icn::node {

inline constexpr std::string_view kStreamOption = "stream";

// Returns whether the owner serves the operation to other processes.
[[nodiscard]] bool is_served(std::string_view operation);
// Runs the requested operation. Errors: unsupported (not a served operation), and the operation's own.
[[nodiscard]] Result<void> answer_owner_request(api::Context context, const OwnerRequest& request, OwnerReply& reply);

// Sends a request to the owner of `folder`. With a sink, the answer's bytes go to the sink and the answer is empty.
// Errors: as ask_owner, and the operation's own.
template <auto UseCase>
[[nodiscard]] Result<typename api::Typed<UseCase>::Answer> ask_owner_to(
    const std::filesystem::path& folder, const typename api::Typed<UseCase>::Request& request,
    const std::function<void(std::string_view)>& sink = {}) {
  using T = api::Typed<UseCase>;
  std::string payload;
  const auto collect = [&payload](std::string_view piece) { payload.append(piece); };
  ICN_TRY(ask_owner(
      folder,
      {std::string(api::row_of<UseCase>().name), api::json_text(request), std::string(sink ? kStreamOption : "")},
      sink ? sink : collect));
  if (sink) return typename T::Answer{};
  return api::Shape<typename T::Answer>::parse(payload);
}

}  // namespace icn::node
