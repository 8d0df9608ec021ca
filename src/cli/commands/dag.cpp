// The commands about blocks.
#include <nlohmann/json.hpp>

#include <set>

#include "cli/commands/commands.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/links.hpp"
#include "ipld/unixfs.hpp"
#include "runtime/committer.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kFileBytesMax = 1ULL << 30;

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
  std::set<ipld::Cid> seen{root};
  std::vector<ipld::Cid> open{root};
  while (!open.empty()) {
    const ipld::Cid cid = open.back();
    open.pop_back();
    std::vector<ipld::Cid> links;
    ICN_TRY(check_block(store, cid, checked, &links));
    for (const ipld::Cid& link : links) {
      if (seen.insert(link).second) open.push_back(link);
    }
  }
  return checked;
}

Result<Checked> check_all(const ports::DagStore& store) {
  std::vector<ipld::Cid> cids;
  ICN_TRY(store.for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
    cids.push_back(cid);
    return true;
  }));
  Checked checked;
  for (const ipld::Cid& cid : cids) ICN_TRY(check_block(store, cid, checked, nullptr));
  return checked;
}

}  // namespace

Result<Answer> dag_put(const Invocation& invocation) {
  const Bytes bytes = ICN_TRY(read_file(invocation.arguments[0], {"file", kFileBytesMax, "max_file_bytes"}));
  const auto node = ICN_TRY(open_node(invocation));
  ports::DagStore& store = node->state().dag_store();
  std::uint64_t blocks = 0;
  ipld::FileBuilder builder([&](ipld::Block block) -> Result<void> {
    ++blocks;
    return store.put({&block, 1});
  });
  ICN_TRY(builder.write(bytes));
  const ipld::Cid cid = ICN_TRY(builder.finish());
  ICN_TRY(store.flush());
  Json json;
  json["cid"] = cid.to_text();
  json["bytes"] = bytes.size();
  json["blocks"] = blocks;
  return Answer{dump(json), cid.to_text() + "\n", 0};
}

Result<Answer> dag_get(const Invocation& invocation) {
  const ipld::Cid cid = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  const std::string form = invocation.text("--as").value_or("raw");
  if (form != "raw" && form != "dag-json")
    return fail(ErrorCode::invalid_argument, "--as " + form + ": the forms are raw and dag-json");
  const auto node = ICN_TRY(open_node(invocation));
  const ports::DagStore& store = node->state().dag_store();
  Bytes bytes;
  if (cid.codec() == ipld::Codec::dag_pb && form == "raw") {
    bytes = ICN_TRY(runtime::read_file_bytes(store, cid, kFileBytesMax));
  } else {
    bytes = ICN_TRY(store.get(cid)).bytes;
  }
  std::string text(text_of(bytes));
  if (form == "dag-json") {
    if (cid.codec() != ipld::Codec::dag_cbor)
      return fail(ErrorCode::invalid_argument, cid.to_text() + " is no dag-cbor block; --as raw shows its bytes");
    text = ICN_TRY(ipld::dag_json_of_dag_cbor(bytes)) + "\n";
  }
  Json json;
  json["cid"] = cid.to_text();
  json["bytes"] = bytes.size();
  json["hex"] = to_hex(bytes);
  return Answer{dump(json), std::move(text), 0};
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
