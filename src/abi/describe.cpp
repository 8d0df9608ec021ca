#include "abi/describe.hpp"

#include <algorithm>
#include <cctype>

#include "abi/host_call.hpp"
#include "model/host_work.hpp"

namespace icn::abi {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string types_text(std::span<const WasmType> types) {
  std::string text;
  for (const WasmType type : types) text += (text.empty() ? "" : " ") + std::string(wasm_type_name(type));
  return text;
}
std::string signature_text(const HostFn& fn) {
  return "(" + types_text(fn.params) + ") → " + (fn.results.empty() ? "()" : types_text(fn.results));
}

constexpr std::string_view kIntroduction =
    R"(# Host ABI

Generated from the host table (`src/abi/host_table.cpp`); `docs/abi.json` holds the same for programs.

A guest imports module `icn`, or `wasi_snapshot_preview1`, or both. Text and bytes are an address and a length (both
i32) in the memory exported as `memory`. Integers of `icn` answer zero or more on success and `-code` on failure;
the codes are listed at the end. A call whose answer is bytes puts them in the **result register** and returns their
length; `host_read_result` copies them. Each such call overwrites the register, a failing one empties it; it holds
at most 2 MiB. WASI calls answer an errno of preview 1.

Every call costs its **fuel**, **per byte** for each byte that goes in or out (the lengths of text and bytes given, and
what is copied back or put in the result register) and **per item** for each WASI buffer description, before anything
is done; a denied call costs its fuel and answers `permission_denied`. A call that the fuel does not cover ends the run
with `out_of_fuel`. A range of at least one byte outside the memory costs the call's fuel and traps with `guest_fault`,
whatever its length; an empty range may have any address. Text of more than 1 MiB costs the call's fuel and answers
`limit_exceeded`; text that is not UTF-8 answers `invalid_format`.

A job acts in its submitter's name and changes nothing while it runs: what it asks to change is applied once, when
it has ended `ok` and is settled. What it reads of the world is what its order observed when it was accepted.

)";

std::string arguments_text(const HostFn& fn) {
  std::string text;
  const std::vector<std::string> names = argument_names(fn);
  for (std::size_t i = 0; i < fn.args.size(); ++i) {
    text += (i == 0 ? "" : ", ") + names[i] + ": " + std::string(kind_name(fn.args[i].kind));
  }
  return text;
}

void add_module(std::string& text, std::string_view module) {
  text += "## Module `" + std::string(module) + "`\n\n| # | name | type | capability | fuel | per byte | per item |\n";
  text += "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const HostFn& fn : host_table()) {
    if (fn.module != module) continue;
    text += "| " + std::to_string(fn.index) + " | " + std::string(fn.name) + " | " + signature_text(fn) + " | " +
            std::string(model::capability_name(fn.needs)) + " | " + std::to_string(fn.fuel.base) + " | " +
            std::to_string(fn.fuel.per_byte) + " | " + std::to_string(fn.fuel.per_item) + " |\n";
  }
  text += '\n';
  for (const HostFn& fn : host_table()) {
    if (fn.module != module || fn.doc.starts_with("Answers ENOSYS")) continue;
    text += "**" + std::string(fn.name) + "** (" + arguments_text(fn) + "): " + std::string(fn.doc) + "\n\n";
    if (!fn.request.empty()) text += "Request: `" + std::string(fn.request) + "`\n\n";
    if (!fn.response.empty()) text += "Response: `" + std::string(fn.response) + "`\n\n";
  }
}

void add_host_work(std::string& text) {
  text +=
      "## Host work\n\nThe work of a node for a job other than running it, priced by counts:\n\n"
      "| work | fuel | per byte | per function | when |\n| --- | --- | --- | --- | --- |\n";
  for (const model::HostWorkRow& row : model::kHostWorkTable) {
    text += "| " + std::string(row.name) + " | " + std::to_string(row.fuel) + " | " + std::to_string(row.per_byte) +
            " | " + std::to_string(row.per_function) + " | " + std::string(row.doc) + " |\n";
  }
  text +=
      "\nA compilation is priced by the bytes of function bodies and by functions: those that the module defines,\n"
      "its element segments, and one for each 1,600 locals. The base price of a job includes preflight and\n"
      "compilation of its module. The fuel that an `ok` run left over pays for the work on its effects; an effect\n"
      "that it does not cover is refused, and the work already done for it stays charged. Work for refused\n"
      "submissions counts against a window of the member.\n\n";
}

