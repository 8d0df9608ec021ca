#include "config/did_resolvers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "backends/registry.hpp"
#include "core/mutex.hpp"
#include "identity/resolver_chain.hpp"

namespace icn::config {
namespace {

// A backend that is opened by its first question. A backend resolves the method of its name.
class ResolverOnDemand : public ports::DidResolver {
 public:
  ResolverOnDemand(ports::Descriptor descriptor, std::string url) : descriptor_(descriptor), url_(std::move(url)) {}
  bool resolves(std::string_view method) const override { return method == descriptor_.name; }
  Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override {
    return ICN_TRY(opened())->resolve(did);
  }
  const ports::Descriptor& descriptor() const override { return descriptor_; }

 private:
  Result<ports::DidResolver*> opened() {
    Lock lock(mutex_);
    if (resolver_ == nullptr) resolver_ = ICN_TRY(backends::did_resolver::open(url_));
    // Never changes once it is set.
    return resolver_.get();
  }

  const ports::Descriptor descriptor_;
  const std::string url_;
  Mutex mutex_;
  std::unique_ptr<ports::DidResolver> resolver_ ICN_GUARDED_BY(mutex_);
};

Result<std::vector<std::shared_ptr<ports::DidResolver>>> read_list(std::string_view list) {
  std::vector<std::shared_ptr<ports::DidResolver>> members;
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view url = list.substr(0, comma);
    const ports::Descriptor descriptor = ICN_TRY(backends::did_resolver::describe(url));
    for (const auto& member : members) {
      if (member->descriptor().name == descriptor.name)
        return fail(ErrorCode::invalid_argument, "the resolver '" + std::string(descriptor.name) + "' is named twice");
    }
    members.push_back(std::make_shared<ResolverOnDemand>(descriptor, std::string(url)));
    if (comma == list.size()) return members;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<void> check_resolvers(std::string_view list) {
  ICN_TRY(read_list(list));
  return {};
}

Result<std::shared_ptr<ports::DidResolver>> open_resolvers(std::string_view list, std::shared_ptr<ports::Clock> clock) {
  return std::make_shared<identity::ResolverChain>(ICN_TRY(read_list(list)), std::move(clock));
}

}  // namespace icn::config
