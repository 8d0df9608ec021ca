// Whole folders, entry by entry: reading one that a user named, and writing one from entries that are not trusted.
//
// Everything is reached from the open folder above it and no symbolic link is followed, so that nothing outside the
// folder is read or written, whatever changes in it meanwhile. At most kTreeDepthMax folders deep. What is written is
// not durable. Used by one thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "disk/file.hpp"

namespace icn::disk {

inline constexpr std::size_t kTreeDepthMax = 100;
inline constexpr std::string_view kFileExists = "file_exists";
inline constexpr std::string_view kEntryKind = "entry_kind";

struct TreeStep {
  enum class Kind : std::uint8_t { folder, file, end };  // into a folder, a file, out of the folder
  Kind kind = Kind::end;
  std::string name = {};
};

class TreeReader {
 public:
  // A link may name the folder itself. Errors: storage.
  [[nodiscard]] static Result<TreeReader> open(const std::filesystem::path& path);
  // Entries sorted by name; nothing at the end of the folder that was opened. Errors: invalid_argument (rule
  // kEntryKind: neither a file nor a folder, the path as subject; no permission), limit_exceeded (too deep), storage.
  [[nodiscard]] Result<std::optional<TreeStep>> next();
  // The bytes of the file that next() came to; 0 at the end. Errors: storage.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) const;
  // Where next() came to, for errors and progress.
  [[nodiscard]] std::string place() const;

 private:
  struct Level {
    Descriptor folder;
    std::string name;
    std::vector<std::string> names;
    std::size_t at = 0;
  };
  [[nodiscard]] Result<void> enter(Descriptor folder, std::string name);
  std::vector<Level> levels_;
  std::optional<File> file_;
};

// Whether files that are there are replaced, each as a whole.
enum class Replacing : std::uint8_t { no, yes };

class TreeWriter {
 public:
  // The folder is there. Errors: storage.
  [[nodiscard]] static Result<TreeWriter> open(const std::filesystem::path& path, Replacing replacing);
  // Finishes the file before. Errors: invalid_argument (a name that is none, or that is taken by something else),
  // already_exists (rule kFileExists), limit_exceeded (too deep), storage.
  [[nodiscard]] Result<void> step(const TreeStep& step);
  // To the file that step() came to. Errors: storage.
  [[nodiscard]] Result<void> write(ByteView bytes) const;

 private:
  explicit TreeWriter(Replacing replacing) : replacing_(replacing) {}
  [[nodiscard]] Result<void> enter(const std::string& name);
  [[nodiscard]] Result<void> create(const std::string& name);
  [[nodiscard]] Result<void> finish_file();

  Replacing replacing_;
  std::vector<Descriptor> levels_;
  std::vector<std::string> names_;
  std::optional<File> file_;
  std::string draft_;   // the name the file has until it is whole; empty: its own
  std::string target_;  // its own
};

}  // namespace icn::disk
