// The DID methods whose document follows from the DID itself: did:key, and did:peer with algorithms 0, 2 and 4.
//
// Pure functions over bounded texts (kDidUrlBytesMax): no file, no network. Thread safe.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "model/did_document.hpp"

namespace icn::model {

// "did:key:z6Mk…" of any supported key.
[[nodiscard]] std::string did_key(const Multikey& key);
// The document of a did:key or a did:peer. An Ed25519 key gets the X25519 key that derives from it for key agreement.
// Errors: invalid_argument (malformed), unsupported (another method, algorithm or kind of key), not_found (rule
// short_form: the short form of algorithm 4 names a document without containing it), and those of DidDocument::read.
[[nodiscard]] Result<DidDocument> derived_document(const DidUrl& did);

// did:peer with algorithm 0: a single key, as did:key.
[[nodiscard]] std::string did_peer_0(const Multikey& key);

// did:peer with algorithm 2: keys with their purposes, and services, each a JSON object.
struct PeerKey {
  Relationship purpose = Relationship::authentication;
  Multikey key;
};
// Errors: invalid_argument (no key), invalid_format (a service is not a JSON object, or has a key and its
// abbreviation), limit_exceeded.
[[nodiscard]] Result<std::string> did_peer_2(std::span<const PeerKey> keys, std::span<const std::string> services);

// did:peer with algorithm 4: any document without 'id', all of whose own ids are relative. Returns the long form.
// Errors: invalid_format (not a JSON object, or with 'id'; and those of DidDocument::read), limit_exceeded.
[[nodiscard]] Result<std::string> did_peer_4(std::string_view input_document);
// The short form of a long form; empty for any other DID.
[[nodiscard]] std::string did_peer_4_short(const DidUrl& long_form);

}  // namespace icn::model
