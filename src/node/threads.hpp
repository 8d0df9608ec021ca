// The only place that starts threads. Each thread has a name (shown by debuggers and `top -H`), blocks the signals that
// the main thread handles, and is joined by its owner.
#pragma once
#include <functional>
#include <string_view>
#include <thread>

namespace icn::node {

// Starts `body` on a thread with this name (at most 15 bytes). The thread blocks SIGINT, SIGTERM, SIGHUP and SIGPIPE,
// but not the signals that the sandbox uses to catch guest faults.
[[nodiscard]] std::jthread start_thread(std::string_view name, std::function<void()> body);

}  // namespace icn::node
