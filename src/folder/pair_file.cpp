#include "folder/pair_file.hpp"

#include <fmt/core.h>

#include "ports/state_store.hpp"

namespace icn::folder {
namespace {

constexpr std::string_view kMagic = "ICNPAIRS";
constexpr std::uint8_t kPairFileVersion = 1;

void append_be32(Bytes& to, std::uint64_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t read_be32(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

// Reads a file through a buffer.
class Source {
 public:
  explicit Source(disk::File file) : file_(std::move(file)) {}

  [[nodiscard]] tl::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorCode::invalid_format, fmt::format("{}: {}", file_.name(), what));
  }
  // Fills the span. Errors: invalid_format (the file ends early).
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> into) {
    while (!into.empty()) {
      if (at_ == buffer_.size()) ICN_TRY(refill());
      if (buffer_.empty()) return bad("it is truncated: its end is missing");
      const std::size_t part = std::min(into.size(), buffer_.size() - at_);
      std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), part, into.begin());
      into = into.subspan(part);
      at_ += part;
    }
    return {};
  }
  [[nodiscard]] Result<bool> at_end() {
    if (at_ == buffer_.size()) ICN_TRY(refill());
    return buffer_.empty();
  }

 private:
  [[nodiscard]] Result<void> refill() {
    buffer_.resize(256 * 1024);
    buffer_.resize(ICN_TRY(file_.read(buffer_)));
    at_ = 0;
    return {};
  }

  disk::File file_;
  Bytes buffer_;
  std::size_t at_ = 0;
};

}  // namespace

Result<PairFileWriter> PairFileWriter::create(const std::filesystem::path& path) {
  disk::FileWriter file = ICN_TRY(disk::FileWriter::create(path, {.is_hashed = true}));
  Bytes head = bytes_of(kMagic);
  head.push_back(kPairFileVersion);
  ICN_TRY(file.write(head));
  return PairFileWriter(std::move(file));
}

Result<void> PairFileWriter::add(ByteView key, ByteView value) {
  Bytes head;
  append_be32(head, key.size());
  append_be32(head, value.size());
  ICN_TRY(file_.write(head));
  ICN_TRY(file_.write(key));
  ++pairs_;
  return file_.write(value);
}

Result<disk::FileSum> PairFileWriter::finish() {
  Bytes end;
  append_be32(end, 0);
  append_be64(end, pairs_);
  ICN_TRY(file_.write(end));
  return file_.finish();
}

Result<std::uint64_t> read_pair_file(const std::filesystem::path& path,
                                     const std::function<Result<void>(Bytes key, Bytes value)>& visit) {
  Source source(ICN_TRY(disk::File::open(path, disk::Open::read)));
  std::array<std::uint8_t, 9> head{};
  ICN_TRY(source.fill(head));
  if (text_of(ByteView(head).first(8)) != kMagic) return source.bad("it is not a pair file");
  if (head[8] != kPairFileVersion) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("'{}' has version {}; this program knows version 1", path.string(), head[8]));
  }
  Bytes last;
  for (std::uint64_t pairs = 0;; ++pairs) {
    std::array<std::uint8_t, 8> length{};
    ICN_TRY(source.fill(std::span(length).first(4)));
    const std::size_t key_bytes = read_be32(length.data());
    if (key_bytes == 0) {
      ICN_TRY(source.fill(length));
      if (read_be64(length.data()) != pairs) return source.bad("its number of pairs is wrong");
      if (!ICN_TRY(source.at_end())) return source.bad("there are bytes after its end");
      return pairs;
    }
    ICN_TRY(source.fill(std::span(length).last(4)));
    const std::size_t value_bytes = read_be32(length.data() + 4);
    if (key_bytes > ports::kStateKeyBytesMax || value_bytes > ports::kStateValueBytesMax)
      return source.bad("a pair exceeds the size limit");
    Bytes key(key_bytes);
    Bytes value(value_bytes);
    ICN_TRY(source.fill(key));
    ICN_TRY(source.fill(value));
    if (pairs > 0 && key <= last) return source.bad("its keys do not ascend");
    last = key;
    ICN_TRY(visit(std::move(key), std::move(value)));
  }
}

}  // namespace icn::folder
