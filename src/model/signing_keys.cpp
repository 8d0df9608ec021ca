#include "model/signing_keys.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace icn::model {

const SigningKeys::Changes* SigningKeys::changes(const Did& did) const {
  if (changes_->empty()) return nullptr;
  const auto found = changes_->find(did);
  return found == changes_->end() ? nullptr : &found->second;
}

const Did& SigningKeys::key_at(const Did& did, std::uint64_t position) const {
  const Changes* const changes = this->changes(did);
  if (changes == nullptr) return did;
  const auto after = std::upper_bound(changes->begin(), changes->end(), position,
                                      [](std::uint64_t wanted, const Change& change) { return wanted < change.since; });
  return after == changes->begin() ? did : std::prev(after)->key;
}

std::uint64_t SigningKeys::since(const Did& did) const {
  const Changes* const changes = this->changes(did);
  return changes == nullptr ? 0 : changes->back().since;
}

bool SigningKeys::is_used(const Did& key) const {
  return std::any_of(changes_->begin(), changes_->end(), [&key](const auto& of_did) {
    return of_did.first == key || std::any_of(of_did.second.begin(), of_did.second.end(),
                                              [&key](const Change& change) { return change.key == key; });
  });
}

Result<void> SigningKeys::verify(SignatureTag tag, const ipld::Cid& body, const Did& signer,
                                 const Signature& signature) const {
  const Did& key = key_of(signer);
  Result<void> verified = model::verify(tag, body, key, signature);
  if (verified || key == signer) return verified;
  const bool is_retired = verify_recorded(tag, body, signer, signature).has_value();
  return refuse(ErrorCode::invalid_signature, is_retired ? "retired_key" : "signing_key",
                fmt::format("the signature {} over {} is {}; since position {} of the scope's log the key {} signs "
                            "for {}",
                            tag_text(tag), body.to_text(), is_retired ? "by an earlier key" : "not by its author",
                            since(signer), key.to_text(), signer.to_text()),
                signer.to_text());
}

Result<void> SigningKeys::verify_recorded(SignatureTag tag, const ipld::Cid& body, const Did& signer,
                                          const Signature& signature) const {
  Result<void> verified = model::verify(tag, body, signer, signature);
  const Changes* const changes = this->changes(signer);
  if (verified || changes == nullptr) return verified;
  for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
    if (model::verify(tag, body, change->key, signature)) return {};
  }
  return verified;
}

void SigningKeys::replace(const Did& did, const Did& key, std::uint64_t position) {
  auto changes = std::make_shared<std::map<Did, Changes>>(*changes_);
  (*changes)[did].push_back({position, key});
  changes_ = std::move(changes);
}

}  // namespace icn::model
