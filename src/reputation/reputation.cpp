#include "reputation/reputation.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "model/keys.hpp"

namespace icn::reputation {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint64_t kDayMs = 86'400'000;

struct DigestHash {
  std::size_t operator()(const ipld::Digest& digest) const {
    std::size_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);
    return value;
  }
};

// What two parties have earned from each other in one day.
struct PairDay {
  std::uint64_t day = 0;
  std::uint64_t micro_points = 0;
};

// Governed amounts are unbounded; what exceeds 64 bits saturates.
std::uint64_t micro(std::uint64_t points) {
  return points > UINT64_MAX / Score::kPoint ? UINT64_MAX : points * Score::kPoint;
}
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return a + std::min(b, UINT64_MAX - a); }

Bytes seen_key(const ipld::Digest& receipt) { return model::key_of(model::keys::kReputationSeen, receipt); }

// The counted receipts: those that may not be durable yet in memory, all others in the store.
class SeenReceipts {
 public:
  // Errors: storage.
  Result<void> attach(const ports::StateReader& store) {
    store_ = &store;
    return store.scan(model::key_of(model::keys::kReputationSeen), model::end_of(model::keys::kReputationSeen),
                      [&](ByteView, ByteView) {
                        forgets_ = true;
                        return false;
                      });
  }
  // Errors: storage.
  Result<bool> contains(const ipld::Digest& receipt) {
    if (recent_.contains(receipt) || older_.contains(receipt)) return true;
    if (!forgets_ || receipt == absent_) return false;
    if (ICN_TRY(store_->get(seen_key(receipt)))) return true;
    absent_ = receipt;
    return false;
  }
  void add(const ipld::Digest& receipt) {
    recent_.insert(receipt);
    newest_ = receipt;
    if (recent_.size() % Reputation::kSeenMax == 0) rotate();
  }
  [[nodiscard]] std::size_t size() const { return recent_.size() + older_.size(); }

 private:
  // Commits keep their order: if the newest of the older ones is durable, all of them are.
  void rotate() {
    if (!older_.empty()) {
      if (store_ == nullptr) return;
      const auto durable = store_->get(seen_key(newest_older_));
      if (!durable || !*durable) return;
      forgets_ = true;
    }
    older_.swap(recent_);
    recent_.clear();
    newest_older_ = newest_;
  }

  const ports::StateReader* store_ = nullptr;
  std::unordered_set<ipld::Digest, DigestHash> recent_;
  std::unordered_set<ipld::Digest, DigestHash> older_;
  ipld::Digest newest_{};
  ipld::Digest newest_older_{};
  std::optional<ipld::Digest> absent_;  // not in the store at the last lookup; only add() can change that
  bool forgets_ = false;                // the store has some that memory does not
};

}  // namespace

struct Reputation::State {
  mutable Mutex mutex;
  std::unordered_map<model::Did, Score> scores ICN_GUARDED_BY(mutex);
  SeenReceipts seen ICN_GUARDED_BY(mutex);
  std::map<std::pair<model::Did, model::Did>, PairDay> pairs ICN_GUARDED_BY(mutex);

  void write_score(const model::Did& did, ports::Batch& batch) ICN_REQUIRES(mutex) {
    Bytes value{kVersion};
    append_be64(value, scores[did].micro_points);
    batch.put(model::key_of(model::keys::kReputation, did.key()), std::move(value));
  }
  void add(const model::Did& did, std::uint64_t micro_points, ports::Batch& batch) ICN_REQUIRES(mutex) {
    if (micro_points == 0) return;
    Score& score = scores[did];
    score.micro_points = sum(score.micro_points, micro_points);
    write_score(did, batch);
  }
  // Splits what the pair may still earn of `most` on the day of the settlement: first the executor, then the submitter.
  struct Gains {
    std::uint64_t executor;
    std::uint64_t submitter;
  };
  Gains admit(const Settled& settled, const Gains& wanted, std::uint64_t most, ports::Batch& batch)
      ICN_REQUIRES(mutex) {
    // In either direction it is the same pair: two that work for each other share one allowance.
    const auto [first, second] = std::minmax(settled.submitter, settled.executor);
    PairDay& pair = pairs[{first, second}];
    const std::uint64_t day = settled.time.value / kDayMs;
    // A clock that was set back does not start a new day.
    if (day > pair.day) pair = {day, 0};
    const std::uint64_t left = most - std::min(pair.micro_points, most);
    const std::uint64_t executor = std::min(wanted.executor, left);
    const Gains gains{executor, std::min(wanted.submitter, left - executor)};
    pair.micro_points += gains.executor + gains.submitter;
    Bytes key = model::key_of(model::keys::kReputation, first.key());
    append(key, second.key());
    Bytes value{kVersion};
    append_be64(value, pair.day);
    append_be64(value, pair.micro_points);
    batch.put(std::move(key), std::move(value));
    return gains;
  }
};

