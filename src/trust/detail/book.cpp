#include "trust/detail/book.hpp"

#include <fmt/core.h>

#include "core/check.hpp"
#include "model/keys.hpp"
#include "trust/refusals.hpp"

namespace icn::trust::detail {
namespace {

using model::TrustBridge;
using model::TrustChallenge;
using model::TrustGrant;
using model::TrustKind;
using model::TrustRevocation;
using model::TrustRule;
using model::TrustStatement;

// The graph keeps people and contexts that no statement names any more until there are this many people more than
// statements could name.
constexpr std::size_t kSpareMax = 4'096;

tl::unexpected<Error> no(ErrorCode code, std::string_view rule, std::string what, std::string subject = {}) {
  return refuse(code, std::string(rule), std::move(what) + "; nothing was changed.", std::move(subject));
}

const model::Did* subject_of(const TrustStatement& statement) {
  if (const auto* grant = std::get_if<TrustGrant>(&statement)) return &grant->trustee;
  if (const auto* revocation = std::get_if<TrustRevocation>(&statement)) return &revocation->trustee;
  if (const auto* challenge = std::get_if<TrustChallenge>(&statement)) return &challenge->trustee;
  return nullptr;
}

}  // namespace

bool is_kept(const TrustStatement& statement) {
  if (const auto* challenge = std::get_if<TrustChallenge>(&statement)) return challenge->open;
  return !std::holds_alternative<TrustRevocation>(statement);
}

Bytes row_key(const TrustStatement& statement) {
  Bytes key = model::key_of(model::keys::kTrust, model::scope_of(statement).digest());
  const TrustKind kind = model::kind_of(statement);
  key.push_back(static_cast<std::uint8_t>(kind == TrustKind::revocation ? TrustKind::grant : kind));
  // Rules and bridges are the scope's: those of a new clerk replace those of an earlier one.
  const bool is_scopes = kind == TrustKind::rule || kind == TrustKind::bridge;
  append(key, is_scopes ? model::PublicKey{} : model::author_of(statement).key());
  if (const model::Did* subject = subject_of(statement)) {
    append(key, subject->key());
  } else if (const auto* bridge = std::get_if<TrustBridge>(&statement)) {
    append(key, bridge->other.digest());
  } else {
    append(key, model::PublicKey{});
  }
  append(key, ipld::sha256(view_of(model::context_of(statement).to_text())));
  return key;
}

Bytes counter_key(const ipld::Cid& scope, const model::Did& author) {
  Bytes key = model::key_of(model::keys::kTrustCounter, scope.digest());
  append(key, author.key());
  return key;
}

std::uint64_t Book::counter(const ipld::Cid& scope, const model::Did& author) const {
  const auto at = authors_.find({scope, author});
  return at == authors_.end() ? 0 : at->second.counter;
}

void Book::set_counter(const ipld::Cid& scope, const model::Did& author, std::uint64_t counter) {
  authors_[{scope, author}].counter = counter;
}

Result<void> Book::check(const TrustStatement& statement, const World& world) const {
  ICN_TRY(check_author(statement, world));
  const std::uint64_t newest = counter(model::scope_of(statement), model::author_of(statement));
  if (model::counter_of(statement) <= newest) {
    return no(ErrorCode::conflict, rules::kReplayed,
              fmt::format("The statement has the counter {}, and its author has signed one with {}",
                          model::counter_of(statement), newest));
  }
  ICN_TRY(check_content(statement, world));
  return check_room(statement);
}

Result<void> Book::check_author(const TrustStatement& statement, const World& world) const {
  const model::Did& author = model::author_of(statement);
  if (model::scope_of(statement) != world.scope.id()) return check_other_scope(statement, world);
  const TrustKind kind = model::kind_of(statement);
  if (kind == TrustKind::rule || kind == TrustKind::bridge) {
    if (author == world.scope.clerk()) return {};
    return no(ErrorCode::permission_denied, rules::kClerk,
              fmt::format("Rules and bridges are the clerk's, {}, and {} is not the clerk",
                          world.scope.clerk().to_text(), author.to_text()),
              author.to_text());
  }
  if (world.scope.is_member(author)) return {};
  return no(ErrorCode::permission_denied, rules::kNotAMember,
            author.to_text() + " is not an active member of this scope", author.to_text());
}

// What another scope says counts over a bridge only: grants by the gate, and by those whom someone there trusts.
Result<void> Book::check_other_scope(const TrustStatement& statement, const World& world) const {
  const ipld::Cid& other = model::scope_of(statement);
  const model::TrustContext& context = model::context_of(statement);
  const TrustKind kind = model::kind_of(statement);
  const bool is_grant = kind == TrustKind::grant || kind == TrustKind::revocation;
  if (!is_grant || !has_bridge(world.scope.id(), other, context, world.now)) {
    return no(ErrorCode::permission_denied, rules::kOtherScope,
              fmt::format("The statement is one of the scope {}, to which no bridge leads in '{}'", other.to_text(),
                          context.to_text()),
              other.to_text());
  }
  const model::Did& author = model::author_of(statement);
  if (bridges_.at({world.scope.id(), context, other}).gate == author) return {};
  const auto key = graph_.find(other, context);
  const auto person = graph_.find(author);
  const Group* group = key && person ? graph_.group(*person, *key) : nullptr;
  if (group != nullptr && group->received != 0) return {};
  return no(ErrorCode::permission_denied, rules::kNotVouched,
            fmt::format("{} is neither the gate of the bridge nor trusted by anyone behind it", author.to_text()),
            author.to_text());
}

Result<void> Book::check_content(const TrustStatement& statement, const World& world) const {
  const model::Did* subject = subject_of(statement);
  if (subject != nullptr && *subject == model::author_of(statement)) {
    return no(ErrorCode::invalid_argument, rules::kSelfTrust,
              subject->to_text() + " cannot make a statement of trust about itself", subject->to_text());
  }
  const auto is_over = [&](const std::optional<model::UnixMs>& until) { return until && *until <= world.now; };
  const auto* grant = std::get_if<TrustGrant>(&statement);
  const auto* bridge = std::get_if<TrustBridge>(&statement);
  if ((grant != nullptr && is_over(grant->until)) || (bridge != nullptr && is_over(bridge->until)))
    return no(ErrorCode::expired, rules::kExpired, "The end of the statement has passed");
  if (bridge != nullptr && bridge->other == bridge->scope)
    return no(ErrorCode::invalid_argument, rules::kOwnScope, "A bridge leads to another scope");
  if (std::holds_alternative<TrustRevocation>(statement) && !holds(statement)) {
    return no(ErrorCode::not_found, rules::kNotTrusted,
              fmt::format("{} has not stated that it trusts {} in '{}'", model::author_of(statement).to_text(),
                          subject->to_text(), model::context_of(statement).to_text()),
              subject->to_text());
  }
  const auto* challenge = std::get_if<TrustChallenge>(&statement);
  if (challenge != nullptr && !challenge->open && !holds(statement)) {
    return no(ErrorCode::not_found, rules::kNotChallenged,
              fmt::format("{} does not challenge {} in '{}'", challenge->challenger.to_text(),
                          challenge->trustee.to_text(), challenge->context.to_text()),
              challenge->trustee.to_text());
  }
  return {};
}

Result<void> Book::check_room(const TrustStatement& statement) const {
  if (!is_kept(statement) || holds(statement)) return {};
  const auto author = authors_.find({model::scope_of(statement), model::author_of(statement)});
  const auto all = sizes_.find(model::scope_of(statement));
  const bool author_full =
      author != authors_.end() && author->second.statements >= TrustEngine::kStatementsPerAuthorMax;
  if (!author_full && (all == sizes_.end() || all->second < TrustEngine::kStatementsMax)) return {};
  return no(ErrorCode::limit_exceeded, rules::kStatements,
            fmt::format("{} statements of trust are the most that {} may have in force",
                        author_full ? TrustEngine::kStatementsPerAuthorMax : TrustEngine::kStatementsMax,
                        author_full ? "one author" : "one scope"));
}

bool Book::holds(const TrustStatement& statement) const {
  const ipld::Cid& scope = model::scope_of(statement);
  const model::TrustContext& context = model::context_of(statement);
  const model::Did& author = model::author_of(statement);
  if (const auto* bridge = std::get_if<TrustBridge>(&statement))
    return bridges_.contains({scope, context, bridge->other});
  if (std::holds_alternative<TrustRule>(statement)) return rules_.contains({scope, context});
  const model::Did& subject = *subject_of(statement);
  if (std::holds_alternative<TrustChallenge>(statement)) {
    const auto at = challenges_.find({scope, context, subject});
    return at != challenges_.end() && at->second.contains(author);
  }
  const auto key = graph_.find(scope, context);
  const auto truster = graph_.find(author);
  const auto trustee = graph_.find(subject);
  return key && truster && trustee && graph_.grant(*truster, *trustee, *key) != nullptr;
}

bool Book::is_open(const model::TrustBridge& bridge, model::UnixMs now) {
  return bridge.level != model::TrustLevel::none && (!bridge.until || now < *bridge.until);
}

bool Book::has_bridge(const ipld::Cid& scope, const ipld::Cid& other, const model::TrustContext& context,
                      model::UnixMs now) const {
  const auto at = bridges_.find({scope, context, other});
  return at != bridges_.end() && is_open(at->second, now);
}

bool Book::take_one(const TrustChallenge& body) {
  return challenges_[{body.scope, body.context, body.trustee}].insert_or_assign(body.challenger, body).second;
}
bool Book::take_one(const TrustRule& body) {
  const auto [at, added] = rules_.try_emplace({body.scope, body.context}, body);
  if (!added) hand_over(body.scope, std::exchange(at->second, body).clerk, body.clerk);
  return added;
}
bool Book::take_one(const TrustBridge& body) {
  const auto [at, added] = bridges_.try_emplace({body.scope, body.context, body.other}, body);
  if (!added) hand_over(body.scope, std::exchange(at->second, body).clerk, body.clerk);
  return added;
}
void Book::hand_over(const ipld::Cid& scope, const model::Did& from, const model::Did& to) {
  --authors_[{scope, from}].statements;
  ++authors_[{scope, to}].statements;
}

void Book::take(const TrustStatement& statement) {
  const ipld::Cid& scope = model::scope_of(statement);
  Author& author = authors_[{scope, model::author_of(statement)}];
  author.counter = std::max(author.counter, model::counter_of(statement));
  if (is_kept(statement)) {
    const bool added = std::visit(
        [this](const auto& body) {
          if constexpr (requires { this->take_one(body); }) return take_one(body);
          return false;
        },
        statement);
    if (!added) return;
    ++author.statements;
    ++sizes_[scope];
    ++size_;
    return;
  }
  ICN_CHECK(holds(statement));
  const model::Did& subject = *subject_of(statement);
  if (const auto* challenge = std::get_if<TrustChallenge>(&statement)) {
    const auto at = challenges_.find({scope, challenge->context, subject});
    at->second.erase(challenge->challenger);
    if (at->second.empty()) challenges_.erase(at);
  } else {
    graph_.erase(*graph_.find(model::author_of(statement)), *graph_.find(subject),
                 *graph_.find(scope, model::context_of(statement)));
  }
  --author.statements;
  --sizes_[scope];
  --size_;
  if (graph_.size() > 2 * size_ + kSpareMax) rebuild();
}

void Book::rebuild() {
  Graph graph;
  graph_.for_each([&](const TrustGrant& grant) { graph.put(grant); });
  graph_ = std::move(graph);
}

std::vector<TrustStatement> Book::statements(const std::function<bool(const TrustStatement&)>& wanted) const {
  std::vector<std::pair<Bytes, TrustStatement>> rows;
  const auto add = [&](TrustStatement statement) {
    if (wanted && !wanted(statement)) return;
    Bytes key = row_key(statement);
    rows.emplace_back(std::move(key), std::move(statement));
  };
  graph_.for_each([&](TrustGrant grant) { add(std::move(grant)); });
  for (const auto& [key, challengers] : challenges_) {
    for (const auto& [challenger, challenge] : challengers) add(challenge);
  }
  for (const auto& [key, rule] : rules_) add(rule);
  for (const auto& [key, bridge] : bridges_) add(bridge);
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<TrustStatement> statements;
  statements.reserve(rows.size());
  for (auto& [key, statement] : rows) statements.push_back(std::move(statement));
  return statements;
}

ipld::Digest Book::hash() const {
  Bytes text;
  for (const TrustStatement& statement : statements()) append(text, model::body_of(statement).cid.to_bytes());
  for (const auto& [key, author] : authors_) {
    append(text, counter_key(key.first, key.second));
    append_be64(text, author.counter);
  }
  return ipld::sha256(text);
}

}  // namespace icn::trust::detail
