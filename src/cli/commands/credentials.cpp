// The commands about credentials: what the scope attests of its members, shown elsewhere.
#include "api/credentials.hpp"

#include <fmt/core.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/proposal_words.hpp"
#include "cli/commands/serve.hpp"
#include "cli/files.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

constexpr Bound kCredentialBound{"credential", credentials::kCredentialBytesMax, "max_credential"};
constexpr Bound kStatusBound{"status list", credentials::kStatusListBytesMax, "max_status_list"};

Result<std::string> read_text(const std::string& path, const Bound& bound) {
  const Bytes bytes = ICN_TRY(read_file(path, bound));
  return std::string(text_of(bytes));
}

// The file that --out names, which is made before anything is signed.
class Output {
 public:
  static Result<Output> open(const Invocation& invocation) {
    Output out;
    const auto path = invocation.text("--out");
    if (path && *path != "-")
      out.file_.emplace(
          ICN_TRY(OutputFile::create(*path, invocation.has("--force") ? Existing::replaced : Existing::kept)));
    if (out.file_) out.path_ = *path;
    return out;
  }
  // The answer: the text itself, or where it went.
  Result<Answer> answer(std::string json, const std::string& text, const std::string& what) {
    if (!file_) return Answer{std::move(json), text, 0};
    ICN_TRY(file_->write(view_of(text)));
    ICN_TRY(file_->finish());
    return Answer{std::move(json), path_ + ": " + what + "\n", 0};
  }

 private:
  std::optional<OutputFile> file_;
  std::string path_;
};

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (end > at) names.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

std::string_view status_text(runtime::CredentialStatus status) {
  switch (status) {
    case runtime::CredentialStatus::valid:
      return "not revoked";
    case runtime::CredentialStatus::unchecked:
      return "not checked: the issuer's status list is needed";
    default:
      return "cannot be revoked";
  }
}

}  // namespace

Result<Answer> credential_issue(const Invocation& invocation) {
  api::IssueCredentialRequest request;
  request.member = invocation.arguments[0];
  if (invocation.has("--selective")) request.form = credentials::Form::selective;
  if (const auto until = invocation.text("--until")) request.until = ICN_TRY(moment_of(*until, ICN_TRY(now())));
  Output out = ICN_TRY(Output::open(invocation));
  const api::IssuedCredentialView view = ICN_TRY(on_node<&api::call<api::IssueCredential>>(invocation, request));
  return out.answer(api::json_text(view), view.credential,
                    fmt::format("the credential with the index {} of the status list", view.index));
}

Result<Answer> credential_present(const Invocation& invocation) {
  api::PresentCredentialRequest request;
  request.credential = ICN_TRY(read_text(invocation.arguments[0], kCredentialBound));
  const auto audience = invocation.text("--audience");
  const auto challenge = invocation.text("--challenge");
  if (!audience || !challenge) {
    return fail(ErrorCode::invalid_argument,
                "--audience and --challenge are needed: the verifier, and what it chose for this presentation; nothing "
                "was signed");
  }
  request.audience = *audience;
  request.challenge = *challenge;
  request.disclose = names_in(invocation.text("--disclose").value_or(""));
  Output out = ICN_TRY(Output::open(invocation));
  const api::PresentationView view = ICN_TRY(on_node<&api::call<api::PresentCredential>>(invocation, request));
  return out.answer(api::json_text(view), view.presentation, "for " + request.audience);
}

Result<Answer> credential_verify(const Invocation& invocation) {
  api::VerifyCredentialRequest request;
  request.credential = ICN_TRY(read_text(invocation.arguments[0], kCredentialBound));
  request.audience = invocation.text("--audience");
  request.challenge = invocation.text("--challenge");
  if (const auto list = invocation.text("--status")) request.status_list = ICN_TRY(read_text(*list, kStatusBound));
  const api::CredentialView view = ICN_TRY(on_node<&api::verify_credential>(invocation, request));
  std::string types;
  for (const std::string& type : view.types) types += (types.empty() ? "" : ", ") + type;
  Lines lines;
  lines.add("type", types);
  lines.add("issuer", view.issuer + (view.of_scope ? " (the clerk of this scope)" : ""));
  lines.add("subject", view.subject.empty() ? "not shown" : view.subject);
  lines.add("from", view.from ? time_text(*view.from) : "");
  lines.add("until", view.until ? time_text(*view.until) : "");
  lines.add("shown by", view.presented ? "its holder, to this verifier" : "");
  lines.add("status", std::string(status_text(view.status)));
  lines.add("claims", view.claims.text);
  return Answer{api::json_text(view), lines.text() + "verified\n", 0};
}

Result<Answer> credential_revoke(const Invocation& invocation) {
  const auto index = whole_number(invocation.arguments[0]);
  if (!index) {
    return fail(ErrorCode::invalid_argument,
                "'" + invocation.arguments[0] + "' is not the index of a credential; nothing was revoked");
  }
  const auto view = ICN_TRY(on_node<&api::call<api::RevokeCredential>>(invocation, {*index}));
  return Answer{api::json_text(view),
                fmt::format("The credential {} of {} does not count any more; the status list says so.\n", view.index,
                            view.member.to_text()),
                0};
}

Result<Answer> credential_status(const Invocation& invocation) {
  Output out = ICN_TRY(Output::open(invocation));
  const api::StatusListView view = ICN_TRY(on_node<&api::call<api::ReadStatusList>>(invocation, {}));
  return out.answer(api::json_text(view), view.status_list,
                    fmt::format("{} credentials, {} of them revoked", view.issued, view.revoked));
}

}  // namespace icn::cli::commands
