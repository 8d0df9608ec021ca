#include "cli/interrupt.hpp"

#include <algorithm>
#include <array>
#include <csignal>

#include <unistd.h>

namespace icn::cli {
namespace {

struct Row {
  std::string_view path;
  std::string_view text;
};
constexpr std::string_view kUnchanged = "\nicn: interrupted; nothing was changed\n";
constexpr std::array kInterrupts{
    Row{"backup", "\nicn: interrupted; no backup was written\n"},
    Row{"restore", "\nicn: interrupted; run the same command again to finish the restore\n"},
    Row{"store migrate",
        "\nicn: interrupted; the data folder stays on its old stores, run the same command again to resume\n"},
    Row{"dag put", "\nicn: interrupted; nothing was pinned, and `icn dag gc` removes what was stored already\n"},
    Row{"dag import", "\nicn: interrupted; nothing was pinned, and `icn dag gc` removes what was stored already\n"},
    Row{"dag export", "\nicn: interrupted; the archive is incomplete, and no file was written\n"},
    Row{"dag gc", "\nicn: interrupted; removed blocks stay removed, run the same command again to resume\n"},
    Row{"dag verify", kUnchanged},
    Row{"mana audit", kUnchanged},
    Row{"receipt replay", kUnchanged},
    Row{"store hash", kUnchanged},
    Row{"store doctor", kUnchanged},
};

static_assert(kInterrupts.size() == kInterruptRows);

// Global because signals are per process.
std::string_view spoken;
void on_signal(int signal) {
  // Nothing can be done about a closed standard error.
  static_cast<void>(::write(STDERR_FILENO, spoken.data(), spoken.size()) == 0);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

std::string_view interrupt_text(std::string_view path) {
  const auto at =
      std::find_if(kInterrupts.begin(), kInterrupts.end(), [&](const Row& row) { return row.path == path; });
  return at == kInterrupts.end() ? std::string_view() : at->text;
}

void speak_when_interrupted(std::string_view text) {
  if (text.empty()) return;
  spoken = text;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, on_signal) == SIG_IGN) std::signal(signal, SIG_IGN);
}

}  // namespace icn::cli
