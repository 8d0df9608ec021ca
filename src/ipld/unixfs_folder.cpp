#include "ipld/unixfs_folder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>

#include "ipld/dag_pb.hpp"
#include "ipld/detail/protobuf.hpp"

namespace icn::ipld {
namespace {

using detail::append_data;
using detail::append_link;
using detail::kTypeFile;
using detail::kTypeFolder;
using detail::kTypeSymbolicLink;
using detail::kTypeTrie;
using detail::kUnixFsData;
using detail::kUnixFsFanout;
using detail::kUnixFsHashType;
using detail::kUnixFsType;

constexpr std::uint64_t kMurmur3 = 0x22;
constexpr std::uint64_t kBranches = 256;
constexpr std::size_t kPrefix = 2;        // digits before a name in a trie
constexpr std::size_t kTrieDepthMax = 8;  // bytes of a name's hash
constexpr std::size_t kNameBytesMax = 255;

using NameHash = std::array<std::uint8_t, kTrieDepthMax>;

std::uint64_t mixed(std::uint64_t k) {
  k ^= k >> 33;
  k *= 0xff51afd7ed558ccdULL;
  k ^= k >> 33;
  k *= 0xc4ceb9fe1a85ec53ULL;
  return k ^ (k >> 33);
}

// The first half of MurmurHash3 x64_128 with seed 0, most significant byte first.
NameHash hash_of(std::string_view name) {
  constexpr std::uint64_t c1 = 0x87c37b91114253d5ULL;
  constexpr std::uint64_t c2 = 0x4cf5ad432745937fULL;
  const auto part = [&name](std::size_t at) {
    std::uint64_t word = 0;
    const std::size_t end = std::min(name.size(), at + 8);
    for (std::size_t i = end; i-- > at;) word = word << 8 | static_cast<std::uint8_t>(name[i]);
    return word;
  };
  std::uint64_t h1 = 0;
  std::uint64_t h2 = 0;
  const std::size_t whole = name.size() / 16 * 16;
  for (std::size_t at = 0; at < whole; at += 16) {
    h1 ^= std::rotl(part(at) * c1, 31) * c2;
    h1 = (std::rotl(h1, 27) + h2) * 5 + 0x52dce729;
    h2 ^= std::rotl(part(at + 8) * c2, 33) * c1;
    h2 = (std::rotl(h2, 31) + h1) * 5 + 0x38495ab5;
  }
  h2 ^= std::rotl(part(whole + 8) * c2, 33) * c1;
  h1 ^= std::rotl(part(whole) * c1, 31) * c2;
  h1 ^= name.size();
  h2 ^= name.size();
  h1 += h2;
  h2 += h1;
  h1 = mixed(h1);
  h2 = mixed(h2);
  h1 += h2;
  NameHash hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(h1 >> (56 - 8 * i));
  return hash;
}

Result<FolderRoot> put_node(Bytes links, const Bytes& data, std::uint64_t size_below, const FileBuilder::Sink& sink) {
  append_data(links, data);
  Block block = Block::of(Codec::dag_pb, std::move(links));
  const FolderRoot root{block.cid, size_below + block.bytes.size()};
  ICN_TRY(sink(std::move(block)));
  return root;
}

struct Hashed {
  NameHash hash;
  const FolderEntry* entry;
};

std::string prefix_of(std::size_t branch) { return fmt::format("{:02X}", branch); }

// The node of entries that share the first `depth` bytes of their hashes, which are sorted.
Result<FolderRoot> put_trie(std::span<const Hashed> entries, std::size_t depth, const FileBuilder::Sink& sink) {
  if (depth == kTrieDepthMax)
    return fail(ErrorCode::unsupported, "two names of the folder have the same hash: " + entries[0].entry->name);
  Bytes links;
  std::uint64_t size_below = 0;
  std::array<std::uint8_t, kBranches / 8> taken{};
  while (!entries.empty()) {
    const std::uint8_t branch = entries[0].hash[depth];
    std::size_t count = 1;
    while (count < entries.size() && entries[count].hash[depth] == branch) ++count;
    taken[taken.size() - 1 - branch / 8] =
        static_cast<std::uint8_t>(taken[taken.size() - 1 - branch / 8] | (1U << (branch % 8)));
    if (count == 1) {
      const FolderEntry& entry = *entries[0].entry;
      append_link(links, prefix_of(branch) + entry.name, entry.cid, entry.total_size);
      size_below += entry.total_size;
    } else {
      const FolderRoot below = ICN_TRY(put_trie(entries.first(count), depth + 1, sink));
      append_link(links, prefix_of(branch), below.cid, below.total_size);
      size_below += below.total_size;
    }
    entries = entries.subspan(count);
  }
  const auto first = std::find_if(taken.begin(), taken.end(), [](std::uint8_t byte) { return byte != 0; });
  Bytes data{kUnixFsType, kTypeTrie, kUnixFsData};
  append_varint(data, static_cast<std::uint64_t>(taken.end() - first));
  data.insert(data.end(), first, taken.end());
  data.push_back(kUnixFsHashType);
  append_varint(data, kMurmur3);
  data.push_back(kUnixFsFanout);
  append_varint(data, kBranches);
  return put_node(std::move(links), data, size_below, sink);
}

tl::unexpected<Error> bad_folder(const Cid& cid, std::string_view what) {
  return fail(ErrorCode::invalid_format, fmt::format("folder node {}: {}", cid.to_text(), what));
}

tl::unexpected<Error> no_folder(const Cid& cid) {
  return refuse(ErrorCode::invalid_argument, std::string(kNotAFolderRule), cid.to_text() + " is not a folder",
                cid.to_text());
}

struct Message {
  std::uint64_t type = UINT64_MAX;
  std::uint64_t hash_type = 0;
  std::uint64_t fanout = 0;
};

// The fields of a UnixFS message that determine its kind; the readers of each kind read the rest.
Result<Message> read_message(ByteView bytes) {
  Message message;
  while (!bytes.empty()) {
    const std::uint8_t tag = bytes[0];
    bytes = bytes.subspan(1);
    if ((tag & 7U) == 2) {
      ICN_TRY(detail::take_field(bytes));
      continue;
    }
    if ((tag & 7U) != 0) return fail(ErrorCode::invalid_format, "an unknown field");
    const std::uint64_t value = ICN_TRY(take_varint(bytes));
    if (tag == kUnixFsType) message.type = value;
    if (tag == kUnixFsHashType) message.hash_type = value;
    if (tag == kUnixFsFanout) message.fanout = value;
  }
  if (message.type == UINT64_MAX) return fail(ErrorCode::invalid_format, "no type");
  return message;
}

// A node of a folder; its links passed the checks common to both kinds. Views point into the block.
struct Node {
  std::vector<PbLink> links;
  bool is_trie = false;
};

Result<Node> read_node(const Block& block) {
  if (block.cid.codec() != Codec::dag_pb) return no_folder(block.cid);
  auto parsed = parse_dag_pb(block.bytes);
  if (!parsed) return bad_folder(block.cid, parsed.error().detail);
  if (!parsed->data) return no_folder(block.cid);
  const auto message = read_message(*parsed->data);
  if (!message) return bad_folder(block.cid, message.error().detail);
  if (message->type != kTypeFolder && message->type != kTypeTrie) return no_folder(block.cid);
  Node node{std::move(parsed->links), message->type == kTypeTrie};
  if (node.is_trie && (message->fanout != kBranches || message->hash_type != kMurmur3))
    return fail(ErrorCode::unsupported, "folder " + block.cid.to_text() + ": unsupported width or hash of the trie");
  for (const PbLink& link : node.links) {
    if (!link.name) return bad_folder(block.cid, "a link without a name");
  }
  return node;
}

// The branch at the start of a link's name in a trie.
Result<std::uint8_t> branch_of(const Cid& cid, std::string_view name) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  if (name.size() < kPrefix || digit(name[0]) < 0 || digit(name[1]) < 0)
    return bad_folder(cid, "a link without a branch");
  return static_cast<std::uint8_t>(digit(name[0]) * 16 + digit(name[1]));
}

FolderEntry entry_of(const PbLink& link, std::string_view name) {
  return {std::string(name), link.cid, link.total_size.value_or(0)};
}

class Listing {
 public:
  explicit Listing(const FetchBlock& fetch) : fetch_(fetch) {}

