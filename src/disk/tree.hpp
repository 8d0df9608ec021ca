// Whole folders, entry by entry: reading one that a user named, and writing one from untrusted entries.
//
// Everything is reached from its open parent folder and no symbolic link is followed, so that nothing outside the
// folder is read or written, whatever changes in it meanwhile. At most kTreeDepthMax folders deep. Writes are not
// durable. Used by one thread.
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
  // The path itself may be a symbolic link. Errors: storage.
  [[nodiscard]] static Result<TreeReader> open(const std::filesystem::path& path);
  // Entries sorted by name; empty at the end of the opened folder. Errors: invalid_argument (rule kEntryKind: neither a
  // file nor a folder, the path as subject; no permission), limit_exceeded (too deep), storage.
  [[nodiscard]] Result<std::optional<TreeStep>> next();
  // Reads bytes of the file that next() returned; 0 at the end. Errors: storage.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) const;
  // The place that next() reached, for errors and progress.
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

// Whether existing files are replaced, each as a whole.
enum class Replacing : std::uint8_t { no, yes };

class TreeWriter {
 public:
  // The folder exists. Errors: storage.
  [[nodiscard]] static Result<TreeWriter> open(const std::filesystem::path& path, Replacing replacing);
  // Finishes the previous file. Errors: invalid_argument (an invalid name, or one taken by something else),
  // already_exists (rule kFileExists), limit_exceeded (too deep), storage.
  [[nodiscard]] Result<void> step(const TreeStep& step);
  // Writes to the file that step() began. Errors: storage.
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
  std::string draft_;   // the name of the file until it is complete; empty: its final one
  std::string target_;  // its final name
};

}  // namespace icn::disk
