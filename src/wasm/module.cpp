#include "wasm/module.hpp"

#include <algorithm>
#include <array>

namespace icn::wasm {
namespace {

constexpr std::array<std::string_view, 13> kSectionNames{"custom", "type",   "import",    "function", "table",
                                                         "memory", "global", "export",    "start",    "element",
                                                         "code",   "data",   "data count"};

// Position of each section in a module, indexed as kSectionNames; custom sections (0) may be anywhere.
constexpr std::array<std::uint8_t, 13> kSectionOrder{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10};

// Reads LEB128 numbers and names; every error names the location. Each byte read is a step of work.
class Reader {
 public:
  Reader(ByteView bytes, std::size_t base, std::string_view section, Work& work)
      : bytes_(bytes), base_(base), section_(section), work_(work) {}

  [[nodiscard]] tl::unexpected<Error> bad(std::string_view what) const {
    return refuse_module("", "is malformed: " + std::string(section_) + " section, byte " +
                                 std::to_string(base_ + at_) + ": " + std::string(what));
  }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  Result<std::uint8_t> byte() {
    if (at_ == bytes_.size()) return bad("unexpected end");
    work_.add(1);
    return bytes_[at_++];
  }

  Result<std::uint64_t> number(unsigned bits) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < bits; shift += 7) {
      const std::uint8_t next = ICN_TRY(byte());
      const std::uint64_t digits = next & 0x7fU;
      if (shift + 7 > bits && digits >> (bits - shift) != 0) return bad("a number with too many bits");
      value |= digits << shift;
      if ((next & 0x80U) == 0) return value;
    }
    return bad("a number with too many bytes");
  }
  Result<std::uint32_t> u32() { return static_cast<std::uint32_t>(ICN_TRY(number(32))); }

  // Reads the count of items that take at least one byte each, so a count never allocates more than the module's size
  // or the item's bound.
  Result<std::uint32_t> count(ModuleCount what) {
    const std::uint32_t value = ICN_TRY(u32());
    if (value > left()) return bad("a count beyond the section's end");
    ICN_TRY(within_bound(what, value));
    return value;
  }

  Result<void> within_bound(ModuleCount what, std::uint64_t number) const {
    const ModuleBoundRow& row = kModuleBounds[static_cast<std::size_t>(what)];
    if (number <= row.most) return {};
    return refuse(ErrorCode::limit_exceeded, std::string(row.rule),
                  "the module has " + std::to_string(number) + " " + std::string(row.what) + "; at most " +
                      std::to_string(row.most) + " are allowed; nothing was charged",
                  std::string(kModuleSubject));
  }

  Result<std::string> name() {
    const std::uint32_t length = ICN_TRY(u32());
    if (length > left()) return bad("a truncated name");
    ICN_TRY(within_bound(ModuleCount::name_bytes, length));
    const ByteView text = bytes_.subspan(at_, length);
    work_.add(length);
    if (!is_utf8(text)) return bad("a name that is not UTF-8");
    at_ += length;
    return std::string(text_of(text));
  }

  // Returns a reader of the next `count` bytes.
  Result<Reader> part(std::uint64_t count) {
    if (count > left()) return bad("unexpected end");
    Reader inner(bytes_.subspan(at_, count), base_ + at_, section_, work_);
    at_ += count;
    return inner;
  }
  void in_section(std::string_view name) { section_ = name; }

 private:
  ByteView bytes_;
  std::size_t base_;
  std::string_view section_;
  Work& work_;
  std::size_t at_ = 0;
};

// Refuses a feature that the profile does not support, naming its proposal.
tl::unexpected<Error> not_offered(const Reader& reader, std::string_view what, std::string_view proposal) {
  Error error =
      reader.bad(std::string(what) + ": the profile does not support the proposal '" + std::string(proposal) + "'")
          .value();
  error.rule = "proposal";
  return fail(std::move(error));
}

constexpr std::string_view kThreads = "threads";
constexpr std::string_view kMemory64 = "memory64";
constexpr std::string_view kExceptions = "exception-handling";
constexpr std::string_view kGc = "gc";

tl::unexpected<Error> unknown_type(const Reader& reader, std::uint8_t code) {
  switch (code) {
    case 0x63:
    case 0x64:
      return not_offered(reader, "a typed reference", "function-references");
    case 0x69:
    case 0x74:
      return not_offered(reader, "a reference to an exception", kExceptions);
    case 0x68:
    case 0x75:
      return not_offered(reader, "a reference to a continuation", "stack-switching");
    case 0x6a:
    case 0x6b:
    case 0x6c:
    case 0x6d:
    case 0x6e:
    case 0x71:
    case 0x72:
    case 0x73:
      return not_offered(reader, "a reference to a structure, an array or anything", kGc);
    default:
      return reader.bad("an unknown value type, " + std::to_string(code));
  }
}

Result<ValueType> read_value_type(Reader& reader) {
  const std::uint8_t code = ICN_TRY(reader.byte());
  switch (code) {
    case 0x7f:
    case 0x7e:
    case 0x7d:
    case 0x7c:
    case 0x7b:
    case 0x70:
    case 0x6f:
      return static_cast<ValueType>(code);
    default:
      return unknown_type(reader, code);
  }
}

