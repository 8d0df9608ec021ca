// A blocking connection of a client, with or without TLS. Used by one thread.
#pragma once
#include <functional>
#include <memory>

#include "disk/descriptor.hpp"
#include "http/client.hpp"

namespace icn::http::detail {

class Wire {
 public:
  virtual ~Wire() = default;
  // Errors: infrastructure.
  [[nodiscard]] virtual Result<void> send(std::string_view bytes) = 0;
  // Waits until bytes can be read, and calls `each` several times a second meanwhile. Returns 0 at the end. Errors:
  // infrastructure.
  [[nodiscard]] virtual Result<std::size_t> receive(char* to, std::size_t size, const std::function<void()>& each) = 0;
  // Announces that nothing more will be sent.
  virtual void end_sending() = 0;
};

// Errors: busy (kNoAnswer), infrastructure (the other end has no certificate that is trusted).
[[nodiscard]] Result<std::unique_ptr<Wire>> connect(const ClientOptions& options);

}  // namespace icn::http::detail
