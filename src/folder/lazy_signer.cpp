#include "folder/lazy_signer.hpp"

#include "backends/registry.hpp"
#include "core/check.hpp"
#include "identity/key_file.hpp"

namespace icn::folder {
namespace {

// The folder's keys use the build's Ed25519 backend.
const ports::Backend<ports::signer_factory>& backend() {
  const auto all = backends::signer::all();
  ICN_CHECK(!all.empty());
  return *all.front();
}

}  // namespace

const ports::Descriptor& LazySigner::descriptor() const { return backend().descriptor; }

Result<ports::Signer*> LazySigner::opened() {
  Lock lock(mutex_);
  if (signer_ == nullptr) {
    Bytes file = ICN_TRY(identity::read_key_file(key_file_));
    auto key = identity::open_key(file, passphrase_);
    wipe(file);
    if (!key) {
      Error error = within("the key file '" + key_file_.string() + "'", std::move(key).error());
      error.detail += "; nothing was signed";
      return fail(std::move(error));
    }
    if (key->did() != did_) {
      return fail(ErrorCode::conflict, "the key file '" + key_file_.string() + "' holds the key of " +
                                           key->did().to_text() + ", expected " + did_.to_text() +
                                           "; nothing was signed");
    }
    signer_ = ICN_TRY(backend().open(*std::move(key)));
  }
  // Never changes once it is set.
  return signer_.get();
}

Result<void> LazySigner::unlock() {
  ICN_TRY(opened());
  return {};
}

Result<model::Signature> LazySigner::sign(model::SignatureTag tag, const ipld::Cid& body) {
  return ICN_TRY(opened())->sign(tag, body);
}

}  // namespace icn::folder
