// ResolverChain: resolves a DID with the resolver of its method, and remembers what was found.
//
// Documents stay in the cache as long as their resolver permits, failures for a short time, so that an unreachable site
// is not asked again and again; both are bounded by number and bytes, and the least recently used go first. Several
// callers that ask for one DID at the same time cause one request. Thread safe; `resolve` waits as long as the member
// does.
#pragma once
#include <list>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/mutex.hpp"
#include "ports/clock.hpp"
#include "ports/did_resolver.hpp"

namespace icn::identity {

struct ResolverCacheBounds {
  std::size_t entries_max = 4'096;
  std::size_t bytes_max = 16 * 1024 * 1024;  // of DIDs and documents, about
  std::uint64_t failure_ms = 30'000;
};

class ResolverChain : public ports::DidResolver {
 public:
  // The first resolver that is responsible for a method is asked. Its descriptor states the lowest grade among the
  // members, test grade without any.
  ResolverChain(std::vector<std::shared_ptr<ports::DidResolver>> members, std::shared_ptr<ports::Clock> clock,
                ResolverCacheBounds bounds = {});

  [[nodiscard]] bool resolves(std::string_view method) const override { return member_for(method) != nullptr; }
  [[nodiscard]] Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override;
  [[nodiscard]] const ports::Descriptor& descriptor() const override { return descriptor_; }

 private:
  using Found = Result<std::shared_ptr<const ports::ResolvedDid>>;
  struct Entry {
    std::string did;
    Found found;
    std::optional<std::uint64_t> until_ns;  // empty: never expires
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // most recently used first

  [[nodiscard]] ports::DidResolver* member_for(std::string_view method) const;
  // The entry of the DID if it is still fresh; becomes the most recently used one.
  [[nodiscard]] const Entry* fresh(std::string_view did) ICN_REQUIRES(mutex_);
  void keep(std::string_view did, const Found& found) ICN_REQUIRES(mutex_);
  void drop(Entries::iterator entry) ICN_REQUIRES(mutex_);

  const std::vector<std::shared_ptr<ports::DidResolver>> members_;
  const std::shared_ptr<ports::Clock> clock_;
  const ResolverCacheBounds bounds_;
  ports::Descriptor descriptor_;
  Mutex mutex_;
  Condition answered_;
  Entries entries_ ICN_GUARDED_BY(mutex_);
  std::unordered_map<std::string_view, Entries::iterator> by_did_ ICN_GUARDED_BY(mutex_);  // keys are in the entries
  std::size_t bytes_ ICN_GUARDED_BY(mutex_) = 0;
  std::set<std::string, std::less<>> asked_ ICN_GUARDED_BY(mutex_);  // DIDs that a caller is resolving now
};

}  // namespace icn::identity
