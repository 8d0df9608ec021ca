// What commands share: the data folder an invocation names, the node in it, passphrases, input files and output
// streams.
#pragma once
#include <filesystem>
#include <memory>

#include "api/folders.hpp"
#include "cli/command.hpp"
#include "folder/passphrase.hpp"
#include "node/embedded_node.hpp"

namespace icn::cli {

// --data, else ICN_DATA, else ~/.local/share/icn. Errors: invalid_argument (no home folder).
[[nodiscard]] Result<std::filesystem::path> data_path(const Invocation& invocation);
// What options and environment say of the stores. Errors: invalid_argument, unsupported (config/keys.hpp).
[[nodiscard]] Result<folder::StoresAsked> stores_asked(const Invocation& invocation);
// The same, unchecked, for operations that examine it themselves.
[[nodiscard]] std::vector<api::AskedStore> stores_said(const Invocation& invocation);
[[nodiscard]] node::PassphraseSource passphrase_source(const Invocation& invocation, folder::Confirm confirm);
// This program as the sandbox's compile worker.
[[nodiscard]] std::vector<std::string> compile_command();
// What the keys of the configuration table say of the node itself (storage.quota). Errors: invalid_argument.
[[nodiscard]] Result<runtime::NodeSettings> node_settings();
// The data folder and its lock, without the node. Errors: as folder::DataFolder::open, and invalid_argument when other
// stores are asked for than it records.
[[nodiscard]] Result<folder::DataFolder> open_folder(const Invocation& invocation);
// The node in the data folder. Errors: as node::EmbeddedNode::open.
[[nodiscard]] Result<std::unique_ptr<node::EmbeddedNode>> open_node(const Invocation& invocation);
// What an invocation says of it. Errors: invalid_argument.
[[nodiscard]] Result<node::OpeningOptions> opening_options(const Invocation& invocation);

// What is read, for the refusals: `what` is the rule of a file that cannot be read ("program", "input"), `rule` the
// limit it is held to.
struct Bound {
  std::string_view what;
  std::uint64_t bytes_max;
  std::string_view rule;
};
// A whole file. Errors: not_found, invalid_argument (a folder, no permission), storage, limit_exceeded.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, const Bound& bound);
// Standard input to its end. Errors: as read_file.
[[nodiscard]] Result<Bytes> read_standard_input(const Bound& bound);

enum class Stream : std::uint8_t { output = 1, error = 2 };
// The rule of an error that says: this stream has no reader any more.
inline constexpr std::string_view kReaderGone = "reader_gone";
// Text for people, made visible (core/visible_text.hpp) wherever the stream leads. Errors: storage (a full disk; with
// rule kReaderGone a closed pipe, once prepare_standard_streams() was called).
[[nodiscard]] Result<void> write_to(Stream stream, std::string_view text);
// Bytes of a program or of a block: as they are into a pipe or a file, made visible on a terminal. Errors: as above.
[[nodiscard]] Result<void> write_bytes(Stream stream, std::string_view bytes);
// What a command answers, on standard output. Errors: as above.
[[nodiscard]] Result<void> write_answer(const Answer& answer, bool json);
// What steers the terminal on standard error, in our own words only. Errors: as above.
[[nodiscard]] Result<void> write_control(std::string_view sequence);
// No core dump, and no other process of the same user that looks into this one: keys pass through it.
void keep_memory_private();
// Called first of all: opens closed standard streams on /dev/null, so that no file of the node takes their numbers, and
// lets writes to a closed pipe fail instead of ending the process in the middle of a job.
void prepare_standard_streams();
[[nodiscard]] bool is_terminal(Stream stream);
[[nodiscard]] bool input_is_terminal();

}  // namespace icn::cli
