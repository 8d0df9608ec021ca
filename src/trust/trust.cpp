#include "trust/trust.hpp"

#include <fmt/core.h>

#include "model/keys.hpp"
#include "trust/detail/book.hpp"
#include "trust/refusals.hpp"

namespace icn::trust {
namespace {

using detail::Book;

tl::unexpected<Error> damaged(ByteView key, std::string_view what) {
  return fail(ErrorCode::corrupted, fmt::format("The statement of trust {} is damaged: {}", to_hex(key), what));
}

Result<model::TrustRecord> read_row(ByteView key, ByteView value) {
  auto record = model::TrustRecord::from_bytes(value);
  if (!record && record.error().code == ErrorCode::unsupported_version) return record;
  if (!record) return damaged(key, record.error().detail);
  if (!detail::is_kept(record->statement) || detail::row_key(record->statement) != copy_of(key))
    return damaged(key, "it is that of another row");
  return record;
}

// Calls visit(record) with each stored statement. Errors: corrupted, unsupported_version, storage, those of `visit`.
Result<void> for_each_row(const ports::StateReader& store,
                          const std::function<Result<void>(const model::TrustRecord&)>& visit) {
  return ports::scan_each(store, model::key_of(model::keys::kTrust), model::end_of(model::keys::kTrust),
                          [&](ByteView key, ByteView value) -> Result<bool> {
                            ICN_TRY(visit(ICN_TRY(read_row(key, value))));
                            return true;
                          });
}

Result<void> read_counters(const ports::StateReader& store, Book& book) {
  constexpr std::size_t kDigestBytes = 32;
  const std::size_t head = model::keys::kTrustCounter.size();
  return ports::scan_each(store, model::key_of(model::keys::kTrustCounter), model::end_of(model::keys::kTrustCounter),
                          [&](ByteView key, ByteView value) -> Result<bool> {
                            if (key.size() != head + kDigestBytes + 32 || value.size() != 8)
                              return damaged(key, "its counter has the wrong length");
                            ipld::Digest digest{};
                            model::PublicKey author{};
                            std::copy_n(key.begin() + static_cast<std::ptrdiff_t>(head), digest.size(), digest.begin());
                            std::copy_n(key.begin() + static_cast<std::ptrdiff_t>(head + kDigestBytes), author.size(),
                                        author.begin());
                            const ipld::Cid scope = ipld::Cid(ipld::Codec::dag_cbor, digest);
                            const model::Did did = model::Did::of_key(author);
                            const std::uint64_t counter = read_be64(value.data());
                            if (counter < book.counter(scope, did))
                              return damaged(key, "its counter is below one that its author signed");
                            book.set_counter(scope, did, counter);
                            return true;
                          });
}

}  // namespace

TrustEngine::TrustEngine() : state_(std::make_unique<State>()) {}
TrustEngine::~TrustEngine() = default;

Result<std::unique_ptr<TrustEngine>> TrustEngine::open(const ports::StateReader& store) {
  auto engine = std::make_unique<TrustEngine>();
  State& state = *engine->state_;
  Lock lock(state.mutex);
  const auto take = [&](const model::TrustRecord& record) ICN_REQUIRES(state.mutex) -> Result<void> {
    state.book.take(record.statement);
    return {};
  };
  ICN_TRY(for_each_row(store, take));
  ICN_TRY(read_counters(store, state.book));
  return engine;
}

Result<void> TrustEngine::apply(const model::TrustRecord& record, const World& world, Signatures signatures,
                                ports::Batch& batch) {
  if (signatures == Signatures::verify) ICN_TRY(model::verify(record, world.scope.keys()));
  const model::TrustStatement& statement = record.statement;
  Bytes counter;
  append_be64(counter, model::counter_of(statement));
  Lock lock(state_->mutex);
  ICN_TRY(state_->book.check(statement, world));
  state_->book.take(statement);
  if (detail::is_kept(statement)) {
    batch.put(detail::row_key(statement), record.to_block().bytes);
  } else {
    batch.erase(detail::row_key(statement));
  }
  batch.put(detail::counter_key(model::scope_of(statement), model::author_of(statement)), std::move(counter));
  return {};
}

TrustValidationResult TrustEngine::validate_trust(const model::Did& creator, const model::Did& executor,
                                                  const model::TrustContext& context, const World& world) const {
  Lock lock(state_->mutex);
  return state_->book.decide(creator, executor, context, world);
}

std::uint64_t TrustEngine::next_counter(const ipld::Cid& scope, const model::Did& author) const {
  Lock lock(state_->mutex);
  return state_->book.counter(scope, author) + 1;
}

std::size_t TrustEngine::size() const {
  Lock lock(state_->mutex);
  return state_->book.size();
}

std::size_t TrustEngine::people() const {
  Lock lock(state_->mutex);
  return state_->book.people();
}

ipld::Digest TrustEngine::state_hash() const {
  Lock lock(state_->mutex);
  return state_->book.hash();
}

Result<StatementPage> read_statements(const ports::StateReader& store, const std::optional<Bytes>& after,
                                      std::size_t count,
                                      const std::function<bool(const model::TrustStatement&)>& wanted) {
  Bytes begin = model::key_of(model::keys::kTrust);
  if (after) {
    if (after->size() < begin.size() || !std::equal(begin.begin(), begin.end(), after->begin())) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kCursor),
                    "The cursor is not one that a list of statements of trust returned.");
    }
    begin = *after;
    begin.push_back(0);  // the first key after it
  }
  StatementPage page;
  Bytes last;
  ICN_TRY(ports::scan_each(store, begin, model::end_of(model::keys::kTrust),
                           [&](ByteView key, ByteView value) -> Result<bool> {
                             model::TrustRecord record = ICN_TRY(read_row(key, value));
                             if (wanted && !wanted(record.statement)) return true;
                             if (page.statements.size() == count) {
                               page.next = last;
                               return false;
                             }
                             page.statements.push_back(std::move(record.statement));
                             last = copy_of(key);
                             return true;
                           }));
  return page;
}

Result<std::optional<model::TrustGrant>> find_grant(const ports::StateReader& store,
                                                    const model::TrustRevocation& revocation) {
  const Bytes key = detail::row_key(revocation);
  const auto bytes = ICN_TRY(store.get(key));
  if (!bytes) return std::nullopt;
  const model::TrustRecord record = ICN_TRY(read_row(key, *bytes));
  const auto* grant = std::get_if<model::TrustGrant>(&record.statement);
  return grant == nullptr ? std::nullopt : std::optional(*grant);
}

Result<std::uint64_t> verify_statements(const ports::StateReader& store, const model::SigningKeys& keys) {
  std::uint64_t count = 0;
  ICN_TRY(for_each_row(store, [&](const model::TrustRecord& record) -> Result<void> {
    ICN_TRY(model::verify_recorded(record, keys));
    ++count;
    return {};
  }));
  return count;
}

}  // namespace icn::trust
