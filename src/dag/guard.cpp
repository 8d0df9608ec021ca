#include "dag/guard.hpp"

#include "ipld/links.hpp"

namespace icn::dag {

Result<bool> worth_putting(const ports::DagStore& store, const ipld::Block& block) {
  if (block.bytes.size() <= kLookUpBytes) return true;
  return !ICN_TRY(store.has(block.cid));
}

Guard::Hold::Hold(Guard& guard) : guard_(guard) {
  Lock lock(guard_.mutex_);
  at_ = guard_.holds_.emplace(guard_.holds_.end());
}

Guard::Hold::~Hold() {
  Lock lock(guard_.mutex_);
  guard_.holds_.erase(at_);
}

void Guard::Hold::add(const ipld::Cid& root) {
  Lock lock(guard_.mutex_);
  at_->push_back(root);
  if (guard_.collecting_) guard_.waiting_.push_back(root);
}

Result<std::uint64_t> Guard::Hold::put(ports::DagStore& store, std::vector<ipld::Block> blocks) {
  {
    Lock lock(guard_.mutex_);
    for (const ipld::Block& block : blocks) at_->push_back(block.cid);
    if (guard_.collecting_) guard_.shade_locked(blocks);
  }
  std::uint64_t bytes = 0;
  for (const ipld::Block& block : blocks) {
    if (ICN_TRY(worth_putting(store, block))) bytes += block.bytes.size();
  }
  ICN_TRY(guard_.note(store, blocks));
  // Including those that are already here: this repairs a damaged block.
  ICN_TRY(store.put(blocks));
  // Again: a collection that began in between found the names held, but may not have found the blocks yet, and so could
  // not trace their links.
  guard_.shade(blocks);
  return bytes;
}

std::size_t Guard::Hold::size() const {
  Lock lock(guard_.mutex_);
  return at_->size();
}

void Guard::Hold::clear() {
  Lock lock(guard_.mutex_);
  at_->clear();
}

std::vector<ipld::Cid> Guard::Hold::cids() const {
  Lock lock(guard_.mutex_);
  return *at_;
}

Result<Guard::Pause> Guard::Pause::take(Guard& guard) {
  Lock lock(guard.mutex_);
  if (guard.collecting_) return fail(ErrorCode::busy, "A collection of this DAG store is running; wait for it to end.");
  ++guard.pauses_;
  return Pause(guard);
}

Guard::Pause::~Pause() {
  if (guard_ == nullptr) return;
  Lock lock(guard_->mutex_);
  --guard_->pauses_;
}

Result<Guard::Moment> Guard::Moment::take(Guard& guard) {
  Pause pause = ICN_TRY(Pause::take(guard));
  return Moment(std::move(pause), guard);
}

Guard::Moment::Moment(Pause pause, Guard& guard) : pause_(std::move(pause)), guard_(&guard) {
  Lock lock(guard.mutex_);
  at_ = guard.moments_.emplace(guard.moments_.end());
  guard.noting_ = true;
}

Guard::Moment::Moment(Moment&& other) noexcept
    : pause_(std::move(other.pause_)), guard_(std::exchange(other.guard_, nullptr)), at_(other.at_) {}

Guard::Moment::~Moment() {
  if (guard_ == nullptr) return;
  Lock lock(guard_->mutex_);
  guard_->moments_.erase(at_);
  guard_->noting_ = !guard_->moments_.empty();
}

bool Guard::Moment::is_later(const ipld::Cid& cid) const {
  Lock lock(guard_->mutex_);
  return at_->contains(cid);
}

Result<void> Guard::note(const ports::DagStore& store, std::span<const ipld::Block> blocks) {
  if (!noting_) return {};
  for (const ipld::Block& block : blocks) {
    if (ICN_TRY(store.has(block.cid))) continue;
    Lock lock(mutex_);
    for (detail::CidSet& later : moments_) later.insert(block.cid);
  }
  return {};
}

void Guard::shade_locked(std::span<const ipld::Block> blocks) {
  for (const ipld::Block& block : blocks) {
    put_.insert(block.cid);
    // Bytes that do not follow their codec link to nothing.
    if (const auto links = ipld::links_of(block)) waiting_.insert(waiting_.end(), links->begin(), links->end());
  }
}

void Guard::shade(std::span<const ipld::Block> blocks) {
  if (!collecting_) return;
  Lock lock(mutex_);
  if (collecting_) shade_locked(blocks);
}

void Guard::shade_root(const ipld::Cid& root) {
  if (!collecting_) return;
  Lock lock(mutex_);
  if (collecting_) waiting_.push_back(root);
}

Result<void> Guard::begin() {
  Lock lock(mutex_);
  if (collecting_) {
    return fail(ErrorCode::busy, "A collection of this DAG store is already running; wait for it to end.");
  }
  if (pauses_ > 0) return fail(ErrorCode::busy, "This DAG store is being read as a whole; wait for that to end.");
  for (const std::vector<ipld::Cid>& held : holds_) waiting_.insert(waiting_.end(), held.begin(), held.end());
  collecting_ = true;
  return {};
}

void Guard::end() {
  Lock lock(mutex_);
  collecting_ = false;
  waiting_ = {};
  put_.clear();
}

std::vector<ipld::Cid> Guard::take_waiting() {
  Lock lock(mutex_);
  return std::exchange(waiting_, {});
}

Result<bool> Guard::when_traced(const std::function<Result<void>(const WasPut&)>& sweep) {
  Lock lock(mutex_);
  if (!waiting_.empty()) return false;
  ICN_TRY(sweep([this](const ipld::Cid& cid) ICN_REQUIRES(mutex_) { return put_.contains(cid); }));
  return true;
}

}  // namespace icn::dag