Result<SizeRange> read_range(Reader& reader, bool of_memory) {
  const std::uint8_t flags = ICN_TRY(reader.byte());
  if (flags > 15) return reader.bad("unknown flags of a " + std::string(of_memory ? "memory" : "table"));
  if ((flags & 2U) != 0) return not_offered(reader, of_memory ? "a shared memory" : "a shared table", kThreads);
  if ((flags & 4U) != 0) return not_offered(reader, of_memory ? "a 64-bit memory" : "a 64-bit table", kMemory64);
  if ((flags & 8U) != 0) return not_offered(reader, "a custom page size", "custom-page-sizes");
  SizeRange range;
  range.min = ICN_TRY(reader.u32());
  if (flags == 1) range.max = ICN_TRY(reader.u32());
  return range;
}

Result<SizeRange> read_table(Reader& reader) {
  const std::uint8_t element = ICN_TRY(reader.byte());
  if (element == 0x40) return not_offered(reader, "a table with an initial value", "function-references");
  if (element != 0x70 && element != 0x6f) return unknown_type(reader, element);
  return read_range(reader, false);
}

Result<void> read_types(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::types));
  module.types.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint8_t form = ICN_TRY(reader.byte());
    if (form == 0x5d) return not_offered(reader, "a continuation type", "stack-switching");
    if (form == 0x4e || form == 0x4f || form == 0x50 || form == 0x5e || form == 0x5f)
      return not_offered(reader, "a structure, an array or a group of types", kGc);
    if (form != 0x60) return reader.bad("a type that is not a function type");
    FunctionType type;
    for (auto* list : {&type.params, &type.results}) {
      const std::uint32_t length = ICN_TRY(reader.count(ModuleCount::type_values));
      list->reserve(length);
      for (std::uint32_t k = 0; k < length; ++k) list->push_back(ICN_TRY(read_value_type(reader)));
    }
    module.types.push_back(std::move(type));
  }
  return {};
}

Result<void> read_imports(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::imports));
  module.imports.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Import import;
    import.module = ICN_TRY(reader.name());
    import.name = ICN_TRY(reader.name());
    const std::uint8_t kind = ICN_TRY(reader.byte());
    if (kind == 4) return not_offered(reader, "an import of a tag", kExceptions);
    if (kind > 3) return reader.bad("an import of an unknown kind");
    import.kind = static_cast<ExternKind>(kind);
    switch (import.kind) {
      case ExternKind::function:
        import.type = ICN_TRY(reader.u32());
        if (import.type >= module.types.size()) return reader.bad("an import with a type that does not exist");
        module.functions.push_back(import.type);
        ++module.imported_functions;
        break;
      case ExternKind::table:
        ICN_TRY(read_table(reader));
        break;
      case ExternKind::memory:
        ICN_TRY(read_range(reader, true));
        break;
      case ExternKind::global:
        ICN_TRY(read_value_type(reader));
        ICN_TRY(reader.byte());
        break;
    }
    module.imports.push_back(std::move(import));
  }
  return {};
}

Result<void> read_functions(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::functions));
  module.functions.reserve(module.functions.size() + count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t type = ICN_TRY(reader.u32());
    if (type >= module.types.size()) return reader.bad("a function with a type that does not exist");
    module.functions.push_back(type);
  }
  return {};
}

Result<void> read_tables(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::tables));
  for (std::uint32_t i = 0; i < count; ++i) module.tables.push_back(ICN_TRY(read_table(reader)));
  return {};
}

Result<void> read_memories(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::memories));
  for (std::uint32_t i = 0; i < count; ++i) module.memories.push_back(ICN_TRY(read_range(reader, true)));
  return {};
}

Result<void> read_exports(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::exports));
  module.exports.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Export entry;
    entry.name = ICN_TRY(reader.name());
    const std::uint8_t kind = ICN_TRY(reader.byte());
    if (kind == 4) return not_offered(reader, "an export of a tag", kExceptions);
    if (kind > 3) return reader.bad("an export of an unknown kind");
    entry.kind = static_cast<ExternKind>(kind);
    entry.index = ICN_TRY(reader.u32());
    module.exports.push_back(std::move(entry));
  }
  return {};
}

// Reads the declarations at the start of a body: groups of locals of one type.
Result<std::uint64_t> read_locals(Reader& body) {
  const std::uint32_t groups = ICN_TRY(body.count(ModuleCount::locals));
  std::uint64_t locals = 0;
  for (std::uint32_t i = 0; i < groups; ++i) {
    locals += ICN_TRY(body.u32());
    ICN_TRY(read_value_type(body));
  }
  return locals;
}

