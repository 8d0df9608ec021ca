// Operation: one row for each request to a node. The row names a use case by address, which determines its request and
// answer types; JSON, schemas and documents derive from them (fields.hpp).
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
// An operation that needs threads, a data folder or another part of a higher module is a slot: `struct RunJob :
// Slot<JobRequest, JobEnd> {};`, the row `slot<RunJob>("job.run", …)`, and the module binds it at start:
// `slots.bind<RunJob>(function)`. It is called as `call<RunJob>(context, request)`. An operation on a folder without a
// running node (creating a node, restoring, moving stores) is a slot in a row of `on_this_machine`: it has no method
// and path, so no daemon offers it.
//
// Bytes that are not a field (output, logs, archives, files) pass through Context::out and Context::in; the row
// declares that.
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
namespace icn::ports {
class DidResolver;
}
namespace icn::runtime {
class NodeState;
struct RunHooks;
}  // namespace icn::runtime

namespace icn::api {

// The role that an operation requires: any caller, a reader, a member who pays, the operator of the node. Each includes
// those before it.
enum class Role : std::uint8_t { open, read, submit, operate };
[[nodiscard]] std::string_view role_name(Role role);

// Whether bytes accompany the request (in) or the answer (out).
enum class Streams : std::uint8_t { none, in, out };
[[nodiscard]] std::string_view streams_name(Streams streams);

struct Context;

// The limits and prices of a run, for its progress view.
struct RunTerms {
  std::uint64_t seconds_max = 0;
  std::uint64_t fuel_max = 0;
  std::uint32_t pages_max = 0;
  model::Mana base;  // without any use
  model::Mana page;
  model::Mana asking;  // for all of its limits
};

// A use case that a higher module provides.
template <class RequestType, class AnswerType>
struct Slot {
  using Request = RequestType;
  using Answer = AnswerType;
  using Function = std::function<Result<Answer>(Context&, Request)>;
};

// The slots bound in this process. One thread binds them at start; afterwards they are only read.
class Slots {
 public:
  template <class S>
  void bind(typename S::Function function) {
    bound_[&kKey<S>] = std::move(function);
  }
  // Null if the slot is not bound.
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

// One step through a folder: into a folder, a file whose bytes follow, or out of the folder.
struct TreeStep {
  enum class Kind : std::uint8_t { folder, file, end };
  Kind kind = Kind::end;
  std::string name = {};
};

// The context of one request: the node, the caller and the streams. Used by one thread, except where noted.
struct Context {
  runtime::NodeState* node = nullptr;     // null if the operation needs no node
  std::optional<model::Did> caller = {};  // the caller's DID; the default of requests that name no account
  const Slots* slots = nullptr;
  ports::DidResolver* did_resolver = nullptr;  // null: the node's
  // Receives the bytes of a row with Streams::out. Without it they are dropped, or are a field of the answer.
  std::function<Result<void>(ByteView)> out = {};
  // Supplies the bytes of a row with Streams::in: writes at most `size` bytes to `to` and returns their number, 0 at
  // the end.
  std::function<Result<std::size_t>(std::uint8_t* to, std::size_t size)> in = {};
  // Supplies the entries of a folder to store; empty at its end. The bytes of a file come from `in`.
  std::function<Result<std::optional<TreeStep>>()> next_step = {};
  // Receives the entries of a folder that is read. The bytes of a file go to `out`.
  std::function<Result<void>(const TreeStep&)> on_step = {};
  // Supplies the bytes of a row that reads them twice: fills `into` from `offset` on and returns the number; fewer only
  // at the end.
  std::function<Result<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> into)> in_at = {};
  // Called with the current step of a long operation, for people; first when keys are unlocked and the work begins.
  // From then on `stop_asked` and the hooks may be called, also from other threads.
  std::function<void(std::string_view)> progress = {};
  // Called from time to time with the bytes moved so far and in total (0: unknown).
  std::function<void(std::uint64_t done, std::uint64_t total)> moved = {};
  // Called with the limits and prices of a run when it begins.
  std::function<void(const RunTerms&)> terms = {};
  // Called from time to time with the progress, for people.
  std::function<void(std::string_view)> news = {};
  // Called once the job that the operation makes is accepted.
  std::function<void(const model::JobId&)> accepted = {};
  // Returns whether the caller has asked the run to stop.
  std::function<bool()> stop_asked = {};
  // Observes a run; may be null.
  const runtime::RunHooks* hooks = nullptr;
};

// Returns the node of a context. Errors: unsupported (no node is open).
[[nodiscard]] Result<runtime::NodeState*> node_of(const Context& context);
// The DID asked for, or the caller's. Errors: invalid_argument (missing_field).
[[nodiscard]] Result<model::Did> account_of(const Context& context, const std::optional<model::Did>& asked);
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

// The types that derive from a use case, which takes its request by reference or, if large, by value.
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
