// The guard between writers and the collection: which blocks must not be swept right now, regardless of the pins.
//
// A collection marks what pins reach and sweeps the rest while writers go on. Three rules make that safe:
//   hold   a caller that will pin blocks holds them first (Hold) and releases them once the pin is durable. A
//          collection that begins meanwhile traces what is held as it traces pins.
//   shade  while a collection runs, it keeps every block that is put and every root that is pinned, and traces their
//          links (a pin may reach old blocks that nothing reached before).
//   sweep  blocks are swept in pages, each at a moment when nothing waits to be traced; writers wait for the few
//          milliseconds that takes. So a page never contains a block that a pin reaches at that moment.
// A caller that relies on existing blocks looks them up after it holds them: held blocks are not swept.
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

// Blocks above this size are looked up before a commit puts them again: modules and inputs come with every job. What an
// owner stores explicitly is always put, which repairs damaged blocks.
inline constexpr std::size_t kLookUpBytes = 4 * 1024;
// Whether putting the block may add bytes. Errors: storage.
[[nodiscard]] Result<bool> worth_putting(const ports::DagStore& store, const ipld::Block& block);

class Guard {
 public:
  Guard() = default;
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // A lease in memory, from construction to destruction; it ends with the process. Used by one thread.
  class Hold {
   public:
    explicit Hold(Guard& guard);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    // Holds everything reachable from `root`.
    void add(const ipld::Cid& root);
    // Holds the blocks and puts them; returns how many bytes may be new. For writers that bypass the committer and
    // flush the store themselves. Errors: as DagStore::put.
    [[nodiscard]] Result<std::uint64_t> put(ports::DagStore& store, std::vector<ipld::Block> blocks);
    [[nodiscard]] std::size_t size() const;
    // Releases everything, since durable pins or leases hold it now.
    void clear();
    [[nodiscard]] std::vector<ipld::Cid> cids() const;

   private:
    Guard& guard_;
    std::list<std::vector<ipld::Cid>>::iterator at_;
  };

  // While one exists no collection begins, so every block that a past state names stays until it is read: for backups,
  // which read a snapshot of the state first and the blocks afterwards. Used by any thread.
  class Pause {
   public:
    // Errors: busy (a collection is running).
    [[nodiscard]] static Result<Pause> take(Guard& guard);
    Pause(Pause&& other) noexcept : guard_(std::exchange(other.guard_, nullptr)) {}
    Pause& operator=(Pause&&) = delete;
    ~Pause();

   private:
    explicit Pause(Guard& guard) : guard_(&guard) {}
    Guard* guard_;
  };

  // From its construction on it knows the blocks that the store did not have then, and no collection begins: so a
  // listing of the store without them shows that moment, while others write. Constructed while nothing is being
  // committed; a put that bypasses the committer may be under way. Used by any thread.
  class Moment {
   public:
    // Errors: busy (a collection is running).
    [[nodiscard]] static Result<Moment> take(Guard& guard);
    Moment(Moment&& other) noexcept;
    Moment& operator=(Moment&&) = delete;
    ~Moment();
    [[nodiscard]] bool is_later(const ipld::Cid& cid) const;

   private:
    Moment(Pause pause, Guard& guard);
    Pause pause_;
    Guard* guard_;
    std::list<detail::CidSet>::iterator at_;
  };

  // Called before blocks are put: notes those that the store does not have. Does nothing while no Moment exists.
  // Errors: storage.
  [[nodiscard]] Result<void> note(const ports::DagStore& store, std::span<const ipld::Block> blocks);
  // Called before blocks are put through the committer; does nothing while no collection runs.
  void shade(std::span<const ipld::Block> blocks);
  // For a root that is being pinned.
  void shade_root(const ipld::Cid& root);
  [[nodiscard]] bool collecting() const { return collecting_.load(); }

  // ---- for the one collection at a time ----

  // Whatever is held now waits to be traced. Called while nothing is being committed. Errors: busy (one is already
  // running, or a pause exists).
  [[nodiscard]] Result<void> begin();
  void end();
  // Takes the blocks that wait to be traced.
  [[nodiscard]] std::vector<ipld::Cid> take_waiting();
  // If nothing waits to be traced, calls `sweep` under the lock with a function that returns whether a block was put
  // since begin(); writers wait meanwhile. Otherwise returns false and does nothing. Errors: those of `sweep`.
  using WasPut = std::function<bool(const ipld::Cid&)>;
  [[nodiscard]] Result<bool> when_traced(const std::function<Result<void>(const WasPut&)>& sweep);

 private:
  void shade_locked(std::span<const ipld::Block> blocks) ICN_REQUIRES(mutex_);

  std::atomic<bool> collecting_{false};  // written under the lock
  std::atomic<bool> noting_{false};      // written under the lock
  mutable Mutex mutex_;
  std::size_t pauses_ ICN_GUARDED_BY(mutex_) = 0;
  std::list<std::vector<ipld::Cid>> holds_ ICN_GUARDED_BY(mutex_);
  std::vector<ipld::Cid> waiting_ ICN_GUARDED_BY(mutex_);
  detail::CidSet put_ ICN_GUARDED_BY(mutex_);
  std::list<detail::CidSet> moments_ ICN_GUARDED_BY(mutex_);  // what each of them misses
};

}  // namespace icn::dag
