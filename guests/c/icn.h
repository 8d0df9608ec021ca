/* The host functions of module icn, generated from the host table; docs/HOST_ABI.md explains them. */
#ifndef ICN_H
#define ICN_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ICN_IMPORT(name) __attribute__((import_module("icn"), import_name(#name)))

#define ICN_ERROR_INTERNAL (-1)
#define ICN_ERROR_INVALID_ARGUMENT (-2)
#define ICN_ERROR_INVALID_FORMAT (-3)
#define ICN_ERROR_INVALID_MODULE (-4)
#define ICN_ERROR_LIMIT_EXCEEDED (-5)
#define ICN_ERROR_NOT_FOUND (-6)
#define ICN_ERROR_ALREADY_EXISTS (-7)
#define ICN_ERROR_CONFLICT (-8)
#define ICN_ERROR_PERMISSION_DENIED (-9)
#define ICN_ERROR_NOT_DECLARED (-10)
#define ICN_ERROR_INSUFFICIENT_MANA (-11)
#define ICN_ERROR_PRICE_TOO_LOW (-12)
#define ICN_ERROR_BUDGET_EXCEEDED (-13)
#define ICN_ERROR_EXPIRED (-14)
#define ICN_ERROR_INVALID_STATE (-15)
#define ICN_ERROR_INVALID_SIGNATURE (-16)
#define ICN_ERROR_UNSUPPORTED (-17)
#define ICN_ERROR_UNSUPPORTED_VERSION (-18)
#define ICN_ERROR_UNKNOWN_PROFILE (-19)
#define ICN_ERROR_MISSING_DATA (-20)
#define ICN_ERROR_CORRUPTED (-21)
#define ICN_ERROR_STORAGE (-22)
#define ICN_ERROR_BUSY (-23)
#define ICN_ERROR_INFRASTRUCTURE (-24)
#define ICN_ERROR_CANCELLED (-25)
#define ICN_ERROR_PRODUCTION_ERROR (-26)
#define ICN_ERROR_GUEST_FAULT (-27)
#define ICN_ERROR_TRAP (-28)
#define ICN_ERROR_OUT_OF_FUEL (-29)
#define ICN_ERROR_STACK_OVERFLOW (-30)
#define ICN_ERROR_STOPPED (-31)
#define ICN_ERROR_REPLAY_DIFFERS (-32)
#define ICN_ERROR_UNBALANCED (-33)
#define ICN_ERROR_WRONG_PASSPHRASE (-34)

// Returns the version of this interface, 1.
ICN_IMPORT(host_abi_version)
int32_t host_abi_version(void);

// Appends a line to the log; level is 0 (error), 1 (warn), 2 (info), 3 (debug) or 4 (trace). Text
// beyond max_log_bytes is dropped; the answer is still 0.
ICN_IMPORT(host_log_message)
int32_t host_log_message(uint32_t level, const char *text, uint32_t text_len);

// Puts the job and its order, as JSON, in the result register.
ICN_IMPORT(host_get_job_info)
int64_t host_get_job_info(void);

// Stores a block when the job settles and puts its CID in the result register; codec is 85 (raw) or
// 113 (dag-cbor, for 16 times the fuel per byte), at most 1 MiB. All blocks together are bounded by
// max_output_bytes.
ICN_IMPORT(host_dag_put_block)
int64_t host_dag_put_block(uint32_t codec, const void *data, uint32_t data_len);

// Puts the bytes of a block in the result register: one of the job's inputs, one this run has put,
// a declared root, or a block that blocks already read link to. One that is not raw costs 16 times
// the fuel per byte.
ICN_IMPORT(host_dag_get_block)
int64_t host_dag_get_block(const char *cid, uint32_t cid_len);

// Copies bytes of the result register starting at the offset and returns their number; 0 at the
// end.
ICN_IMPORT(host_read_result)
int32_t host_read_result(uint32_t offset, void *out, uint32_t out_cap);

// Copies bytes of an input starting at the offset and returns their number; 0 at the end, not_found
// if there is no such input.
ICN_IMPORT(host_read_input)
int64_t host_read_input(uint32_t index, int64_t offset, void *out, uint32_t out_cap);

// Appends to the output and returns the number of bytes; exceeding max_output_bytes traps with
// output_limit.
ICN_IMPORT(host_write_output)
int32_t host_write_output(const void *data, uint32_t data_len);

// Puts the DID of the job's submitter, in whose name it runs, in the result register.
ICN_IMPORT(host_get_caller)
int64_t host_get_caller(void);

// Returns the run's clock in milliseconds since 1970: the order's time, the sleeps asked for, and 1
// microsecond for every reading.
ICN_IMPORT(host_get_time)
int64_t host_get_time(void);

// Returns an account's whole mana when the job was accepted; for the submitter's own account, less
// what this run has spent or promised. Other accounts need a declared read.
ICN_IMPORT(host_account_get_mana)
int64_t host_account_get_mana(const char *account, uint32_t account_len);

// Spends whole mana of the submitter's account when the job settles; budget_exceeded above
// spend_max, invalid_argument for any other account or an amount below 1.
ICN_IMPORT(host_account_spend_mana)
int32_t host_account_spend_mana(const char *account, uint32_t account_len, int64_t amount);

