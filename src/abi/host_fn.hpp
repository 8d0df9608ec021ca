// host_fn<&function>(Spec): makes a row of the host table from a plain C++ function.
//
// The function takes a CallScope& and arguments of the kinds below and returns Result<R>; wasm signature, slots,
// decoding, bounds checks, charges for bytes going in and the encoding of the answer follow from its type:
//   std::uint32_t, std::int32_t, std::uint64_t, std::int64_t   one slot
//   GuestStr (UTF-8), GuestBytes, OutBytes, IoVecs             address and length, both i32
//   Cell<T>, GuestAddress                                      one i32
//   R = void: i32 0 · uint32: i32 · int64, uint64: i64 · Register: i64, its length · Errno: i32 · Never: no result
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "abi/detail/call_scope.hpp"

namespace icn::abi {

template <class T>
struct Arg;

namespace detail {
// What an argument's second slot counts, if its bytes are passed in.
enum class Incoming : std::uint8_t { none, bytes, vectors };

template <class T, ArgKind Kind, WasmType Type>
struct NumberArg {
  static constexpr ArgInfo info{Kind, 1, 0};
  static constexpr std::array types{Type};
  static constexpr Incoming incoming = Incoming::none;
  static bool load(CallScope&, const Raw* raw, T& out) {
    if constexpr (Type == WasmType::i32) {
      out = static_cast<T>(raw->i32);
    } else {
      out = static_cast<T>(raw->i64);
    }
    return true;
  }
};

template <ArgKind Kind, Incoming In>
struct PairArg {
  static constexpr ArgInfo info{Kind, 2, 0};
  static constexpr std::array types{WasmType::i32, WasmType::i32};
  static constexpr Incoming incoming = In;
  static std::span<std::uint8_t> range(CallScope& call, const Raw* raw) {
    const std::uint64_t length = std::uint64_t{static_cast<std::uint32_t>(raw[1].i32)} * info.unit_bytes();
    return call.range(static_cast<std::uint32_t>(raw[0].i32), length);
  }
};
}  // namespace detail

template <>
struct Arg<std::uint32_t> : detail::NumberArg<std::uint32_t, ArgKind::u32, WasmType::i32> {};
template <>
struct Arg<std::int32_t> : detail::NumberArg<std::int32_t, ArgKind::i32, WasmType::i32> {};
template <>
struct Arg<std::uint64_t> : detail::NumberArg<std::uint64_t, ArgKind::u64, WasmType::i64> {};
template <>
struct Arg<std::int64_t> : detail::NumberArg<std::int64_t, ArgKind::i64, WasmType::i64> {};

template <>
struct Arg<GuestBytes> : detail::PairArg<ArgKind::bytes, detail::Incoming::bytes> {
  static bool load(CallScope& call, const Raw* raw, GuestBytes& out) {
    out.view = range(call, raw);
    return true;
  }
};
template <>
struct Arg<GuestStr> : detail::PairArg<ArgKind::text, detail::Incoming::bytes> {
  static bool load(CallScope& call, const Raw* raw, GuestStr& out) {
    const ByteView bytes = range(call, raw);
    if (!call.work(bytes.size()) || !is_utf8(bytes)) return false;
    out.text = text_of(bytes);
    return true;
  }
};
template <>
struct Arg<OutBytes> : detail::PairArg<ArgKind::buffer, detail::Incoming::none> {
  static bool load(CallScope& call, const Raw* raw, OutBytes& out) {
    out = OutBytes(range(call, raw));
    return true;
  }
};
template <>
struct Arg<IoVecs> : detail::PairArg<ArgKind::iovecs, detail::Incoming::vectors> {
  static bool load(CallScope& call, const Raw* raw, IoVecs& out) {
    out.descriptions = range(call, raw);
    return true;
  }
};
template <class T>
struct Arg<Cell<T>> {
  static constexpr ArgInfo info{ArgKind::cell, 1, sizeof(T)};
  static constexpr std::array types{WasmType::i32};
  static constexpr detail::Incoming incoming = detail::Incoming::none;
  static bool load(CallScope& call, const Raw* raw, Cell<T>& out) {
    out = Cell<T>(call.range(static_cast<std::uint32_t>(raw->i32), sizeof(T)).data());
    return true;
  }
};
template <>
struct Arg<GuestAddress> {
  static constexpr ArgInfo info{ArgKind::address, 1, 0};
  static constexpr std::array types{WasmType::i32};
  static constexpr detail::Incoming incoming = detail::Incoming::none;
  static bool load(CallScope&, const Raw* raw, GuestAddress& out) {
    out.value = static_cast<std::uint32_t>(raw->i32);
    return true;
  }
};

// The part of a row that the function's type does not determine.
struct Spec {
  std::uint32_t index = 0;
  std::string_view module;
  std::string_view name;
  std::string_view arg_names;
  FuelCost fuel;
  model::Capability needs = model::Capability::none;
  std::string_view doc;
  std::string_view request = {};
  std::string_view response = {};
};

namespace detail {

template <class R>
consteval AnswerKind answer_kind() {
  if constexpr (std::is_same_v<R, Register>) return AnswerKind::result_register;
  if constexpr (std::is_same_v<R, Errno>) return AnswerKind::wasi_errno;
  if constexpr (std::is_same_v<R, Never>) return AnswerKind::never;
  return AnswerKind::number;
}
template <class R>
inline constexpr bool kWide =
    std::is_same_v<R, std::int64_t> || std::is_same_v<R, std::uint64_t> || std::is_same_v<R, Register>;

// Encodes the answer; numbers above the signed result's maximum are clamped to it.
template <class R>
std::int64_t encode(const R& value) {
  if constexpr (std::is_same_v<R, Register>) return static_cast<std::int64_t>(value.length);
  if constexpr (std::is_same_v<R, Errno>) return static_cast<std::int64_t>(value);
  if constexpr (std::is_same_v<R, std::uint32_t>)
    return value > INT32_MAX ? INT32_MAX : static_cast<std::int64_t>(value);
  if constexpr (std::is_same_v<R, std::uint64_t>)
    return value > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(value);
  if constexpr (std::is_same_v<R, std::int64_t>) return value;
  return 0;
}

template <auto Function>
struct Bind;

template <class R, class... A, Result<R> (*Function)(CallScope&, A...)>
struct Bind<Function> {
  static constexpr std::size_t kSlots = (std::size_t{Arg<A>::info.slots} + ... + 0);
  static_assert(kSlots <= model::kTranscriptArgsMax);

