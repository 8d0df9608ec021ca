// Renders the host table as documentation and guest headers. The repository's files (docs/HOST_ABI.md, guests/c/icn.h,
// guests/rust/icn.rs) are exactly these texts; a test compares them (ICN_UPDATE=1 writes them). Programs read the table
// through an operation (api/about.hpp).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "abi/host_call.hpp"

namespace icn::abi {

[[nodiscard]] std::string_view kind_name(ArgKind kind);
[[nodiscard]] std::string_view answer_name(AnswerKind kind);
// One for each argument, in order.
[[nodiscard]] std::vector<std::string> argument_names(const HostFn& fn);

// Human-readable: a table and a paragraph per row.
[[nodiscard]] std::string host_abi_markdown();
// Declarations of module `icn` for C (and C++) and for Rust.
[[nodiscard]] std::string host_abi_c_header();
[[nodiscard]] std::string host_abi_rust();

}  // namespace icn::abi
