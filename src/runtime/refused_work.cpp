#include "runtime/refused_work.hpp"

#include <algorithm>
#include <limits>

#include "ipld/dag_cbor.hpp"
#include "model/keys.hpp"

namespace icn::runtime {
namespace {

using Key = model::ParameterKey;
constexpr std::uint64_t kMsPerSecond = 1'000;
constexpr std::uint64_t kWindowVersion = 1;
constexpr std::size_t kWindowFields = 2 + RefusedWork::kSteps;

std::uint64_t step_ms(const model::Parameters& parameters) {
  return parameters[Key::refused_work_window_secs] * kMsPerSecond / RefusedWork::kSteps;
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return b > most - a ? most : a + b;
}

Bytes row_of(const model::Did& member) { return model::key_of(model::keys::kRefused, member.key()); }

}  // namespace

bool is_node_fault(ErrorCode code) {
  return std::any_of(kNodeFaults.begin(), kNodeFaults.end(), [&](const NodeFault& row) { return row.code == code; });
}

std::uint64_t RefusedWork::Window::sum() const {
  std::uint64_t all = 0;
  for (const std::uint64_t of_step : fuel) all = plus(all, of_step);
  return all;
}

// When the machine's clock goes back, the work keeps its age: a wrong clock locks no member out for longer than a
// window.
void RefusedWork::Window::move_to(std::uint64_t step) {
  const std::uint64_t by = step > newest ? std::min<std::uint64_t>(step - newest, kSteps) : 0;
  std::move_backward(fuel.begin(), fuel.end() - static_cast<std::ptrdiff_t>(by), fuel.end());
  std::fill_n(fuel.begin(), by, 0);
  newest = step;
}

std::uint64_t RefusedWork::step_now(const model::Parameters& parameters) const {
  return clock_->now().value / step_ms(parameters);
}

Result<RefusedWork::Window> RefusedWork::read_window(ByteView value) {
  ipld::CborReader in(value);
  const std::size_t fields = ICN_TRY(in.array());
  const std::uint64_t version = ICN_TRY(in.unsigned_integer());
  if (version != kWindowVersion)
    return fail(ErrorCode::unsupported_version, "it has version " + std::to_string(version));
  if (fields != kWindowFields) return fail(ErrorCode::corrupted, "it has " + std::to_string(fields) + " fields");
  Window window;
  window.newest = ICN_TRY(in.unsigned_integer());
  for (std::uint64_t& of_step : window.fuel) of_step = ICN_TRY(in.unsigned_integer());
  ICN_TRY(in.end());
  return window;
}

Bytes RefusedWork::bytes_of_window(const Window& window) {
  ipld::CborWriter out;
  out.array(kWindowFields).unsigned_integer(kWindowVersion).unsigned_integer(window.newest);
  for (const std::uint64_t of_step : window.fuel) out.unsigned_integer(of_step);
  return out.take();
}

Result<void> RefusedWork::load(const ports::StateStore& store) {
  const auto visit = [this](ByteView key, ByteView value) -> Result<bool> {
    model::PublicKey of{};
    const ByteView rest = key.subspan(model::keys::kRefused.size());
    auto window = read_window(value);
    if (!window || rest.size() != of.size()) {
      const bool newer = !window && window.error().code == ErrorCode::unsupported_version;
      return fail(newer ? ErrorCode::unsupported_version : ErrorCode::corrupted,
                  "The state store's record of refused work cannot be read: " +
                      (window ? std::string("its key does not name a member") : window.error().detail));
    }
    std::copy(rest.begin(), rest.end(), of.begin());
    Lock lock(mutex_);
    windows_[model::Did::of_key(of)] = *window;
    return true;
  };
  return ports::scan_each(store, model::key_of(model::keys::kRefused), model::end_of(model::keys::kRefused), visit);
}

Result<void> RefusedWork::check(const model::Did& member, const model::Parameters& parameters) {
  const std::uint64_t most = parameters[Key::refused_work_fuel_max];
  Lock lock(mutex_);
  const auto at = windows_.find(member);
  if (at == windows_.end()) return {};
  Window ahead = at->second;
  std::uint64_t step = step_now(parameters);
  ahead.move_to(step);
  if (ahead.sum() < most) return {};
  while (ahead.sum() >= most) ahead.move_to(++step);
  const std::uint64_t wait_ms = step * step_ms(parameters) - clock_->now().value;
  return refuse(ErrorCode::busy, "refused_work_fuel_max",
                "Refused submissions and simulations of " + member.to_text() +
                    " took more work than a member is allowed in " +
                    std::to_string(parameters[Key::refused_work_window_secs]) +
                    " s, so this one was not read and nothing was charged. Try again in " +
                    std::to_string(wait_ms / kMsPerSecond + 1) + " s.",
                member.to_text());
}

void RefusedWork::add(const model::Did& member, std::uint64_t fuel, const model::Parameters& parameters,
                      ports::Batch& batch) {
  Lock lock(mutex_);
  const std::uint64_t step = step_now(parameters);
  if (!windows_.contains(member)) make_room(step, batch);
  Window& window = windows_[member];
  window.move_to(step);
  window.fuel.front() = plus(window.fuel.front(), fuel);
  batch.put(row_of(member), bytes_of_window(window));
}

// Evicts the member with the least work in its window: it is the furthest from the bound.
void RefusedWork::make_room(std::uint64_t step, ports::Batch& batch) {
  if (windows_.size() < kMembersMax) return;
  auto least = windows_.end();
  std::uint64_t least_fuel = 0;
  for (auto at = windows_.begin(); at != windows_.end(); ++at) {
    at->second.move_to(step);
    const std::uint64_t fuel = at->second.sum();
    if (least != windows_.end() && fuel >= least_fuel) continue;
    least = at;
    least_fuel = fuel;
  }
  batch.erase(row_of(least->first));
  windows_.erase(least);
}

std::uint64_t RefusedWork::of(const model::Did& member, const model::Parameters& parameters) {
  Lock lock(mutex_);
  const auto at = windows_.find(member);
  if (at == windows_.end()) return 0;
  at->second.move_to(step_now(parameters));
  return at->second.sum();
}

std::size_t RefusedWork::members() const {
  Lock lock(mutex_);
  return windows_.size();
}

}  // namespace icn::runtime
