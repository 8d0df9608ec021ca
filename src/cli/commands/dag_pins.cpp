// The commands on pins and the collection: gc, pin, unpin, pins.
#include <fmt/core.h>

#include "api/dag.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

std::string until_text(const std::optional<model::UnixMs>& until) {
  return until ? "until " + time_text(*until) : "until it is unpinned";
}

std::string pin_text(const api::PinView& pin, const Look& look) {
  std::string text(pin_kind_name(pin.kind));
  text += fmt::format(" {}, {}, ", pin.holder, pin_mode_name(pin.mode));
  text += (pin.until ? until_text(pin.until) : std::string("without an end")) + "\n";
  for (const ipld::Cid& root : pin.roots) text += "  " + id_text(root, look) + "\n";
  return text;
}

std::string report_text(const api::Collected& found, const Look& look) {
  std::string text;
  for (const api::SweptBlock& one : found.listed)
    text += id_text(one.cid, look) + "  " + grouped(one.bytes) + " bytes: " + one.why + "\n";
  if (found.dry_run && found.listed.size() < found.removed_blocks)
    text += "and " + grouped(found.removed_blocks - found.listed.size()) + " more; --count lists more of them\n";
  text += fmt::format("{} {} blocks ({} bytes), {} {} ({} bytes)\n", found.dry_run ? "would remove" : "removed",
                      grouped(found.removed_blocks), grouped(found.removed_bytes), found.dry_run ? "keep" : "kept",
                      grouped(found.kept_blocks), grouped(found.kept_bytes));
  for (const api::CauseView& cause : found.causes) {
    if (cause.blocks > 0)
      text += "  " + grouped(cause.blocks) + " blocks of " + grouped(cause.bytes) + " bytes: " + cause.why + "\n";
  }
  if (found.reset_pins > 0) text += grouped(found.reset_pins) + " pins expire as if they were created now\n";
  if (found.missing_blocks > 0) text += grouped(found.missing_blocks) + " pinned blocks are missing\n";
  if (found.quota_bytes > 0) {
    text += "quota " + grouped(found.quota_bytes) + " bytes, of which new blocks may fill " +
            grouped(found.open_to_new_bytes) + "\n";
  }
  if (found.dry_run) text += "Nothing was removed; run it without --dry-run to remove them.\n";
  return text;
}

}  // namespace

Result<Answer> dag_gc(const Invocation& invocation) {
  api::CollectRequest request{.dry_run = invocation.has("--dry-run")};
  request.reset_times = invocation.has("--reset-times");
  if (invocation.has("--count") && !request.dry_run)
    return fail(ErrorCode::invalid_argument, "--count does nothing without --dry-run; nothing was done");
  Work work(invocation, "looking for blocks that nothing holds");
  if (const auto count = ICN_TRY(invocation.count(api::CollectRequest::kCountMax))) request.count = *count;
  const api::Collected found =
      ICN_TRY(on_node<&api::collect_garbage>(invocation, request, [&](api::Context&) { work.begin(); }));
  return Answer{api::json_text(found), report_text(found, output_look()), 0};
}

Result<Answer> dag_pin(const Invocation& invocation) {
  api::PinRequest request{invocation.arguments[0], false, {}};
  request.ttl_s = ICN_TRY(invocation.number("--ttl", api::PinRequest::kTtlMax));
  request.recursive = invocation.has("--recursive");
  const api::PinMade pin = ICN_TRY(on_node<&api::pin_block>(invocation, request));
  return Answer{api::json_text(pin), "pinned " + grouped(pin.blocks) + " blocks " + until_text(pin.until) + "\n", 0};
}

Result<Answer> dag_unpin(const Invocation& invocation) {
  const api::PinsReleased released = ICN_TRY(on_node<&api::unpin>(invocation, {invocation.arguments[0]}));
  std::string text;
  for (const api::PinView& pin : released.unpinned) text += "released: " + pin_text(pin, output_look());
  return Answer{api::json_text(released), text + "The blocks stay until `icn dag gc`.\n", 0};
}

Result<Answer> dag_pins(const Invocation& invocation) {
  api::PinsRequest request;
  if (const auto count = ICN_TRY(invocation.count(api::PinsRequest::kCountMax))) request.count = *count;
  if (const auto text = invocation.text("--after")) request.after = ICN_TRY(from_hex(*text));
  const api::PinPage page = ICN_TRY(on_node<&api::list_pins>(invocation, request));
  std::string text;
  for (const api::PinView& pin : page.pins) text += pin_text(pin, output_look());
  if (page.pins.empty()) text = request.after ? "no more pins\n" : "no pins\n";
  if (page.next_after) text += "more: icn dag pins --after " + to_hex(*page.next_after) + "\n";
  return Answer{api::json_text(page), std::move(text), 0};
}

}  // namespace icn::cli::commands
