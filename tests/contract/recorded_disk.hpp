// A disk that remembers what was asked of it, so that a power cut at any moment can be played: this program's own
// system calls on files are in front of the C library's, for every library that is linked into it.
//
// What a cut leaves: of each file the bytes that were synced; of what was written since, each write is kept, dropped,
// or torn at 512 bytes or 4 KiB, a cut to another length kept or dropped; of the names of files made, renamed and
// removed since their folder was synced, the first ones, as a journal keeps them. Shared memory is lost. Recording is
// thread safe; one folder at a time.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support.hpp"

namespace icn::contract {

struct DiskStep {
  enum class Kind : std::uint8_t { write, resize, sync, make, remove, rename, make_folder, remove_folder, sync_folder };
  Kind kind = Kind::write;
  int file = -1;           // write, resize, sync, make
  std::uint64_t at = 0;    // write: the offset; resize: the length
  Bytes bytes{};           // write
  std::string path{};      // of names and folders, below the recorded folder
  std::string new_path{};  // rename
};

struct Recording {
  std::map<std::string, Bytes> files;  // what was there, durably, when the recording began
  std::vector<std::string> folders;    // parents first
  std::vector<DiskStep> steps;
};

class RecordedDisk {
 public:
  // Records from now on; what is in the folder is durable.
  explicit RecordedDisk(const std::filesystem::path& folder);
  ~RecordedDisk();  // ends the recording
  RecordedDisk(const RecordedDisk&) = delete;
  RecordedDisk& operator=(const RecordedDisk&) = delete;

  // Steps so far.
  [[nodiscard]] std::size_t position() const;
  [[nodiscard]] Recording end();
};

// Writes into the empty folder `into` what a cut before step `position` leaves, by the choices of `random`.
void leave_after_cut(const Recording& recording, std::size_t position, Sequence& random,
                     const std::filesystem::path& into);

}  // namespace icn::contract
