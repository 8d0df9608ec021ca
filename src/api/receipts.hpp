// Receipts: showing, verifying and replaying them (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/names.hpp"
#include "api/operation.hpp"
#include "runtime/find.hpp"
#include "runtime/replay.hpp"

namespace icn::api {

template <>
struct EnumNames<runtime::ReplayVerdict> {
  static constexpr auto values = first_values<runtime::ReplayVerdict, 4>();
  static_assert(values.back() == runtime::ReplayVerdict::unknown_profile);
  static std::string_view name(runtime::ReplayVerdict verdict) { return runtime::replay_verdict_name(verdict); }
};

struct ReceiptNamed {
  std::string receipt;

  static constexpr auto fields() {
    return std::tuple{Field<&ReceiptNamed::receipt>{"receipt", kJobNameText, {.min = 1, .max = runtime::kNameMax}}};
  }
};

template <>
struct FieldsOf<model::Outcome> {
  static constexpr auto fields() {
    using T = model::Outcome;
    return std::tuple{
        Field<&T::kind>{"kind", "how the run ended"},
        Field<&T::code>{"code", "exit status of nonzero_exit, trap code of trap; else 0"},
    };
  }
};

// The body of a receipt, identical on every honest executor; its table is model::kReceiptFields.
template <>
struct FieldsOf<model::Receipt> {
  template <auto Member>
  static constexpr Field<Member> field(const model::ReceiptField<Member>& row) {
    return {row.name, row.text, {.null = true}};  // an empty output
  }
  static constexpr auto fields() {
    return std::apply([](const auto&... row) { return std::tuple{field(row)...}; }, model::kReceiptFields);
  }
};

struct ReceiptView : model::Receipt {
  static constexpr std::string_view kName = "receipt";
  static constexpr std::string_view kText = "A receipt and who signed it.";
  ipld::Cid receipt;
  ipld::Cid body;
  model::Did executor;
  model::Signature signature{};
  Nullable<ipld::Cid> anchor;

  static constexpr auto fields() {
    using T = ReceiptView;
    return std::tuple_cat(FieldsOf<model::Receipt>::fields(),
                          std::tuple{
                              Field<&T::receipt>{"receipt", "the signed envelope"},
                              Field<&T::body>{"body", "the body that is signed"},
                              Field<&T::executor>{"executor", "who signed it"},
                              Field<&T::signature>{"signature", "Ed25519, over the body's CID"},
                              Field<&T::anchor>{"anchor", "the DAG block that anchors it; null if this node has none"},
                          });
  }
};

struct ReceiptCheckView {
  std::string what;
  std::string detail;

  static constexpr auto fields() {
    using T = ReceiptCheckView;
    return std::tuple{
        Field<&T::what>{"what", "what was checked", {.min = 1}},
        Field<&T::detail>{"detail", "signer and subject", {.min = 1}},
    };
  }
};

struct Verification {
  static constexpr std::string_view kName = "verification";
  static constexpr std::string_view kText =
      "Every check that was made; all of them passed. A check that fails is an error instead.";
  ipld::Cid receipt;
  ipld::Cid anchor;
  bool verified = true;
  std::vector<ReceiptCheckView> checks;

  static constexpr auto fields() {
    using T = Verification;
    return std::tuple{
        Field<&T::receipt>{"receipt", "the signed envelope"},
        Field<&T::anchor>{"anchor", "the DAG block that anchors it"},
        Field<&T::verified>{"verified", "always true", {.min = 1}},
        Field<&T::checks>{"checks", "the checks in order", {.min = 1}},
    };
  }
};

struct Replay {
  static constexpr std::string_view kName = "replay";
  static constexpr std::string_view kText =
      "The result of a re-execution from blocks. Exit 0 only with the verdict match.";
  ipld::Cid receipt;
  runtime::ReplayVerdict verdict = runtime::ReplayVerdict::match;
  Nullable<std::string> field;
  Nullable<std::uint64_t> call_index;
  std::string detail;
  Nullable<model::Receipt> expected;
  Nullable<model::Receipt> got;

  static constexpr auto fields() {
    using T = Replay;
    return std::tuple{
        Field<&T::receipt>{"receipt", "the signed envelope"},
        Field<&T::verdict>{"verdict", "result of the comparison"},
        Field<&T::field>{"field", "the first field that differs", {.form = Form::word}},
        Field<&T::call_index>{"call_index", "the first host call that differs, if the transcripts show it"},
        Field<&T::detail>{"detail", "one sentence", {.min = 1}},
        Field<&T::expected>{"expected", "the signed body"},
        Field<&T::got>{"got", "the body that the re-execution produced"},
    };
  }
  static std::vector<Rule> rules();
};

// Errors: missing_data, invalid_format, not_found (a job without a receipt).
[[nodiscard]] Result<ReceiptView> show_receipt(Context& context, const ReceiptNamed& request);
// Errors: as runtime::verify_receipt.
[[nodiscard]] Result<Verification> verify_receipt(Context& context, const ReceiptNamed& request);
// Errors: as runtime::replay_receipt.
[[nodiscard]] Result<Replay> replay_receipt(Context& context, const ReceiptNamed& request);

}  // namespace icn::api
