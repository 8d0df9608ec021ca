// A disk that records its operations, so that a power cut at any time can be replayed: this program's own file system
// calls replace the C library's for every library linked into it.
//
// After a cut, each file has its synced bytes; each later write is kept, dropped, or torn at 512 bytes or 4 KiB, and a
// change of length is kept or dropped; of the names created, renamed and removed since their folder was synced, the
// first ones remain, as with a journal. Shared memory is lost. Recording is thread safe; one folder at a time.
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
  std::map<std::string, Bytes> files;  // the durable files at the start of the recording
  std::vector<std::string> folders;    // parents first
  std::vector<DiskStep> steps;
};

class RecordedDisk {
 public:
  // Records from now on; the folder's current contents are durable.
  explicit RecordedDisk(const std::filesystem::path& folder);
  ~RecordedDisk();  // ends the recording
  RecordedDisk(const RecordedDisk&) = delete;
  RecordedDisk& operator=(const RecordedDisk&) = delete;

  // Steps so far.
  [[nodiscard]] std::size_t position() const;
  [[nodiscard]] Recording end();
};

// Writes the state after a cut before step `position` into the empty folder `into`, by the choices of `random`.
void leave_after_cut(const Recording& recording, std::size_t position, Sequence& random,
                     const std::filesystem::path& into);

}  // namespace icn::contract
