// Operation: one row for each thing that can be asked of a node. The row names a use case by address, and its request
// and answer types follow from that; JSON, schemas and documents derive from them (fields.hpp).
//
// To add one:
//   1. request and answer structs with fields() in api/SUBJECT.hpp, and `Result<Answer> name(Context&, const
//      Request&)`;
//   2. in api/SUBJECT.cpp the use case, which maps what runtime/ answers to the struct, and `template struct Shape<T>;`
//      for the request and the answer (not for structs inside them);
//   3. one row in api/operations.cpp: operation<&name>("subject.verb", …);
//   4. ICN_UPDATE=1 api_test writes docs/OPERATIONS.md and docs/schemas/.
// A caller in this process calls the function itself: `api::list_jobs(context, request)`; it formats the struct, and
// prints `json_text(answer)` for --json.
//
// What needs threads, a data folder or another thing of a higher module is a slot: `struct RunJob : Slot<JobRequest,
// JobEnd> {};`, the row `slot<RunJob>("job.run", …)`, and the module binds it at start: `slots.bind<RunJob>(function)`.
// It is called as `call<RunJob>(context, request)`. What is done with a folder that no node works on (making a node,
// restoring, moving stores) is a slot in a row of `on_this_machine`: no method and path, so no daemon offers it.
//
// Bytes that are not a field (output, logs, archives, files) go through Context::out and Context::in; the row says so.
#pragma once
#include <any>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "api/fields.hpp"
#include "core/bytes.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"

namespace icn::model {
struct JobId;
}
namespace icn::runtime {
class NodeState;
struct RunHooks;
}  // namespace icn::runtime

namespace icn::api {

// Who may ask: any caller, a reader, a member who pays, the operator of the node. Each includes those before it.
enum class Role : std::uint8_t { open, read, submit, operate };
[[nodiscard]] std::string_view role_name(Role role);

// Whether bytes travel next to the request (in) or the answer (out).
enum class Streams : std::uint8_t { none, in, out };
[[nodiscard]] std::string_view streams_name(Streams streams);

struct Context;

// For the view of a run: what it may take, and what it costs by then.
struct RunTerms {
  std::uint64_t seconds_max = 0;
  std::uint64_t fuel_max = 0;
  std::uint32_t pages_max = 0;
  model::Mana base;  // without any use
  model::Mana page;
  model::Mana asking;  // for all that it may use
};

// A use case that a higher module provides.
template <class RequestType, class AnswerType>
struct Slot {
  using Request = RequestType;
  using Answer = AnswerType;
  using Function = std::function<Result<Answer>(Context&, Request)>;
};

// What is bound in this process. Bound at start by one thread, then only read.
class Slots {
 public:
  template <class S>
  void bind(typename S::Function function) {
    bound_[&kKey<S>] = std::move(function);
  }
  // Null when nothing is bound.
  template <class S>
  [[nodiscard]] const typename S::Function* find() const {
    const auto at = bound_.find(&kKey<S>);
    return at == bound_.end() ? nullptr : std::any_cast<typename S::Function>(&at->second);
  }

 private:
  template <class S>
  static constexpr char kKey = 0;
  std::map<const void*, std::any> bound_;
};

// A folder, entry by entry: into a folder, a file whose bytes follow, out of the folder.
struct TreeStep {
  enum class Kind : std::uint8_t { folder, file, end };
  Kind kind = Kind::end;
  std::string name = {};
};

// What a use case works on and with: of one request, on one thread.
struct Context {
  runtime::NodeState* node = nullptr;     // not there for what needs no node
  std::optional<model::Did> caller = {};  // who asks; the default of requests that name no account
  const Slots* slots = nullptr;
  // Where the bytes of a row with Streams::out go. Without it they are dropped, or are a field of the answer.
  std::function<Result<void>(ByteView)> out = {};
  // Where those of a row with Streams::in come from: at most `size` bytes into `to`, 0 at the end.
  std::function<Result<std::size_t>(std::uint8_t* to, std::size_t size)> in = {};
  // The entries of a folder that is stored: nothing at its end. The bytes of a file come from `in`.
  std::function<Result<std::optional<TreeStep>>()> next_step = {};
  // Where the entries of a folder go that is read. The bytes of a file go to `out`.
  std::function<Result<void>(const TreeStep&)> on_step = {};
  // Where those of a row that reads its bytes twice come from: from `offset` on, fewer than it takes at the end only.
  std::function<Result<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> into)> in_at = {};
  // What a long operation is doing, for people. First called when keys are unlocked and the work begins; from then on
  // `stop_asked` and the hooks are called, from other threads too.
  std::function<void(std::string_view)> progress = {};
  // How many bytes it has moved, of how many (0: not known), now and then.
  std::function<void(std::uint64_t done, std::uint64_t total)> moved = {};
  // What a run is held to, when it begins.
  std::function<void(const RunTerms&)> terms = {};
  // How far it is, now and then, for people.
  std::function<void(std::string_view)> news = {};
  // Called once the job that the operation makes is accepted.
  std::function<void(const model::JobId&)> accepted = {};
  // Whether the caller has asked the run to stop.
  std::function<bool()> stop_asked = {};
  // Watches a run; may be null.
  const runtime::RunHooks* hooks = nullptr;
};

