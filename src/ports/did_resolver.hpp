// Resolves DIDs to their documents. Implementations are thread safe; a call may wait for another machine, for a bounded
// time.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "model/did_document.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

struct ResolvedDid {
  model::DidDocument document;
  // How long the document may be used without asking again; empty: it follows from the DID and never changes.
  std::optional<std::uint64_t> fresh_ms;
};

class DidResolver {
 public:
  virtual ~DidResolver() = default;
  // Whether it is responsible for the DIDs of this method ("web").
  [[nodiscard]] virtual bool resolves(std::string_view method) const = 0;
  // The document of `did.did()`; path, query and fragment do not matter. Errors: unsupported (the method, or a kind of
  // DID within it), invalid_argument (not a DID of its method), not_found, invalid_format and limit_exceeded (what was
  // found is not its document), permission_denied (an address that must not be asked), infrastructure (no answer).
  [[nodiscard]] virtual Result<std::shared_ptr<const ResolvedDid>> resolve(const model::DidUrl& did) = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
