#include "reputation/reputation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/check.hpp"
#include "core/ppm.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"

namespace icn::reputation {
namespace {

constexpr std::uint8_t kVersion = 1;       // of a pair, of a counted receipt, of the last decay, and of an old score
constexpr std::uint8_t kScoreVersion = 2;  // with the number of its changes
constexpr std::uint8_t kRunningDecayVersion = 2;
constexpr std::uint64_t kChangeVersion = 1;
constexpr std::size_t kChangeFields = 8;
__extension__ using Wide = unsigned __int128;
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

struct Standing {
  Score score;
  std::uint64_t changes = 0;
};

struct LastDecay {
  std::uint64_t day = 0;
  std::uint64_t ppm = 0;  // 0: none yet
  // Of a decay that is not complete: how many days it takes, and the last score that it took them of.
  std::uint64_t days = 0;  // 0: it is complete
  model::Did taken;        // its first score is above this one, of a key of zeros
};

Bytes bytes_of_decay(const LastDecay& decay) {
  Bytes value{decay.days == 0 ? kVersion : kRunningDecayVersion};
  append_be64(value, decay.day);
  append_be64(value, decay.ppm);
  if (decay.days == 0) return value;
  append_be64(value, decay.days);
  append(value, decay.taken.key());
  return value;
}

Result<LastDecay> read_decay(ByteView value) {
  if (!value.empty() && value[0] > kRunningDecayVersion)
    return fail(ErrorCode::unsupported_version, "the last decay of reputation has a version that is not known");
  constexpr std::size_t kComplete = 1 + 2 * 8;
  constexpr std::size_t kRunning = kComplete + 8 + 32;
  const bool running = value.size() == kRunning && value[0] == kRunningDecayVersion;
  if (!running && (value.size() != kComplete || value[0] != kVersion))
    return fail(ErrorCode::corrupted, "a reputation record of the last decay is damaged");
  LastDecay decay{read_be64(value.data() + 1), read_be64(value.data() + 9), 0, {}};
  if (!running) return decay;
  decay.days = read_be64(value.data() + kComplete);
  model::PublicKey key{};
  std::copy_n(value.begin() + kComplete + 8, key.size(), key.begin());
  decay.taken = model::Did::of_key(key);
  if (decay.days == 0 || decay.days > Reputation::kDecayDaysMax)
    return fail(ErrorCode::corrupted, "a reputation record of the last decay is damaged");
  return decay;
}

Bytes change_key(const model::Did& did, std::uint64_t number) {
  Bytes key = model::key_of(model::keys::kReputationChange, did.key());
  append_be64(key, number);
  return key;
}

Bytes bytes_of_change(const Change& change) {
  ipld::CborWriter out;
  out.array(kChangeFields).unsigned_integer(kChangeVersion).unsigned_integer(change.time.value);
  out.unsigned_integer(static_cast<std::uint64_t>(change.reason));
  out.unsigned_integer(change.before.micro_points).unsigned_integer(change.after.micro_points);
  out.bytes(change.receipt ? ByteView(*change.receipt) : ByteView());
  out.bytes(change.job ? ByteView(*change.job) : ByteView());
  out.bytes(change.other ? ByteView(change.other->key()) : ByteView());
  return out.take();
}

// Empty, or 32 bytes.
Result<std::optional<ipld::Digest>> read_digest(ipld::CborReader& in) {
  const auto bytes = ICN_TRY(in.bytes());
  if (bytes.empty()) return std::optional<ipld::Digest>();
  ipld::Digest digest{};
  if (bytes.size() != digest.size()) return fail(ErrorCode::corrupted, "a name of the wrong length");
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return std::optional(digest);
}

Result<Change> read_change(ByteView value) {
  ipld::CborReader in(value);
  const std::size_t fields = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != kChangeVersion) return fail(ErrorCode::unsupported_version, "version " + std::to_string(version));
  Change change;
  change.time.value = ICN_TRY(in.unsigned_integer());
  const std::uint64_t reason = ICN_TRY(in.unsigned_integer());
  if (fields != kChangeFields || reason >= kReasons) return fail(ErrorCode::corrupted, "the wrong fields");
  change.reason = static_cast<Reason>(reason);
  change.before.micro_points = ICN_TRY(in.unsigned_integer());
  change.after.micro_points = ICN_TRY(in.unsigned_integer());
  change.receipt = ICN_TRY(read_digest(in));
  change.job = ICN_TRY(read_digest(in));
  if (const auto other = ICN_TRY(read_digest(in))) change.other = model::Did::of_key(*other);
  ICN_TRY(in.end());
  return change;
}

// With the number from the key, whose length is checked.
Result<Change> read_change_row(ByteView key, ByteView value) {
  constexpr std::size_t kLength = model::keys::kReputationChange.size() + 32 + 8;
  Result<Change> change = read_change(value);
  if (change && key.size() == kLength) {
    change->number = read_be64(key.data() + kLength - 8);
    return change;
  }
  const bool newer = !change && change.error().code == ErrorCode::unsupported_version;
  return fail(newer ? ErrorCode::unsupported_version : ErrorCode::corrupted,
              "a change of a reputation cannot be read: " +
                  (change ? std::string("its key is malformed") : change.error().detail));
}

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
  std::unordered_map<model::Did, Standing> scores ICN_GUARDED_BY(mutex);
  LastDecay last_decay ICN_GUARDED_BY(mutex);
  SeenReceipts seen ICN_GUARDED_BY(mutex);
  std::map<std::pair<model::Did, model::Did>, PairDay> pairs ICN_GUARDED_BY(mutex);