Rules Rules::of(const model::Parameters& parameters) {
  using Key = model::ParameterKey;
  return {parameters[Key::reputation_receipt_points],   parameters[Key::reputation_fuel_per_extra_point],
          parameters[Key::reputation_extra_points_max], parameters[Key::reputation_submission_micro_points],
          parameters[Key::reputation_fault_points],     parameters[Key::reputation_pair_points_per_day_max]};
}

Reputation::Reputation() : state_(std::make_unique<State>()) {}
Reputation::~Reputation() = default;

Result<std::unique_ptr<Reputation>> Reputation::open(const ports::StateStore& store) {
  auto reputation = std::make_unique<Reputation>();
  State& state = *reputation->state_;
  Lock lock(state.mutex);
  const auto bad = [](std::string_view what) {
    return fail(ErrorCode::corrupted, "a reputation record " + std::string(what));
  };
  const auto did_at = [](ByteView key, std::size_t at) {
    model::PublicKey did;
    std::copy_n(key.begin() + static_cast<std::ptrdiff_t>(at), did.size(), did.begin());
    return model::Did::of_key(did);
  };
  const std::size_t head = model::keys::kReputation.size();
  const auto visit = [&](ByteView key, ByteView value) ICN_REQUIRES(state.mutex) -> Result<bool> {
    if (!value.empty() && value[0] > kVersion) {
      return fail(ErrorCode::unsupported_version, "a reputation record has a version that this program does not know");
    }
    if (value.empty() || value[0] != kVersion) return bad("has no version");
    if (key.size() == head + 32 && value.size() == 9) {
      state.scores[did_at(key, head)] = Score{read_be64(value.data() + 1)};
    } else if (key.size() == head + 64 && value.size() == 17) {
      state.pairs[{did_at(key, head), did_at(key, head + 32)}] = {read_be64(value.data() + 1),
                                                                  read_be64(value.data() + 9)};
    } else {
      return bad("has the wrong length");
    }
    return true;
  };
  ICN_TRY(
      ports::scan_each(store, model::key_of(model::keys::kReputation), model::end_of(model::keys::kReputation), visit));
  ICN_TRY(state.seen.attach(store));
  return reputation;
}

Score Reputation::score(const model::Did& did) const {
  Lock lock(state_->mutex);
  const auto found = state_->scores.find(did);
  return found == state_->scores.end() ? Score{} : found->second;
}

Result<void> Reputation::settle(const Settled& settled, const Rules& rules, ports::Batch& batch) {
  Lock lock(state_->mutex);
  if (ICN_TRY(state_->seen.contains(settled.receipt))) return {};
  state_->seen.add(settled.receipt);
  batch.put(seen_key(settled.receipt), Bytes{kVersion});
  if (settled.operators == Operators::same || settled.executor == settled.submitter) return {};
  const std::uint64_t extra =
      rules.fuel_per_extra_point == 0 ? 0 : std::min(settled.fuel / rules.fuel_per_extra_point, rules.extra_points_max);
  const State::Gains wanted{micro(sum(rules.receipt_points, extra)), rules.submission_micro_points};
  const State::Gains gains = state_->admit(settled, wanted, micro(rules.pair_points_per_day_max), batch);
  state_->add(settled.executor, gains.executor, batch);
  state_->add(settled.submitter, gains.submitter, batch);
  return {};
}

Result<bool> Reputation::counted(const ipld::Digest& receipt) {
  Lock lock(state_->mutex);
  return state_->seen.contains(receipt);
}

std::size_t Reputation::remembered() const {
  Lock lock(state_->mutex);
  return state_->seen.size();
}

void Reputation::penalise(const model::Did& executor, const Rules& rules, ports::Batch& batch) {
  Lock lock(state_->mutex);
  Score& score = state_->scores[executor];
  score.micro_points -= std::min(score.micro_points, micro(rules.fault_points));
  state_->write_score(executor, batch);
}

Result<void> check_counted(const ports::StateReader& store) {
  const std::size_t length = model::keys::kReputationSeen.size() + ipld::Digest{}.size();
  const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
    if (key.size() == length && value.size() == 1 && value[0] == kVersion) return true;
    return fail(ErrorCode::corrupted, "a row of a counted receipt has a malformed key");
  };
  return ports::scan_each(store, model::key_of(model::keys::kReputationSeen),
                          model::end_of(model::keys::kReputationSeen), visit);
}

}  // namespace icn::reputation
