// What commands share: the data folder an invocation names, the node in it, passphrases, input files and output
// streams.
#pragma once
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "node/embedded_node.hpp"
#include "node/passphrase.hpp"

namespace icn::cli {

// --data, else ICN_DATA, else ~/.local/share/icn. Errors: invalid_argument (no home folder).
[[nodiscard]] Result<std::filesystem::path> data_path(const Invocation& invocation);
[[nodiscard]] node::PassphraseSource passphrase_source(const Invocation& invocation, node::Confirm confirm);
// This program as the sandbox's compile worker.
[[nodiscard]] std::vector<std::string> compile_command();
// The node in the data folder. Errors: as node::EmbeddedNode::open.
[[nodiscard]] Result<std::unique_ptr<node::EmbeddedNode>> open_node(const Invocation& invocation);

// A whole file, at most `bytes_max` bytes. Errors: storage (naming the file and why), limit_exceeded naming `rule`.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, std::uint64_t bytes_max, std::string_view rule);
// Standard input to its end. Errors: as read_file.
[[nodiscard]] Result<Bytes> read_standard_input(std::uint64_t bytes_max, std::string_view rule);

enum class Stream : std::uint8_t { output = 1, error = 2 };
// Errors: storage (a full disk); a reader that went away ends the process as it does any program.
[[nodiscard]] Result<void> write_to(Stream stream, std::string_view bytes);
[[nodiscard]] bool is_terminal(Stream stream);
[[nodiscard]] bool input_is_terminal();

}  // namespace icn::cli
