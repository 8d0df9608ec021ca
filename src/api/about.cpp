#include "api/about.hpp"

#include "abi/describe.hpp"
#include "api/detail/derive.hpp"
#include "wasm/executor.hpp"

namespace icn::api {
namespace {

Nullable<JsonText> schema_of(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(JsonText{std::string(text)});
}

HostFunction view(const abi::HostFn& fn) {
  HostFunction row;
  row.index = fn.index;
  row.module = fn.module;
  row.name = fn.name;
  row.params.assign(fn.params.begin(), fn.params.end());
  row.results.assign(fn.results.begin(), fn.results.end());
  row.fuel = fn.fuel.base;
  row.fuel_per_byte = fn.fuel.per_byte;
  row.fuel_per_item = fn.fuel.per_item;
  row.capability = static_cast<NeededCapability>(fn.needs);
  row.doc = fn.doc;
  const std::vector<std::string> names = abi::argument_names(fn);
  for (std::size_t i = 0; i < fn.args.size(); ++i) row.arguments.push_back({names[i], fn.args[i].kind});
  row.answer = fn.answer;
  row.request = schema_of(fn.request);
  row.response = schema_of(fn.response);
  return row;
}

std::string text_of_form(AbiForm form, const HostAbi& abi) {
  switch (form) {
    case AbiForm::md:
      return abi::host_abi_markdown();
    case AbiForm::c:
      return abi::host_abi_c_header();
    case AbiForm::rust:
      return abi::host_abi_rust();
    case AbiForm::json:
      break;
  }
  return json_text(abi);
}

}  // namespace

std::string_view EnumNames<abi::ArgKind>::name(abi::ArgKind kind) { return abi::kind_name(kind); }
std::string_view EnumNames<abi::AnswerKind>::name(abi::AnswerKind kind) { return abi::answer_name(kind); }

Result<HostAbi> describe_abi(Context& context, const AbiRequest& request) {
  HostAbi answer;
  for (const abi::HostFn& fn : abi::host_table()) answer.functions.push_back(view(fn));
  if (context.out) ICN_TRY(context.out(view_of(text_of_form(request.form, answer))));
  return answer;
}

Result<Version> describe_version(Context&, const VersionRequest&) {
  return Version{ICN_VERSION, wasm::profile_block().cid};
}

template struct Shape<AbiRequest>;
template struct Shape<HostAbi>;
template struct Shape<VersionRequest>;
template struct Shape<Version>;

}  // namespace icn::api
