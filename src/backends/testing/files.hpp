// Whole files, for tests that inspect or damage what a store left on disk.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/bytes.hpp"

namespace icn {

// Empty if the file cannot be read.
inline Bytes read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_all(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace icn
