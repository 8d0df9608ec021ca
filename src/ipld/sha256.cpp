#include "ipld/sha256.hpp"

#include <openssl/evp.h>

#include "core/check.hpp"

namespace icn::ipld {
namespace {

// Fetched once: EVP_sha256() looks up the algorithm on every use, which costs a third of hashing 1 KiB.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ICN_CHECK(fetched != nullptr);
  return fetched;
}

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

Context new_context() {
  Context context(EVP_MD_CTX_new());
  ICN_CHECK(context != nullptr);
  ICN_CHECK(EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1);
  return context;
}

Digest finish_and_restart(EVP_MD_CTX* context) {
  Digest digest;
  unsigned length = 0;
  ICN_CHECK(EVP_DigestFinal_ex(context, digest.data(), &length) == 1 && length == digest.size());
  // A null algorithm keeps the fetched one.
  ICN_CHECK(EVP_DigestInit_ex2(context, nullptr, nullptr) == 1);
  return digest;
}

}  // namespace

Digest sha256(ByteView bytes) {
  thread_local const Context context = new_context();
  ICN_CHECK(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
  return finish_and_restart(context.get());
}

struct Sha256::State {
  Context context = new_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes) {
  ICN_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() { return finish_and_restart(state_->context.get()); }

}  // namespace icn::ipld
