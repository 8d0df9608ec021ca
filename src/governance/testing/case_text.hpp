// The words of tests/cases/governance_*.txt; src/governance/governance_cases_test.cpp describes the grammar.
#pragma once
#include <functional>
#include <sstream>

#include "governance/testing/assembly.hpp"

namespace icn::governance::testing {

class Words {
 public:
  explicit Words(const std::string& text) {
    std::istringstream stream(text);
    for (std::string word; stream >> word;) words_.push_back(word);
  }
  [[nodiscard]] bool empty() const { return at_ == words_.size(); }
  // Empty at the end.
  [[nodiscard]] std::string next() { return empty() ? "" : words_[at_++]; }
  [[nodiscard]] bool take(std::string_view word) {
    if (empty() || words_[at_] != word) return false;
    ++at_;
    return true;
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

// "60s", "1500ms".
[[nodiscard]] inline std::uint64_t ms_of(const std::string& word) {
  return std::stoull(word) * (word.ends_with("ms") ? 1 : 1'000);
}
[[nodiscard]] inline std::pair<std::string, std::string> pair_of(const std::string& word) {
  const std::size_t equals = word.find('=');
  return {word.substr(0, equals), word.substr(equals + 1)};
}

[[nodiscard]] inline model::Action action_of(Words& words, Assembly& scope) {
  const std::string kind = words.next();
  if (kind == "set") return model::SetAction{{pair_of(words.next())}};
  if (kind == "resolution") return model::ResolutionAction{};
  if (kind == "upgrade") return model::UpgradeAction{*model::ProgramVersion::parse(words.next())};
  if (kind == "federate") {
    const ipld::Cid peer = scope.peer(words.next());
    const std::uint64_t rate_ppm = std::stoull(words.next());
    return model::FederateAction{peer, {rate_ppm, model::Mana{std::stoull(words.next()) * model::Mana::kUnit}}};
  }
  const std::string who = words.next();
  const model::Did did = scope.did(who);
  if (kind == "suspend") return model::SuspendAction{did};
  if (kind == "remove") return model::RemoveAction{did};
  if (kind == "clerk") return model::ClerkAction{did};
  if (kind == "key") return model::KeyAction{did, scope.did(words.next())};
  if (kind == "budget") return model::BudgetAction{did, model::Mana{std::stoull(words.next()) * model::Mana::kUnit}};
  model::AdmitAction admit{did, scope.did("clerk"), std::nullopt};
  if (words.take("unsigned")) return admit;
  const std::string signer = words.take("forged") ? "forger" : who;
  const ipld::Cid record = model::Candidate{scope.scope_id(), admit.member, admit.home}.to_block().cid;
  admit.consent = scope.key(signer).sign(model::SignatureTag::candidate, record);
  return admit;
}

inline void read_options(Words& words, model::Proposal& proposal) {
  const auto ppm = [](const std::string& word) { return std::stoull(word) * 10'000; };
  while (!words.empty()) {
    const std::string option = words.next();
    const std::string value = words.next();
    if (option == "voting") proposal.voting_ms = ms_of(value);
    if (option == "timelock") proposal.timelock_ms = ms_of(value);
    if (option == "threshold") proposal.threshold = value.ends_with("%") ? ppm(value) : std::stoull(value);
    if (option != "quorum") continue;
    proposal.quorum = value.ends_with("%") ? model::Quorum{model::Quorum::Unit::ppm, ppm(value)}
                                           : model::Quorum{model::Quorum::Unit::heads, std::stoull(value)};
  }
}

// "900000 ppm, 50 mana of credit".
[[nodiscard]] inline std::string text_of(const model::PeerTerms& terms) {
  return std::to_string(terms.rate_ppm) + " ppm " + terms.credit.to_text();
}

// "bob active to suspended, fuel_per_mana 5 to 6, 50 mana to bob, clerk dora".
[[nodiscard]] inline std::string text_of(const std::vector<Effect>& effects,
                                         const std::function<std::string(const model::Did&)>& name_of) {
  std::string text;
  for (const Effect& effect : effects) {
    if (!text.empty()) text += ", ";
    if (const auto* parameter = std::get_if<ParameterEffect>(&effect.what)) {
      text += parameter->name + " " + parameter->before + " to " + parameter->after;
    } else if (const auto* member = std::get_if<MemberEffect>(&effect.what)) {
      text += name_of(member->member) + " " +
              (member->before ? std::string(model::member_status_name(member->before->status)) : "none") + " to " +
              std::string(model::member_status_name(member->after.status));
    } else if (const auto* budget = std::get_if<BudgetEffect>(&effect.what)) {
      text += budget->amount.to_text() + " to " + name_of(budget->member);
    } else if (const auto* clerk = std::get_if<ClerkEffect>(&effect.what)) {
      text += "clerk " + name_of(clerk->after);
    } else if (const auto* upgrade = std::get_if<UpgradeEffect>(&effect.what)) {
      text += "version " + (upgrade->before ? upgrade->before->to_text() : "any") + " to " + upgrade->after.to_text();
    } else if (const auto* key = std::get_if<KeyEffect>(&effect.what)) {
      text += "key of " + name_of(key->did) + " " + name_of(key->before) + " to " + name_of(key->after);
    } else if (const auto* peer = std::get_if<PeerEffect>(&effect.what)) {
      text += "peer " + (peer->before ? text_of(*peer->before) : "none") + " to " + text_of(peer->after);
    }
  }
  return text.empty() ? "none" : text;
}

}  // namespace icn::governance::testing
