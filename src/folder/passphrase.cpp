#include "folder/passphrase.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace icn::folder {
namespace {

// The terminal itself, whatever standard input is.
class Terminal {
 public:
  Terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0 || ::tcgetattr(fd_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    restore_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  ~Terminal() {
    if (restore_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool is_there() const { return restore_; }

  std::string ask(const std::string& prompt) {
    say(prompt);
    std::string line;
    char c = 0;
    while (::read(fd_, &c, 1) == 1 && c != '\n') line.push_back(c);
    say("\n");
    return line;
  }

 private:
  void say(const std::string& text) {
    if (::write(fd_, text.data(), text.size()) < 0) restore_ = false;
  }
  int fd_;
  termios before_{};
  bool restore_ = false;
};

}  // namespace

Result<std::string> ask_passphrase(const std::optional<std::string>& file, std::string_view what, Confirm confirm) {
  if (file) {
    std::ifstream stream(*file, std::ios::binary);
    if (!stream) {
      return fail(ErrorCode::not_found,
                  "the passphrase file '" + *file + "' cannot be opened: " + std::strerror(errno));
    }
    std::string line;
    std::getline(stream, line);
    if (line.empty()) {
      return fail(ErrorCode::invalid_argument,
                  "the passphrase file '" + *file + "' has nothing in its first line, where the passphrase stands");
    }
    return line;
  }
  if (const char* given = std::getenv("ICN_PASSPHRASE"); given != nullptr && *given != '\0') return std::string(given);
  Terminal terminal;
  if (!terminal.is_there()) {
    return fail(ErrorCode::invalid_argument,
                "a passphrase for " + std::string(what) +
                    " is needed: --passphrase-file FILE, the environment variable ICN_PASSPHRASE, or a terminal");
  }
  const std::string first = terminal.ask("Passphrase for " + std::string(what) + ": ");
  if (confirm == Confirm::twice && terminal.ask("The same again: ") != first) {
    return fail(ErrorCode::invalid_argument, "the two passphrases differ; nothing was written");
  }
  return first;
}

}  // namespace icn::folder
