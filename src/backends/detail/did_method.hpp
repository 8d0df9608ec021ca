// What the DID resolvers share: the refusal of another method, and the resolver of a method whose documents follow from
// the DIDs themselves. Stateless.
#pragma once
#include <fmt/core.h>

#include "model/did_methods.hpp"
#include "ports/factories.hpp"

namespace icn::backends::detail {

// Errors: unsupported (the rule is did_method: the DID is not one of the method).
[[nodiscard]] inline Result<void> check_method(const model::DidUrl& did, std::string_view method) {
  if (did.method() == method) return {};
  return refuse(ErrorCode::unsupported, "did_method",
                fmt::format("'{}' is not a did:{}", did.did().substr(0, 100), method));
}

// The descriptor's name is that of the method.
class DerivedDidResolver : public ports::DidResolver {
 public:
  explicit DerivedDidResolver(const ports::Descriptor& descriptor) : descriptor_(descriptor) {}
  bool resolves(std::string_view method) const override { return method == descriptor_.name; }
  Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override {
    ICN_TRY(check_method(did, descriptor_.name));
    return std::make_shared<const ports::ResolvedDid>(
        ports::ResolvedDid{ICN_TRY(model::derived_document(did)), std::nullopt});
  }
  const ports::Descriptor& descriptor() const override { return descriptor_; }

  [[nodiscard]] static Result<std::unique_ptr<ports::DidResolver>> open(const ports::Descriptor& descriptor,
                                                                        std::string_view location) {
    if (!location.empty()) {
      return fail(ErrorCode::invalid_argument,
                  fmt::format("The resolver '{}' has no settings, so not '{}'", descriptor.name, location));
    }
    return std::make_unique<DerivedDidResolver>(descriptor);
  }

 private:
  const ports::Descriptor& descriptor_;
};

}  // namespace icn::backends::detail
