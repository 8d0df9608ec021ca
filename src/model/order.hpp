// The order: what the submitter's home node signs once, at acceptance; executors run it, never their own configuration.
//
// A job id has one order per incarnation of its home. Two orders of one job prove equivocation if they name the same
// incarnation; if they name different ones, the home was restored from a backup in between. Given the order and the
// blocks it names, a job is a pure function: any honest executor reproduces the receipt body byte for byte.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ipld/cid.hpp"
#include "model/job.hpp"
#include "model/limits.hpp"
#include "model/mana.hpp"

namespace icn::model {

// Milliseconds since 1970-01-01 UTC.
struct UnixMs {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(const UnixMs&, const UnixMs&) = default;
};

// The home node's answer for one declared key: empty, a number (whole mana, whole points) or text (a parameter's value,
// a JSON list).
using ObservedValue = std::variant<std::monostate, std::uint64_t, std::string>;
struct Observation {
  ReadKey key;
  ObservedValue value;
  friend bool operator==(const Observation&, const Observation&) = default;
};
// Sorted by the text of the keys, unique; a separate block that the order links to.
struct Observations {
  std::vector<Observation> entries;
  [[nodiscard]] const ObservedValue* find(const ReadKey& key) const;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Observations> from_bytes(ByteView bytes);
  friend bool operator==(const Observations&, const Observations&) = default;
};

struct Deadlines {
  UnixMs start_by;
  UnixMs finish_by;
  UnixMs settle_by;
  UnixMs expires;
  friend bool operator==(const Deadlines&, const Deadlines&) = default;
};

struct Order {
  JobId job;
  UnixMs time;
  WasmSecurityLimits limits;
  ipld::Cid profile;  // tables of the execution profile, the host costs and the host rows
  ipld::Cid costs;
  ipld::Cid abi;
  ipld::Cid observations;
  Mana base;      // what every run pays
  Mana page;      // per page at the run's peak; 0: version 1, whose base includes the pages of its limit
  Mana reserve;   // reserved from the submitter
  Mana discount;  // reserved from the treasury
  Deadlines deadlines;
  ipld::Digest check{};  // SHA-256 of the verification secret
  Did home;
  // Of the home, raised by each restore (stores/incarnation.hpp). 0: an order of version 1, which does not name it; it
  // is written again as the bytes it was read from.
  std::uint64_t incarnation = 0;

  friend bool operator==(const Order&, const Order&) = default;

  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Order> from_bytes(ByteView body);
};

// The home node's signature over an order body; the CID of this envelope's body is the order's name in receipts.
struct SignedOrder {
  ipld::Cid order;
  Did home;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedOrder> from_bytes(ByteView bytes);
};

}  // namespace icn::model