// Credits another member's account from the scope's treasury when the job settles;
// permission_denied unless the scope made the submitter a delegate of the treasury
// (treasury_delegates), budget_exceeded above treasury_credit_window_max_mana.
ICN_IMPORT(host_account_credit_mana)
int32_t host_account_credit_mana(const char *account, uint32_t account_len, int64_t amount);

// Reports the progress of the run, in parts per million, and its current activity.
ICN_IMPORT(host_report_progress)
int32_t host_report_progress(uint32_t ppm, const char *text, uint32_t text_len);

// Submits a job in the submitter's name when this one settles, its cost and budget taken out of
// spend_max, and puts its id in the result register. Its nonce is derived from this job and the
// call.
ICN_IMPORT(host_submit_mesh_job)
int64_t host_submit_mesh_job(const char *job_json, uint32_t job_json_len);

// Proposes in the submitter's name when the job settles and puts the proposal's id in the result
// register. It enters the scope's log as if the submitter had signed it: the entry cites the job's
// order and receipt. Its deposit is the submitter's. A run makes at most 64 calls of governance.
ICN_IMPORT(host_create_governance_proposal)
int64_t host_create_governance_proposal(const char *payload_json, uint32_t payload_json_len);

// Opens the vote on a proposal when the job settles, if that is due; one that was opened before is
// unchanged.
ICN_IMPORT(host_open_governance_voting)
int32_t host_open_governance_voting(const char *proposal_id, uint32_t proposal_id_len);

// Votes in the submitter's name when the job settles; already_exists for a second vote of the run
// on a proposal. It replaces the submitter's earlier vote, not one of a job that was ordered later.
ICN_IMPORT(host_cast_governance_vote)
int32_t host_cast_governance_vote(const char *payload_json, uint32_t payload_json_len);

// Closes a vote that is over or decided when the job settles, and puts the proposal's status when
// the job was accepted, as JSON, in the result register; needs the declared read proposal:ID,
// unless this run has proposed it.
ICN_IMPORT(host_close_governance_proposal_voting)
int64_t host_close_governance_proposal_voting(const char *proposal_id, uint32_t proposal_id_len);

// Executes an accepted proposal when the job settles, if that is due; closes its vote first if that
// is decided.
ICN_IMPORT(host_execute_governance_proposal)
int32_t host_execute_governance_proposal(const char *proposal_id, uint32_t proposal_id_len);

// Puts the jobs that were pending when this one was accepted, as a JSON list, in the result
// register; needs the declared read jobs:pending.
ICN_IMPORT(host_get_pending_mesh_jobs)
int64_t host_get_pending_mesh_jobs(void);

// Anchors a signed receipt when the job settles and puts its CID in the result register; the
// receipt is a block this run has put or may read, and its signature must be valid.
ICN_IMPORT(host_anchor_receipt)
int64_t host_anchor_receipt(const char *cid, uint32_t cid_len);

// Returns whole points of reputation when the job was accepted; any but the submitter's needs a
// declared read.
ICN_IMPORT(host_get_reputation)
int64_t host_get_reputation(const char *did, uint32_t did_len);

// Returns 1 if the proof holds, 0 if not. Its keys are in the scope's parameter zk_keys, whose
// declared read is needed; other manifests than that of development are an input or a block that
// the run may read. Spends twice the statement's complexity in mana out of spend_max when the job
// settles.
ICN_IMPORT(host_verify_zk_proof)
int32_t host_verify_zk_proof(const char *proof_json, uint32_t proof_json_len);

// Puts a proof in the result register. Keys and fee are as for host_verify_zk_proof; with groth16
// the call costs prove_zk more. The randomness is the run's, which follows from the job's id: the
// proof hides its witness only from those who do not know the job.
ICN_IMPORT(host_generate_zk_proof)
int64_t host_generate_zk_proof(const char *request_json, uint32_t request_json_len);

// Puts the status of a job when this one was accepted, as JSON, in the result register; needs a
// declared read of the job.
ICN_IMPORT(host_get_job_status)
int64_t host_get_job_status(const char *job_id, uint32_t job_id_len);

// Delegates the submitter's votes when the job settles: on proposals of one kind, or on all.
ICN_IMPORT(host_delegate_vote)
int32_t host_delegate_vote(const char *payload_json, uint32_t payload_json_len);

// Takes a delegation of the submitter's back when the job settles.
ICN_IMPORT(host_revoke_delegation)
int32_t host_revoke_delegation(const char *payload_json, uint32_t payload_json_len);

// As host_verify_zk_proof, for proofs of credential_not_revoked only; invalid_argument for others.
ICN_IMPORT(host_verify_zk_revocation_proof)
int32_t host_verify_zk_revocation_proof(const char *proof_json, uint32_t proof_json_len);

// Puts the value that a parameter of the scope had when the job was accepted in the result
// register; needs a declared read of it.
ICN_IMPORT(host_get_parameter)
int64_t host_get_parameter(const char *name, uint32_t name_len);

// Fills the buffer from the run's random stream, which the job's id seeds, and returns its length.
ICN_IMPORT(host_random)
int32_t host_random(void *out, uint32_t out_cap);

#ifdef __cplusplus
}
#endif
#endif
