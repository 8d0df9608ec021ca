#include "cli/candidates.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <span>

#include "api/dag.hpp"
#include "api/governance.hpp"
#include "api/jobs.hpp"
#include "backends/registry.hpp"
#include "cli/parse.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"
#include "core/visible_text.hpp"
#include "jobs/job_state.hpp"
#include "model/capability.hpp"
#include "model/limits.hpp"
#include "model/parameters.hpp"
#include "runtime/find.hpp"

namespace icn::cli {
namespace {

// A person picks one of the newest; a list of all would be no help. Before anything is typed, fewer are seen at once.
constexpr std::uint64_t kJobsMax = 100;
constexpr std::uint64_t kJobsSeenMax = 20;

struct ArgumentKind {
  std::string_view placeholder;  // the first word of CommandRow::arguments
  std::string_view kind;
};
constexpr ArgumentKind kArgumentKinds[] = {
    {"PROGRAM.wasm", "files"}, {"FILE", "files"},         {"PATH", "files"},           {"DEST", "files"},
    {"SRC", "files"},          {"JOB", "jobs"},           {"RECEIPT", "receipts"},     {"CID", "cids"},
    {"CID…", "cids"},          {"[CID]", "cids"},         {"CID|JOB", "cids"},         {"CID[/PATH]", "cids"},
    {"FROM", "stores"},        {"SHELL", "shells"},       {"[COMMAND…]", "commands"},  {"PARAMETER", "parameters"},
    {"KIND", "kinds"},         {"PROPOSAL", "proposals"}, {"[PROPOSAL]", "proposals"},
};

std::string store_names(std::string_view ending) {
  std::set<std::string> names;
  for (const auto* backend : backends::state_store::all()) names.insert(std::string(backend->descriptor.name));
  for (const auto* backend : backends::dag_store::all()) names.insert(std::string(backend->descriptor.name));
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name + std::string(ending);
  return text;
}

// What is being typed, and of what kind.
struct Typed {
  std::string_view kind;
  std::string_view word;
};

// Numbers and marks, which are short, name a job, its receipt and its block alike.
std::string short_names(const api::JobPage& page, std::string_view word, model::UnixMs now) {
  if (page.jobs.empty()) return {};
  std::string text;
  for (const runtime::MarkRow& mark : runtime::job_marks())
    if (mark.name.starts_with(word)) text += fmt::format("{}\t{}\n", mark.name, mark.text);
  for (const api::JobRow& job : page.jobs) {
    const std::string number = std::to_string(job.number);
    if (!number.starts_with(word)) continue;
    text += fmt::format("{}\t{}, {}, {} ago\n", number, visible_text(job.program.value_or("job"), LineEnds::shown),
                        state_word(job), age_text(job.accepted, now));
  }
  return text;
}

std::string ids_of_jobs(const api::JobPage& page, std::string_view kind) {
  std::string text;
  for (const api::JobRow& job : page.jobs) {
    if (kind != "cids" && job.job_id)
      text += fmt::format("{}\tjob {}, {}\n", job.job_id->to_text(), job.number, state_word(job));
    if (kind != "jobs" && job.receipt)
      text += fmt::format("{}\treceipt of job {}\n", job.receipt->to_text(), job.number);
    if (kind == "cids" && job.output_cid)
      text += fmt::format("{}\toutput of job {}\n", job.output_cid->to_text(), job.number);
  }
  return text;
}

std::string ids_of_proposals(const api::ProposalPage& page) {
  std::string text;
  for (const api::ProposalView& row : page.proposals) {
    text += fmt::format("{}\t{}, {}\n", row.proposal.to_text(), row.title.empty() ? "no title" : row.title,
                        governance::state_name(row.state));
  }
  return text;
}

Result<std::string> ids_of_pins(api::Context& context) {
  std::string text;
  for (const api::PinView& pin : ICN_TRY(api::list_pins(context, {{}, kJobsMax})).pins) {
    if (pin.kind != dag::PinKind::member) continue;
    for (const ipld::Cid& root : pin.roots) text += root.to_text() + "\tpinned\n";
  }
  return text;
}

Result<std::string> ids(const Typed& typed, std::span<const std::string> options) {
  // The options of the completed line, as for a command that reads. It neither prompts nor waits.
  std::vector<std::string> words{"job", "list", "--passphrase-file", "/dev/null", "--wait=0"};
  words.insert(words.end(), options.begin(), options.end());
  const auto parsed = ICN_TRY(parse(words));
  const auto* invocation = std::get_if<Invocation>(&parsed);
  if (invocation == nullptr) return std::string();
  const auto node = ICN_TRY(open_node_now(*invocation));
  api::Context context = node->context();
  if (typed.kind == "proposals") return ids_of_proposals(ICN_TRY(api::list_proposals(context, {{}, kJobsMax, {}})));
  api::JobListRequest request;
  request.count = typed.word.empty() ? kJobsSeenMax : kJobsMax;
  const api::JobPage page = ICN_TRY(api::list_jobs(context, request));
  std::string text = short_names(page, typed.word, node->state().now());
  // An id says nothing about its job, so ids are proposed once one is begun.
  const bool id_begun = typed.word.starts_with('b');
  if (id_begun) text += ids_of_jobs(page, typed.kind);
  if (typed.kind == "cids" && (id_begun || typed.word.empty())) text += ICN_TRY(ids_of_pins(context));
  return text;
}

}  // namespace

std::string_view kind_of_arguments(const CommandRow& command) {
  const std::string_view first = split_words(command.arguments)[0];
  for (const ArgumentKind& row : kArgumentKinds) {
    if (row.placeholder == first) return row.kind;
  }
  return {};
}

std::vector<std::string> values_of(const OptionRow& option) {
  std::vector<std::string> values;
  if (option.placeholder.find('|') != std::string_view::npos) {
    std::string_view rest = option.placeholder;
    for (std::size_t bar = 0; bar != std::string_view::npos; rest.remove_prefix(bar + 1)) {
      bar = rest.find('|');
      values.emplace_back(rest.substr(0, bar));
      if (bar == std::string_view::npos) break;
    }
  } else if (option.placeholder == "PHASE") {
    for (const jobs::JobPhase phase : api::EnumNames<jobs::JobPhase>::values)
      values.emplace_back(jobs::phase_name(phase));
  } else if (option.placeholder == "KIND") {
    for (const model::ProposalKind kind : api::EnumNames<model::ProposalKind>::values)
      values.emplace_back(model::proposal_kind_name(kind));
  } else if (option.placeholder == "STATE") {
    for (const governance::ProposalState state : api::EnumNames<governance::ProposalState>::values)
      values.emplace_back(governance::state_name(state));
  } else if (option.placeholder == "STATUS") {
    for (const model::MemberStatus status : api::EnumNames<model::MemberStatus>::values)
      values.emplace_back(model::member_status_name(status));
  } else if (option.placeholder == "CAP") {
    for (const model::CapabilityRow& row : model::kCapabilityTable) values.emplace_back(row.name);
  } else if (option.placeholder == "NAME=N") {
    for (const model::LimitRow& row : model::kLimitTable) values.push_back(std::string(row.name) + "=");
  } else if (option.placeholder == "URL") {
    const std::string names = store_names(":");
    for (const std::string_view name : split_words(names)) values.emplace_back(name);
  }
  return values;
}

std::string candidates(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  if (words[0] == "stores") {
    std::string text = store_names("\n");
    std::erase(text, ' ');
    return text;
  }
  if (words[0] == "kinds") {
    std::string text;
    for (const model::ProposalKind kind : api::EnumNames<model::ProposalKind>::values)
      text += std::string(model::proposal_kind_name(kind)) + "\n";
    return text;
  }
  if (words[0] == "parameters") {
    std::string text;
    for (const model::ParameterRow& row : model::parameter_table())
      text += fmt::format("{}\t{}\n", row.name, row.affects);
    return text;
  }
  const auto found = ids({words[0], words.size() > 1 ? words[1] : ""},
                         std::span(words).subspan(std::min<std::size_t>(2, words.size())));
  return found ? *found : std::string();
}

}  // namespace icn::cli