  // The decay that is on, or the one that begins now; without days if there is neither.
  [[nodiscard]] LastDecay next_decay(const Rules& rules, model::UnixMs now) const ICN_REQUIRES(mutex);
  // Whose turn is next in it, sorted.
  [[nodiscard]] std::vector<model::Did> decaying(const LastDecay& decay) const ICN_REQUIRES(mutex);

  // Does nothing if the score stays the same.
  void change(const model::Did& did, std::uint64_t micro_points, Change change, ports::Batch& batch)
      ICN_REQUIRES(mutex) {
    const auto at = scores.find(did);
    change.before = at == scores.end() ? Score{} : at->second.score;
    change.after = Score{micro_points};
    if (change.before == change.after) return;
    Standing& standing = scores[did];
    standing.score = change.after;
    ++standing.changes;
    Bytes value{kScoreVersion};
    append_be64(value, standing.score.micro_points);
    append_be64(value, standing.changes);
    batch.put(model::key_of(model::keys::kReputation, did.key()), std::move(value));
    batch.put(change_key(did, standing.changes), bytes_of_change(change));
  }
  void add(const model::Did& did, std::uint64_t micro_points, Change why, ports::Batch& batch) ICN_REQUIRES(mutex) {
    if (micro_points == 0) return;
    change(did, sum(scores[did].score.micro_points, micro_points), std::move(why), batch);
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
          parameters[Key::reputation_fault_points],     parameters[Key::reputation_pair_points_per_day_max],
          parameters[Key::reputation_decay_ppm_per_day]};
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
    const bool is_score = key.size() == head + 32;
    if (!is_score && key.size() != head + 64) return bad("has the wrong length");
    if (!value.empty() && value[0] > (is_score ? kScoreVersion : kVersion)) {
      return fail(ErrorCode::unsupported_version, "a reputation record has a version that this program does not know");
    }
    if (value.empty() || value[0] == 0) return bad("has no version");
    if (is_score && value[0] == kVersion && value.size() == 9) {
      state.scores[did_at(key, head)] = {Score{read_be64(value.data() + 1)}, 0};
    } else if (is_score && value[0] == kScoreVersion && value.size() == 17) {
      state.scores[did_at(key, head)] = {Score{read_be64(value.data() + 1)}, read_be64(value.data() + 9)};
    } else if (!is_score && value.size() == 17) {
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
  const std::optional<Bytes> last = ICN_TRY(store.get(model::key_of(model::keys::kReputationDecay)));
  if (last) state.last_decay = ICN_TRY(read_decay(*last));
  return reputation;
}

Score Reputation::score(const model::Did& did) const {
  Lock lock(state_->mutex);
  const auto found = state_->scores.find(did);
  return found == state_->scores.end() ? Score{} : found->second.score;
}

std::uint64_t Reputation::changes(const model::Did& did) const {
  Lock lock(state_->mutex);
  const auto found = state_->scores.find(did);
  return found == state_->scores.end() ? 0 : found->second.changes;
}

Result<void> Reputation::settle(const Settled& settled, const Rules& rules, ports::Batch& batch) {
  Lock lock(state_->mutex);
  if (ICN_TRY(state_->seen.contains(settled.receipt))) return {};
  state_->seen.add(settled.receipt);
  batch.put(seen_key(settled.receipt), Bytes{kVersion});
  if (settled.operators == Operators::same || settled.executor == settled.submitter) return {};
  if (settled.work == Work::failed) return {};
  const std::uint64_t extra =
      rules.fuel_per_extra_point == 0 ? 0 : std::min(settled.fuel / rules.fuel_per_extra_point, rules.extra_points_max);
  const State::Gains wanted{micro(sum(rules.receipt_points, extra)), rules.submission_micro_points};
  const State::Gains gains = state_->admit(settled, wanted, micro(rules.pair_points_per_day_max), batch);
  const auto why = [&](Reason reason, const model::Did& other) {
    return Change{0, settled.time, reason, {}, {}, settled.receipt, settled.job, other};
  };
  state_->add(settled.executor, gains.executor, why(Reason::executed, settled.submitter), batch);
  state_->add(settled.submitter, gains.submitter, why(Reason::submitted, settled.executor), batch);
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

void Reputation::penalise(const Fault& fault, const Rules& rules, ports::Batch& batch) {
  Lock lock(state_->mutex);
  const auto at = state_->scores.find(fault.executor);
  if (at == state_->scores.end()) return;
  const std::uint64_t score = at->second.score.micro_points;
  state_->change(fault.executor, score - std::min(score, micro(rules.fault_points)),
                 Change{0, fault.time, Reason::fault, {}, {}, {}, fault.job, {}}, batch);
}

bool Reputation::decay_is_due(const Rules& rules, model::UnixMs now) const {
  Lock lock(state_->mutex);
  const LastDecay last = state_->last_decay;
  return last.days != 0 || last.ppm != rules.decay_ppm_per_day || (last.ppm != 0 && now.value / kDayMs > last.day);
}

LastDecay Reputation::State::next_decay(const Rules& rules, model::UnixMs now) const {
  const LastDecay& last = last_decay;
  if (last.days != 0) return last;
  const std::uint64_t ppm = rules.decay_ppm_per_day;
  const std::uint64_t day = now.value / kDayMs;
  // Days that were taken are not taken again when the clock was set back in between.
  if (last.ppm != ppm) return {std::max(day, last.day), ppm, 0, {}};
  if (ppm == 0 || day <= last.day) return last;
  return {day, ppm, std::min(day - last.day, kDecayDaysMax), {}};
}

std::vector<model::Did> Reputation::State::decaying(const LastDecay& decay) const {
  std::vector<model::Did> dids;
  if (decay.days == 0) return dids;
  for (const auto& [did, standing] : scores) {
    if (standing.score.micro_points != 0 && did > decay.taken) dids.push_back(did);
  }
  const auto end = dids.begin() + static_cast<std::ptrdiff_t>(std::min(kDecayedAtOnce, dids.size()));
  std::partial_sort(dids.begin(), end, dids.end());
  dids.erase(end, dids.end());
  return dids;
}

std::vector<model::Did> Reputation::decaying(const Rules& rules, model::UnixMs now) const {
  Lock lock(state_->mutex);
  return state_->decaying(state_->next_decay(rules, now));
}

std::size_t Reputation::decay(const Rules& rules, model::UnixMs now, ports::Batch& batch) {
  ICN_CHECK(rules.decay_ppm_per_day <= kPpm);
  Lock lock(state_->mutex);
  LastDecay next = state_->next_decay(rules, now);
  const std::vector<model::Did> dids = state_->decaying(next);
  for (const model::Did& did : dids) {
    std::uint64_t left = state_->scores[did].score.micro_points;
    for (std::uint64_t i = 0; i < next.days; ++i)
      left = static_cast<std::uint64_t>(Wide{left} * (kPpm - next.ppm) / kPpm);
    state_->change(did, left, Change{0, now, Reason::decay, {}, {}, {}, {}, {}}, batch);
  }
  if (dids.size() < kDecayedAtOnce) {
    next.days = 0;
    next.taken = {};
  } else {
    next.taken = dids.back();
  }
  Bytes value = bytes_of_decay(next);
  if (value != bytes_of_decay(state_->last_decay))
    batch.put(model::key_of(model::keys::kReputationDecay), std::move(value));
  state_->last_decay = next;
  return dids.size();
}

std::string_view reason_name(Reason reason) {
  constexpr std::array<std::string_view, kReasons> names{"executed", "submitted", "fault", "decay"};
  return names[static_cast<std::size_t>(reason)];
}

Result<void> for_each_change(const ports::StateReader& store, const model::Did& did, std::uint64_t from,
                             const std::function<bool(const Change&)>& visit) {
  // No DID has 2^64 - 1 changes.
  return ports::scan_each(
      store, change_key(did, from), change_key(did, UINT64_MAX),
      [&](ByteView key, ByteView row) -> Result<bool> { return visit(ICN_TRY(read_change_row(key, row))); });
}

Result<void> check_counted(const ports::StateReader& store) {
  const std::size_t length = model::keys::kReputationSeen.size() + ipld::Digest{}.size();
  const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
    if (key.size() == length && value.size() == 1 && value[0] == kVersion) return true;
    return fail(ErrorCode::corrupted, "a row of a counted receipt has a malformed key");
  };
  ICN_TRY(ports::scan_each(store, model::key_of(model::keys::kReputationSeen),
                           model::end_of(model::keys::kReputationSeen), visit));
  return ports::scan_each(store, model::key_of(model::keys::kReputationChange),
                          model::end_of(model::keys::kReputationChange),
                          [](ByteView key, ByteView row) -> Result<bool> {
                            return read_change_row(key, row).map([](const Change&) { return true; });
                          });
}

}  // namespace icn::reputation
