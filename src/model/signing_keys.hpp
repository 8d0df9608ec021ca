// Which key signs for a DID: its own, or the one that replaced it from a position of the scope's log on.
//
// The position decides, not a clock: what is taken into the log, or recorded by a node, must be signed with the key
// that is in force then. What was recorded remains valid with the key that signed it. Every signature of a member or a
// node is verified here. A value: a copy takes constant time, immutable for its readers and so thread safe.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "model/signature.hpp"

namespace icn::model {

class SigningKeys {
 public:
  // Rotations that a DID may make; a vote of the scope replaces its key even then.
  static constexpr std::size_t kRotationsMax = 256;

  struct Change {
    std::uint64_t since = 0;  // position of the log entry from which on the key signs
    Did key;
    friend bool operator==(const Change&, const Change&) = default;
  };
  using Changes = std::vector<Change>;

  SigningKeys() = default;
  // Those that all() of another returned.
  explicit SigningKeys(std::map<Did, Changes> changes)
      : changes_(std::make_shared<const std::map<Did, Changes>>(std::move(changes))) {}

  // In force now, and after the entry at `position`. The reference lives as long as `did` and this value.
  [[nodiscard]] const Did& key_of(const Did& did) const { return key_at(did, UINT64_MAX); }
  [[nodiscard]] const Did& key_at(const Did& did, std::uint64_t position) const;
  // Oldest first; null for a DID whose key was never replaced.
  [[nodiscard]] const Changes* changes(const Did& did) const;
  [[nodiscard]] const std::map<Did, Changes>& all() const { return *changes_; }
  // From which position on the present key signs; 0: from the beginning.
  [[nodiscard]] std::uint64_t since(const Did& did) const;
  // Whether it signs or signed for a DID that changed its key: such a key is never used again.
  [[nodiscard]] bool is_used(const Did& key) const;

  // With the key that is in force now. Errors: invalid_signature; of a
  // DID that changed its key with the rule retired_key if an earlier one signed, else signing_key.
  [[nodiscard]] Result<void> verify(SignatureTag tag, const ipld::Cid& body, const Did& signer,
                                    const Signature& signature) const;
  // With any key that the DID ever had: for what was verified when it was recorded, and only for that. Errors:
  // invalid_signature.
  [[nodiscard]] Result<void> verify_recorded(SignatureTag tag, const ipld::Cid& body, const Did& signer,
                                             const Signature& signature) const;

  // For governance/. Positions do not descend.
  void replace(const Did& did, const Did& key, std::uint64_t position);

 private:
  std::shared_ptr<const std::map<Did, Changes>> changes_ = std::make_shared<const std::map<Did, Changes>>();
};

}  // namespace icn::model
