// What commands share: the data folder an invocation names, the node in it, passphrases, input files and output
// streams.
#pragma once
#include <filesystem>
#include <memory>

#include "api/folders.hpp"
#include "cli/command.hpp"
#include "cli/progress.hpp"
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
// How long an invocation waits for a data folder that another process uses: --wait, and kFolderWaitMs without it.
class FolderWait {
 public:
  // Errors: invalid_argument.
  [[nodiscard]] static Result<FolderWait> of(const Invocation& invocation);
  ~FolderWait();
  FolderWait(FolderWait&&) noexcept;
  // After an attempt that ended so: waits a moment and answers whether to try again. Not, when the folder is not what
  // is busy, or the time is over. On a terminal it says what it waits for.
  [[nodiscard]] bool again(const Error& error);

  static constexpr std::uint64_t kFolderWaitMs = 10'000;

 private:
  FolderWait(std::optional<std::uint64_t> left_ms, Shown shown);
  std::optional<std::uint64_t> left_ms_;  // nothing: as long as it takes
  Shown shown_;
  std::unique_ptr<Progress> progress_;
};

// The data folder and its lock, without the node. Errors: as folder::DataFolder::open, and invalid_argument when other
// stores are asked for than it records.
[[nodiscard]] Result<folder::DataFolder> open_folder_now(const Invocation& invocation);
// The node in the data folder, once no other process uses that; `now` does not wait. Errors: as
// node::EmbeddedNode::open.
[[nodiscard]] Result<std::unique_ptr<node::EmbeddedNode>> open_node_now(const Invocation& invocation);
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
// On standard error, as it is: what steers the terminal or has a style, in our own words or made visible. Errors: as
// above.
[[nodiscard]] Result<void> write_control(std::string_view sequence);
// No core dump, and no other process of the same user that looks into this one: keys pass through it.
void keep_memory_private();
// Called first of all: opens closed standard streams on /dev/null, so that no file of the node takes their numbers, and
// lets writes to a closed pipe fail instead of ending the process in the middle of a job.
void prepare_standard_streams();
[[nodiscard]] bool is_terminal(Stream stream);
[[nodiscard]] bool input_is_terminal();

}  // namespace icn::cli
