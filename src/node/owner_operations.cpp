#include "node/owner_operations.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace icn::node {
namespace {

// Operations that another process may need while a run holds the folder.
constexpr std::array<std::string_view, 11> kServed{
    "job.describe",     "job.logs",   "job.cancel",   "store.hash",         "store.backup", "node.status",
    "node.obligations", "node.ready", "node.metrics", "node.configuration", "node.reload"};

}  // namespace

bool is_served(std::string_view operation) {
  return std::find(kServed.begin(), kServed.end(), operation) != kServed.end();
}

Result<void> answer_owner_request(api::Context context, const OwnerRequest& request, OwnerReply& reply) {
  const api::Operation* row = is_served(request.verb) ? api::find_operation(request.verb) : nullptr;
  if (row == nullptr) return fail(ErrorCode::unsupported, "the owner of the folder does not serve " + request.verb);
  const api::Json asked = api::Json::parse(request.job, nullptr, false);
  if (asked.is_discarded()) return fail(ErrorCode::invalid_format, "the request is not JSON");
  const bool streams = request.option == kStreamOption;
  if (streams) context.out = [&reply](ByteView piece) { return reply.write(text_of(piece)); };
  api::Json answer;
  ICN_TRY(row->run(context, asked, answer));
  if (streams) return {};
  return reply.write(answer.dump(-1, ' ', false, api::Json::error_handler_t::replace));
}

}  // namespace icn::node
