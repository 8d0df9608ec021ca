#include "runtime/credentials.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "governance/refusals.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"
#include "runtime/detail/governance_entries.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kRowVersion = 1;
constexpr std::size_t kDrawsMax = 256;

struct Row {
  model::Did member;
  model::UnixMs from;
  bool is_revoked = false;

  [[nodiscard]] Bytes to_bytes() const {
    ipld::CborWriter writer(96);
    writer.array(4).unsigned_integer(kRowVersion).text(member.to_text()).unsigned_integer(from.value);
    writer.unsigned_integer(is_revoked ? 1 : 0);
    return writer.take();
  }
  [[nodiscard]] static Result<Row> from_bytes(ByteView bytes) {
    ipld::CborReader reader(bytes);
    const auto bad = [] { return fail(ErrorCode::corrupted, "a row of an issued credential is damaged"); };
    const auto count = reader.array();
    const auto version = reader.unsigned_integer();
    const auto member = reader.text();
    const auto from = reader.unsigned_integer();
    const auto revoked = reader.unsigned_integer();
    if (!count || *count != 4 || !version || !member || !from || !revoked || *revoked > 1 || !reader.end())
      return bad();
    if (*version != kRowVersion) return fail(ErrorCode::unsupported_version, "a credential of a newer release");
    const auto did = model::Did::parse(*member);
    if (!did) return bad();
    return Row{*did, {*from}, *revoked == 1};
  }
};

std::string list_id(const model::Scope& scope) { return "urn:icn:status:" + scope.id().to_text(); }

credentials::SignMessage signer_of(const NodeState& node) {
  return [&node](const model::ForeignMessage& message) { return node.services().signer->sign_foreign(message); };
}

Result<std::optional<Row>> find_row(const NodeState& node, std::uint64_t index) {
  const auto bytes = ICN_TRY(node.state_store().get(model::key_of(model::keys::kCredential, index)));
  if (!bytes) return std::nullopt;
  return std::optional(ICN_TRY(Row::from_bytes(*bytes)));
}

Result<std::uint64_t> free_index(const NodeState& node) {
  for (std::size_t draw = 0; draw < kDrawsMax; ++draw) {
    std::array<std::uint8_t, 8> bytes{};
    node.services().random->fill(bytes);
    const std::uint64_t index = read_be64(bytes.data()) % credentials::StatusList::kBitsMin;
    if (!ICN_TRY(find_row(node, index))) return index;
  }
  return refuse(ErrorCode::limit_exceeded, "status_list_full",
                fmt::format("Nearly all of the {} entries of the status list are taken; nothing was issued",
                            credentials::StatusList::kBitsMin));
}

Result<void> put_row(NodeState& node, std::uint64_t index, const Row& row) {
  return node.committer().commit([&](Staging& staging) -> Result<void> {
    staging.batch.put(model::key_of(model::keys::kCredential, index), row.to_bytes());
    return {};
  });
}

// Whether it is a key that signs or signed for the clerk.
bool is_of_clerk(const model::Scope& scope, const std::string& issuer) {
  const auto key = model::Did::parse(issuer);
  if (!key) return false;
  const auto* changes = scope.keys().changes(scope.clerk());
  return *key == scope.clerk() || (changes != nullptr && std::any_of(changes->begin(), changes->end(),
                                                                     [&](const auto& one) { return one.key == *key; }));
}

}  // namespace

Result<IssuedCredential> issue_credential(NodeState& node, const model::Did& member, std::optional<model::UnixMs> until,
                                          credentials::Form form) {
  ICN_TRY(detail::require_clerk(node));
  const model::Scope scope = node.scope();
  if (!scope.is_member(member)) {
    return refuse(ErrorCode::invalid_state, std::string(governance::rules::kNotAMember),
                  member.to_text() + " is not an active member of this scope; nothing was issued.", member.to_text());
  }
  const model::UnixMs now{node.now().value / 1'000 * 1'000};
  if (until && *until <= now)
    return fail(ErrorCode::invalid_argument, "The credential would end before it begins; nothing was issued.");
  IssuedCredential out;
  out.index = ICN_TRY(free_index(node));
  out.id = fmt::format("urn:icn:credential:{}:{}", scope.id().to_text(), out.index);
  credentials::Membership membership;
  membership.id = out.id;
  membership.issuer = scope.keys().key_of(node.node_did());
  membership.holder = scope.keys().key_of(member);
  membership.member = member;
  membership.scope = scope.id();
  membership.since = scope.find(member)->since;
  membership.from = now;
  membership.until = until;
  membership.status = {list_id(scope), out.index};
  out.text = form == credentials::Form::document
                 ? ICN_TRY(credentials::issue_document(membership, signer_of(node)))
                 : ICN_TRY(credentials::issue_selective(membership, *node.services().random, signer_of(node)));
  ICN_TRY(put_row(node, out.index, {member, now, false}));
  return out;
}

