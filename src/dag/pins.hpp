// Pins: promises to keep blocks. Kept in the state store under `pn/` and changed only through the caller's batch, so
// that a use case and its pins are one commit.
//
// A pin names roots and holds them directly (only those blocks) or recursively (everything reachable from them),
// forever or until a moment. Promises add up and are never edited: a pin of the same thing with another end is another
// record, removed only when it is released or has ended. So every write is blind (it depends on no read), and a record
// whose end has passed never changes again. Kinds, by holder:
//   job      a job's evidence; without an end while the job is open, then until its retention ends
//   lease    blocks not pinned yet or in use by another caller; always with an end, renewed by its holder
//   member   blocks that a member asked to keep
//   node     genesis and the tables that orders name
// Thread safe; the caller holds the writer lock of runtime/committer.hpp when it changes pins.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dag/guard.hpp"
#include "model/did.hpp"
#include "model/order.hpp"
#include "ports/state_store.hpp"

namespace icn::dag {

enum class PinKind : std::uint8_t { job = 'j', lease = 'l', member = 'm', node = 'n' };
enum class PinMode : std::uint8_t { direct = 0, recursive = 1 };
inline constexpr std::array kPinKinds{PinKind::job, PinKind::lease, PinKind::member, PinKind::node};
[[nodiscard]] std::string_view pin_kind_name(PinKind kind);
[[nodiscard]] std::string_view pin_mode_name(PinMode mode);

using LeaseId = std::array<std::uint8_t, 16>;
// Roots of one record: more than the number of roots a job can declare to read plus those its effects can anchor
// (runtime/detail/pinning.cpp).
inline constexpr std::size_t kPinRootsMax = 16'384;

// A pin's identity: its holder and its purpose.
struct PinId {
  PinKind kind = PinKind::node;
  Bytes rest;

  // `number` is the job's acceptance number: pins of jobs are stored in order of acceptance, so that a group of commits
  // writes few pages of a store.
  [[nodiscard]] static PinId of_job(std::uint64_t number, const model::JobId& job);
  // A further pin of a job, for something it uses separately; released together with the job's.
  [[nodiscard]] static PinId of_job(std::uint64_t number, const model::JobId& job, const ipld::Cid& thing);
  [[nodiscard]] static PinId of_member(const model::Did& member, const ipld::Cid& cid, PinMode mode,
                                       std::optional<model::UnixMs> until);
  [[nodiscard]] static PinId of_node(const ipld::Cid& cid);
  [[nodiscard]] static PinId of_lease(const LeaseId& lease, model::UnixMs until, std::uint32_t part);

  [[nodiscard]] Bytes key() const;
  // The holder, for display: a job id, a DID, a lease id in hex, or "this node".
  [[nodiscard]] std::string holder_text() const;
  friend auto operator<=>(const PinId&, const PinId&) = default;
};

struct Pin {
  PinId id;
  PinMode mode = PinMode::recursive;
  model::UnixMs made;
  std::optional<model::UnixMs> until;  // empty: without an end
  std::vector<ipld::Cid> roots;        // at most kPinRootsMax

  [[nodiscard]] bool ended(model::UnixMs now) const { return until && *until <= now; }
  // "the pin of job bafy…", for errors and reasons.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] Bytes to_bytes() const;
  // Errors: corrupted, unsupported_version.
  [[nodiscard]] static Result<Pin> from_pair(ByteView key, ByteView value);
  friend bool operator==(const Pin&, const Pin&) = default;
};

struct PinPage {
  std::vector<Pin> pins;       // in the order of their keys
  std::optional<Bytes> after;  // continues the list; empty: the list is complete
};

// A lease: taken part by part, then renewed or released as a whole by its one holder.
struct Lease {
  LeaseId id{};
  model::UnixMs until;
  std::uint32_t parts = 0;
};

class Pins {
 public:
  // Both outlive this.
  Pins(const ports::StateStore& store, Guard& guard) : store_(store), guard_(guard) {}

  void put(const Pin& pin, ports::Batch& batch);
  void erase(const PinId& id, ports::Batch& batch);

  // The next part of a lease.
  void take(Lease& lease, std::vector<ipld::Cid> roots, model::UnixMs now, ports::Batch& batch);
  // Writes all parts again with a later end. Errors: expired (it ended by `now`: what it held may be gone),
  // missing_data, storage.
  [[nodiscard]] Result<Lease> renew(const Lease& lease, model::UnixMs now, model::UnixMs until, ports::Batch& batch);
  void release(const Lease& lease, ports::Batch& batch);

  // Sees only what is durable, not what is being committed. Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<Pin>> find(const PinId& id) const;
  [[nodiscard]] Result<PinPage> list(const std::optional<Bytes>& after, std::size_t count) const;
  [[nodiscard]] Result<std::vector<Pin>> of_job(std::uint64_t number, const model::JobId& job) const;
  [[nodiscard]] Result<std::vector<Pin>> of_member(const model::Did& member, const ipld::Cid& cid) const;

 private:
  [[nodiscard]] Result<std::vector<Pin>> beginning_with(const Bytes& key) const;

  const ports::StateStore& store_;
  Guard& guard_;
};

}  // namespace icn::dag
