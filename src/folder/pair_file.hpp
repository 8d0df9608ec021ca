// A file of ordered (key, value) pairs, as a backup keeps both stores: state by its keys, blocks by their CIDs' bytes.
//
// "ICNPAIRS" ‖ version u8 ‖ for each pair: key length be32 (1 to kStateKeyBytesMax) ‖ value length be32 ‖ key ‖ value ‖
// at the end: 0 be32 ‖ number of pairs be64. Keys ascend as bytes. A file that ends anywhere else was cut off.
#pragma once
#include <functional>

#include "disk/file.hpp"

namespace icn::folder {

class PairFileWriter {
 public:
  // Errors: already_exists, storage.
  [[nodiscard]] static Result<PairFileWriter> create(const std::filesystem::path& path);
  // Keys come in ascending order, within the bounds above.
  [[nodiscard]] Result<void> add(ByteView key, ByteView value);
  // Writes the end, durably. The writer is spent.
  [[nodiscard]] Result<disk::FileSum> finish();
  [[nodiscard]] std::uint64_t pairs() const { return pairs_; }

 private:
  explicit PairFileWriter(disk::FileWriter file) : file_(std::move(file)) {}
  disk::FileWriter file_;
  std::uint64_t pairs_ = 0;
};

// Every pair, in order; how many. `visit` may end the reading by an error. Errors: invalid_format (no such file, keys
// out of order, cut off, bytes after the end), unsupported_version, storage, and those of `visit`.
[[nodiscard]] Result<std::uint64_t> read_pair_file(const std::filesystem::path& path,
                                                   const std::function<Result<void>(Bytes key, Bytes value)>& visit);

}  // namespace icn::folder
