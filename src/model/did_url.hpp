// DidUrl: a DID of any method, or a DID URL with path, query or fragment, by the grammar of W3C DID Core 1.0 (§3).
//
// A value: holds the text exactly as it was given, so printing returns it unchanged, and compares by that text. Nothing
// is normalised: two spellings of a percent-encoded character are two DIDs, as the grammar has it. Whether a method
// accepts the identifier is up to its resolver. `model::Did` is the key that a member or a node signs with.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace icn::model {

inline constexpr std::size_t kDidUrlBytesMax = 4'096;
inline constexpr std::size_t kDidMethodBytesMax = 32;

class DidUrl {
 public:
  // Errors: invalid_argument (naming what is malformed), limit_exceeded.
  [[nodiscard]] static Result<DidUrl> parse(std::string_view text);
  // A DID alone: a path, a query or a fragment is refused. Errors: as parse().
  [[nodiscard]] static Result<DidUrl> parse_did(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  // "did:METHOD:ID", without path, query and fragment.
  [[nodiscard]] std::string_view did() const { return std::string_view(text_).substr(0, id_end_); }
  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view id() const;
  // With its leading '/'; empty if there is none.
  [[nodiscard]] std::string_view path() const;
  // Without '?' and '#'. A query or fragment may be present and empty.
  [[nodiscard]] std::optional<std::string_view> query() const;
  [[nodiscard]] std::optional<std::string_view> fragment() const;
  [[nodiscard]] bool is_did() const { return id_end_ == text_.size(); }

  friend auto operator<=>(const DidUrl& a, const DidUrl& b) { return a.text_ <=> b.text_; }
  friend bool operator==(const DidUrl& a, const DidUrl& b) { return a.text_ == b.text_; }

 private:
  explicit DidUrl(std::string_view text) : text_(text) {}

  std::string text_;
  // Ends of the parts in text_; an absent part is empty and ends where the part before it ends.
  std::size_t method_end_ = 0;
  std::size_t id_end_ = 0;
  std::size_t path_end_ = 0;
  std::size_t query_end_ = 0;  // the fragment is what follows
};

}  // namespace icn::model