Result<void> read_code(Reader& reader, ParsedModule& module) {
  const std::uint32_t count = ICN_TRY(reader.count(ModuleCount::functions));
  if (count != module.defined_functions()) return reader.bad("the numbers of functions and bodies differ");
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t length = ICN_TRY(reader.u32());
    module.code_bytes += length;
    module.function_bytes_max = std::max<std::uint64_t>(module.function_bytes_max, length);
    Reader body = ICN_TRY(reader.part(length));
    module.locals += ICN_TRY(read_locals(body));
    ICN_TRY(reader.within_bound(ModuleCount::locals, module.locals));
  }
  return {};
}

// Parses the counted sections. Globals, elements and data are only counted or left to validation.
Result<void> read_section(std::uint8_t id, Reader& reader, ParsedModule& module) {
  switch (id) {
    case 1:
      return read_types(reader, module);
    case 2:
      return read_imports(reader, module);
    case 3:
      return read_functions(reader, module);
    case 4:
      return read_tables(reader, module);
    case 5:
      return read_memories(reader, module);
    case 6:
      module.globals = ICN_TRY(reader.count(ModuleCount::globals));
      return {};
    case 7:
      return read_exports(reader, module);
    case 8:
      module.has_start = true;
      return {};
    case 9:
      module.elements = ICN_TRY(reader.count(ModuleCount::elements));
      return {};
    case 10:
      return read_code(reader, module);
    case 11:
      ICN_TRY(reader.count(ModuleCount::data));
      return {};
    default:
      return {};
  }
}

}  // namespace

std::string_view value_type_name(ValueType type) {
  switch (type) {
    case ValueType::i32:
      return "i32";
    case ValueType::i64:
      return "i64";
    case ValueType::f32:
      return "f32";
    case ValueType::f64:
      return "f64";
    case ValueType::v128:
      return "v128";
    case ValueType::funcref:
      return "funcref";
    case ValueType::externref:
      return "externref";
  }
  return "?";
}

std::string_view extern_kind_name(ExternKind kind) {
  constexpr std::array<std::string_view, 4> names{"function", "table", "memory", "global"};
  return names[static_cast<std::size_t>(kind)];
}

std::string FunctionType::to_text() const {
  const auto list = [](const std::vector<ValueType>& types) {
    std::string text = "(";
    for (const ValueType type : types) text += (text.size() > 1 ? " " : "") + std::string(value_type_name(type));
    return text + ")";
  };
  return list(params) + " -> " + list(results);
}

const Export* ParsedModule::find_export(std::string_view name, ExternKind kind, Work& work) const {
  for (const Export& entry : exports) {
    work.add(1);
    if (entry.kind == kind && entry.name == name) return &entry;
  }
  return nullptr;
}

const FunctionType* ParsedModule::type_of_function(std::uint32_t index) const {
  return index < functions.size() ? &types[functions[index]] : nullptr;
}

std::uint64_t ParsedModule::memory_bytes() const {
  // A string of up to 15 bytes is stored inline.
  const auto of_text = [](const std::string& text) { return text.size() > 15 ? text.capacity() + 1 : 0; };
  std::uint64_t bytes = types.capacity() * sizeof(FunctionType) + imports.capacity() * sizeof(Import) +
                        functions.capacity() * sizeof(std::uint32_t) + exports.capacity() * sizeof(Export) +
                        (tables.capacity() + memories.capacity()) * sizeof(SizeRange);
  for (const FunctionType& type : types) bytes += type.params.capacity() + type.results.capacity();
  for (const Import& import : imports) bytes += of_text(import.module) + of_text(import.name);
  for (const Export& entry : exports) bytes += of_text(entry.name);
  return bytes;
}

Result<ParsedModule> parse_module(ByteView bytes, Work& work) {
  constexpr std::array<std::uint8_t, 8> head{0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00};
  if (bytes.size() < head.size() || !std::equal(head.begin(), head.begin() + 4, bytes.begin())) {
    return refuse_module("", "does not begin with \\0asm, so it is not a WASM module");
  }
  if (!std::equal(head.begin(), head.end(), bytes.begin())) {
    return refuse_module("", "is not a core module of version 1 (components are not supported)");
  }
  ParsedModule module;
  Reader sections(bytes.subspan(head.size()), head.size(), "the module's", work);
  std::uint8_t order = 0;
  bool seen_code = false;
  while (sections.left() > 0) {
    const std::uint8_t id = ICN_TRY(sections.byte());
    const std::uint32_t length = ICN_TRY(sections.u32());
    if (id == 13) return not_offered(sections, "a section of tags", kExceptions);
    if (id == 14) return not_offered(sections, "a section of strings", "stringref");
    if (id >= kSectionOrder.size()) return sections.bad("an unknown section, " + std::to_string(id));
    // Each section appears once and in order, so a bound on a section is a bound on the module.
    if (id != 0 && kSectionOrder[id] <= order) return sections.bad("a duplicate or misplaced section");
    if (id != 0) order = kSectionOrder[id];
    Reader inner = ICN_TRY(sections.part(length));
    inner.in_section(kSectionNames[id]);
    ICN_TRY(read_section(id, inner, module));
    seen_code = seen_code || id == 10;
  }
  if (!seen_code && module.defined_functions() > 0) return sections.bad("the code section is missing");
  return module;
}

}  // namespace icn::wasm