// The node of a context. Errors: unsupported, when there is none.
[[nodiscard]] Result<runtime::NodeState*> node_of(const Context& context);
[[nodiscard]] Error unbound();

template <class S>
[[nodiscard]] Result<typename S::Answer> call(Context& context, typename S::Request request) {
  const auto* function = context.slots == nullptr ? nullptr : context.slots->template find<S>();
  if (function == nullptr) return fail(unbound());
  return (*function)(context, std::move(request));
}

struct Operation {
  std::string_view name;    // "job.list"
  std::string_view method;  // GET, POST, PUT, DELETE; empty: only for processes of this machine
  std::string_view path;    // "/v1/jobs/{job}": a name in braces is a field of the request; empty as the method is
  Role role;
  Streams streams;
  std::string_view text;
  std::string_view answer_name;  // docs/schemas/NAME.json
  std::string_view answer_text;
  Result<void> (*run)(Context& context, const Json& request, Json& answer);
  void (*request_schema)(Json& out);
  void (*answer_schema)(Json& out);
  Result<void> (*check_request)(const Json& request);
  Result<void> (*check_answer)(const Json& answer);
  bool (*is_bound)(const Slots& slots);
};

// What derives from a use case, which takes its request by reference or, a large one, by value.
template <auto UseCase>
struct Typed;
template <class AnswerType, class Taken, Result<AnswerType> (*UseCase)(Context&, Taken)>
struct Typed<UseCase> {
  using Request = std::remove_cvref_t<Taken>;
  using Answer = AnswerType;
  static Result<void> run(Context& context, const Json& request, Json& answer) {
    Shape<Answer>::to_json(ICN_TRY(UseCase(context, ICN_TRY(Shape<Request>::from_json(request)))), answer);
    return {};
  }
  template <class T>
  static Result<void> check(const Json& json) {
    static_cast<void>(ICN_TRY(Shape<T>::from_json(json)));
    return {};
  }
  static bool is_bound(const Slots&) { return true; }
};

template <auto UseCase>
[[nodiscard]] constexpr Operation operation(std::string_view name, std::string_view method, std::string_view path,
                                            Role role, std::string_view text, Streams streams = Streams::none) {
  using T = Typed<UseCase>;
  return {name,
          method,
          path,
          role,
          streams,
          text,
          T::Answer::kName,
          T::Answer::kText,
          &T::run,
          &Shape<typename T::Request>::schema,
          &Shape<typename T::Answer>::schema,
          &T::template check<typename T::Request>,
          &T::template check<typename T::Answer>,
          &T::is_bound};
}

template <class S>
[[nodiscard]] constexpr Operation slot(std::string_view name, std::string_view method, std::string_view path, Role role,
                                       std::string_view text, Streams streams = Streams::none) {
  Operation row = operation<&call<S>>(name, method, path, role, text, streams);
  row.is_bound = [](const Slots& slots) { return slots.find<S>() != nullptr; };
  return row;
}

template <class S>
[[nodiscard]] constexpr Operation on_this_machine(std::string_view name, std::string_view text) {
  return slot<S>(name, "", "", Role::operate, text);
}

}  // namespace icn::api
