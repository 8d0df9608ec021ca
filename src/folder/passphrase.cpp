#include "folder/passphrase.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include "disk/file.hpp"

namespace icn::folder {
namespace {

constexpr std::uint64_t kFileBytesMax = 1 << 20;

// The terminal itself, whatever standard input is.
class Terminal {
 public:
  Terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {  // tidy: allow raw_file: a terminal is not a file
    if (!fd_ || ::tcgetattr(fd_.get(), &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    restore_ = ::tcsetattr(fd_.get(), TCSAFLUSH, &quiet) == 0;
  }
  ~Terminal() {
    if (restore_) ::tcsetattr(fd_.get(), TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool is_there() const { return restore_; }

  std::string ask(const std::string& prompt) {
    say(prompt);
    std::string line;
    char c = 0;
    while (::read(fd_.get(), &c, 1) == 1 && c != '\n') line.push_back(c);
    say("\n");
    return line;
  }

 private:
  void say(const std::string& text) {
    if (!disk::write_all(fd_.get(), view_of(text))) restore_ = false;
  }
  const disk::Descriptor fd_;
  termios before_{};
  bool restore_ = false;
};

}  // namespace

Result<std::string> ask_passphrase(const std::optional<std::string>& file, std::string_view what, Confirm confirm) {
  if (file) {
    const auto opened = disk::File::open(*file, disk::Open::read, disk::Named::by_user);
    const auto text = opened ? opened->read_to_end(kFileBytesMax) : Result<Bytes>(fail(opened.error()));
    if (!text) return fail(within("the passphrase file", text.error()));
    const std::string line(text_of(*text).substr(0, text_of(*text).find('\n')));
    if (line.empty()) {
      return fail(ErrorCode::invalid_argument,
                  "the passphrase file '" + *file + "' has nothing in its first line, where the passphrase belongs");
    }
    return line;
  }
  Terminal terminal;
  if (!terminal.is_there()) {
    return refuse(ErrorCode::invalid_argument, "passphrase",
                  fmt::format("a passphrase for {} is needed, and there is no terminal to ask for it", what));
  }
  const std::string first = terminal.ask(fmt::format("Passphrase for {}: ", what));
  if (confirm == Confirm::twice && terminal.ask("Repeat passphrase: ") != first) {
    return fail(ErrorCode::invalid_argument, "the two passphrases differ; nothing was written");
  }
  return first;
}

}  // namespace icn::folder
