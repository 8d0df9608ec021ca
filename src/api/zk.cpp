#include "api/zk.hpp"

#include <fmt/core.h>

#include <charconv>

#include "api/detail/derive.hpp"

namespace icn::api {
namespace {

constexpr std::uint64_t kManaPerComplexity = 2;

Result<std::uint64_t> measure_of(const zk::StatementRow& row, const std::string& text, std::string_view field) {
  if (row.unit == zk::Unit::date) return zk::days_of_date(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return refuse(ErrorCode::invalid_argument, "zk_value",
                fmt::format("{} '{}' of {} is not a whole number.", field, text, row.name), std::string(field));
}

Result<void> set_bound(const zk::StatementRow& row, const std::optional<std::string>& text, std::string_view name,
                       std::string_view field, std::uint64_t& to) {
  if (!text) return {};
  if (name.empty()) {
    return refuse(ErrorCode::invalid_argument, "zk_bound", fmt::format("{} has no {}.", row.name, field),
                  std::string(field));
  }
  to = ICN_TRY(measure_of(row, *text, field));
  return {};
}

Result<void> set_bounds(zk::Statement statement, const std::optional<std::string>& min,
                        const std::optional<std::string>& max, zk::Bounds& bounds) {
  const zk::StatementRow& row = zk::row_of(statement);
  ICN_TRY(set_bound(row, min, row.min, "min", bounds.min));
  return set_bound(row, max, row.max, "max", bounds.max);
}

Result<void> add_to_set(const std::string& text, zk::Issue& what) {
  if (what.statement == zk::Statement::credential_not_revoked) {
    what.revoked.push_back(ICN_TRY(measure_of(zk::row_of(what.statement), text, "set")));
    return {};
  }
  const auto bytes = from_hex(text);
  if (what.statement != zk::Statement::membership || !bytes || bytes->size() != sizeof(zk::Element)) {
    return refuse(ErrorCode::invalid_argument, "zk_set",
                  what.statement == zk::Statement::membership
                      ? fmt::format("'{}' is not a commitment of 32 bytes.", text.substr(0, 80))
                      : fmt::format("{} is not about a set.", zk::row_of(what.statement).name),
                  "set");
  }
  zk::Element element{};
  std::copy(bytes->begin(), bytes->end(), element.begin());
  what.others.push_back(element);
  return {};
}

Result<zk::KeyRing> ring_of(const ZkProveRequest& request) {
  if (request.keys.empty()) return zk::KeyRing::of(zk::development_manifest(), request.statement);
  return zk::KeyRing::of(ICN_TRY(zk::Manifest::from_bytes(request.keys)), request.statement);
}

}  // namespace

std::map<std::string, std::string> bounds_text(zk::Statement statement, const zk::Bounds& bounds) {
  const zk::StatementRow& row = zk::row_of(statement);
  std::map<std::string, std::string> texts;
  const auto add = [&](std::string_view name, std::uint64_t value) {
    if (name.empty()) return;
    texts[std::string(name)] = row.unit == zk::Unit::date ? zk::date_of_days(value) : std::to_string(value);
  };
  add(row.min, bounds.min);
  add(row.max, bounds.max);
  return texts;
}

Result<ZkStatements> list_zk_statements(Context&, const ZkStatementsRequest&) {
  ZkStatements answer;
  for (const zk::StatementRow& row : zk::statement_table()) {
    ZkStatementView view;
    view.statement = row.statement;
    view.version = row.version;
    view.text = row.doc;
    view.value = row.value;
    if (!row.min.empty()) view.min = std::string(row.min);
    if (!row.max.empty()) view.max = std::string(row.max);
    view.systems = {zk::System::groth16};
    if (row.shape == zk::Shape::value_in_range) view.systems.push_back(zk::System::bulletproofs);
    view.complexity = row.complexity;
    view.fee_mana = kManaPerComplexity * row.complexity;
    view.rows = zk::rows_of(row.statement);
    answer.statements.push_back(std::move(view));
  }
  answer.development_keys = zk::development_cid();
  return answer;
}

Result<zk::Witness> draft_witness(const ZkAttestRequest& request, const model::Did& issuer, model::UnixMs now,
                                  ports::Random& random) {
  zk::Issue what;
  what.statement = request.statement;
  what.issuer = issuer;
  what.holder = request.holder;
  what.time = now;
  what.secret.value = ICN_TRY(measure_of(zk::row_of(request.statement), request.value, "value"));
  random.fill(what.secret.salt);
  ICN_TRY(set_bounds(request.statement, request.min, request.max, what.bounds));
  for (const std::string& element : request.set) ICN_TRY(add_to_set(element, what));
  return zk::issue(what);
}

ZkWitness view_of(const zk::Witness& witness) {
  return {witness.statement, witness.issuer, witness.holder,
          zk::commitment_of(witness.statement, witness.issuer, witness.holder, witness.secret),
          JsonText{witness.to_json()}};
}

Result<ZkProof> prove_zk(const ZkProveRequest& request, ports::Random& random) {
  zk::Witness witness = ICN_TRY(zk::Witness::from_json(request.witness));
  if (witness.statement != request.statement) {
    return refuse(ErrorCode::invalid_argument, "zk_statement",
                  fmt::format("The witness is for {}, not for {}.", zk::row_of(witness.statement).name,
                              zk::row_of(request.statement).name));
  }
  ICN_TRY(set_bounds(witness.statement, request.min, request.max, witness.bounds));
  const Bytes challenge = ICN_TRY(zk::challenge_of(request.challenge));
  zk::Proving how;
  how.system = request.system;
  how.challenge = challenge;
  random.fill(how.seed);
  std::optional<zk::KeyRing> ring;
  if (request.system == zk::System::groth16) {
    ring = ICN_TRY(ring_of(request));
    how.keys = &*ring;
    const bool own = ring->manifest().origin == zk::Origin::development && request.proving_key.empty();
    how.proving_key = own ? ByteView(zk::development_proving_key(request.statement)) : ByteView(request.proving_key);
  }
  const zk::Proof proof = ICN_TRY(zk::prove(witness, how));
  return ZkProof{
      proof.statement,          proof.system, proof.issuer, proof.holder, bounds_text(proof.statement, proof.bounds),
      JsonText{proof.to_json()}};
}

template struct Shape<ZkStatementsRequest>;
template struct Shape<ZkStatements>;
template struct Shape<ZkAttestRequest>;
template struct Shape<ZkWitness>;
template struct Shape<ZkProof>;

}  // namespace icn::api
