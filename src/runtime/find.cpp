#include "runtime/find.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "ipld/multibase.hpp"
#include "model/dag_block.hpp"
#include "model/keys.hpp"
#include "runtime/detail/anchor.hpp"
#include "runtime/detail/files.hpp"

namespace icn::runtime {
namespace {

// Text of a CIDv1 sha2-256: "b" and 58 characters of base32.
constexpr std::size_t kIdTextLength = 59;
constexpr std::size_t kVersion0Length = 46;  // "Qm" and 44 characters of base58
// Ids checked for one prefix; beyond this, the lookup stops.
constexpr std::size_t kCandidatesMax = 64;

constexpr std::array kMarks{
    MarkRow{"@last", "the newest job", jobs::NewestJob::accepted, "No job has been submitted here yet"},
    MarkRow{"@last-ok", "the job that last succeeded", jobs::NewestJob::ok, "No job has succeeded here"},
    MarkRow{"@last-failed", "the job that last failed", jobs::NewestJob::failed, "No job has failed here"},
};

enum class Asked : std::uint8_t { job, evidence, block };

// The ids that a name may mean, before they are looked up.
struct Named {
  bool is_beginning = false;
  std::vector<ipld::Cid> cids;
};

tl::unexpected<Error> not_a_name(std::string_view name, Asked asked, std::string_view why) {
  constexpr std::array<std::string_view, 3> wanted{"a job id", "the id of a job or a receipt", "a CID"};
  return refuse(asked == Asked::job ? ErrorCode::invalid_argument : ErrorCode::invalid_format, "job_id",
                fmt::format("'{}' is not {}: {}.", name, wanted.at(static_cast<std::size_t>(asked)), why),
                std::string(name));
}

tl::unexpected<Error> ambiguous(std::string_view name, const std::vector<ipld::Cid>& cids) {
  std::string list;
  for (std::size_t i = 0; i < std::min(cids.size(), kCandidatesShown); ++i) list += " " + cids[i].to_text();
  if (cids.size() > kCandidatesShown) list += " and more";
  return refuse(ErrorCode::invalid_argument, "ambiguous_id",
                fmt::format("Several ids begin with '{}':{}; give more characters.", name, list), std::string(name));
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name.empty() || error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

Result<Named> named_job(std::string_view name, Result<std::optional<jobs::JobRecord>> found, std::string what) {
  const std::optional<jobs::JobRecord> job = ICN_TRY(std::move(found));
  if (!job) return refuse(ErrorCode::not_found, "job_id", std::move(what), std::string(name));
  return Named{false, {job->id.cid}};
}

// Lists every stored block whose id begins with `name`, and the jobs whose blocks were removed.
Result<Named> named_by_beginning(const NodeState& node, std::string_view name, const ipld::Cid& least) {
  Named named{true, {}};
  const auto begins = [name](const ipld::Cid& cid) { return cid.to_text().starts_with(name); };
  if (ICN_TRY(node.dag_store().has(least))) named.cids.push_back(least);
  ICN_TRY(node.dag_store().for_each(least, [&](const ipld::Cid& cid, std::uint64_t) {
    if (!begins(cid)) return false;
    named.cids.push_back(cid);
    return named.cids.size() < kCandidatesMax;
  }));
  if (least.codec() == ipld::Codec::dag_cbor) {
    const auto is_wanted = [&](const model::JobId& id) { return begins(id.cid); };
    for (const model::JobId& id : ICN_TRY(node.jobs().ids_from(model::JobId{least}, kCandidatesMax, is_wanted)))
      named.cids.push_back(id.cid);
  }
  std::sort(named.cids.begin(), named.cids.end());
  named.cids.erase(std::unique(named.cids.begin(), named.cids.end()), named.cids.end());
  return named;
}

Result<Named> read_name(const NodeState& node, std::string_view name, Asked asked) {
  // Every result must be durable.
  ICN_TRY(node.books().wait_for_staged());
  if (name.starts_with('@')) {
    std::string marks;
    for (const MarkRow& row : kMarks) {
      if (row.name == name) return named_job(name, node.jobs().find_newest(row.which), std::string(row.absent) + ".");
      marks += (marks.empty() ? "" : ", ") + std::string(row.name);
    }
    return not_a_name(name, asked, "the marks are " + marks);
  }
  if (const auto number = number_of(name)) {
    return named_job(name, node.jobs().find_number(*number),
                     fmt::format("No job of this node has the number {}.", *number));
  }
  Result<ipld::Cid> whole = ipld::Cid::parse(name);
  if (whole) return Named{false, {*whole}};
  if (name.size() == kVersion0Length && name.starts_with("Qm")) {
    const auto bytes = ipld::from_base58(name);
    const auto other = bytes ? ipld::Cid::from_bytes(*bytes) : whole;
    return other ? Named{false, {*other}} : Result<Named>(fail(other.error()));
  }
  if (name.size() >= kIdTextLength) return not_a_name(name, asked, whole.error().detail);
  if (name.size() < kNameMin) {
    return not_a_name(name, asked,
                      fmt::format("give at least the first {} of its {} characters", kNameMin, kIdTextLength));
  }
  // base32's alphabet sorts like its values, so the least id with this prefix is the prefix padded with zeros ('a').
  std::string least(name);
  least.resize(kIdTextLength, 'a');
  const Result<ipld::Cid> from = ipld::Cid::parse(least);
  if (!from) return not_a_name(name, asked, "no id has this prefix");
  return named_by_beginning(node, name, *from);
}

// The job or evidence that an id identifies.
struct Known {
  std::optional<jobs::JobRecord> job;
  std::optional<Evidence> evidence;
};

Bytes evidence_key(const ipld::Cid& cid) { return model::key_of(model::keys::kEvidence, cid.digest()); }

Result<std::optional<ipld::Cid>> imported_anchor(const NodeState& node, const ipld::Cid& cid) {
  const std::optional<Bytes> at = ICN_TRY(node.state_store().get(evidence_key(cid)));
  if (!at) return std::optional<ipld::Cid>();
  return std::optional(ICN_TRY(ipld::Cid::from_bytes(*at)));
}

// Decodes the block as a Value; empty if it is absent or has another type.
template <class Value>
Result<std::optional<Value>> block_as(const NodeState& node, const ipld::Cid& cid) {
  if (cid.codec() != ipld::Codec::dag_cbor) return std::optional<Value>();
  const Result<ipld::Block> block = node.dag_store().get(cid);
  if (!block && block.error().code == ErrorCode::missing_data) return std::optional<Value>();
  if (!block) return fail(block.error());
  Result<Value> value = Value::from_bytes(block->bytes);
  return value ? std::optional<Value>(*std::move(value)) : std::nullopt;
}

// The receipt that a block anchors, if it anchors one.
Result<std::optional<ipld::Cid>> anchored_by(const NodeState& node, const ipld::Cid& anchor) {
  const auto envelope = ICN_TRY(block_as<model::DagEnvelope>(node, anchor));
  if (!envelope) return std::optional<ipld::Cid>();
  const auto payload = ICN_TRY(block_as<model::DagPayload>(node, envelope->payload));
  if (!payload) return std::optional<ipld::Cid>();
  for (const model::DagLink& link : payload->links)
    if (link.name == "receipt") return std::optional(link.cid);
  return std::optional<ipld::Cid>();
}

// Returns the job of a signed receipt or of a receipt's body.
Result<std::optional<model::JobId>> job_of_receipt(const NodeState& node, const ipld::Cid& receipt) {
  ipld::Cid body = receipt;
  if (const auto envelope = ICN_TRY(block_as<model::SignedReceipt>(node, receipt))) body = envelope->receipt;
  const auto read = ICN_TRY(block_as<model::Receipt>(node, body));
  return read ? std::optional(read->job) : std::nullopt;
}

Result<Known> known_by_receipt(const NodeState& node, const ipld::Cid& receipt, std::optional<ipld::Cid> anchor) {
  Known known{{}, Evidence{receipt, std::move(anchor)}};
  if (const auto job = ICN_TRY(job_of_receipt(node, receipt))) known.job = ICN_TRY(node.jobs().find(*job));
  if (!known.evidence->anchor) known.evidence->anchor = ICN_TRY(detail::find_anchor(node, receipt));
  if (!known.evidence->anchor) known.evidence->anchor = ICN_TRY(imported_anchor(node, receipt));
  return known;
}

// Empty if the CID is neither a job nor evidence of one.
Result<std::optional<Known>> look_up(const NodeState& node, const ipld::Cid& cid) {
  if (cid.codec() != ipld::Codec::dag_cbor) return std::optional<Known>();
  if (auto job = ICN_TRY(node.jobs().find(model::JobId{cid}))) {
    Known known;
    if (job->receipt) known.evidence = Evidence{*job->receipt, job->anchor};
    known.job = std::move(job);
    return std::optional(std::move(known));
  }
  if (const auto receipt = ICN_TRY(anchored_by(node, cid)))
    return std::optional(ICN_TRY(known_by_receipt(node, *receipt, cid)));
  if (ICN_TRY(job_of_receipt(node, cid))) return std::optional(ICN_TRY(known_by_receipt(node, cid, {})));
  const auto anchor = ICN_TRY(imported_anchor(node, cid));
  const auto receipt = anchor ? ICN_TRY(anchored_by(node, *anchor)) : std::nullopt;
  if (!receipt) return std::optional<Known>();
  return std::optional(ICN_TRY(known_by_receipt(node, *receipt, anchor)));
}

}  // namespace

std::span<const MarkRow> job_marks() { return kMarks; }

Result<jobs::JobRecord> find_job(const NodeState& node, std::string_view name) {
  const Named named = ICN_TRY(read_name(node, name, Asked::job));
  std::optional<jobs::JobRecord> found;
  std::vector<ipld::Cid> matches;
  for (const ipld::Cid& cid : named.cids) {
    auto job = ICN_TRY(job_behind(node, cid));
    if (!job || (found && job->id == found->id)) continue;
    matches.push_back(cid);
    found = std::move(job);
  }
  if (matches.size() > 1) return ambiguous(name, matches);
  if (found) return *std::move(found);
  return refuse(ErrorCode::not_found, "job_id",
                fmt::format("No job of this node, and no receipt or anchor of one, {} '{}'.",
                            named.is_beginning ? "begins with" : "has the id", name),
                std::string(name));
}

Result<Evidence> find_evidence(const NodeState& node, std::string_view name) {
  const Named named = ICN_TRY(read_name(node, name, Asked::evidence));
  std::optional<Known> found;
  std::vector<ipld::Cid> matches;
  for (const ipld::Cid& cid : named.cids) {
    auto known = ICN_TRY(look_up(node, cid));
    if (!known) continue;
    const bool again = found && (found->job ? known->job && known->job->id == found->job->id
                                            : known->evidence->receipt == found->evidence->receipt);
    if (again) continue;
    matches.push_back(cid);
    found = std::move(known);
  }
  if (matches.size() > 1) return ambiguous(name, matches);
  if (found && found->evidence) return *std::move(found->evidence);
  if (found) {
    return fail(ErrorCode::not_found, fmt::format("the job {} has no receipt: it is {}", found->job->id.to_text(),
                                                  jobs::phase_name(found->job->phase)));
  }
  // Reading it reports what is missing or wrong.
  if (!named.is_beginning) return Evidence{named.cids.front(), {}};
  return refuse(ErrorCode::not_found, "job_id",
                fmt::format("No job, receipt or anchor that is known here begins with '{}'.", name), std::string(name));
}

Result<ipld::Cid> find_block(const NodeState& node, std::string_view name) {
  const Named named = ICN_TRY(read_name(node, name, Asked::block));
  if (named.cids.size() == 1) return named.cids.front();
  if (named.cids.size() > 1) return ambiguous(name, named.cids);
  return refuse(ErrorCode::not_found, "job_id", fmt::format("No block of this node begins with '{}'.", name),
                std::string(name));
}

Result<std::optional<jobs::JobRecord>> job_behind(const NodeState& node, const ipld::Cid& cid) {
  std::optional<Known> known = ICN_TRY(look_up(node, cid));
  if (!known) return std::optional<jobs::JobRecord>();
  return std::move(known->job);
}

Result<void> note_evidence(const NodeState& node, const ipld::Cid& root, ports::Batch& batch) {
  const auto receipt = ICN_TRY(anchored_by(node, root));
  if (!receipt) return {};
  const auto job = ICN_TRY(job_of_receipt(node, *receipt));
  const auto bytes = root.to_bytes();
  batch.put(evidence_key(*receipt), Bytes(bytes.begin(), bytes.end()));
  if (job) batch.put(evidence_key(job->cid), Bytes(bytes.begin(), bytes.end()));
  return {};
}

}  // namespace icn::runtime
