// A trustless gateway for blocks, as IPFS gateways serve them: GET /ipfs/CID[/PATH].
//
// The client asks for one block (?format=raw or Accept: application/vnd.ipld.raw) or for everything below it as an
// archive (?format=car or Accept: application/vnd.ipld.car), and verifies both itself; else for the bytes of a file.
#pragma once
#include <optional>
#include <string>

#include "api/operations.hpp"
#include "http/message.hpp"
#include "http/routes.hpp"

namespace icn::http {

struct GatewayRequest {
  const api::Operation* row = nullptr;
  std::string json = {};  // the request of the row
  std::string content_type = {};
};

// Empty for a target elsewhere. Errors: invalid_argument (not a CID, a path below a raw block or an archive, an unknown
// format).
[[nodiscard]] std::optional<Result<GatewayRequest>> gateway_request(const Target& target, const Request& request);

}  // namespace icn::http
