#include "runtime/sliding_windows.hpp"

#include <algorithm>
#include <limits>

#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kWindowVersion = 1;
constexpr std::size_t kWindowFields = 2 + SlidingWindows::kSteps;

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return b > most - a ? most : a + b;
}

}  // namespace

std::uint64_t SlidingWindows::Window::sum() const {
  std::uint64_t all = 0;
  for (const std::uint64_t amount : amounts) all = plus(all, amount);
  return all;
}

// When the machine's clock goes back, an amount keeps its age: a wrong clock locks no member out for longer than a
// window.
void SlidingWindows::Window::move_to(std::uint64_t step) {
  const std::uint64_t by = step > newest ? std::min<std::uint64_t>(step - newest, kSteps) : 0;
  std::move_backward(amounts.begin(), amounts.end() - static_cast<std::ptrdiff_t>(by), amounts.end());
  std::fill_n(amounts.begin(), by, 0);
  newest = step;
}

Result<SlidingWindows::Window> SlidingWindows::read_window(ByteView value) {
  ipld::CborReader in(value);
  const std::size_t fields = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != kWindowVersion)
    return fail(ErrorCode::unsupported_version, "it has version " + std::to_string(version));
  if (fields != kWindowFields) return fail(ErrorCode::corrupted, "it has " + std::to_string(fields) + " fields");
  Window window;
  window.newest = ICN_TRY(in.unsigned_integer());
  for (std::uint64_t& amount : window.amounts) amount = ICN_TRY(in.unsigned_integer());
  ICN_TRY(in.end());
  return window;
}

Bytes SlidingWindows::bytes_of_window(const Window& window) {
  ipld::CborWriter out;
  out.array(kWindowFields).unsigned_integer(kWindowVersion).unsigned_integer(window.newest);
  for (const std::uint64_t amount : window.amounts) out.unsigned_integer(amount);
  return out.take();
}

Bytes SlidingWindows::row_of(const model::Did& member) const { return model::key_of(kind_.prefix, member.key()); }

Result<void> SlidingWindows::load(const ports::StateReader& store) {
  const auto visit = [this](ByteView key, ByteView value) -> Result<bool> {
    model::PublicKey of{};
    const ByteView rest = key.subspan(kind_.prefix.size());
    auto window = read_window(value);
    if (!window || rest.size() != of.size()) {
      const bool newer = !window && window.error().code == ErrorCode::unsupported_version;
      return fail(newer ? ErrorCode::unsupported_version : ErrorCode::corrupted,
                  "The state store's record of " + std::string(kind_.name) + " cannot be read: " +
                      (window ? std::string("its key does not name a member") : window.error().detail));
    }
    std::copy(rest.begin(), rest.end(), of.begin());
    Lock lock(mutex_);
    windows_[model::Did::of_key(of)] = *window;
    return true;
  };
  return ports::scan_each(store, model::key_of(kind_.prefix), model::end_of(kind_.prefix), visit);
}

std::uint64_t SlidingWindows::wait_ms(const model::Did& member, std::uint64_t most, std::uint64_t step_ms) const {
  Lock lock(mutex_);
  const auto at = windows_.find(member);
  if (at == windows_.end()) return 0;
  const std::uint64_t now = clock_->now().value;
  std::uint64_t step = now / step_ms;
  at->second.move_to(step);
  Window ahead = at->second;
  if (ahead.sum() <= most) return 0;
  while (ahead.sum() > most) ahead.move_to(++step);
  return step * step_ms - now;
}

void SlidingWindows::add(const model::Did& member, std::uint64_t amount, std::uint64_t step_ms, ports::Batch& batch) {
  Lock lock(mutex_);
  const std::uint64_t step = clock_->now().value / step_ms;
  if (!windows_.contains(member)) make_room(step, batch);
  Window& window = windows_[member];
  window.move_to(step);
  window.amounts.front() = plus(window.amounts.front(), amount);
  batch.put(row_of(member), bytes_of_window(window));
}

// Evicts the member with the least in its window: it is the furthest from a bound.
void SlidingWindows::make_room(std::uint64_t step, ports::Batch& batch) {
  if (windows_.size() < kind_.members_max) return;
  auto least = windows_.end();
  std::uint64_t least_sum = 0;
  for (auto at = windows_.begin(); at != windows_.end(); ++at) {
    at->second.move_to(step);
    const std::uint64_t sum = at->second.sum();
    if (least != windows_.end() && sum >= least_sum) continue;
    least = at;
    least_sum = sum;
  }
  batch.erase(row_of(least->first));
  windows_.erase(least);
}

std::uint64_t SlidingWindows::of(const model::Did& member, std::uint64_t step_ms) const {
  Lock lock(mutex_);
  const auto at = windows_.find(member);
  if (at == windows_.end()) return 0;
  at->second.move_to(clock_->now().value / step_ms);
  return at->second.sum();
}

std::size_t SlidingWindows::members() const {
  Lock lock(mutex_);
  return windows_.size();
}

}  // namespace icn::runtime
