#include "folder/passphrase.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "disk/file.hpp"

namespace icn::folder {
namespace {

// Global because signals are per process.
volatile std::sig_atomic_t pending_signal = 0;
void on_signal(int signal) { pending_signal = signal; }

// Holds back signals that would end or stop the process during its lifetime; its destructor delivers them.
class HeldSignals {
 public:
  HeldSignals() {
    pending_signal = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      struct sigaction action {};
      action.sa_handler = &on_signal;
      ::sigaction(kSignals[i], &action, &before_[i]);
      // Signals that the process inherited as ignored stay ignored.
      if (before_[i].sa_handler == SIG_IGN) ::sigaction(kSignals[i], &before_[i], nullptr);
    }
  }
  ~HeldSignals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
    if (const int signal = pending_signal; signal != 0) ::raise(signal);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  [[nodiscard]] static bool any() { return pending_signal != 0; }

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  std::array<struct sigaction, kSignals.size()> before_{};
};

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
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  [[nodiscard]] bool is_there() const { return restore_; }

  Result<Secret> ask(const std::string& prompt) {
    say(prompt);
    Secret line(kPassphraseBytesMax);
    std::size_t size = 0;
    bool ended = false;
    while (!ended) {
      std::uint8_t c = 0;
      const Result<bool> got = next(c);
      if (!got) say("\n");
      if (!got) return fail(got.error());
      ended = !*got || c == '\n';
      if (ended) break;
      if (size == kPassphraseBytesMax) return fail(ErrorCode::invalid_argument, "the passphrase is too long");
      line.bytes()[size++] = c;
    }
    say("\n");
    if (size == 0) return fail(ErrorCode::invalid_argument, "no passphrase was given; nothing was done");
    line.shrink(size);
    return line;
  }

 private:
  // Returns false at the end of the input.
  Result<bool> next(std::uint8_t& c) {
    for (;;) {
      if (HeldSignals::any()) return fail(ErrorCode::cancelled, "interrupted at the passphrase; nothing was done");
      // With a timeout, because a signal may arrive on another thread.
      pollfd typed{.fd = fd_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&typed, 1, 100) <= 0) continue;
      const ssize_t got = ::read(fd_.get(), &c, 1);
      if (got >= 0) return got == 1;
      if (errno != EINTR) return false;
    }
  }
  void say(const std::string& text) {
    if (!disk::write_all(fd_.get(), view_of(text))) restore_ = false;
  }
  const disk::Descriptor fd_;
  termios before_{};
  bool restore_ = false;
};

Result<Secret> first_line_of(const std::string& name) {
  const auto file = disk::File::open(name, disk::Open::read, disk::Named::by_user);
  if (!file) return fail(within("the passphrase file", file.error()));
  Secret text(kPassphraseBytesMax + 1);
  std::size_t size = 0;
  const auto newline = [&] {
    return std::find(text.bytes().begin(), text.bytes().begin() + static_cast<std::ptrdiff_t>(size), '\n');
  };
  while (size < text.bytes().size() && newline() == text.bytes().begin() + static_cast<std::ptrdiff_t>(size)) {
    const auto got = file->read(text.bytes().subspan(size));
    if (!got) return fail(within("the passphrase file", got.error()));
    if (*got == 0) break;
    size += *got;
  }
  const auto length = static_cast<std::size_t>(newline() - text.bytes().begin());
  if (length == 0) {
    return fail(ErrorCode::invalid_argument,
                "the passphrase file '" + name + "' has an empty first line, which must hold the passphrase");
  }
  if (length > kPassphraseBytesMax) {
    return fail(ErrorCode::invalid_argument, "the first line of the passphrase file '" + name + "' is longer than " +
                                                 std::to_string(kPassphraseBytesMax) + " bytes");
  }
  text.shrink(length);
  return text;
}

}  // namespace

Secret take_passphrase_variable(const char* name) {
  char* const value = std::getenv(name);
  if (value == nullptr) return {};
  const std::span bytes(reinterpret_cast<std::uint8_t*>(value), std::strlen(value));
  Secret taken = Secret::of(bytes);
  // unsetenv removes only the name; /proc/PID/environ still shows the memory.
  wipe(bytes);
  ::unsetenv(name);
  return taken;
}

std::optional<std::string> credential_file(std::string_view name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder != '/') return std::nullopt;
  const std::string file = std::string(folder) + "/" + std::string(name);
  return ::access(file.c_str(), F_OK) == 0 ? std::optional(file) : std::nullopt;
}

Result<Secret> ask_passphrase(const std::optional<std::string>& file, std::string_view what, Confirm confirm,
                              Asked asked) {
  if (file) return first_line_of(*file);
  // Declared in this order: signals are delivered after the terminal is restored.
  const HeldSignals signals;
  Terminal terminal;
  if (!terminal.is_there()) {
    return refuse(ErrorCode::invalid_argument, asked == Asked::pin ? "token_pin_absent" : "passphrase",
                  fmt::format("a {} for {} is required, and this process has no terminal to read it from",
                              asked == Asked::pin ? "PIN" : "passphrase", what));
  }
  Secret first =
      ICN_TRY(terminal.ask((asked == Asked::pin ? "PIN for " : "Passphrase for ") + std::string(what) + ": "));
  if (confirm == Confirm::twice && ICN_TRY(terminal.ask("Repeat passphrase: ")).text() != first.text())
    return fail(ErrorCode::invalid_argument, "the two passphrases differ; nothing was done");
  return first;
}

}  // namespace icn::folder