  Result<std::vector<FolderEntry>> list(const Cid& root) {
    ICN_TRY(add_node(root, 0));
    std::sort(entries_.begin(), entries_.end(),
              [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      if (entries_[i].name == entries_[i - 1].name)
        return bad_folder(root, "duplicate name '" + entries_[i].name + "'");
    }
    return std::move(entries_);
  }

 private:
  Result<void> add(const Cid& cid, const PbLink& link, std::string_view name) {
    if (!is_entry_name(name)) return bad_folder(cid, "an entry whose name no file system accepts");
    if (entries_.size() == kFolderEntriesMax)
      return refuse(ErrorCode::limit_exceeded, "max_folder_entries",
                    fmt::format("the folder has more than {} entries", kFolderEntriesMax));
    entries_.push_back(entry_of(link, name));
    return {};
  }

  Result<void> add_node(const Cid& cid, std::size_t depth) {
    const Block block = ICN_TRY(fetch_(cid));
    const Node node = ICN_TRY(read_node(block));
    if (depth > 0 && (!node.is_trie || node.links.empty() || depth == kTrieDepthMax))
      return bad_folder(cid, "a part of a trie that is not a trie node");
    for (const PbLink& link : node.links) {
      if (!node.is_trie) {
        ICN_TRY(add(cid, link, *link.name));
        continue;
      }
      path_[depth] = ICN_TRY(branch_of(cid, *link.name));
      const std::string_view name = link.name->substr(kPrefix);
      if (name.empty()) {
        ICN_TRY(add_node(link.cid, depth + 1));
        continue;
      }
      const NameHash hash = hash_of(name);
      if (!std::equal(hash.begin(), hash.begin() + static_cast<std::ptrdiff_t>(depth) + 1, path_.begin()))
        return bad_folder(cid, "an entry in a branch that does not match its hash");
      ICN_TRY(add(cid, link, name));
    }
    return {};
  }

  const FetchBlock& fetch_;
  std::vector<FolderEntry> entries_;
  NameHash path_{};
};

}  // namespace

bool is_entry_name(std::string_view name) {
  if (name.empty() || name == "." || name == ".." || name.size() > kNameBytesMax || !is_utf8(view_of(name)))
    return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '/' || byte < 0x20 || byte == 0x7f;
  });
}

