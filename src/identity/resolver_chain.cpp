#include "identity/resolver_chain.hpp"

#include <algorithm>

namespace icn::identity {
namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;
// A document in memory takes its text and about as much again for its keys.
constexpr std::size_t kEntryBytes = 512;

// Whether a failure is worth remembering: what follows from the DID's own text is found out again at no cost.
bool is_remembered(const Error& error) {
  return error.code != ErrorCode::invalid_argument && error.code != ErrorCode::unsupported;
}

}  // namespace

ResolverChain::ResolverChain(std::vector<std::shared_ptr<ports::DidResolver>> members,
                             std::shared_ptr<ports::Clock> clock, ResolverCacheBounds bounds)
    : members_(std::move(members)),
      clock_(std::move(clock)),
      bounds_(bounds),
      descriptor_{"did_resolver", "chain", ports::Grade::test, "one resolver per method, with a cache",
                  ports::Place::process} {
  const auto lowest = std::min_element(members_.begin(), members_.end(), [](const auto& a, const auto& b) {
    return a->descriptor().grade < b->descriptor().grade;
  });
  if (lowest != members_.end()) descriptor_.grade = (*lowest)->descriptor().grade;
}

ports::DidResolver* ResolverChain::member_for(std::string_view method) const {
  const auto at =
      std::find_if(members_.begin(), members_.end(), [&](const auto& member) { return member->resolves(method); });
  return at == members_.end() ? nullptr : at->get();
}

Result<std::shared_ptr<const ports::ResolvedDid>> ResolverChain::resolve(const model::DidUrl& did) {
  {
    Lock lock(mutex_);
    for (;;) {
      if (const Entry* entry = fresh(did.did())) return entry->found;
      if (!asked_.contains(did.did())) break;
      answered_.wait(lock);
    }
    asked_.emplace(did.did());
  }
  ports::DidResolver* const member = member_for(did.method());
  const Found found = member != nullptr
                          ? member->resolve(did)
                          : Found(refuse(ErrorCode::unsupported, "did_method",
                                         "No resolver here knows the method 'did:" + std::string(did.method()) + "'"));
  Lock lock(mutex_);
  asked_.erase(asked_.find(did.did()));
  keep(did.did(), found);
  answered_.notify_all();
  return found;
}

const ResolverChain::Entry* ResolverChain::fresh(std::string_view did) {
  const auto at = by_did_.find(did);
  if (at == by_did_.end()) return nullptr;
  const Entries::iterator entry = at->second;
  if (entry->until_ns && clock_->monotonic_ns() >= *entry->until_ns) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &*entry;
}

void ResolverChain::keep(std::string_view did, const Found& found) {
  if (!found && !is_remembered(found.error())) return;
  const std::optional<std::uint64_t> kept_ms = found ? (*found)->fresh_ms : std::optional(bounds_.failure_ms);
  if (kept_ms && *kept_ms == 0) return;
  std::optional<std::uint64_t> until_ns;
  if (kept_ms) until_ns = clock_->monotonic_ns() + *kept_ms * kNsPerMs;
  const std::size_t bytes =
      kEntryBytes + 2 * did.size() + (found ? 2 * (*found)->document.json().size() : found.error().detail.size());
  entries_.push_front({std::string(did), found, until_ns, bytes});
  by_did_[entries_.front().did] = entries_.begin();
  bytes_ += bytes;
  while (entries_.size() > bounds_.entries_max || (bytes_ > bounds_.bytes_max && !entries_.empty()))
    drop(std::prev(entries_.end()));
}

void ResolverChain::drop(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_did_.erase(entry->did);
  entries_.erase(entry);
}

}  // namespace icn::identity
