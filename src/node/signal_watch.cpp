#include "node/signal_watch.hpp"

#include <algorithm>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace icn::node {

Result<SignalWatch> SignalWatch::begin() {
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, &before);
  disk::Descriptor descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (descriptor) return SignalWatch(std::move(descriptor), before);
  const auto failed = disk::system_error("watch signals");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return failed;
}

SignalWatch::SignalWatch(SignalWatch&& other) noexcept
    : descriptor_(std::move(other.descriptor_)), before_(other.before_) {}

SignalWatch::~SignalWatch() {
  if (descriptor_) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

SignalWatch::Pause::Pause(const SignalWatch& watch) { pthread_sigmask(SIG_SETMASK, &watch.before_, &watched_); }
SignalWatch::Pause::~Pause() { pthread_sigmask(SIG_SETMASK, &watched_, nullptr); }

std::optional<int> SignalWatch::next(std::uint64_t ms) {
  pollfd ready{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(std::min<std::uint64_t>(ms, 1U << 30))) <= 0) return std::nullopt;
  signalfd_siginfo info{};
  if (::read(descriptor_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace icn::node
