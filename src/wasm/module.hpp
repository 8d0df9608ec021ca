// Parses the declarations of a WASM module from its sections, without compiling it and without the engine.
//
// Parsing takes time linear in the module's length and keeps no more than kModuleBounds allows, regardless of the
// order; the error for a malformed module names the location. The engine validates the code itself, right after
// preflight.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/work.hpp"
#include "model/limits.hpp"

namespace icn::wasm {

// Subject of every error about the module's own bytes.
inline constexpr std::string_view kModuleSubject = "module";
// Error whose text is "the module" and `fault`, such as "imports …". `rule` may be empty.
[[nodiscard]] inline tl::unexpected<Error> refuse_module(std::string_view rule, const std::string& fault) {
  return refuse(ErrorCode::invalid_module, std::string(rule), "the module " + fault, std::string(kModuleSubject));
}

// Counted parts of a module. Their bounds are part of the execution profile: every node refuses the same modules.
enum class ModuleCount : std::uint8_t {
  types,
  type_values,
  imports,
  functions,
  tables,
  memories,
  globals,
  exports,
  elements,
  data,
  locals,
  name_bytes
};
struct ModuleBoundRow {
  std::string_view rule;
  std::string_view what;
  std::uint64_t most;
};
namespace detail {
consteval std::uint64_t ceiling_of(std::string_view limit) {
  for (const model::LimitRow& row : model::kLimitTable) {
    if (row.name == limit) return row.ceiling;
  }
  throw "a limit that does not exist";
}
}  // namespace detail
// In the order of ModuleCount. Where an order has its own limit, this is that limit's ceiling.
inline constexpr std::array<ModuleBoundRow, 12> kModuleBounds{{
    {"module_types_max", "types", 10'000},
    {"module_type_values_max", "parameters or results in one type", 1'000},
    {"module_imports_max", "imports", 1'000},
    {"max_functions", "functions", detail::ceiling_of("max_functions")},
    {"max_tables", "tables", detail::ceiling_of("max_tables")},
    {"multi_memory", "memories", 1},
    {"max_globals", "globals", detail::ceiling_of("max_globals")},
    {"module_exports_max", "exports", 50'000},
    {"module_elements_max", "element segments", 10'000},
    {"module_data_max", "data segments", 50'000},
    {"module_locals_max", "locals in all functions together", 4'000'000},
    {"module_name_bytes_max", "bytes in one name", 100'000},
}};

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
  std::vector<std::uint32_t> functions;  // type indices: imported functions, then defined ones
  std::uint32_t imported_functions = 0;
  std::vector<SizeRange> tables;
  std::vector<SizeRange> memories;  // in pages
  std::uint32_t globals = 0;
  std::uint32_t elements = 0;  // segments
  std::vector<Export> exports;
  bool has_start = false;
  std::uint64_t code_bytes = 0;          // in all function bodies
  std::uint64_t function_bytes_max = 0;  // of the largest body
  std::uint64_t locals = 0;              // in all bodies together

  [[nodiscard]] std::uint32_t defined_functions() const {
    return static_cast<std::uint32_t>(functions.size()) - imported_functions;
  }
  // Scans all exports. Null if none has that name and kind.
  [[nodiscard]] const Export* find_export(std::string_view name, ExternKind kind, Work& work) const;
  // The type of the function with this index (imported functions first), in constant time; null if there is none.
  [[nodiscard]] const FunctionType* type_of_function(std::uint32_t index) const;
  // Bytes of memory used by this value.
  [[nodiscard]] std::uint64_t memory_bytes() const;
};

// Errors: invalid_module, naming the section and the byte; limit_exceeded, naming the row of kModuleBounds.
[[nodiscard]] Result<ParsedModule> parse_module(ByteView module, Work& work);

}  // namespace icn::wasm
