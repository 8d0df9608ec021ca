// The guard between writers and the collection: which blocks must not be swept right now, whatever the pins say.
//
// A collection marks what pins reach and sweeps the rest while writers go on. Three rules make that safe:
//   hold   a caller that will pin blocks holds them first (Hold), and releases them once the pin is durable. A
//          collection that begins meanwhile traces what is held as it traces pins.
//   shade  while a collection runs, every block that is put and every root that is pinned is kept by it, and what they
//          link to is traced (a pin may reach old blocks that nothing reached before).
//   sweep  blocks go in pages; a page goes only at a moment when nothing waits to be traced, and writers wait for the
//          few milliseconds that takes. So what is reachable from a pin when a page goes is never in it.
// A caller that relies on blocks that were there before looks for them after it holds them: held blocks are not swept.
//
// Thread safe; one lock. Callers of sweep() may call stores; stores never call back.
#pragma once
#include <atomic>
#include <functional>
#include <list>
#include <span>
#include <utility>
#include <vector>

#include "core/mutex.hpp"
#include "dag/detail/cid_set.hpp"
#include "ports/dag_store.hpp"

namespace icn::dag {

// Blocks of more bytes than this are looked up before a commit puts them again: modules and inputs come with every job.
// What an owner stores explicitly is put in any case, which mends blocks that were damaged.
inline constexpr std::size_t kLookUpBytes = 4 * 1024;
// Whether putting the block may add anything. Errors: storage.
[[nodiscard]] Result<bool> worth_putting(const ports::DagStore& store, const ipld::Block& block);

class Guard {
 public:
  Guard() = default;
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // A lease in memory, from its making to its end; it ends with the process. Used by one thread.
  class Hold {
   public:
    explicit Hold(Guard& guard);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    // Holds everything that can be reached from `root`.
    void add(const ipld::Cid& root);
    // Holds the blocks and puts them; the bytes that may be new are returned. For writers that do not go through the
    // committer; the store's flush is theirs. Errors: as DagStore::put.
    [[nodiscard]] Result<std::uint64_t> put(ports::DagStore& store, std::vector<ipld::Block> blocks);
    [[nodiscard]] std::size_t size() const;
    // Releases everything, since durable pins or leases hold it now.
    void clear();
    [[nodiscard]] std::vector<ipld::Cid> cids() const;

   private:
    Guard& guard_;
    std::list<std::vector<ipld::Cid>>::iterator at_;
  };

  // While one lives no collection begins, so that every block which the state of a past moment names stays until it is
  // read: for backups, which read a snapshot of the state first and the blocks afterwards. Used by any thread.
  class Pause {
   public:
    // Errors: busy (a collection runs).
    [[nodiscard]] static Result<Pause> take(Guard& guard);
    Pause(Pause&& other) noexcept : guard_(std::exchange(other.guard_, nullptr)) {}
    Pause& operator=(Pause&&) = delete;
    ~Pause();

   private:
    explicit Pause(Guard& guard) : guard_(&guard) {}
    Guard* guard_;
  };

  // For blocks that are put through the committer, before they are; does nothing while no collection runs.
  void shade(std::span<const ipld::Block> blocks);
  // For a root that is being pinned.
  void shade_root(const ipld::Cid& root);
  [[nodiscard]] bool collecting() const { return collecting_.load(); }

  // ---- for the one collection at a time ----

  // What is held now waits to be traced. Called while nothing is being committed. Errors: busy (one runs already, or
  // a pause holds it off).
  [[nodiscard]] Result<void> begin();
  void end();
  // What waits to be traced; it no longer waits then.
  [[nodiscard]] std::vector<ipld::Cid> take_waiting();
  // Under the lock, when nothing waits to be traced: calls `sweep` with whether a block was put since begin(), and
  // writers wait for it. False, with nothing done, when something waits. Errors: those of `sweep`.
  using WasPut = std::function<bool(const ipld::Cid&)>;
  [[nodiscard]] Result<bool> when_traced(const std::function<Result<void>(const WasPut&)>& sweep);

 private:
  void shade_locked(std::span<const ipld::Block> blocks) ICN_REQUIRES(mutex_);

  std::atomic<bool> collecting_{false};  // written under the lock
  mutable Mutex mutex_;
  std::size_t pauses_ ICN_GUARDED_BY(mutex_) = 0;
  std::list<std::vector<ipld::Cid>> holds_ ICN_GUARDED_BY(mutex_);
  std::vector<ipld::Cid> waiting_ ICN_GUARDED_BY(mutex_);
  detail::CidSet put_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::dag
