#include "wasm/preflight.hpp"

#include <algorithm>

#include "abi/host_call.hpp"

namespace icn::wasm {
namespace {

Result<void> within_limit(std::string_view rule, std::string_view what, std::uint64_t number, std::uint64_t bound) {
  if (number <= bound) return {};
  return refuse(ErrorCode::limit_exceeded, std::string(rule),
                "the module has " + std::to_string(number) + " " + std::string(what) + "; " + std::string(rule) +
                    " allows " + std::to_string(bound) + "; nothing was charged",
                std::string(kModuleSubject));
}

// A name or type chosen by the module, clipped for use in a sentence.
std::string shown(std::string_view text) { return clipped_utf8(text, 200); }

bool same_types(std::span<const abi::WasmType> row, const std::vector<ValueType>& types) {
  if (row.size() != types.size()) return false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (types[i] != (row[i] == abi::WasmType::i32 ? ValueType::i32 : ValueType::i64)) return false;
  }
  return true;
}

FunctionType type_of_row(const abi::HostFn& row) {
  FunctionType type;
  for (const abi::WasmType param : row.params)
    type.params.push_back(param == abi::WasmType::i32 ? ValueType::i32 : ValueType::i64);
  for (const abi::WasmType result : row.results)
    type.results.push_back(result == abi::WasmType::i32 ? ValueType::i32 : ValueType::i64);
  return type;
}

Result<void> check_imports(const ParsedModule& module, Work& work) {
  bool needs_memory = false;
  for (const Import& import : module.imports) {
    const std::string name = shown(import.module + "." + import.name);
    work.add(name.size() + abi::host_table().size());
    if (import.kind != ExternKind::function) {
      return refuse_module("unknown_import", "imports the " + std::string(extern_kind_name(import.kind)) + " " + name +
                                                 "; only functions of icn and wasi_snapshot_preview1 are available");
    }
    const abi::HostFn* row = abi::find_host_fn(import.module, import.name);
    if (row == nullptr) {
      return refuse_module("unknown_import", "imports " + name + ", which is not available");
    }
    const FunctionType& type = module.types[import.type];
    if (!same_types(row->params, type.params) || !same_types(row->results, type.results)) {
      return refuse_module("import_type", "imports " + name + " as " + shown(type.to_text()) + ", the type is " +
                                              type_of_row(*row).to_text());
    }
    needs_memory = needs_memory || !row->params.empty();
  }
  if (needs_memory && module.find_export("memory", ExternKind::memory, work) == nullptr) {
    return refuse_module("missing_memory", "calls host functions but exports no memory named 'memory'");
  }
  return {};
}

Result<void> check_entry(const ParsedModule& module, std::string_view entry, Work& work) {
  const Export* found = module.find_export(entry, ExternKind::function, work);
  if (found == nullptr) {
    std::string names;
    for (const std::string& name : module_info(module, 0, work).entries) {
      names += (names.empty() ? "" : ", ") + name;
      if (names.size() > 200) break;
    }
    names = shown(names);
    return refuse(ErrorCode::invalid_argument, "missing_entry",
                  "the module exports no function '" + std::string(entry) + "'; " +
                      (names.empty() ? "it exports no callable function" : "callable functions: " + names),
                  std::string(kModuleSubject));
  }
  const FunctionType* type = module.type_of_function(found->index);
  const FunctionType expected = entry == "_start" ? FunctionType{} : FunctionType{{}, {ValueType::i64}};
  if (type != nullptr && *type == expected) return {};
  return refuse(ErrorCode::invalid_argument, "entry_type",
                "the module's export '" + std::string(entry) + "' is of type " +
                    (type == nullptr ? "unknown" : shown(type->to_text())) + "; the entry must be " +
                    expected.to_text(),
                std::string(kModuleSubject));
}

}  // namespace

Result<void> check_module(const ParsedModule& module, std::uint64_t module_bytes, std::string_view entry,
                          const model::WasmSecurityLimits& limits, Work& work) {
  ICN_TRY(within_limit("max_module_bytes", "bytes", module_bytes, limits.max_module_bytes));
  ICN_TRY(within_limit("max_functions", "functions", module.defined_functions(), limits.max_functions));
  ICN_TRY(within_limit("max_function_bytes", "bytes in its largest function", module.function_bytes_max,
                       limits.max_function_bytes));
  ICN_TRY(within_limit("max_globals", "globals", module.globals, limits.max_globals));
  ICN_TRY(within_limit("max_tables", "tables", module.tables.size(), limits.max_tables));
  for (const SizeRange& table : module.tables)
    ICN_TRY(within_limit("max_table_size", "elements in a table", table.min, limits.max_table_size));
  for (const SizeRange& memory : module.memories)
    ICN_TRY(within_limit("max_memory_pages", "pages of memory at the start", memory.min, limits.max_memory_pages));
  ICN_TRY(check_imports(module, work));
  return check_entry(module, entry, work);
}

// Locals cost compilation time but no bytes: this many count as one function.
constexpr std::uint64_t kLocalsOfAFunction = 1'600;

model::ModuleSize module_size(const ParsedModule& module, std::uint64_t module_bytes) {
  return {module_bytes, module.code_bytes,
          std::uint64_t{module.defined_functions()} + module.elements + module.locals / kLocalsOfAFunction};
}

ports::ModuleInfo module_info(const ParsedModule& module, std::uint64_t module_bytes, Work& work) {
  ports::ModuleInfo info;
  info.size = module_size(module, module_bytes);
  info.function_bytes_max = module.function_bytes_max;
  info.functions = module.defined_functions();
  info.globals = module.globals;
  info.tables = static_cast<std::uint32_t>(module.tables.size());
  for (const SizeRange& table : module.tables)
    info.table_size_max = std::max(info.table_size_max, static_cast<std::uint32_t>(table.min));
  info.memories = static_cast<std::uint32_t>(module.memories.size());
  for (const SizeRange& memory : module.memories) {
    info.memory_pages = static_cast<std::uint32_t>(memory.min);
    if (memory.max) info.memory_pages_max = static_cast<std::uint32_t>(*memory.max);
  }
  for (const Export& entry : module.exports) {
    work.add(1 + entry.name.size());
    if (entry.kind != ExternKind::function) continue;
    const FunctionType* type = module.type_of_function(entry.index);
    if (type == nullptr || !type->params.empty()) continue;
    if (entry.name == "_initialize") info.is_reactor = true;
    const bool command = entry.name == "_start" && type->results.empty();
    const bool value = entry.name != "_start" && type->results == std::vector<ValueType>{ValueType::i64};
    if (command || value) info.entries.push_back(entry.name);
  }
  info.is_reactor =
      info.is_reactor && std::find(info.entries.begin(), info.entries.end(), "_start") == info.entries.end();
  for (const Import& import : module.imports) {
    work.add(1 + import.module.size() + import.name.size());
    if (import.kind == ExternKind::function) info.host_calls.push_back(import.module + "." + import.name);
  }
  return info;
}

}  // namespace icn::wasm
