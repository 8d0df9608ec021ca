// The only place that starts threads. Each has a name (seen in debuggers and `top -H`), blocks the signals that the
// main thread handles, and is joined by its owner.
#pragma once
#include <functional>
#include <string_view>
#include <thread>

namespace icn::node {

// Starts `body` on a thread of this name (at most 15 bytes). SIGINT, SIGTERM, SIGHUP and SIGPIPE are blocked in it; the
// signals by which the sandbox catches guest faults are not.
[[nodiscard]] std::jthread start_thread(std::string_view name, std::function<void()> body);

}  // namespace icn::node
