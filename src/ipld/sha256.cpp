#include "ipld/sha256.hpp"

// Its functions for one algorithm: the general ones (EVP) load the library's configuration and providers at their first
// use, which takes a process 1 ms, and take 0.2 µs more for each hash. They run the same code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <new>

#include "core/check.hpp"

namespace icn::ipld {
namespace {

Digest finish_and_restart(SHA256_CTX& context) {
  Digest digest;
  ICN_CHECK(SHA256_Final(digest.data(), &context) == 1 && SHA256_Init(&context) == 1);
  return digest;
}

}  // namespace

Digest sha256(ByteView bytes) {
  Sha256 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

struct Sha256::State {
  SHA256_CTX context;
};

Sha256::Sha256() {
  static_assert(sizeof(State) <= kStateBytes && alignof(State) <= kStateAlign);
  ICN_CHECK(SHA256_Init(&state().context) == 1);
}

Sha256::State& Sha256::state() { return *std::launder(reinterpret_cast<State*>(bytes_.data())); }

void Sha256::update(ByteView bytes) { ICN_CHECK(SHA256_Update(&state().context, bytes.data(), bytes.size()) == 1); }

Digest Sha256::finish() { return finish_and_restart(state().context); }

}  // namespace icn::ipld
