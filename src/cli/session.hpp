// The parts that commands share: the data folder of an invocation, its node, passphrases, input files and output
// streams.
#pragma once
#include <filesystem>
#include <memory>

#include "api/folders.hpp"
#include "cli/command.hpp"
#include "cli/progress.hpp"
#include "config/configuration.hpp"
#include "folder/passphrase.hpp"
#include "node/embedded_node.hpp"

namespace icn::cli {

// Returns --data, else ICN_DATA, else ~/.local/share/icn. Errors: invalid_argument (no home folder; --node is given).
[[nodiscard]] Result<std::filesystem::path> data_path(const Invocation& invocation);
// Returns the configuration of an invocation: its options, the environment, and the file that --config or ICN_CONFIG
// names, else icn.toml in the data folder. Errors: as config::Configuration::read and config::read_config_file.
[[nodiscard]] Result<config::Configuration> configuration(const Invocation& invocation);
// Returns the stores that a configuration requests; none where it has only the default.
[[nodiscard]] folder::StoresAsked stores_asked(const config::Configuration& configuration);
// Returns what options, environment and a valid file request, unchecked, for operations that check it themselves.
[[nodiscard]] std::vector<api::AskedStore> stores_said(const Invocation& invocation);
[[nodiscard]] node::PassphraseSource passphrase_source(const Invocation& invocation, folder::Confirm confirm);
// The PIN of tokens: ICN_TOKEN_PIN, else the systemd credential icn-token-pin, else the terminal.
[[nodiscard]] node::PassphraseSource token_pin_source();
// The command line of this program as the sandbox's compile worker.
[[nodiscard]] std::vector<std::string> compile_command();
// Returns the resolvers that the configuration names. Errors: invalid_argument, unsupported.
[[nodiscard]] Result<std::shared_ptr<ports::DidResolver>> did_resolver(const config::Configuration& configuration);
// The time that an invocation waits for a data folder that another process uses: --wait, or kFolderWaitMs without it.
class FolderWait {
 public:
  // Errors: invalid_argument.
  [[nodiscard]] static Result<FolderWait> of(const Invocation& invocation);
  ~FolderWait();
  FolderWait(FolderWait&&) noexcept;
  // Call it after an attempt that failed with `error`: waits briefly and returns whether to try again. Returns false if
  // the error is not a busy folder, or the time is over. On a terminal it shows what it waits for.
  [[nodiscard]] bool again(const Error& error);

  static constexpr std::uint64_t kFolderWaitMs = 10'000;

 private:
  FolderWait(std::optional<std::uint64_t> left_ms, Shown shown);
  std::optional<std::uint64_t> left_ms_;  // empty: without limit
  Shown shown_;
  std::unique_ptr<Progress> progress_;
};

// Opens and locks the data folder without the node. Errors: as folder::DataFolder::open, and invalid_argument if the
// invocation requests stores other than the recorded ones.
[[nodiscard]] Result<folder::DataFolder> open_folder_now(const Invocation& invocation);
// Opens the node in the data folder once no other process uses it; `now` does not wait. Errors: as
// node::EmbeddedNode::open.
[[nodiscard]] Result<std::unique_ptr<node::EmbeddedNode>> open_node_now(const Invocation& invocation);
// The NAME of --as; empty for a command whose --as has another meaning.
[[nodiscard]] std::optional<std::string> key_asked(const Invocation& invocation);
// The time of this machine. Errors: unsupported.
[[nodiscard]] Result<model::UnixMs> now();
[[nodiscard]] Result<std::unique_ptr<node::EmbeddedNode>> open_node(const Invocation& invocation);
// Returns the opening options of an invocation. Errors: invalid_argument.
[[nodiscard]] Result<node::OpeningOptions> opening_options(const Invocation& invocation);

// The bound of a file, with the texts of refusals: `what` names the kind of file and is the rule if it cannot be read
// ("program", "input"), `rule` is its limit.
struct Bound {
  std::string_view what;
  std::uint64_t bytes_max;
  std::string_view rule;
};
// Reads a whole file. Errors: not_found, invalid_argument (a folder, no permission), storage, limit_exceeded.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, const Bound& bound);
// Reads standard input to its end. Errors: as read_file.
[[nodiscard]] Result<Bytes> read_standard_input(const Bound& bound);

enum class Stream : std::uint8_t { output = 1, error = 2 };
// The rule of the error that a stream no longer has a reader.
inline constexpr std::string_view kReaderGone = "reader_gone";
// Writes text for people, made visible (core/visible_text.hpp) on every kind of stream. Errors: storage (a full disk;
// with rule kReaderGone a closed pipe, after prepare_standard_streams()).
[[nodiscard]] Result<void> write_to(Stream stream, std::string_view text);
// Writes bytes of a program or a block: unchanged to a pipe or a file, made visible on a terminal. Errors: as above.
[[nodiscard]] Result<void> write_bytes(Stream stream, std::string_view bytes);
// Writes a command's answer to standard output. Errors: as above.
[[nodiscard]] Result<void> write_answer(const Answer& answer, bool json);
// Writes to standard error unchanged: control sequences and styled text, either our own or made visible. Errors: as
// above.
[[nodiscard]] Result<void> write_control(std::string_view sequence);
// Prevents core dumps and access to this process by other processes of the same user, because it handles keys.
void keep_memory_private();
// Call it first. Opens closed standard streams on /dev/null, so no file of the node takes their numbers, and makes
// writes to a closed pipe fail instead of ending the process during a job.
void prepare_standard_streams();
[[nodiscard]] bool is_terminal(Stream stream);
[[nodiscard]] bool input_is_terminal();

}  // namespace icn::cli
