// The host table as documents and guest headers. The files of the repository (docs/HOST_ABI.md, docs/abi.json,
// guests/c/icn.h, guests/rust/icn.rs) are exactly these texts; a test compares them (ICN_UPDATE=1 writes them anew).
#pragma once
#include <string>

namespace icn::abi {

// For people: a table and a paragraph per row.
[[nodiscard]] std::string host_abi_markdown();
// For programs: an array of {index, module, name, params, results, fuel, fuel_per_byte, capability, doc, arguments,
// answer, request, response}; params and results are wasm type names, request and response JSON Schemas or null.
[[nodiscard]] std::string host_abi_json();
// Declarations of module `icn` for C (and C++) and for Rust.
[[nodiscard]] std::string host_abi_c_header();
[[nodiscard]] std::string host_abi_rust();

}  // namespace icn::abi
