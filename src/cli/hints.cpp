#include "cli/hints.hpp"

#include <array>

#include "disk/folder.hpp"

namespace icn::cli {
namespace {

constexpr std::array kHints{
    // ---- jobs
    HintRow{"cost_mana", "cost_mana", "raise --cost or lower --fuel"},
    HintRow{"max_memory_pages", "module", "--memory-pages NUMBER asks for more"},
    HintRow{"memory_growth_denied", "", "--memory-pages NUMBER asks for more"},
    HintRow{"table_growth_denied", "", "--limit max_table_size=NUMBER asks for more"},
    HintRow{"reactor", "",
            "link it as a command (clang: without -mexec-model=reactor), or --entry NAME calls an export"},
    HintRow{"max_*", "module", "--limit {rule}=NUMBER asks for more"},
    HintRow{"unknown_import", "", "`icn abi` lists the host functions"},
    HintRow{"dag_root", "", "`icn dag put` or `icn dag import` stores it here"},
    HintRow{"dag_root_size", "", "`icn dag pin --recursive {subject}` checks all of it once"},
    HintRow{"job_id", "", "`icn job list` shows numbers and ids; @last is the newest job"},
    HintRow{"job_ended", "", "`icn job describe {subject}` shows how it ended"},
    HintRow{"job_queue", "", "`icn job work` runs the jobs that wait"},
    HintRow{"job_waits", "", "`icn job wait {subject}` runs it now"},
    HintRow{"job_runs", "", "`icn job logs -f {subject}` follows it, `icn job cancel {subject}` stops it"},
    HintRow{"job_completed", "",
            "`icn job output {subject}` writes its output, `icn receipt verify` checks its receipt"},
    HintRow{"job_removed", "", "`icn job run PROGRAM.wasm` runs the program as a new job"},
    HintRow{"job_over", "", "`icn job rerun {subject}` submits it again"},
    HintRow{"not_anchored", "", "`icn receipt show` on the job's home shows the anchor"},
    // ---- blocks
    HintRow{
        "dag_quota", "",
        "`icn dag gc` frees what nothing pins, `icn dag unpin` releases more, ICN_STORAGE_QUOTA sets another quota"},
    HintRow{"disk_full", "", "free space on the disk; `icn dag gc` frees what nothing pins"},
    HintRow{"unreadable_block", "", "restore the block from a backup, or release the pin with `icn dag unpin`"},
    HintRow{"pin_recursive", "", "without --recursive the block alone is pinned"},
    HintRow{"file_exists", "", "--force overwrites it"},
    HintRow{"binary_output", "", "{subject} FILE writes it into a file; a pipe takes it too"},
    HintRow{"ambiguous_id", "", "`icn job list` shows the numbers of jobs, which are unique"},
    HintRow{"not_pinned", "", "`icn dag pins` lists what is pinned"},
    HintRow{"is_a_folder", "", "`icn dag ls {subject}` lists it, `icn dag get {subject} --out DIR` writes it"},
    HintRow{"not_a_folder", "", "`icn dag ls {subject}` shows what it links to"},
    HintRow{"cid_version_0", "", "add the files again under CIDs of version 1, as `icn dag put` does"},
    HintRow{"no_entry", "", "`icn dag ls {subject}` lists its entries"},
    HintRow{"max_folder_bytes", "", "--max-bytes NUMBER allows more"},
    HintRow{"not_a_file", "", "`icn dag get {subject}` shows the block"},
    HintRow{"max_json_bytes", "", "without --json it is written as it is"},
    // ---- the scope
    HintRow{"unknown_proposal", "", "`icn gov list` shows the proposals; @last is the newest"},
    HintRow{"proposal_id", "", "`icn gov list` shows the proposals; @last is the newest"},
    HintRow{"not_a_member", "", "`icn coop members` lists them; a member proposes another: `icn gov propose admit`"},
    HintRow{"member", "", "`icn coop members` lists them; a member proposes another: `icn gov propose admit`"},
    HintRow{"voting_open", "", "`icn gov tally` counts the votes so far; `icn gov show` says when voting closes"},
    HintRow{"timelock", "", "`icn gov show` says from when on it can be executed"},
    HintRow{"voting_not_open", "", "`icn gov show` says what it waits for"},
    HintRow{"voting_quorum_ppm", "", "--quorum N: at least the scope's quorum, at most its number of members"},
    HintRow{"voting_threshold_ppm", "", "`icn param get voting_threshold_ppm` shows the least threshold"},
    HintRow{"voting_secs_min", "", "--voting DURATION, at least what `icn param get voting_secs_min` shows"},
    HintRow{"timelock_secs", "", "--timelock DURATION, at least what `icn param get timelock_secs` shows"},
    HintRow{"delegation_cycle", "", "`icn gov preview` shows where a vote goes"},
    HintRow{"scope_version", "", "install version {subject} or newer of this program"},
    HintRow{"not_clerk", "", "`icn coop show` names the node that keeps the log"},
    HintRow{"retired_key", "", "`icn key show` says which key signs now, and since when"},
    HintRow{"signing_key", "", "`icn key show` says which key signs now, and since when"},
    HintRow{"key_absent", "",
            "put its file back into the data folder, or let the members replace it: `icn gov propose key`"},
    HintRow{"unknown_holder", "", "`icn coop members` lists the members; \"node\" is this node's own key"},
    HintRow{"key_used", "", "`icn key new` makes a key that was never used"},
    HintRow{"max_rotations", "", "`icn gov propose key {subject}` asks the members to replace it"},
    HintRow{"no_credential", "", "the statusListIndex in the text of a credential is its index"},
    HintRow{"no_claim", "", "`icn credential verify` shows the claims; --disclose takes the names of those withheld"},
    HintRow{"presentation_challenge", "", "`icn credential present` shows it again, for this verifier and challenge"},
    HintRow{"credential_expired", "", "`icn credential issue` on the clerk's node makes another"},
    HintRow{"no_trust_path", "",
            "`icn trust grant {subject} --context CONTEXT --level basic` states it; `icn trust list` shows who does"},
    HintRow{"trust_level_min", "", "`icn trust explain` shows the path and what is needed"},
    HintRow{"trust_challenged", "", "`icn trust grant {subject} --context CONTEXT --level basic` still counts"},
    HintRow{"trust_members_only", "", "`icn param explain trust_members_only` says who belongs to the scope"},
    HintRow{"not_trusted", "", "`icn trust list {subject}` shows the statements about it"},
    HintRow{"submitter_trust", "",
            "the node's operator states it: `icn trust grant {subject} --context resource_sharing`"},
    HintRow{"parameter_name", "", "`icn param list` shows all of them"},
    HintRow{"no_anchored_root", "",
            "`icn param get mana_epoch_secs` shows how long an epoch is; without --anchored the proof is of now"},
    HintRow{"statement", "", "`icn zk statements` shows all of them"},
    HintRow{"zk_development_keys", "", "--development-keys accepts it, for trying things out only"},
    HintRow{"zk_keys", "", "--keys FILE names the manifest of those keys"},
    HintRow{"zk_bound", "", "`icn zk statements` shows which bounds there are"},
    HintRow{"job_cost_min_mana", "", "raise --cost; `icn param get {rule}` shows the minimum"},
    HintRow{"job_cost_max_mana", "", "lower --cost; `icn param get {rule}` shows the maximum"},
    HintRow{"banned_submitters", "", "a vote lifts it: `icn gov propose set {rule}=…` without that member"},
    HintRow{"frozen_accounts", "", "a vote lifts it: `icn gov propose set {rule}=…` without that member"},
    HintRow{"denied_modules", "", "a vote lifts it: `icn gov propose set {rule}=…` without that module"},
    HintRow{"allowed_modules", "", "`icn param get {rule}` lists them; `icn gov propose set {rule}=…` adds one"},
    HintRow{"submitter_reputation_min", "",
            "`icn mana balance` shows your reputation, `icn param get {rule}` the least"},
    HintRow{"spend_operation_max_mana", "", "`icn param get {rule}` shows the most that is spent at once"},
    HintRow{"spend_window_max_mana", "", "`icn param explain {rule}` shows the most within a window"},
    // ---- the data folder
    HintRow{"credentials", "",
            "ICN_NODE_KEY names an API key; `icn access new NAME` in the node's data folder creates one"},
    HintRow{"role", "", "`icn access new NAME --role ROLE` in the node's data folder creates a key with another role"},
    HintRow{"no_access_key", "", "`icn access list` shows the API keys"},
    HintRow{"access_file_mode", "", "`chmod 600 {subject}`, and revoke the keys that others may have changed"},
    HintRow{"max_access_keys", "", "`icn access revoke NAME` removes one"},
    HintRow{"no_key", "", "`icn key list` shows the keys, `icn key new {subject}` creates one"},
    HintRow{"no_node", "", "`icn --data {subject} init` creates one"},
    HintRow{"new_node", "", "`icn --data NEW init`"},
    HintRow{"not_founded", "",
            "`icn init` creates a scope in a new data folder; in an older one `icn store doctor` shows what to do"},
    HintRow{"folder_in_use", "",
            "--wait=S waits longer for that process to end; meanwhile `icn job logs`, `icn job cancel` and `icn job "
            "describe` ask it"},
    HintRow{disk::kFolderOwner, "", "run as that user, or --data NEW names another folder"},
    HintRow{"folder_holds_node", "", "--data NEW names another folder"},
    HintRow{"storage.*", "", "`icn store migrate {subject} NEW` moves the store"},
    HintRow{"store_elsewhere", "state_store", "--state-store URL sets its place"},
    HintRow{"store_elsewhere", "dag_store", "--dag-store URL sets its place"},
    HintRow{"not_the_writer", "", "`icn store takeover` makes this data folder the writer"},
    HintRow{"store_not_empty", "", "--state-store and --dag-store choose other places"},
    HintRow{"unfinished", "", "`{subject}` finishes it"},
    HintRow{"restore_backup", "", "`icn --data NEW restore BACKUP`"},
    HintRow{"cancel_job", "", "`icn job cancel {subject}`"},
    HintRow{"token_pin_absent", "", "ICN_TOKEN_PIN supplies it without a terminal"},
    HintRow{"token_uri", "", "a key is named as pkcs11:token=NAME;object=KEY?module-path=FILE"},
    HintRow{"private_address", "", "ICN_DID_RESOLVERS=key,peer,web:allow=ADDRESS permits an address"},
    HintRow{"not_ready", "", "`icn node status` shows what it needs"},
    HintRow{"node_not_running", "", "`icn --data {subject} node run` runs it"},
    HintRow{"encrypted_keys", "",
            "`--environment development` accepts them; `icn init` without --development seals keys"},
    HintRow{"environment", "", "`--environment development` accepts them"},
    HintRow{"config_key", "", "docs/CONFIG.md lists the keys"},
    HintRow{"config_*", "", "`icn node config` shows every key with its value"},
    HintRow{"passphrase", "", "--passphrase-file FILE or ICN_PASSPHRASE supplies it without a terminal"},
};

bool is_of(const HintRow& row, std::string_view rule, std::string_view subject) {
  if (!row.subject.empty() && row.subject != subject) return false;
  if (row.rule.ends_with('*')) return rule.starts_with(row.rule.substr(0, row.rule.size() - 1));
  return row.rule == rule;
}

}  // namespace

std::span<const HintRow> hint_table() { return kHints; }

std::string hint_of(std::string_view rule, std::string_view subject) {
  for (const HintRow& row : kHints) {
    if (!is_of(row, rule, subject)) continue;
    std::string text(row.text);
    for (const auto& [name, value] : {std::pair{std::string_view("{rule}"), rule}, {"{subject}", subject}}) {
      for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size())
        text.replace(at, name.size(), value);
    }
    return text;
  }
  return {};
}

std::string hint_line(const Error& error) {
  const std::string hint = hint_of(error.rule, error.subject);
  return hint.empty() ? hint : "icn: hint: " + hint + "\n";
}

}  // namespace icn::cli
