#include "zk/engine.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "ipld/cid.hpp"
#include "zk/detail/abi.hpp"

namespace icn::zk {
namespace {

using detail::IcnSlice;

IcnSlice slice(ByteView bytes) { return {bytes.data(), bytes.size()}; }
IcnSlice slice(std::span<const Element> elements) {
  return {elements.empty() ? nullptr : elements.front().data(), elements.size_bytes()};
}
std::size_t number_of(Statement statement) { return static_cast<std::size_t>(statement); }

// What a function of the ABI passes, in its order.
struct Passed {
  std::vector<Bytes> all;
  static void take(void* context, IcnSlice bytes) noexcept {
    static_cast<Passed*>(context)->all.emplace_back(bytes.data, bytes.data + bytes.size);
  }
};

tl::unexpected<Error> malformed(std::string_view what) {
  return refuse(ErrorCode::invalid_format, "zk_encoding", std::string(what));
}
tl::unexpected<Error> not_true() {
  return refuse(ErrorCode::conflict, "false_statement",
                "The statement is false for these values, so there is no proof of it.");
}
Result<Bytes> proof_of(std::uint8_t answer, Passed& passed) {
  if (answer == detail::kNo) return not_true();
  if (answer != detail::kYes) return malformed("The values or the key do not fit the statement.");
  return std::move(passed.all.front());
}
Result<bool> held(std::uint8_t answer) {
  if (answer > detail::kYes) return malformed("The proof or its inputs are not canonical points and numbers.");
  return answer == detail::kYes;
}

}  // namespace

Element element_of(std::uint64_t value) {
  Element element{};
  for (std::size_t i = 0; i < 8; ++i) element[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return element;
}

Element element_of(std::string_view domain, ByteView bytes) {
  Bytes all = bytes_of(domain);
  all.push_back(0);
  append(all, bytes);
  Element element = ipld::sha256(all);
  element.back() &= 0x1f;
  return element;
}

Result<Element> hash_of(std::span<const Element> elements) {
  Element out{};
  if (detail::icn_zk_hash(slice(elements), &out) != detail::kYes) return malformed("Not elements of the field.");
  return out;
}

Result<Path> path_in(std::span<const Element> leaves, std::size_t index) {
  if (leaves.size() > std::size_t{1} << kTreeDepth) {
    return refuse(ErrorCode::limit_exceeded, "zk_set",
                  "A set has at most " + std::to_string(std::size_t{1} << kTreeDepth) + " elements.");
  }
  Passed passed;
  if (detail::icn_zk_tree(slice(leaves), index, &Passed::take, &passed) != detail::kYes)
    return malformed("Not elements of the field, or no such leaf.");
  const Bytes& bytes = passed.all.front();
  Path path;
  ICN_CHECK(bytes.size() == sizeof path.root * (1 + kTreeDepth));
  std::copy_n(bytes.begin(), path.root.size(), path.root.begin());
  for (std::size_t i = 0; i < kTreeDepth; ++i) {
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>((i + 1) * path.root.size());
    std::copy_n(at, path.root.size(), path.siblings[i].begin());
  }
  return path;
}

std::size_t rows_of(Statement statement) { return detail::icn_zk_rows(number_of(statement)); }

KeyPair set_up(Statement statement, const Seed& seed) {
  Passed passed;
  ICN_CHECK(detail::icn_zk_set_up(number_of(statement), &seed, &Passed::take, &passed) == detail::kYes);
  return {std::move(passed.all[0]), std::move(passed.all[1])};
}

Result<KeyPair> keys_of_ceremony(Statement statement, ByteView file) {
  Passed passed;
  if (detail::icn_zk_import(number_of(statement), slice(file), &Passed::take, &passed) != detail::kYes)
    return malformed("Not the last file of a ceremony for this statement.");
  return KeyPair{std::move(passed.all[0]), std::move(passed.all[1])};
}

Bytes circuit_file(Statement statement) {
  Passed passed;
  ICN_CHECK(detail::icn_zk_circuit(number_of(statement), &Passed::take, &passed) == detail::kYes);
  return std::move(passed.all.front());
}

Result<Bytes> values_file(Statement statement, std::span<const Element> inputs, std::span<const Element> hidden) {
  Passed passed;
  return proof_of(detail::icn_zk_values(number_of(statement), slice(inputs), slice(hidden), &Passed::take, &passed),
                  passed);
}

Result<Bytes> prove(Statement statement, ByteView proving_key, std::span<const Element> inputs,
                    std::span<const Element> hidden, const Seed& seed) {
  Passed passed;
  return proof_of(detail::icn_zk_prove(number_of(statement), slice(proving_key), slice(inputs), slice(hidden), &seed,
                                       &Passed::take, &passed),
                  passed);
}

struct VerifyingKey::Key {
  detail::IcnZkKey* key;
  explicit Key(detail::IcnZkKey* made) : key(made) {}
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { detail::icn_zk_key_delete(key); }
};

VerifyingKey::VerifyingKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}
VerifyingKey::VerifyingKey(VerifyingKey&&) noexcept = default;
VerifyingKey& VerifyingKey::operator=(VerifyingKey&&) noexcept = default;
VerifyingKey::~VerifyingKey() = default;

Result<VerifyingKey> VerifyingKey::prepare(Statement statement, ByteView bytes) {
  detail::IcnZkKey* key = detail::icn_zk_key_new(slice(bytes), detail::icn_zk_inputs(number_of(statement)));
  if (key == nullptr) return malformed("Not a verifying key of this statement.");
  return VerifyingKey(std::make_unique<Key>(key));
}

Result<bool> VerifyingKey::holds(ByteView proof, std::span<const Element> inputs) const {
  return held(detail::icn_zk_verify(key_->key, slice(proof), slice(inputs)));
}

Result<bool> VerifyingKey::all_hold(std::span<const Item> items, const Seed& seed) const {
  std::vector<detail::IcnZkProof> proofs;
  proofs.reserve(items.size());
  for (const Item& item : items) proofs.push_back({slice(item.proof), slice(item.inputs)});
  return held(detail::icn_zk_verify_all(key_->key, proofs.data(), proofs.size(), &seed));
}

std::array<std::uint8_t, 32> range_commitment(std::uint64_t value, const Salt& salt) {
  std::array<std::uint8_t, 32> out{};
  detail::icn_zk_range_commit(value, &salt, &out);
  return out;
}

Result<Bytes> prove_range(const Range& range, std::uint64_t value, const Salt& salt, const Seed& seed) {
  const detail::IcnZkRange about{slice(range.context), range.bounds.min, range.bounds.max};
  Passed passed;
  return proof_of(detail::icn_zk_range_prove(&about, value, &salt, &seed, &Passed::take, &passed), passed);
}

bool range_holds(const Range& range, const std::array<std::uint8_t, 32>& commitment, ByteView proof, const Seed& seed) {
  const detail::IcnZkRange about{slice(range.context), range.bounds.min, range.bounds.max};
  return detail::icn_zk_range_verify(&about, &commitment, slice(proof), &seed) == detail::kYes;
}

}  // namespace icn::zk
