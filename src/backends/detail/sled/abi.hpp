// The C ABI of rust/src/sled_store.rs, field for field; the contracts of the functions are documented there.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

struct IcnSled;
struct IcnSlice {
  const std::uint8_t* data;
  std::size_t size;
};
struct IcnSledWrite {
  IcnSlice key, value;
  std::uint8_t erase;
};
struct IcnSledError {
  std::uint32_t kind;
  std::int32_t code;
  std::size_t size;
  std::array<char, 400> text;
};
using IcnSledVisit = std::uint8_t(void* context, IcnSlice key, IcnSlice value) noexcept;
extern "C" {
IcnSled* icn_sled_open(IcnSlice path, std::uint64_t cache_bytes, IcnSledError* error);
void icn_sled_close(IcnSled* store, std::uint8_t failed);
std::uint8_t icn_sled_apply(const IcnSled* store, const IcnSledWrite* writes, std::size_t count, IcnSledError* error);
std::uint8_t icn_sled_flush(const IcnSled* store, IcnSledError* error);
std::uint8_t icn_sled_get(const IcnSled* store, IcnSlice key, IcnSledVisit* visit, void* context, IcnSledError* error);
std::uint8_t icn_sled_scan(const IcnSled* store, IcnSlice begin, IcnSlice end, IcnSledVisit* visit, void* context,
                           IcnSledError* error);
}
