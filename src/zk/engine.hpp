// The proof systems behind values: Groth16 over BN254 and ranges by Bulletproofs (rust/src/zk).
//
// Pure functions and immutable values; thread safe. Nothing here reads a clock or random bytes: randomness is a seed.
// Bytes from outside are read strictly; no input makes these functions fail other than by their answers.
#pragma once
#include <array>
#include <memory>
#include <span>
#include <vector>

#include "core/bytes.hpp"
#include "zk/statement.hpp"

namespace icn::zk {

// An element of the scalar field of BN254: little-endian, below the modulus.
using Element = std::array<std::uint8_t, 32>;
using Seed = std::array<std::uint8_t, 32>;
using Salt = std::array<std::uint8_t, 32>;

inline constexpr std::size_t kGroth16Bytes = 256;
inline constexpr std::size_t kRangeProofBytes = 736;
inline constexpr std::size_t kTreeDepth = 20;

[[nodiscard]] Element element_of(std::uint64_t value);
// SHA-256 of a domain and bytes, without its three highest bits.
[[nodiscard]] Element element_of(std::string_view domain, ByteView bytes);

// Poseidon of a list of 1 to 64 elements. Errors: invalid_format.
[[nodiscard]] Result<Element> hash_of(std::span<const Element> elements);

// The root over leaves, and the siblings of one of them from the leaf upwards. Errors: invalid_format, limit_exceeded.
struct Path {
  Element root{};
  std::array<Element, kTreeDepth> siblings{};
};
[[nodiscard]] Result<Path> path_in(std::span<const Element> leaves, std::size_t index);

// The number of rows of a statement's circuit.
[[nodiscard]] std::size_t rows_of(Statement statement);

struct KeyPair {
  Bytes proving;
  Bytes verifying;
};
// Keys whose secrets follow from the seed: the owner of the seed can prove everything.
[[nodiscard]] KeyPair set_up(Statement statement, const Seed& seed);
// The keys of a ceremony's last file (.zkey). Errors: invalid_format.
[[nodiscard]] Result<KeyPair> keys_of_ceremony(Statement statement, ByteView file);
// The circuit as a file .r1cs, for a ceremony.
[[nodiscard]] Bytes circuit_file(Statement statement);
// All values of a circuit as a file .wtns, for another prover. Errors: as prove().
[[nodiscard]] Result<Bytes> values_file(Statement statement, std::span<const Element> inputs,
                                        std::span<const Element> hidden);

// The same arguments make the same proof: the seed must be secret and used once, or the proof hides nothing.
// `proving_key` is one of this library, unchanged. Errors: conflict with the rule false_statement; invalid_format.
[[nodiscard]] Result<Bytes> prove(Statement statement, ByteView proving_key, std::span<const Element> inputs,
                                  std::span<const Element> hidden, const Seed& seed);

// A prepared key.
class VerifyingKey {
 public:
  // Errors: invalid_format (not a key, or one for another number of inputs).
  [[nodiscard]] static Result<VerifyingKey> prepare(Statement statement, ByteView bytes);
  VerifyingKey(VerifyingKey&&) noexcept;
  VerifyingKey& operator=(VerifyingKey&&) noexcept;
  ~VerifyingKey();

  // Whether the proof holds. Errors: invalid_format.
  [[nodiscard]] Result<bool> holds(ByteView proof, std::span<const Element> inputs) const;

  struct Item {
    ByteView proof;
    std::span<const Element> inputs;
  };
  // Whether up to 1,024 proofs all hold; the provers do not know the seed. Errors: invalid_format.
  [[nodiscard]] Result<bool> all_hold(std::span<const Item> items, const Seed& seed) const;

 private:
  struct Key;
  explicit VerifyingKey(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
};

// Ranges without a set-up. The context is everything that a proof is about besides the range.
struct Range {
  ByteView context;
  Bounds bounds;
};
[[nodiscard]] std::array<std::uint8_t, 32> range_commitment(std::uint64_t value, const Salt& salt);
// Errors: conflict with the rule false_statement.
[[nodiscard]] Result<Bytes> prove_range(const Range& range, std::uint64_t value, const Salt& salt, const Seed& seed);
[[nodiscard]] bool range_holds(const Range& range, const std::array<std::uint8_t, 32>& commitment, ByteView proof,
                               const Seed& seed);

}  // namespace icn::zk
