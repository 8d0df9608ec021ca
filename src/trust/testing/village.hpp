// A scope with its members by name, for tests: it signs and applies statements of trust, and decides.
#pragma once
#include <map>
#include <string>

#include "testing/fake_state_store.hpp"
#include "trust/trust.hpp"

namespace icn::trust::testing {

using model::UnixMs;

inline model::KeyPair key_named(std::string_view name) {
  return model::KeyPair::from_seed(ipld::sha256(view_of(name)));
}
inline ipld::Cid scope_named(std::string_view name) { return ipld::Cid::of(ipld::Codec::dag_cbor, view_of(name)); }
inline model::TrustContext context_named(std::string_view name) {
  auto context = model::TrustContext::from_scope(name);
  if (!context) std::abort();
  return *context;
}

class Village {
 public:
  // The home of all members is "node", and their clerk is "clerk".
  explicit Village(const std::vector<std::string>& names, const std::map<std::string, std::string>& parameters = {})
      : scope_(scope_of(names, parameters)), engine_(std::make_unique<TrustEngine>()) {}

  UnixMs now{1'700'000'000'000};

  [[nodiscard]] TrustEngine& engine() { return *engine_; }
  [[nodiscard]] ::icn::testing::FakeStateStore& store() { return store_; }
  [[nodiscard]] const model::Scope& scope() const { return scope_; }
  [[nodiscard]] const std::vector<model::TrustRecord>& log() const { return log_; }
  [[nodiscard]] World world() { return {scope_, did("node"), now}; }
  [[nodiscard]] const model::KeyPair& key(const std::string& name) {
    auto at = keys_.find(name);
    if (at == keys_.end()) at = keys_.emplace(name, key_named(name)).first;
    return at->second;
  }
  [[nodiscard]] model::Did did(const std::string& name) { return key(name).did(); }
  // Of a DID that was named here before.
  [[nodiscard]] std::string name_of(const model::Did& did) const {
    for (const auto& [name, pair] : keys_) {
      if (pair.did() == did) return name;
    }
    return did.to_text();
  }
  void set_status(const std::string& name, model::MemberStatus status) {
    scope_.set_member(did(name), {did("node"), status, scope_.position() + 1});
    scope_.advance(scope_named(scope_.head().to_text()), now);
  }
  void set_clerk(const std::string& name) { scope_.set_clerk(did(name)); }

  [[nodiscard]] model::TrustRecord sign(const model::TrustStatement& statement, const std::string& author) {
    const ipld::Cid body = model::body_of(statement).cid;
    return {statement, key(author).sign(model::tag_of(model::kind_of(statement)), body)};
  }
  Result<void> apply(const model::TrustRecord& record) {
    ports::Batch batch;
    auto applied = engine_->apply(record, world(), Signatures::verify, batch);
    if (!applied) {
      if (!batch.empty()) std::abort();
      return applied;
    }
    store_.commit_one(batch);
    log_.push_back(record);
    return {};
  }
  [[nodiscard]] std::uint64_t next(const std::string& author) {
    return engine_->next_counter(scope_.id(), did(author));
  }

  Result<void> grant(const std::string& from, const std::string& to, model::TrustLevel level,
                     const std::string& context = "medical", std::optional<UnixMs> until = std::nullopt) {
    return apply(sign(
        model::TrustGrant{scope_.id(), context_named(context), did(from), did(to), level, until, next(from)}, from));
  }
  Result<void> revoke(const std::string& from, const std::string& to, const std::string& context = "medical") {
    return apply(
        sign(model::TrustRevocation{scope_.id(), context_named(context), did(from), did(to), next(from)}, from));
  }
  [[nodiscard]] TrustValidationResult decide(const std::string& from, const std::string& to,
                                             const std::string& context = "medical") {
    return engine_->validate_trust(did(from), did(to), context_named(context), world());
  }
  Result<void> reopen() {
    engine_ = ICN_TRY(TrustEngine::open(store_));
    return {};
  }

 private:
  model::Scope scope_of(const std::vector<std::string>& names, const std::map<std::string, std::string>& parameters) {
    model::Genesis genesis;
    genesis.name = "Test";
    genesis.clerk = did("clerk");
    genesis.parameters = parameters;
    std::vector<model::Member> members;
    for (const std::string& name : names) members.push_back({did(name), did("node")});
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.did < b.did; });
    auto governed = model::Parameters::from_texts(parameters);
    if (!governed) std::abort();
    return {scope_named("the village"), genesis, *std::move(governed), members};
  }

  std::map<std::string, model::KeyPair> keys_;
  model::Scope scope_;
  ::icn::testing::FakeStateStore store_;
  std::unique_ptr<TrustEngine> engine_;
  std::vector<model::TrustRecord> log_;
};

}  // namespace icn::trust::testing
