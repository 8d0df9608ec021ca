#include "node/threads.hpp"

#include <csignal>
#include <string>

#include <pthread.h>

namespace icn::node {

std::jthread start_thread(std::string_view name, std::function<void()> body) {
  return std::jthread([name = std::string(name.substr(0, 15)), body = std::move(body)] {
    pthread_setname_np(pthread_self(), name.c_str());
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    body();
  });
}

}  // namespace icn::node