Result<FolderRoot> build_folder(std::vector<FolderEntry> entries, const FileBuilder::Sink& sink) {
  if (entries.size() > kFolderEntriesMax) {
    return refuse(ErrorCode::limit_exceeded, "max_folder_entries",
                  fmt::format("a folder has {} entries; at most {} are allowed", entries.size(), kFolderEntriesMax));
  }
  std::sort(entries.begin(), entries.end(), [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  Bytes links;
  std::uint64_t size_below = 0;
  const Bytes data{kUnixFsType, kTypeFolder};
  for (const FolderEntry& entry : entries) {
    const bool is_again = &entry != entries.data() && (&entry - 1)->name == entry.name;
    if (is_again || !is_entry_name(entry.name))
      return refuse(ErrorCode::invalid_argument, "entry_name", "a folder cannot hold the name '" + entry.name + "'",
                    entry.name);
    append_link(links, entry.name, entry.cid, entry.total_size);
    size_below += entry.total_size;
  }
  if (links.size() + 2 + data.size() <= kFolderBlockBytesMax) return put_node(std::move(links), data, size_below, sink);
  std::vector<Hashed> hashed;
  hashed.reserve(entries.size());
  for (const FolderEntry& entry : entries) hashed.push_back({hash_of(entry.name), &entry});
  std::sort(hashed.begin(), hashed.end(), [](const Hashed& a, const Hashed& b) { return a.hash < b.hash; });
  return put_trie(hashed, 0, sink);
}

Result<UnixFsKind> unixfs_kind(const Block& block) {
  if (block.cid.codec() == Codec::raw) return UnixFsKind::file;
  if (block.cid.codec() != Codec::dag_pb)
    return fail(ErrorCode::unsupported, block.cid.to_text() + " is neither a file nor a folder");
  const PbNode node = ICN_TRY(parse_dag_pb(block.bytes));
  if (!node.data) return bad_folder(block.cid, "no UnixFS data");
  switch (ICN_TRY(read_message(*node.data)).type) {
    case kTypeFolder:
    case kTypeTrie:
      return UnixFsKind::folder;
    case kTypeFile:
      return UnixFsKind::file;
    case kTypeSymbolicLink:
      return UnixFsKind::symbolic_link;
    default:
      return UnixFsKind::other;
  }
}

Result<std::vector<FolderEntry>> read_folder(const Cid& folder, const FetchBlock& fetch) {
  return Listing(fetch).list(folder);
}

Result<std::optional<FolderEntry>> find_in_folder(const Cid& folder, std::string_view name, const FetchBlock& fetch) {
  const NameHash hash = hash_of(name);
  Cid at = folder;
  for (std::size_t depth = 0; depth < kTrieDepthMax; ++depth) {
    const Block block = ICN_TRY(fetch(at));
    const Node node = ICN_TRY(read_node(block));
    if (depth > 0 && !node.is_trie) return bad_folder(at, "a part of a trie that is not a trie node");
    const std::string prefix = node.is_trie ? prefix_of(hash[depth]) : std::string();
    const Cid* below = nullptr;
    for (const PbLink& link : node.links) {
      if (!link.name->starts_with(prefix)) continue;
      const std::string_view rest = link.name->substr(prefix.size());
      if (rest == name && is_entry_name(rest)) return entry_of(link, rest);
      if (node.is_trie && rest.empty()) below = &link.cid;
    }
    if (below == nullptr) return std::nullopt;
    at = *below;
  }
  return bad_folder(folder, "a trie deeper than its hashes");
}

}  // namespace icn::ipld
