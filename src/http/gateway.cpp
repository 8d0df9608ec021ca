#include "http/gateway.hpp"

#include <nlohmann/json.hpp>

#include "ipld/cid.hpp"

namespace icn::http {
namespace {

using api::Json;

constexpr std::string_view kRaw = "application/vnd.ipld.raw";
constexpr std::string_view kCar = "application/vnd.ipld.car";

// "raw", "car" or nothing.
std::string format_of(const Target& target, const Request& request) {
  for (const auto& [name, value] : target.query)
    if (name == "format") return value;
  const std::string* accept = find_header(request.headers, "accept");
  if (accept == nullptr) return "";
  if (accept->find(kRaw) != std::string::npos) return "raw";
  return accept->find(kCar) != std::string::npos ? "car" : "";
}

Result<GatewayRequest> read(const Target& target, const Request& request) {
  const std::string& cid = target.segments[1];
  if (!ipld::Cid::parse(cid))
    return refuse(ErrorCode::invalid_argument, "cid", "'" + cid + "' is not a CID of this store's kind", cid);
  std::string path;
  for (std::size_t i = 2; i < target.segments.size(); ++i) path += (i == 2 ? "" : "/") + target.segments[i];
  const std::string format = format_of(target, request);
  if (!format.empty() && !path.empty())
    return refuse(ErrorCode::invalid_argument, "path", "only the bytes of a file are found by path", path);
  if (format == "raw")
    return GatewayRequest{api::find_operation("dag.get"), Json{{"cid", cid}, {"as", "raw"}}.dump(), std::string(kRaw)};
  if (format == "car") {
    return GatewayRequest{api::find_operation("dag.export"), Json{{"roots", Json::array({cid})}}.dump(),
                          std::string(kCar) + "; version=1; order=unk; dups=n"};
  }
  if (!format.empty()) return refuse(ErrorCode::invalid_argument, "format", "the formats are raw and car", format);
  Json file{{"cid", cid}};
  if (!path.empty()) file["path"] = path;
  return GatewayRequest{api::find_operation("dag.cat"), file.dump(-1, ' ', false, Json::error_handler_t::replace),
                        "application/octet-stream"};
}

}  // namespace

std::optional<Result<GatewayRequest>> gateway_request(const Target& target, const Request& request) {
  if (target.segments.size() < 2 || target.segments[0] != "ipfs") return std::nullopt;
  return read(target, request);
}

}  // namespace icn::http
