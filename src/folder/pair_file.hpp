// A file of ordered (key, value) pairs, the form in which a backup holds both stores: state by key, blocks by the bytes
// of their CIDs.
//
// "ICNPAIRS" ‖ version u8 ‖ for each pair: key length be32 (1 to kStateKeyBytesMax) ‖ value length be32 ‖ key ‖ value ‖
// at the end: 0 be32 ‖ number of pairs be64. Keys ascend bytewise. A file that ends anywhere else is truncated.
#pragma once
#include <functional>

#include "disk/file.hpp"

namespace icn::folder {

class PairFileWriter {
 public:
  // Errors: already_exists, storage.
  [[nodiscard]] static Result<PairFileWriter> create(const std::filesystem::path& path);
  // Adds a pair. Keys must ascend and stay within the bounds above.
  [[nodiscard]] Result<void> add(ByteView key, ByteView value);
  // Writes the end durably. The writer must not be used afterwards.
  [[nodiscard]] Result<disk::FileSum> finish();
  [[nodiscard]] std::uint64_t pairs() const { return pairs_; }

 private:
  explicit PairFileWriter(disk::FileWriter file) : file_(std::move(file)) {}
  disk::FileWriter file_;
  std::uint64_t pairs_ = 0;
};

// Visits every pair in order and returns their number. An error of `visit` ends the reading. Errors: invalid_format
// (not a pair file, keys out of order, truncated, bytes after the end), unsupported_version, storage, and those of
// `visit`.
[[nodiscard]] Result<std::uint64_t> read_pair_file(const std::filesystem::path& path,
                                                   const std::function<Result<void>(Bytes key, Bytes value)>& visit);

}  // namespace icn::folder
