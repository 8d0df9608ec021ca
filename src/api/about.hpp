// The program's version and host functions, independent of a node (docs/OPERATIONS.md). Thread safe.
#pragma once
#include "abi/host_call.hpp"
#include "api/operation.hpp"
#include "ipld/cid.hpp"

namespace icn::api {

template <>
struct EnumNames<abi::WasmType> {
  static constexpr auto values = first_values<abi::WasmType, 2>();
  static_assert(values.back() == abi::WasmType::i64);
  static std::string_view name(abi::WasmType type) { return abi::wasm_type_name(type); }
};

template <>
struct EnumNames<abi::ArgKind> {
  static constexpr auto values = first_values<abi::ArgKind, 10>();
  static_assert(values.back() == abi::ArgKind::address);
  static std::string_view name(abi::ArgKind kind);
};

template <>
struct EnumNames<abi::AnswerKind> {
  static constexpr auto values = first_values<abi::AnswerKind, 4>();
  static_assert(values.back() == abi::AnswerKind::never);
  static std::string_view name(abi::AnswerKind kind);
};

// A model::Capability, or none.
enum class NeededCapability : std::uint16_t { none };

template <>
struct EnumNames<NeededCapability> {
  static constexpr auto values = [] {
    std::array<NeededCapability, model::kCapabilityTable.size() + 1> all{NeededCapability::none};
    for (std::size_t i = 0; i < model::kCapabilityTable.size(); ++i)
      all[i + 1] = static_cast<NeededCapability>(model::kCapabilityTable[i].capability);
    return all;
  }();
  static std::string_view name(NeededCapability needed) {
    return model::capability_name(static_cast<model::Capability>(needed));
  }
};

enum class AbiForm : std::uint8_t { json, md, c, rust };

template <>
struct EnumNames<AbiForm> {
  static constexpr auto values = first_values<AbiForm, 4>();
  static_assert(values.back() == AbiForm::rust);
  static std::string_view name(AbiForm form) {
    constexpr std::array<std::string_view, 4> names{"json", "md", "c", "rust"};
    return names[static_cast<std::size_t>(form)];
  }
};

struct AbiRequest {
  AbiForm form = AbiForm::json;

  static constexpr auto fields() {
    return std::tuple{
        Field<&AbiRequest::form>{"form",
                                 "form of the bytes: the answer itself, a document for people, or a header for guests",
                                 {.missing = Missing::allowed}}};
  }
};

struct HostArgument {
  std::string name;
  abi::ArgKind kind = abi::ArgKind::i32;

  static constexpr auto fields() {
    using T = HostArgument;
    return std::tuple{
        Field<&T::name>{"name", "its name in headers", {.min = 1}},
        Field<&T::kind>{"kind", "its type; text, bytes, buffer and iovecs take two wasm values"},
    };
  }
};

struct HostFunction {
  std::uint32_t index = 0;
  std::string module;
  std::string name;
  std::vector<abi::WasmType> params;
  std::vector<abi::WasmType> results;
  std::uint64_t fuel = 0;
  std::uint64_t fuel_per_byte = 0;
  std::uint64_t fuel_per_item = 0;
  NeededCapability capability = NeededCapability::none;
  std::string doc;
  std::vector<HostArgument> arguments;
  abi::AnswerKind answer = abi::AnswerKind::number;
  Nullable<JsonText> request;
  Nullable<JsonText> response;

  static constexpr auto fields() {
    using T = HostFunction;
    return std::tuple{
        Field<&T::index>{"index", "frozen; WASI functions start at 1000"},
        Field<&T::module>{"module", "module that a guest imports", {.form = Form::word}},
        Field<&T::name>{"name", "name in the module", {.form = Form::word}},
        Field<&T::params>{"params", "their wasm types"},
        Field<&T::results>{"results", "their wasm types"},
        Field<&T::fuel>{"fuel", "fuel of one call"},
        Field<&T::fuel_per_byte>{"fuel_per_byte", "fuel per byte of input and output"},
        Field<&T::fuel_per_item>{"fuel_per_item", "fuel per WASI buffer descriptor"},
        Field<&T::capability>{"capability", "capability that the job needs"},
        Field<&T::doc>{"doc", "what it does", {.min = 1}},
        Field<&T::arguments>{"arguments", "the arguments in order"},
        Field<&T::answer>{"answer", "meaning of the result"},
        Field<&T::request>{"request", "JSON Schema of the argument that is JSON; null when none is"},
        Field<&T::response>{"response", "JSON Schema of the result register's content; null when it is not JSON"},
    };
  }
};

struct HostAbi {
  static constexpr std::string_view kName = "abi";
  static constexpr std::string_view kText = "The host functions.";
  std::vector<HostFunction> functions;

  static constexpr auto fields() { return std::tuple{Field<&HostAbi::functions>{"", "by index", {.min = 1}}}; }
};

struct VersionRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct Version {
  static constexpr std::string_view kName = "version";
  static constexpr std::string_view kText = "This program.";
  std::string version;
  ipld::Cid profile;

  static constexpr auto fields() {
    using T = Version;
    return std::tuple{
        Field<&T::version>{"version", "version of the program", {.form = Form::version}},
        Field<&T::profile>{"profile", "execution profile under which it runs jobs"},
    };
  }
};

[[nodiscard]] Result<HostAbi> describe_abi(Context& context, const AbiRequest& request);
[[nodiscard]] Result<Version> describe_version(Context& context, const VersionRequest& request);

}  // namespace icn::api
