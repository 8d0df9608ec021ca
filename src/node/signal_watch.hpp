// The signals that steer a running node, as a descriptor to poll: SIGTERM and SIGINT stop it, SIGHUP reloads its
// configuration. Made before any thread starts, on the thread that polls; at most one exists.
#pragma once
#include <optional>

#include <csignal>

#include "disk/descriptor.hpp"

namespace icn::node {

class SignalWatch {
 public:
  // Blocks the signals in this thread and in those that it starts. Errors: storage (no descriptor is free).
  [[nodiscard]] static Result<SignalWatch> begin();
  SignalWatch(SignalWatch&& other) noexcept;
  // Unblocks them as before; a signal that was not read is delivered then.
  ~SignalWatch();
  // During its lifetime the signals end the process as usual: while it waits for a passphrase.
  class Pause {
   public:
    explicit Pause(const SignalWatch& watch);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    sigset_t watched_;
  };
  // The next signal; empty if none arrives within `ms`.
  [[nodiscard]] std::optional<int> next(std::uint64_t ms);

 private:
  SignalWatch(disk::Descriptor descriptor, const sigset_t& before)
      : descriptor_(std::move(descriptor)), before_(before) {}
  disk::Descriptor descriptor_;
  sigset_t before_;
};

}  // namespace icn::node