// How an argument looks in a C and in a Rust declaration.
struct ArgText {
  std::string c;
  std::string rust;
};
ArgText declared(const ArgInfo& arg, const std::string& name) {
  switch (arg.kind) {
    case ArgKind::i32:
      return {"int32_t " + name, name + ": i32"};
    case ArgKind::u32:
      return {"uint32_t " + name, name + ": u32"};
    case ArgKind::i64:
      return {"int64_t " + name, name + ": i64"};
    case ArgKind::u64:
      return {"uint64_t " + name, name + ": u64"};
    case ArgKind::text:
      return {"const char *" + name + ", uint32_t " + name + "_len", name + ": *const u8, " + name + "_len: usize"};
    case ArgKind::bytes:
      return {"const void *" + name + ", uint32_t " + name + "_len", name + ": *const u8, " + name + "_len: usize"};
    case ArgKind::buffer:
      return {"void *" + name + ", uint32_t " + name + "_cap", name + ": *mut u8, " + name + "_cap: usize"};
    case ArgKind::cell:
    case ArgKind::iovecs:
    case ArgKind::address:
      return {"void *" + name, name + ": *mut u8"};
  }
  return {};
}

// "doc" as comment lines of at most 100 columns.
std::string comment(std::string_view doc, std::string_view mark) {
  std::string text;
  std::string line(mark);
  for (const std::string& word : words_of(doc)) {
    if (line.size() + word.size() + 1 > 100) {
      text += line + '\n';
      line = mark;
    }
    line += ' ' + word;
  }
  return text + line + '\n';
}

}  // namespace

std::string_view kind_name(ArgKind kind) {
  switch (kind) {
    case ArgKind::i32:
      return "i32";
    case ArgKind::u32:
      return "u32";
    case ArgKind::i64:
      return "i64";
    case ArgKind::u64:
      return "u64";
    case ArgKind::text:
      return "text";
    case ArgKind::bytes:
      return "bytes";
    case ArgKind::buffer:
      return "buffer";
    case ArgKind::cell:
      return "cell";
    case ArgKind::iovecs:
      return "iovecs";
    case ArgKind::address:
      return "address";
  }
  return "";
}

std::string_view answer_name(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::number:
      return "number";
    case AnswerKind::result_register:
      return "result_register";
    case AnswerKind::wasi_errno:
      return "errno";
    case AnswerKind::never:
      return "never";
  }
  return "";
}

std::vector<std::string> argument_names(const HostFn& fn) { return words_of(fn.arg_names); }

std::string host_abi_markdown() {
  std::string text(kIntroduction);
  add_module(text, "icn");
  add_module(text, "wasi_snapshot_preview1");
  text += "The other rows link and answer ENOSYS (52): they are not available to a deterministic run.\n\n";
  add_host_work(text);
  text += "## Error codes\n\n| answer | name | meaning |\n| --- | --- | --- |\n";
  for (const ErrorRow& row : error_table()) {
    text += "| " + std::to_string(abi_number(row.code)) + " | " + std::string(row.name) + " | " +
            std::string(row.sentence) + " |\n";
  }
  return text;
}

std::string host_abi_c_header() {
  std::string text =
      "/* The host functions of module icn, generated from the host table; docs/HOST_ABI.md explains them. */\n"
      "#ifndef ICN_H\n#define ICN_H\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
      "#define ICN_IMPORT(name) __attribute__((import_module(\"icn\"), import_name(#name)))\n\n";
  for (const ErrorRow& row : error_table()) {
    std::string name(row.name);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    text += "#define ICN_ERROR_" + name + " (" + std::to_string(abi_number(row.code)) + ")\n";
  }
  for (const HostFn& fn : host_table()) {
    if (fn.module != "icn") continue;
    std::string args;
    const std::vector<std::string> names = argument_names(fn);
    for (std::size_t i = 0; i < fn.args.size(); ++i) args += (i == 0 ? "" : ", ") + declared(fn.args[i], names[i]).c;
    text += "\n" + comment(fn.doc, "//") + "ICN_IMPORT(" + std::string(fn.name) + ")\n" +
            (fn.results[0] == WasmType::i64 ? "int64_t " : "int32_t ") + std::string(fn.name) + "(" +
            (args.empty() ? "void" : args) + ");\n";
  }
  return text + "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
}

std::string host_abi_rust() {
  std::string text =
      "// The host functions of module icn, generated from the host table; docs/HOST_ABI.md explains them.\n"
      "#![allow(dead_code)]\n\n";
  for (const ErrorRow& row : error_table()) {
    std::string name(row.name);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    text += "pub const ERROR_" + name + ": i32 = " + std::to_string(abi_number(row.code)) + ";\n";
  }
  text += "\n#[link(wasm_import_module = \"icn\")]\nextern \"C\" {\n";
  for (const HostFn& fn : host_table()) {
    if (fn.module != "icn") continue;
    std::string args;
    const std::vector<std::string> names = argument_names(fn);
    for (std::size_t i = 0; i < fn.args.size(); ++i) args += (i == 0 ? "" : ", ") + declared(fn.args[i], names[i]).rust;
    text += comment(fn.doc, "    ///") + "    pub fn " + std::string(fn.name) + "(" + args + ") -> " +
            std::string(wasm_type_name(fn.results[0])) + ";\n";
  }
  return text + "}\n";
}

}  // namespace icn::abi
