#include "api/operations.hpp"

#include <algorithm>
#include <array>

#include "api/about.hpp"
#include "api/access.hpp"
#include "api/cid.hpp"
#include "api/command_line.hpp"
#include "api/coop.hpp"
#include "api/credentials.hpp"
#include "api/dag.hpp"
#include "api/dag_folders.hpp"
#include "api/delegations.hpp"
#include "api/dids.hpp"
#include "api/events.hpp"
#include "api/folders.hpp"
#include "api/governance.hpp"
#include "api/job_runs.hpp"
#include "api/keys.hpp"
#include "api/mana.hpp"
#include "api/node.hpp"
#include "api/outcomes.hpp"
#include "api/parameters.hpp"
#include "api/proofs.hpp"
#include "api/receipts.hpp"
#include "api/reputation.hpp"
#include "api/scope_log.hpp"
#include "api/stores.hpp"
#include "api/trust.hpp"
#include "api/zk.hpp"

namespace icn::api {
namespace {

constexpr std::array kOperations{
    slot<RunJob>("job.run", "POST", "/v1/jobs/run", Role::submit,
                 "Accepts a job of the node's member and runs it to completion.", Streams::out),
    slot<SubmitJob>("job.submit", "POST", "/v1/jobs", Role::submit,
                    "Accepts a job of the node's member, which then waits."),
    operation<&simulate_job>("job.simulate", "POST", "/v1/jobs/simulation", Role::submit,
                             "Runs a program under an unsigned order and charges nothing; its work counts against the "
                             "window of refused work."),
    slot<WaitJob>("job.wait", "POST", "/v1/jobs/{job}/wait", Role::submit,
                  "Runs an accepted job to completion, or reports its result.", Streams::out),
    slot<WorkJobs>("job.work", "POST", "/v1/jobs/work", Role::submit, "Runs every waiting job."),
    slot<RerunJob>("job.rerun", "POST", "/v1/jobs/{job}/rerun", Role::submit,
                   "Runs the same program on the same inputs as a new job.", Streams::out),
    operation<&list_jobs>("job.list", "GET", "/v1/jobs", Role::read, "Jobs of this node, newest first."),
    operation<&describe_job>("job.describe", "GET", "/v1/jobs/{job}", Role::read, "Everything about one job."),
    operation<&why_job>("job.why", "GET", "/v1/jobs/{job}/why", Role::read,
                        "Why a job is in its state, in plain words."),
    slot<ReadJobLog>("job.logs", "GET", "/v1/jobs/{job}/log", Role::read, "The log of a job.", Streams::out),
    operation<&read_job_output>("job.output", "GET", "/v1/jobs/{job}/output", Role::read,
                                "The bytes of a job's output, verified against their CID.", Streams::out),
    operation<&cancel_job>(
        "job.cancel", "POST", "/v1/jobs/{job}/cancel", Role::submit,
        "Cancels a job: releases its reserve or, if it runs, stops it and charges the fuel it used."),
    operation<&follow_events>("event.follow", "GET", "/v1/events", Role::read,
                              "Changes of jobs, receipts, proposals and parameters, as server-sent events.",
                              Streams::out),
    operation<&show_receipt>("receipt.show", "GET", "/v1/receipts/{receipt}", Role::read,
                             "A receipt and who signed it."),
    operation<&verify_receipt>("receipt.verify", "GET", "/v1/receipts/{receipt}/verification", Role::read,
                               "Checks every signature and link of a receipt."),
    operation<&replay_receipt>("receipt.replay", "POST", "/v1/receipts/{receipt}/replay", Role::operate,
                               "Runs the job of a receipt again from its blocks and compares."),
    operation<&mana_balance>("mana.balance", "GET", "/v1/mana/balance", Role::read,
                             "Balance and reputation of an account."),
    operation<&mana_history>("mana.history", "GET", "/v1/mana/history", Role::read,
                             "The transfers of an account, oldest first."),
    operation<&mana_statement>("mana.statement", "GET", "/v1/mana/statement", Role::read,
                               "The changes of an account, one row per job, with a running balance."),
    operation<&mana_audit>("mana.audit", "POST", "/v1/mana/audit", Role::operate,
                           "Recomputes every sum from the journal."),
    operation<&reputation_history>("rep.history", "GET", "/v1/reputation/history", Role::read,
                                   "How a reputation came about, newest change first."),
    operation<&show_coop>("coop.show", "GET", "/v1/scope", Role::read, "The scope that the node serves."),
    operation<&list_members>("coop.members", "GET", "/v1/scope/members", Role::read, "Who is and was a member."),
    slot<Apply>("coop.apply", "POST", "/v1/scope/applications", Role::read,
                "Signs the caller's application to join a scope; enters nothing."),
    slot<Resign>("coop.resign", "POST", "/v1/scope/resignations", Role::submit, "The caller leaves the scope."),
    slot<Propose>("gov.propose", "POST", "/v1/proposals", Role::submit, "Proposes a decision of the members."),
    operation<&list_proposals>("gov.list", "GET", "/v1/proposals", Role::read, "Proposals, newest first."),
    operation<&show_proposal>("gov.show", "GET", "/v1/proposals/{proposal}", Role::read,
                              "Everything about one proposal."),
    slot<Sponsor>("gov.sponsor", "POST", "/v1/proposals/{proposal}/sponsors", Role::submit,
                  "Supports that a proposal is voted on."),
    slot<CastVote>("gov.vote", "POST", "/v1/proposals/{proposal}/votes", Role::submit,
                   "The caller's vote; a later one replaces it."),
    slot<CancelProposal>("gov.cancel", "DELETE", "/v1/proposals/{proposal}", Role::submit,
                         "Withdraws a proposal of the caller's."),
    slot<ExecuteProposal>("gov.execute", "POST", "/v1/proposals/{proposal}/execution", Role::submit,
                          "Does what is due of a proposal: counting, execution."),
    operation<&tally_proposal>("gov.tally", "GET", "/v1/proposals/{proposal}/tally", Role::read,
                               "The votes on a proposal as they are."),
    operation<&dry_run_proposal>("gov.dry_run", "POST", "/v1/proposals/{proposal}/dry-run", Role::read,
                                 "Exactly what a proposal would change now; changes nothing."),
    slot<Delegate>("gov.delegate", "POST", "/v1/delegations", Role::submit, "Lets another member vote for the caller."),
    slot<Revoke>("gov.revoke", "DELETE", "/v1/delegations/{delegate}", Role::submit,
                 "Takes the caller's delegations to a member back."),
    operation<&preview_vote>("gov.preview", "GET", "/v1/delegations/preview", Role::read,
                             "Where a member's vote goes."),
    operation<&read_scope_log>("gov.log", "GET", "/v1/scope/log", Role::read, "The scope's log, oldest entry first."),
    operation<&verify_scope_log>("gov.verify_log", "POST", "/v1/scope/log/verification", Role::read,
                                 "Checks every signature, link and result of the scope's log."),
    slot<GrantTrust>("trust.grant", "POST", "/v1/trust", Role::submit,
                     "States that the caller trusts a DID in one context, and how far."),
    slot<RevokeTrust>("trust.revoke", "DELETE", "/v1/trust", Role::submit,
                      "Takes back what the caller stated about a DID in one context."),
    slot<ChallengeTrust>("trust.challenge", "POST", "/v1/trust/challenges", Role::submit,
                         "Doubts that a DID should be trusted through others, or withdraws that."),
    slot<RuleTrust>("trust.rule", "PUT", "/v1/trust/rules", Role::operate,
                    "Sets what a context demands beyond the scope's parameters."),
    slot<BridgeTrust>("trust.bridge", "PUT", "/v1/trust/bridges", Role::operate,
                      "Opens or closes a bridge to another scope."),
    slot<ListTrust>("trust.list", "GET", "/v1/trust", Role::read, "Whom members trust."),
    slot<ExplainTrust>("trust.explain", "GET", "/v1/trust/explanation", Role::read,
                       "Whether one DID trusts another in a context, with the path and the rule that decided."),
    operation<&list_parameters>("param.list", "GET", "/v1/parameters", Role::read,
                                "What the scope has decided, parameter by parameter."),
    operation<&get_parameter>("param.get", "GET", "/v1/parameters/{name}", Role::read, "One parameter."),
    operation<&explain_parameter>("param.explain", "GET", "/v1/parameters/{name}/explanation", Role::read,
                                  "What a parameter affects, and who chose its value."),
    operation<&parameter_history>("param.history", "GET", "/v1/parameters/{name}/history", Role::read,
                                  "The values that a parameter had, and who chose them."),
    operation<&prove_mana>("mana.proof", "GET", "/v1/mana/proof", Role::read,
                           "Proves that an account is among all accounts of this home."),
    operation<&verify_proof>("proof.verify", "POST", "/v1/proofs/verification", Role::open,
                             "Checks a proof; needs nothing but the proof.", Streams::in),
    operation<&list_zk_statements>("zk.statements", "GET", "/v1/zk/statements", Role::open,
                                   "What can be proven without showing it."),
    slot<AttestZk>("zk.attest", "POST", "/v1/zk/attestations", Role::submit,
                   "Attests a value to a holder, who can then prove statements about it."),
    slot<ListKeys>("key.list", "GET", "/v1/keys", Role::operate, "The member keys in the node's data folder."),
    slot<ShowKey>("key.show", "GET", "/v1/keys/{name}", Role::operate, "A member key."),
    slot<NewKey>("key.new", "POST", "/v1/keys", Role::operate, "Creates another member key in the data folder."),
    slot<RotateKey>("key.rotate", "POST", "/v1/keys/rotation", Role::operate,
                    "Replaces the key that signs for a member or for the node."),
    slot<MakeAccess>("access.new", "POST", "/v1/access", Role::operate,
                     "Creates an API key, which asks in the name of the node's member; its secret is shown once."),
    slot<ListAccess>("access.list", "GET", "/v1/access", Role::operate, "The API keys of the node."),
    slot<RevokeAccess>("access.revoke", "DELETE", "/v1/access/{name}", Role::operate, "Revokes an API key at once."),
    slot<IssueCredential>("credential.issue", "POST", "/v1/credentials", Role::operate,
                          "Attests that a member belongs to the scope."),
    slot<PresentCredential>("credential.present", "POST", "/v1/credentials/presentation", Role::submit,
                            "Shows a credential of the caller to one verifier."),
    operation<&verify_credential>("credential.verify", "POST", "/v1/credentials/verification", Role::read,
                                  "Verifies a credential or a presentation, its times and its status."),
    slot<RevokeCredential>("credential.revoke", "DELETE", "/v1/credentials/{index}", Role::operate,
                           "Takes a credential back."),
    slot<ReadStatusList>("credential.status", "GET", "/v1/credentials/status", Role::operate,
                         "The signed list of the credentials that are revoked."),
    operation<&resolve_did>("did.resolve", "GET", "/v1/dids/{did}", Role::read, "The W3C document of a DID."),
    operation<&put_file>("dag.put", "POST", "/v1/dag/files", Role::submit, "Stores a file and pins it for the caller.",
                         Streams::in),
    operation<&put_folder>("dag.put_folder", "POST", "/v1/dag/folders", Role::submit,
                           "Stores a folder, which arrives entry by entry, and pins it for the caller.", Streams::in),
    operation<&get_folder>("dag.get_folder", "GET", "/v1/dag/folders/{cid}", Role::read,
                           "Everything below a folder, entry by entry.", Streams::out),
    operation<&get_block>("dag.get", "GET", "/v1/dag/blocks/{cid}", Role::read, "A block, or a file as a whole.",
                          Streams::out),
    operation<&cat_file>("dag.cat", "GET", "/v1/dag/files/{cid}", Role::read, "A file as a whole.", Streams::out),
    operation<&list_links>("dag.ls", "GET", "/v1/dag/blocks/{cid}/links", Role::read,
                           "The links of a block; the entries of a folder."),
    operation<&walk_tree>("dag.tree", "GET", "/v1/dag/blocks/{cid}/tree", Role::read, "Everything below a block."),
    operation<&stat_store>("dag.stat", "GET", "/v1/dag", Role::read, "The size of the store."),
    operation<&verify_blocks>("dag.verify", "POST", "/v1/dag/verification", Role::read,
                              "Reads blocks and compares each with its hash."),
    operation<&pin_block>("dag.pin", "POST", "/v1/dag/pins/{cid}", Role::submit,
                          "Pins a block, or everything below it, for the caller."),
    operation<&unpin>("dag.unpin", "DELETE", "/v1/dag/pins/{name}", Role::submit,
                      "Releases the caller's pins of a block, or a job of the caller."),
    operation<&list_pins>("dag.pins", "GET", "/v1/dag/pins", Role::read, "The pins, page by page."),
    operation<&collect_garbage>("dag.gc", "POST", "/v1/dag/collection", Role::operate,
                                "Removes the blocks that nothing holds."),
    operation<&export_archive>("dag.export", "POST", "/v1/dag/archives/export", Role::read,
                               "Writes everything below the roots as an archive.", Streams::out),
    operation<&import_archive>("dag.import", "POST", "/v1/dag/archives", Role::submit,
                               "Stores the blocks of an archive and pins its roots for the caller.", Streams::in),
    operation<&name_bytes>("dag.cid", "POST", "/v1/dag/cid", Role::open, "Computes the CID of bytes; stores nothing.",
                           Streams::in),
    operation<&list_backends>("store.backends", "GET", "/v1/stores/backends", Role::read,
                              "The kinds of stores that this build knows."),
    slot<HashStores>("store.hash", "GET", "/v1/stores/hash", Role::read,
                     "One hash over the whole logical state of the node."),
    slot<TakeBackup>("store.backup", "POST", "/v1/stores/backup", Role::operate,
                     "Copies the whole node into a folder on its machine."),
    on_this_machine<RestoreNode>("store.restore", "Creates a data folder from a backup."),
    on_this_machine<MigrateStores>("store.migrate", "Moves the stores of a data folder to other backends or places."),
    on_this_machine<TakeOverStores>("store.takeover", "Makes a data folder the writer of its stores on a server."),
    on_this_machine<ExamineFolder>("store.doctor", "Examines a data folder and changes nothing."),
    on_this_machine<InitNode>("node.init",
                              "Creates a node, with keys and a scope of its members, in a new data folder."),
    operation<&describe_abi>("node.abi", "GET", "/v1/abi", Role::open, "The host functions that a guest may call.",
                             Streams::out),
    operation<&describe_version>("node.version", "GET", "/v1/version", Role::open,
                                 "The version of the program and of its execution profile."),
    slot<ShowNodeStatus>("node.status", "GET", "/v1/node", Role::read, "What the node is doing."),
    operation<&node_obligations>("node.obligations", "GET", "/v1/node/obligations", Role::read,
                                 "What the node owes, and by when."),
    slot<CheckReady>("node.ready", "GET", "/ready", Role::open,
                     "Whether the node can work now; an error names each thing that it cannot use, and why."),
    operation<&node_metrics>("node.metrics", "GET", "/metrics", Role::read, "The metrics, for Prometheus.",
                             Streams::out),
    slot<ShowConfiguration>("node.configuration", "GET", "/v1/node/configuration", Role::operate,
                            "Every key of the configuration with its value and source."),
    slot<ReloadConfiguration>("node.reload", "POST", "/v1/node/reload", Role::operate,
                              "Reads the configuration again and applies all of its changes, or none."),
};

// Each name and each route is unique.
consteval bool rows_are_distinct() {
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (kOperations[i].name == kOperations[j].name) return false;
      if (kOperations[i].path.empty()) continue;
      if (kOperations[i].method == kOperations[j].method && kOperations[i].path == kOperations[j].path) return false;
    }
  }
  return true;
}
static_assert(rows_are_distinct());

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation* find_operation(std::string_view name) {
  const auto at =
      std::find_if(kOperations.begin(), kOperations.end(), [name](const Operation& row) { return row.name == name; });
  return at == kOperations.end() ? nullptr : &*at;
}

std::vector<Document> documents() {
  std::vector<Document> all;
  for (const Operation& row : kOperations) all.push_back({row.answer_name, row.answer_text, row.answer_schema});
  // The answer that several operations share.
  all.push_back({Failure::kName, Failure::kText, &Shape<Failure>::schema});
  // Documents of the command line.
  all.push_back({Help::kName, Help::kText, &Shape<Help>::schema});
  all.push_back({ZkProof::kName, ZkProof::kText, &Shape<ZkProof>::schema});
  all.push_back({ScriptText::kName, ScriptText::kText, &Shape<ScriptText>::schema});
  std::sort(all.begin(), all.end(), [](const Document& a, const Document& b) { return a.name < b.name; });
  const auto same = [](const Document& a, const Document& b) { return a.name == b.name; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

}  // namespace icn::api
