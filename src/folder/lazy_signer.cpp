#include "folder/lazy_signer.hpp"

#include "backends/registry.hpp"
#include "core/check.hpp"
#include "identity/key_file.hpp"

namespace icn::folder {
namespace {

Result<const ports::Backend<ports::signer_factory>*> backend(std::string_view name) {
  for (const auto* one : backends::signer::all()) {
    if (one->descriptor.name == name) return one;
  }
  for (const backends::Absent& one : backends::absent()) {
    if (one.descriptor.name == name)
      return fail(ErrorCode::unsupported, "This build has no tokens: " + std::string(one.reason));
  }
  return fail(ErrorCode::internal, "no signer is named " + std::string(name));
}

}  // namespace

Result<std::unique_ptr<ports::Signer>> open_token_signer(ports::TokenKey key) {
  return ICN_TRY(backend("pkcs11"))->open(std::move(key));
}

Result<std::unique_ptr<ports::Signer>> open_key_signer(model::KeyPair key) {
  return ICN_TRY(backend("ed25519"))->open(std::move(key));
}

// Until it is opened, as a key in memory: both are of production grade.
const ports::Descriptor& LazySigner::descriptor() const {
  const auto found = backend("ed25519");
  ICN_CHECK(found.has_value());
  return (*found)->descriptor;
}

Result<std::unique_ptr<ports::Signer>> LazySigner::open_file(const std::filesystem::path& path) const {
  Bytes file = ICN_TRY(identity::read_key_file(path));
  const auto protection = identity::protection_of(file);
  if (protection && *protection == identity::KeyProtection::token)
    return open_token_signer({ICN_TRY(identity::open_token(file)).uri, token_pin_});
  auto key = identity::open_key(file, passphrase_);
  wipe(file);
  if (!key) return fail(std::move(key).error());
  return open_key_signer(*std::move(key));
}

Result<std::shared_ptr<ports::Signer>> LazySigner::opened() {
  const model::Did key = source_.key();
  Lock lock(mutex_);
  if (signer_ == nullptr || signer_->did() != key) {
    const std::filesystem::path file = ICN_TRY(source_.file(key));
    auto signer = open_file(file);
    if (!signer) {
      // Reading the file names it already.
      Error error = std::move(signer).error();
      if (error.detail.find(file.string()) == std::string::npos)
        error = within("the key file '" + file.string() + "'", std::move(error));
      error.detail += "; nothing was signed";
      return fail(std::move(error));
    }
    if ((*signer)->did() != key) {
      return fail(ErrorCode::conflict, "the key file '" + file.string() + "' holds the key of " +
                                           (*signer)->did().to_text() + ", expected " + key.to_text() +
                                           "; nothing was signed");
    }
    signer_ = *std::move(signer);
  }
  return signer_;
}

Result<void> LazySigner::unlock() {
  ICN_TRY(opened());
  return {};
}

Result<model::Signature> LazySigner::sign(model::SignatureTag tag, const ipld::Cid& body) {
  return ICN_TRY(opened())->sign(tag, body);
}

Result<model::Signature> LazySigner::sign_foreign(const model::ForeignMessage& message) {
  return ICN_TRY(opened())->sign_foreign(message);
}

}  // namespace icn::folder