Result<RevokedCredential> revoke_credential(NodeState& node, std::uint64_t index) {
  ICN_TRY(detail::require_clerk(node));
  std::optional<Row> row = ICN_TRY(find_row(node, index));
  if (!row) {
    return refuse(ErrorCode::not_found, "no_credential",
                  fmt::format("This node issued no credential with the index {}; nothing was revoked.", index),
                  std::to_string(index));
  }
  row->is_revoked = true;
  ICN_TRY(put_row(node, index, *row));
  return RevokedCredential{index, row->member};
}

Result<SignedStatusList> sign_status_list(const NodeState& node) {
  ICN_TRY(detail::require_clerk(node));
  const model::Scope scope = node.scope();
  SignedStatusList out;
  out.id = list_id(scope);
  credentials::StatusList list;
  ICN_TRY(ports::scan_each(node.state_store(), model::key_of(model::keys::kCredential),
                           model::end_of(model::keys::kCredential), [&](ByteView key, ByteView value) -> Result<bool> {
                             const std::uint64_t index = read_be64(key.data() + model::keys::kCredential.size());
                             const Row row = ICN_TRY(Row::from_bytes(value));
                             ++out.issued;
                             out.revoked += row.is_revoked ? 1 : 0;
                             ICN_TRY(list.set(index, row.is_revoked));
                             return true;
                           }));
  const model::UnixMs now{node.now().value / 1'000 * 1'000};
  out.text =
      ICN_TRY(credentials::issue_status_list(out.id, scope.keys().key_of(node.node_did()), list, now, signer_of(node)));
  return out;
}

credentials::KeyOfMethod key_of_method(const NodeState& node) {
  return [&node](std::string_view method, std::string_view purpose) -> Result<model::Did> {
    const model::DidUrl url = ICN_TRY(model::DidUrl::parse(method));
    if (url.method() == "key") {
      const std::string did(url.did());
      if (url.fragment() == did.substr(did.rfind(':') + 1)) return model::Did::parse(did);
      return refuse(ErrorCode::not_found, "no_method", "There is no verification method " + std::string(method));
    }
    ports::DidResolver* const resolver = node.services().did_resolver.get();
    if (resolver == nullptr) return fail(ErrorCode::unsupported, "This node resolves no DIDs");
    const auto resolved = ICN_TRY(resolver->resolve(url));
    const auto relationship =
        purpose == "authentication" ? model::Relationship::authentication : model::Relationship::assertion_method;
    for (const model::VerificationMethod* one : resolved->document.methods(relationship)) {
      if (one->id == method) return model::Did::of_key(one->key.key);
    }
    return refuse(ErrorCode::not_found, "no_method",
                  fmt::format("The document of {} has no key {} for the purpose {}", url.did(), method, purpose),
                  std::string(method));
  };
}

Result<VerifiedCredential> verify_credential(const NodeState& node, std::string_view text,
                                             const std::optional<credentials::Verifier>& verifier,
                                             const std::optional<std::string>& list) {
  const credentials::KeyOfMethod keys = key_of_method(node);
  const model::Scope scope = node.scope();
  VerifiedCredential out;
  out.shown = ICN_TRY(credentials::verify(text, keys, verifier, node.now()));
  out.of_scope = is_of_clerk(scope, out.shown.issuer);
  if (!out.shown.status) return out;
  const bool is_own = out.of_scope && scope.clerk() == node.node_did() && out.shown.status->list == list_id(scope);
  if (is_own) {
    const std::optional<Row> row = ICN_TRY(find_row(node, out.shown.status->index));
    if (!row || row->is_revoked) {
      return refuse(ErrorCode::permission_denied, "credential_revoked",
                    fmt::format("The scope revoked the credential with the index {}", out.shown.status->index));
    }
  } else if (list) {
    ICN_TRY(credentials::check_status(out.shown, *list, keys, node.now()));
  }
  out.status = is_own || list ? CredentialStatus::valid : CredentialStatus::unchecked;
  return out;
}

}  // namespace icn::runtime
