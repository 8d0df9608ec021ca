// Resolves did:web: fetches the document over HTTPS and checks that it is the DID's.
#include "backends/detail/did_method.hpp"
#include "backends/did_resolver/web/descriptor.hpp"
#include "backends/did_resolver/web/fetch.hpp"
#include "backends/did_resolver/web/web_url.hpp"
#include "ports/factories.hpp"

namespace icn::backends::did_resolver::web {
namespace {

class WebDidResolver : public ports::DidResolver {
 public:
  explicit WebDidResolver(FetchSettings settings) : settings_(std::move(settings)) {}
  bool resolves(std::string_view method) const override { return method == "web"; }
  Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override {
    ICN_TRY(detail::check_method(did, "web"));
    const Fetched fetched = ICN_TRY(fetch(ICN_TRY(document_url(did)), settings_));
    return std::make_shared<const ports::ResolvedDid>(
        ports::ResolvedDid{ICN_TRY(model::DidDocument::read(fetched.body, did)), fetched.fresh_ms});
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  const FetchSettings settings_;
};

Result<std::unique_ptr<ports::DidResolver>> open(std::string_view location) {
  return std::make_unique<WebDidResolver>(ICN_TRY(parse_settings(location)));
}

}  // namespace

extern const ports::Backend<ports::did_resolver_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::did_resolver::web
