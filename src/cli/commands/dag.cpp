// The commands about blocks: put, get, cat, stat, verify.
#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "dag/block_batch.hpp"
#include "ipld/dag_walk.hpp"
#include "ipld/links.hpp"
#include "ipld/unixfs.hpp"
#include "runtime/blocks.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

// JSON is one document in memory.
constexpr std::uint64_t kJsonBytesMax = 64ULL << 20;

struct Checked {
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> bad;
};

Result<void> check_block(const ports::DagStore& store, const ipld::Cid& cid, Checked& checked,
                         std::vector<ipld::Cid>* links) {
  auto block = store.get(cid);
  if (!block && (block.error().code == ErrorCode::corrupted || block.error().code == ErrorCode::missing_data)) {
    checked.bad.push_back(block.error().detail);
    return {};
  }
  if (!block) return fail(block.error());
  ++checked.blocks;
  checked.bytes += block->bytes.size();
  auto found = ipld::links_of(*block);
  if (!found) {
    checked.bad.push_back("block " + cid.to_text() + ": " + found.error().detail);
  } else if (links != nullptr) {
    *links = *std::move(found);
  }
  return {};
}

Result<Checked> check_reachable(const ports::DagStore& store, const ipld::Cid& root) {
  Checked checked;
  ipld::DagWalk walk({&root, 1});
  while (const auto cid = walk.next()) {
    std::vector<ipld::Cid> links;
    ICN_TRY(check_block(store, *cid, checked, &links));
    walk.found(links);
  }
  return checked;
}

// Page by page: for_each() lets nobody read the store meanwhile.
Result<Checked> check_all(const ports::DagStore& store) {
  constexpr std::size_t page_blocks = 1024;
  Checked checked;
  std::optional<ipld::Cid> after;
  for (;;) {
    std::vector<ipld::Cid> page;
    ICN_TRY(store.for_each(after, [&](const ipld::Cid& cid, std::uint64_t) {
      page.push_back(cid);
      return page.size() < page_blocks;
    }));
    for (const ipld::Cid& cid : page) ICN_TRY(check_block(store, cid, checked, nullptr));
    if (page.size() < page_blocks) return checked;
    after = page.back();
  }
}

Json bytes_json(const ipld::Cid& cid, ByteView bytes) {
  Json json;
  json["cid"] = cid.to_text();
  json["bytes"] = bytes.size();
  json["hex"] = to_hex(bytes);
  return json;
}

// A file goes to standard output leaf by leaf.
Result<Answer> show_file(const Invocation& invocation, const ports::DagStore& store, const ipld::Cid& root) {
  const auto fetch = [&](const ipld::Cid& cid) { return store.get(cid); };
  if (!invocation.wants_json()) {
    ICN_TRY(ipld::read_file(root, UINT64_MAX, fetch,
                            [](ByteView piece) { return write_to(Stream::output, text_of(piece)); }));
    return Answer{};
  }
  Bytes bytes;
  auto read = ipld::read_file(root, kJsonBytesMax, fetch, [&](ByteView piece) -> Result<void> {
    append(bytes, piece);
    return {};
  });
  if (!read && read.error().code == ErrorCode::limit_exceeded)
    return refuse(ErrorCode::limit_exceeded, "max_json_bytes", read.error().detail + " as JSON; leave out --json");
  if (!read) return fail(read.error());
  return Answer{dump(bytes_json(root, bytes)), "", 0};
}

}  // namespace

Result<Answer> dag_put(const Invocation& invocation) {
  InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  const auto node = ICN_TRY(open_node(invocation));
  runtime::BlockIntake intake(node->state());
  dag::BlockBatch batch(intake);
  const Progress progress("storing the file", progress_of(invocation));
  std::uint64_t bytes = 0;
  ipld::FileBuilder builder([&](ipld::Block block) { return batch.add(std::move(block)); });
  ICN_TRY(file.for_each_piece([&](ByteView piece) {
    bytes += piece.size();
    return builder.write(piece);
  }));
  const ipld::Cid cid = ICN_TRY(builder.finish());
  ICN_TRY(batch.finish());
  ICN_TRY(intake.finish({cid}, node->member(), {}));
  Json json;
  json["cid"] = cid.to_text();
  json["bytes"] = bytes;
  json["blocks"] = batch.blocks();
  return Answer{dump(json), cid.to_text() + "\n", 0};
}

Result<Answer> dag_get(const Invocation& invocation) {
  const ipld::Cid cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  const auto form = invocation.text("--as");
  if (form && *form != "raw" && *form != "dag-json")
    return fail(ErrorCode::invalid_argument, "--as " + *form + ": the forms are raw and dag-json");
  const auto node = ICN_TRY(open_node(invocation));
  const ports::DagStore& store = node->state().dag_store();
  if (!form && cid.codec() == ipld::Codec::dag_pb) return show_file(invocation, store, cid);
  const ipld::Block block = ICN_TRY(store.get(cid));
  std::string text(text_of(block.bytes));
  if (form == "dag-json") {
    auto json = ipld::dag_json_of(block);
    if (!json) return fail(within("block " + cid.to_text(), json.error()));
    text = *json + "\n";
  }
  return Answer{dump(bytes_json(cid, block.bytes)), std::move(text), 0};
}

Result<Answer> dag_cat(const Invocation& invocation) {
  const ipld::Cid cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  if (cid.codec() == ipld::Codec::dag_cbor)
    return fail(ErrorCode::invalid_argument,
                cid.to_text() + " is a dag-cbor block and no file; `icn dag get` shows it");
  const auto node = ICN_TRY(open_node(invocation));
  return show_file(invocation, node->state().dag_store(), cid);
}

Result<Answer> dag_stat(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const ports::DagStatistics statistics = ICN_TRY(node->state().dag_store().statistics());
  Json json;
  json["blocks"] = statistics.blocks;
  json["bytes"] = statistics.bytes;
  json["store"] = node->state().dag_store().descriptor().name;
  return Answer{dump(json), grouped(statistics.blocks) + " blocks, " + grouped(statistics.bytes) + " bytes\n", 0};
}

Result<Answer> dag_verify(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const ports::DagStore& store = node->state().dag_store();
  const Progress progress("reading every block", progress_of(invocation));
  Checked checked;
  if (invocation.arguments.empty()) {
    checked = ICN_TRY(check_all(store));
  } else {
    checked = ICN_TRY(check_reachable(store, ICN_TRY(ipld::Cid::parse(invocation.arguments[0]))));
  }
  Json json;
  json["blocks"] = checked.blocks;
  json["bytes"] = checked.bytes;
  json["bad"] = checked.bad;
  std::string text;
  for (const std::string& bad : checked.bad) text += bad + "\n";
  text += grouped(checked.blocks) + " blocks hold, " + std::to_string(checked.bad.size()) + " do not\n";
  return Answer{dump(json), std::move(text), checked.bad.empty() ? 0 : error_row(ErrorCode::corrupted).exit_code};
}

}  // namespace icn::cli::commands