  static constexpr std::array<ArgInfo, sizeof...(A)> args{Arg<A>::info...};
  static constexpr std::array<WasmType, kSlots> params = [] {
    std::array<WasmType, kSlots> all{};
    [[maybe_unused]] std::size_t at = 0;
    (
        [&] {
          for (const WasmType type : Arg<A>::types) all[at++] = type;
        }(),
        ...);
    return all;
  }();
  static constexpr std::array<WasmType, 1> result{kWide<R> ? WasmType::i64 : WasmType::i32};

  // One bit per slot that holds a length or count of data passed in.
  static constexpr std::uint32_t incoming_slots([[maybe_unused]] Incoming kind) {
    std::uint32_t mask = 0;
    [[maybe_unused]] std::uint32_t at = 0;
    (
        [&] {
          if (Arg<A>::incoming == kind) mask |= 1U << (at + 1);
          at += Arg<A>::info.slots;
        }(),
        ...);
    return mask;
  }

  static Verdict thunk(CallScope& call, [[maybe_unused]] const Raw* slots, std::int64_t& answer) {
    std::tuple<A...> loaded;
    const bool complete = std::apply(
        [&](A&... arg) {
          return ([&] {
            const Raw* at = slots;
            slots += Arg<A>::info.slots;
            return Arg<A>::load(call, at, arg);
          }() && ...);
        },
        loaded);
    if (!complete) [[unlikely]]
      return call.refused(Error{ErrorCode::invalid_format, "a text argument is not UTF-8"}, answer);
    Result<R> result_of = std::apply([&](A&... arg) { return Function(call, arg...); }, loaded);
    if (!result_of) [[unlikely]]
      return call.refused(std::move(result_of).error(), answer);
    if constexpr (std::is_void_v<R>) {
      answer = 0;
    } else {
      answer = encode(*result_of);
    }
    return Verdict::resume;
  }
};
}  // namespace detail

namespace detail {
template <auto Function, class R>
consteval HostFn make_row(const Spec& spec, Result<R>* /*type*/) {
  using B = Bind<Function>;
  HostFn fn;
  fn.index = spec.index;
  fn.module = spec.module;
  fn.name = spec.name;
  fn.params = B::params;
  if (!std::is_same_v<R, Never>) fn.results = B::result;
  fn.args = B::args;
  fn.arg_names = spec.arg_names;
  fn.answer = answer_kind<R>();
  fn.length_slots = B::incoming_slots(Incoming::bytes);
  fn.vector_slots = B::incoming_slots(Incoming::vectors);
  fn.fuel = spec.fuel;
  fn.needs = spec.needs;
  fn.doc = spec.doc;
  fn.request = spec.request;
  fn.response = spec.response;
  fn.thunk = &B::thunk;
  return fn;
}
template <class R, class... A>
R* result_type(R (*)(A...));
}  // namespace detail

template <auto Function>
consteval HostFn host_fn(const Spec& spec) {
  return detail::make_row<Function>(spec, static_cast<decltype(detail::result_type(Function))>(nullptr));
}

// Number of words in a blank-separated list.
constexpr std::size_t word_count(std::string_view words) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < words.size(); ++i) count += words[i] != ' ' && (i == 0 || words[i - 1] == ' ') ? 1 : 0;
  return count;
}

// Checks the rules of every table of rows; the compiler names the broken rule.
template <std::size_t N>
consteval bool well_formed(const std::array<HostFn, N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    const HostFn& fn = table[i];
    if (fn.module == "icn" && !fn.name.starts_with("host_")) throw "a name of module icn begins with host_";
    if ((fn.module == "icn") != (fn.index < 1000)) throw "WASI rows begin at 1000";
    if (fn.doc.size() < 20 || !fn.doc.ends_with('.')) throw "doc is a sentence";
    if (word_count(fn.arg_names) != fn.args.size()) throw "every argument has a name";
    if (fn.fuel.base == 0) throw "every call costs something";
    if (fn.fuel.base > 100'000'000 || fn.fuel.per_byte > 1'000 || fn.fuel.per_item > 1'000)
      throw "a charge that 64 bits might not hold";
    if ((fn.fuel.per_item != 0) != (fn.vector_slots != 0)) throw "buffer descriptions have a price";
    if (fn.answer == AnswerKind::wasi_errno && fn.needs != model::Capability::none) throw "WASI has no capabilities";
    if (i != 0 && table[i - 1].index >= fn.index) throw "rows are sorted by index, indices unique";
    for (std::size_t j = 0; j < i; ++j) {
      if (table[j].module == fn.module && table[j].name == fn.name) throw "two rows of one name";
    }
  }
  return true;
}

}  // namespace icn::abi
