// One function per row of the command table, grouped in files by their first word.
#pragma once
#include "cli/command.hpp"

namespace icn::cli::commands {

[[nodiscard]] Result<Answer> init(const Invocation& invocation);

[[nodiscard]] Result<Answer> job_run(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_submit(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_simulate(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_wait(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_rerun(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_work(const Invocation& invocation);

[[nodiscard]] Result<Answer> job_list(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_describe(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_logs(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_output(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_cancel(const Invocation& invocation);
[[nodiscard]] Result<Answer> job_why(const Invocation& invocation);

[[nodiscard]] Result<Answer> receipt_show(const Invocation& invocation);
[[nodiscard]] Result<Answer> receipt_verify(const Invocation& invocation);
[[nodiscard]] Result<Answer> receipt_replay(const Invocation& invocation);

[[nodiscard]] Result<Answer> mana_balance(const Invocation& invocation);
[[nodiscard]] Result<Answer> mana_history(const Invocation& invocation);
[[nodiscard]] Result<Answer> mana_statement(const Invocation& invocation);
[[nodiscard]] Result<Answer> mana_audit(const Invocation& invocation);
[[nodiscard]] Result<Answer> mana_proof(const Invocation& invocation);
[[nodiscard]] Result<Answer> proof_verify(const Invocation& invocation);

[[nodiscard]] Result<Answer> rep_history(const Invocation& invocation);

[[nodiscard]] Result<Answer> did_resolve(const Invocation& invocation);

[[nodiscard]] Result<Answer> dag_put(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_get(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_cat(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_ls(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_tree(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_export(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_import(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_gc(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_pin(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_unpin(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_pins(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_stat(const Invocation& invocation);
[[nodiscard]] Result<Answer> dag_verify(const Invocation& invocation);

[[nodiscard]] Result<Answer> key_list(const Invocation& invocation);
[[nodiscard]] Result<Answer> key_new(const Invocation& invocation);
[[nodiscard]] Result<Answer> key_rotate(const Invocation& invocation);
[[nodiscard]] Result<Answer> access_list(const Invocation& invocation);
[[nodiscard]] Result<Answer> access_new(const Invocation& invocation);
[[nodiscard]] Result<Answer> access_revoke(const Invocation& invocation);
[[nodiscard]] Result<Answer> credential_issue(const Invocation& invocation);
[[nodiscard]] Result<Answer> credential_present(const Invocation& invocation);
[[nodiscard]] Result<Answer> credential_verify(const Invocation& invocation);
[[nodiscard]] Result<Answer> credential_revoke(const Invocation& invocation);
[[nodiscard]] Result<Answer> credential_status(const Invocation& invocation);
[[nodiscard]] Result<Answer> key_show(const Invocation& invocation);

[[nodiscard]] Result<Answer> coop_show(const Invocation& invocation);
[[nodiscard]] Result<Answer> coop_members(const Invocation& invocation);
[[nodiscard]] Result<Answer> coop_apply(const Invocation& invocation);
[[nodiscard]] Result<Answer> coop_resign(const Invocation& invocation);

[[nodiscard]] Result<Answer> gov_propose(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_list(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_show(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_sponsor(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_vote(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_cancel(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_execute(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_tally(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_dry_run(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_delegate(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_revoke(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_preview(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_grant(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_revoke(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_challenge(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_rule(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_bridge(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_list(const Invocation& invocation);
[[nodiscard]] Result<Answer> trust_explain(const Invocation& invocation);
[[nodiscard]] Result<Answer> zk_statements(const Invocation& invocation);
[[nodiscard]] Result<Answer> zk_attest(const Invocation& invocation);
[[nodiscard]] Result<Answer> zk_prove(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_log(const Invocation& invocation);
[[nodiscard]] Result<Answer> gov_verify_log(const Invocation& invocation);

[[nodiscard]] Result<Answer> param_list(const Invocation& invocation);
[[nodiscard]] Result<Answer> param_get(const Invocation& invocation);
[[nodiscard]] Result<Answer> param_explain(const Invocation& invocation);
[[nodiscard]] Result<Answer> param_history(const Invocation& invocation);

[[nodiscard]] Result<Answer> cid(const Invocation& invocation);

[[nodiscard]] Result<Answer> store_backends(const Invocation& invocation);
[[nodiscard]] Result<Answer> store_hash(const Invocation& invocation);
[[nodiscard]] Result<Answer> store_migrate(const Invocation& invocation);
[[nodiscard]] Result<Answer> store_take_over(const Invocation& invocation);
[[nodiscard]] Result<Answer> store_doctor(const Invocation& invocation);

[[nodiscard]] Result<Answer> backup(const Invocation& invocation);
[[nodiscard]] Result<Answer> restore(const Invocation& invocation);

[[nodiscard]] Result<Answer> node_run(const Invocation& invocation);
[[nodiscard]] Result<Answer> node_check(const Invocation& invocation);
[[nodiscard]] Result<Answer> node_config(const Invocation& invocation);
[[nodiscard]] Result<Answer> node_status(const Invocation& invocation);
[[nodiscard]] Result<Answer> node_obligations(const Invocation& invocation);
[[nodiscard]] Result<Answer> node_metrics(const Invocation& invocation);
[[nodiscard]] Result<Answer> node_reload(const Invocation& invocation);

[[nodiscard]] Result<Answer> abi(const Invocation& invocation);
[[nodiscard]] Result<Answer> completion(const Invocation& invocation);
[[nodiscard]] Result<Answer> man(const Invocation& invocation);
[[nodiscard]] Result<Answer> version(const Invocation& invocation);

}  // namespace icn::cli::commands
