#include "model/signature.hpp"

#include <fmt/core.h>

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "model/signed_message.hpp"

namespace icn::model {
namespace {

// In the order of SignatureTag.
constexpr std::array<std::string_view, kSignatureTags> kTagTexts{"ICN-JOB-v1",
                                                                 "ICN-ORDER-v1",
                                                                 "ICN-RECEIPT-v1",
                                                                 "ICN-DAG-BLOCK-v1",
                                                                 "ICN-GENESIS-v1",
                                                                 "ICN-PROPOSAL-v1",
                                                                 "ICN-VOTE-v1",
                                                                 "ICN-DELEGATION-v1",
                                                                 "ICN-REVOCATION-v1",
                                                                 "ICN-SPONSORSHIP-v1",
                                                                 "ICN-CANCELLATION-v1",
                                                                 "ICN-RESIGNATION-v1",
                                                                 "ICN-CANDIDATE-v1",
                                                                 "ICN-SCOPE-ENTRY-v1",
                                                                 "ICN-HAND-OVER-v1",
                                                                 "ICN-TRUST-GRANT-v1",
                                                                 "ICN-TRUST-REVOCATION-v1",
                                                                 "ICN-TRUST-CHALLENGE-v1",
                                                                 "ICN-TRUST-RULE-v1",
                                                                 "ICN-TRUST-BRIDGE-v1",
                                                                 "ICN-MANA-ROOT-v1",
                                                                 "ICN-ROTATION-v1",
                                                                 "ICN-KEY-CONSENT-v1",
                                                                 "ICN-ZK-VALUE-v1",
                                                                 "ICN-ZK-ROOT-v1",
                                                                 "ICN-ZK-KEYS-v1"};

// libsodium selects its CPU-specific code once; later calls are cheap and thread safe.
void initialise() {
  static const int ready = sodium_init();
  ICN_CHECK(ready >= 0);
}

// A data integrity proof signs this many bytes, a message of ours never.
constexpr std::size_t kDigestsBytes = 2 * std::tuple_size_v<ipld::Digest>;
static_assert(std::none_of(kTagTexts.begin(), kTagTexts.end(), [](std::string_view tag) {
  return tag.size() + 1 + ipld::Cid::kByteLength == kDigestsBytes || tag.starts_with("eyJ");
}));

// domain tag ‖ 0x00 ‖ CID bytes.
struct Message {
  std::array<std::uint8_t, 32 + 1 + ipld::Cid::kByteLength> bytes{};
  std::size_t length = 0;
};

Message message_of(SignatureTag tag, const ipld::Cid& body) {
  Message message;
  const std::string_view text = tag_text(tag);
  ICN_CHECK(text.size() <= 32);
  std::memcpy(message.bytes.data(), text.data(), text.size());
  message.length = text.size() + 1;
  const auto cid = body.to_bytes();
  std::memcpy(message.bytes.data() + message.length, cid.data(), cid.size());
  message.length += cid.size();
  return message;
}

// A pair that was moved from has no secret, and nothing may be signed with it.
std::span<const std::uint8_t> held(const Secret& secret) {
  ICN_CHECK(!secret.empty());
  return secret.bytes();
}

}  // namespace

Bytes signed_message(SignatureTag tag, const ipld::Cid& body) {
  const Message message = message_of(tag, body);
  return copy_of(ByteView(message.bytes).first(message.length));
}

std::string_view tag_text(SignatureTag tag) { return kTagTexts[static_cast<std::size_t>(tag)]; }

KeyPair KeyPair::from_seed(const Seed& seed) {
  initialise();
  KeyPair pair;
  PublicKey key;
  ICN_CHECK(crypto_sign_seed_keypair(key.data(), pair.secret_.bytes().data(), seed.data()) == 0);
  return pair;
}

Did KeyPair::did() const {
  PublicKey key;
  std::memcpy(key.data(), held(secret_).data() + 32, key.size());
  return Did::of_key(key);
}

Seed KeyPair::seed() const {
  Seed seed;
  std::memcpy(seed.data(), held(secret_).data(), seed.size());
  return seed;
}

Signature KeyPair::sign(SignatureTag tag, const ipld::Cid& body) const {
  const Message message = message_of(tag, body);
  Signature signature;
  ICN_CHECK(
      crypto_sign_detached(signature.data(), nullptr, message.bytes.data(), message.length, held(secret_).data()) == 0);
  return signature;
}

ForeignMessage ForeignMessage::of_digests(const ipld::Digest& options, const ipld::Digest& document) {
  Bytes bytes = copy_of(options);
  append(bytes, document);
  return ForeignMessage(std::move(bytes));
}

Result<ForeignMessage> ForeignMessage::of_jws(std::string_view signing_input) {
  const auto is_base64url = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const std::size_t dot = signing_input.find('.');
  const bool fits =
      signing_input.starts_with("eyJ") && dot != std::string_view::npos &&
      std::all_of(signing_input.begin(), signing_input.begin() + static_cast<std::ptrdiff_t>(dot), is_base64url) &&
      std::all_of(signing_input.begin() + static_cast<std::ptrdiff_t>(dot) + 1, signing_input.end(), is_base64url);
  if (fits) return ForeignMessage(bytes_of(signing_input));
  return fail(ErrorCode::invalid_format, "not the signing input of a JSON web signature");
}

Signature sign(const KeyPair& key, const ForeignMessage& message) {
  Signature signature;
  ICN_CHECK(crypto_sign_detached(signature.data(), nullptr, message.bytes().data(), message.bytes().size(),
                                 held(key.secret_).data()) == 0);
  return signature;
}

Result<void> verify(const ForeignMessage& message, const Did& key, const Signature& signature) {
  initialise();
  const ByteView bytes = message.bytes();
  if (crypto_sign_verify_detached(signature.data(), bytes.data(), bytes.size(), key.key().data()) == 0) return {};
  return fail(ErrorCode::invalid_signature, "the signature is not by " + key.to_text());
}

Result<void> verify(SignatureTag tag, const ipld::Cid& body, const Did& signer, const Signature& signature) {
  initialise();
  const Message message = message_of(tag, body);
  if (crypto_sign_verify_detached(signature.data(), message.bytes.data(), message.length, signer.key().data()) == 0)
    return {};
  return fail(ErrorCode::invalid_signature,
              fmt::format("the signature {} over {} is not by {}", tag_text(tag), body.to_text(), signer.to_text()));
}

}  // namespace icn::model
