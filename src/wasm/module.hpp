// What a WASM module declares, read from its sections without compiling it. No vendor: bytes in, facts out.
//
// Everything is bounded by the module's own length; a malformed module is an error that says where. Whether the code
// itself is valid is the engine's matter (preflight validates it next).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace icn::wasm {

// The subject of every error that is about a module's own bytes.
inline constexpr std::string_view kModuleSubject = "module";
// The module `fault`: "imports …". `rule` may be empty.
[[nodiscard]] inline tl::unexpected<Error> refuse_module(std::string_view rule, const std::string& fault) {
  return refuse(ErrorCode::invalid_module, std::string(rule), "the module " + fault, std::string(kModuleSubject));
}

enum class ValueType : std::uint8_t {
  i32 = 0x7f,
  i64 = 0x7e,
  f32 = 0x7d,
  f64 = 0x7c,
  v128 = 0x7b,
  funcref = 0x70,
  externref = 0x6f
};
[[nodiscard]] std::string_view value_type_name(ValueType type);

struct FunctionType {
  std::vector<ValueType> params;
  std::vector<ValueType> results;
  [[nodiscard]] std::string to_text() const;  // "(i32 i32) -> i64"
  friend bool operator==(const FunctionType&, const FunctionType&) = default;
};

enum class ExternKind : std::uint8_t { function = 0, table = 1, memory = 2, global = 3 };
[[nodiscard]] std::string_view extern_kind_name(ExternKind kind);

struct Import {
  std::string module;
  std::string name;
  ExternKind kind = ExternKind::function;
  std::uint32_t type = 0;  // index into types, for a function
};

struct Export {
  std::string name;
  ExternKind kind = ExternKind::function;
  std::uint32_t index = 0;
};

struct SizeRange {
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;
};

struct ParsedModule {
  std::vector<FunctionType> types;
  std::vector<Import> imports;
  std::vector<std::uint32_t> functions;  // type indices of the functions the module defines
  std::vector<SizeRange> tables;
  std::vector<SizeRange> memories;  // in pages
  std::uint32_t globals = 0;
  std::vector<Export> exports;
  bool has_start = false;
  std::uint64_t function_bytes_max = 0;  // greatest function body

  [[nodiscard]] std::uint32_t imported(ExternKind kind) const;
  [[nodiscard]] const Export* find_export(std::string_view name, ExternKind kind) const;
  // The type of a function by its index among imported and defined ones; nothing when it does not exist.
  [[nodiscard]] const FunctionType* type_of_function(std::uint32_t index) const;
};

// Errors: invalid_module, naming the section and the byte.
[[nodiscard]] Result<ParsedModule> parse_module(ByteView module);

}  // namespace icn::wasm
