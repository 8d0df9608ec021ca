// Resolving DIDs of any method (docs/OPERATIONS.md).
#pragma once
#include "api/operation.hpp"

namespace icn::api {

struct ResolveDidRequest {
  std::string did;

  static constexpr auto fields() {
    return std::tuple{
        Field<&ResolveDidRequest::did>{"did", "a DID, or a DID URL, whose DID is resolved", {.min = 1, .max = 4'096}}};
  }
};

struct DidDocumentView {
  static constexpr std::string_view kName = "did_document";
  static constexpr std::string_view kText = "What a DID resolves to.";
  JsonText document;

  static constexpr auto fields() {
    return std::tuple{Field<&DidDocumentView::document>{"document", "the W3C document, with all its members"}};
  }
};

// Uses Context::did_resolver, else the node's. Errors: invalid_argument (not a DID), unsupported (no resolver, or none
// for the method), and those of ports::DidResolver::resolve.
[[nodiscard]] Result<DidDocumentView> resolve_did(Context& context, const ResolveDidRequest& request);
// Returns the document alone, laid out as `--json` lays out an answer.
[[nodiscard]] std::string document_text(const DidDocumentView& view);

}  // namespace icn::api
