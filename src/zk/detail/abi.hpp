// The C ABI of rust/src/zk/abi.rs, field for field; the contracts of the functions are documented there.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace icn::zk::detail {

struct IcnZkKey;
struct IcnSlice {
  const std::uint8_t* data;
  std::size_t size;
};
struct IcnZkProof {
  IcnSlice proof, inputs;
};
struct IcnZkRange {
  IcnSlice context;
  std::uint64_t min, max;
};
using Bytes32 = std::array<std::uint8_t, 32>;
using IcnZkVisit = void(void* context, IcnSlice bytes) noexcept;
inline constexpr std::uint8_t kNo = 0;
inline constexpr std::uint8_t kYes = 1;

extern "C" {
std::uint8_t icn_zk_hash(IcnSlice elements, Bytes32* out);
std::uint8_t icn_zk_tree(IcnSlice leaves, std::size_t index, IcnZkVisit* visit, void* context);
std::size_t icn_zk_inputs(std::size_t statement);
std::size_t icn_zk_rows(std::size_t statement);
std::uint8_t icn_zk_set_up(std::size_t statement, const Bytes32* seed, IcnZkVisit* visit, void* context);
std::uint8_t icn_zk_import(std::size_t statement, IcnSlice file, IcnZkVisit* visit, void* context);
std::uint8_t icn_zk_circuit(std::size_t statement, IcnZkVisit* visit, void* context);
std::uint8_t icn_zk_values(std::size_t statement, IcnSlice inputs, IcnSlice hidden, IcnZkVisit* visit, void* context);
std::uint8_t icn_zk_prove(std::size_t statement, IcnSlice key, IcnSlice inputs, IcnSlice hidden, const Bytes32* seed,
                          IcnZkVisit* visit, void* context);
IcnZkKey* icn_zk_key_new(IcnSlice bytes, std::size_t inputs);
void icn_zk_key_delete(IcnZkKey* key);
std::uint8_t icn_zk_verify(const IcnZkKey* key, IcnSlice proof, IcnSlice inputs);
std::uint8_t icn_zk_verify_all(const IcnZkKey* key, const IcnZkProof* proofs, std::size_t count, const Bytes32* seed);
void icn_zk_range_commit(std::uint64_t value, const Bytes32* salt, Bytes32* out);
std::uint8_t icn_zk_range_prove(const IcnZkRange* range, std::uint64_t value, const Bytes32* salt, const Bytes32* seed,
                                IcnZkVisit* visit, void* context);
std::uint8_t icn_zk_range_verify(const IcnZkRange* range, const Bytes32* commitment, IcnSlice proof,
                                 const Bytes32* seed);
}

}  // namespace icn::zk::detail
