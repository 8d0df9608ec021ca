// Files as DAGs, the `unixfs-v1-2025` profile: up to 1 MiB one raw block, above that a balanced tree of raw leaves of 1
// MiB with at most 1024 links per node, so that a file's CID equals the one that IPFS tools compute.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

inline constexpr std::size_t kLeafBytes = 1024 * 1024;
inline constexpr std::size_t kLinksPerNode = 1024;

// The shape of a file's DAG. The default is the profile; another layout yields another CID for the same file.
// leaf_bytes is positive, links_per_node from 2 to kLinksPerNode (checked).
struct FileLayout {
  std::size_t leaf_bytes = kLeafBytes;
  std::size_t links_per_node = kLinksPerNode;
};

// Builds the DAG of a file that arrives in pieces; blocks go to the sink as soon as they are complete (leaves first).
// Memory: one leaf and the open nodes. Used by one thread.
class FileBuilder {
 public:
  using Sink = std::function<Result<void>(Block)>;
  explicit FileBuilder(Sink sink, FileLayout layout = {});

  [[nodiscard]] Result<void> write(ByteView bytes);
  // The root's CID; the builder is unusable afterwards.
  [[nodiscard]] Result<Cid> finish();
  // The size of all blocks, once finished: the size in a folder's link.
  [[nodiscard]] std::uint64_t total_size() const { return total_size_; }

 private:
  struct Link {
    Cid cid;
    std::uint64_t file_size;
    std::uint64_t total_size;
  };
  [[nodiscard]] Result<void> add_leaf(Bytes leaf);
  [[nodiscard]] Result<void> add_link(std::size_t level, Link link);
  [[nodiscard]] Result<Link> make_node(const std::vector<Link>& links);

  Sink sink_;
  FileLayout layout_;
  Bytes leaf_;
  std::uint64_t total_size_ = 0;
  std::vector<std::vector<Link>> levels_;
};

// The CID of a file with these bytes, without keeping the blocks.
[[nodiscard]] Result<Cid> file_cid(ByteView bytes);

// One node of a file DAG: a raw leaf has its bytes as data; an inner node has links with the file sizes below them.
struct FileNode {
  struct Child {
    Cid cid;
    std::uint64_t file_size = 0;
  };
  Bytes data;
  std::vector<Child> children;
  std::uint64_t file_size = 0;
};
// Errors: invalid_format (not canonical dag-pb, not a UnixFS file, a child without bytes, sizes that do not
// add up).
[[nodiscard]] Result<FileNode> parse_file_node(const Block& block);

// The number of blocks that may be read for a file of this size. A tree with shared parts names a long file in few
// blocks, and a tree of tiny leaves takes one read per leaf: so reads are bounded by the trees that importers make.
inline constexpr std::uint64_t kFileReadsBase = 1'024;
inline constexpr std::uint64_t kFileBytesPerRead = 4'096;
[[nodiscard]] constexpr std::uint64_t file_reads_max(std::uint64_t bytes) {
  return kFileReadsBase + bytes / kFileBytesPerRead;
}
inline constexpr std::string_view kFileReadsRule = "max_file_reads";

// Reads a file DAG in order; `fetch` returns a block by its CID, `sink` receives the bytes. Refuses files above
// `bytes_max` (limit_exceeded) before fetching leaves, and files that take more than file_reads_max() of their size
// (limit_exceeded, naming kFileReadsRule).
[[nodiscard]] Result<void> read_file(const Cid& root, std::uint64_t bytes_max,
                                     const std::function<Result<Block>(const Cid&)>& fetch,
                                     const std::function<Result<void>(ByteView)>& sink);

}  // namespace icn::ipld
