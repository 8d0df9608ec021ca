// The host functions of module icn, generated from the host table; docs/HOST_ABI.md explains them.
#![allow(dead_code)]

pub const ERROR_INTERNAL: i32 = -1;
pub const ERROR_INVALID_ARGUMENT: i32 = -2;
pub const ERROR_INVALID_FORMAT: i32 = -3;
pub const ERROR_INVALID_MODULE: i32 = -4;
pub const ERROR_LIMIT_EXCEEDED: i32 = -5;
pub const ERROR_NOT_FOUND: i32 = -6;
pub const ERROR_ALREADY_EXISTS: i32 = -7;
pub const ERROR_CONFLICT: i32 = -8;
pub const ERROR_PERMISSION_DENIED: i32 = -9;
pub const ERROR_NOT_DECLARED: i32 = -10;
pub const ERROR_INSUFFICIENT_MANA: i32 = -11;
pub const ERROR_PRICE_TOO_LOW: i32 = -12;
pub const ERROR_BUDGET_EXCEEDED: i32 = -13;
pub const ERROR_EXPIRED: i32 = -14;
pub const ERROR_INVALID_STATE: i32 = -15;
pub const ERROR_INVALID_SIGNATURE: i32 = -16;
pub const ERROR_UNSUPPORTED: i32 = -17;
pub const ERROR_UNSUPPORTED_VERSION: i32 = -18;
pub const ERROR_UNKNOWN_PROFILE: i32 = -19;
pub const ERROR_MISSING_DATA: i32 = -20;
pub const ERROR_CORRUPTED: i32 = -21;
pub const ERROR_STORAGE: i32 = -22;
pub const ERROR_BUSY: i32 = -23;
pub const ERROR_INFRASTRUCTURE: i32 = -24;
pub const ERROR_CANCELLED: i32 = -25;
pub const ERROR_PRODUCTION_ERROR: i32 = -26;
pub const ERROR_GUEST_FAULT: i32 = -27;
pub const ERROR_TRAP: i32 = -28;
pub const ERROR_OUT_OF_FUEL: i32 = -29;
pub const ERROR_STACK_OVERFLOW: i32 = -30;
pub const ERROR_STOPPED: i32 = -31;
pub const ERROR_REPLAY_DIFFERS: i32 = -32;
pub const ERROR_UNBALANCED: i32 = -33;
pub const ERROR_WRONG_PASSPHRASE: i32 = -34;

#[link(wasm_import_module = "icn")]
extern "C" {
    /// Returns the version of this interface, 1.
    pub fn host_abi_version() -> i32;
    /// Appends a line to the log; level is 0 (error), 1 (warn), 2 (info), 3 (debug) or 4 (trace).
    /// Text beyond max_log_bytes is dropped; the answer is still 0.
    pub fn host_log_message(level: u32, text: *const u8, text_len: usize) -> i32;
    /// Puts the job and its order, as JSON, in the result register.
    pub fn host_get_job_info() -> i64;
    /// Stores a block when the job settles and puts its CID in the result register; codec is 85
    /// (raw) or 113 (dag-cbor, for 16 times the fuel per byte), at most 1 MiB. All blocks together
    /// are bounded by max_output_bytes.
    pub fn host_dag_put_block(codec: u32, data: *const u8, data_len: usize) -> i64;
    /// Puts the bytes of a block in the result register: one of the job's inputs, one this run has
    /// put, a declared root, or a block that blocks already read link to. One that is not raw costs
    /// 16 times the fuel per byte.
    pub fn host_dag_get_block(cid: *const u8, cid_len: usize) -> i64;
    /// Copies bytes of the result register starting at the offset and returns their number; 0 at
    /// the end.
    pub fn host_read_result(offset: u32, out: *mut u8, out_cap: usize) -> i32;
    /// Copies bytes of an input starting at the offset and returns their number; 0 at the end,
    /// not_found if there is no such input.
    pub fn host_read_input(index: u32, offset: i64, out: *mut u8, out_cap: usize) -> i64;
    /// Appends to the output and returns the number of bytes; exceeding max_output_bytes traps with
    /// output_limit.
    pub fn host_write_output(data: *const u8, data_len: usize) -> i32;
    /// Puts the DID of the job's submitter, in whose name it runs, in the result register.
    pub fn host_get_caller() -> i64;
    /// Returns the run's clock in milliseconds since 1970: the order's time, the sleeps asked for,
    /// and 1 microsecond for every reading.
    pub fn host_get_time() -> i64;
    /// Returns an account's whole mana when the job was accepted; for the submitter's own account,
    /// less what this run has spent or promised. Other accounts need a declared read.
    pub fn host_account_get_mana(account: *const u8, account_len: usize) -> i64;
    /// Spends whole mana of the submitter's account when the job settles; budget_exceeded above
    /// spend_max, invalid_argument for any other account or an amount below 1.
    pub fn host_account_spend_mana(account: *const u8, account_len: usize, amount: i64) -> i32;
    /// Credits another member's account from the scope's treasury when the job settles;
    /// permission_denied unless the scope made the submitter a delegate of the treasury
    /// (treasury_delegates), budget_exceeded above treasury_credit_window_max_mana.
    pub fn host_account_credit_mana(account: *const u8, account_len: usize, amount: i64) -> i32;
    /// Reports the progress of the run, in parts per million, and its current activity.
    pub fn host_report_progress(ppm: u32, text: *const u8, text_len: usize) -> i32;
    /// Submits a job in the submitter's name when this one settles, its cost and budget taken out
    /// of spend_max, and puts its id in the result register. Its nonce is derived from this job and
    /// the call.
    pub fn host_submit_mesh_job(job_json: *const u8, job_json_len: usize) -> i64;
    /// Proposes in the submitter's name when the job settles and puts the proposal's id in the
    /// result register. It enters the scope's log as if the submitter had signed it: the entry
    /// cites the job's order and receipt. Its deposit is the submitter's. A run makes at most 64
    /// calls of governance.
    pub fn host_create_governance_proposal(payload_json: *const u8, payload_json_len: usize) -> i64;
    /// Opens the vote on a proposal when the job settles, if that is due; one that was opened
    /// before is unchanged.
    pub fn host_open_governance_voting(proposal_id: *const u8, proposal_id_len: usize) -> i32;
    /// Votes in the submitter's name when the job settles; already_exists for a second vote of the
    /// run on a proposal. It replaces the submitter's earlier vote, not one of a job that was
    /// ordered later.
    pub fn host_cast_governance_vote(payload_json: *const u8, payload_json_len: usize) -> i32;
    /// Closes a vote that is over or decided when the job settles, and puts the proposal's status
    /// when the job was accepted, as JSON, in the result register; needs the declared read
    /// proposal:ID, unless this run has proposed it.
    pub fn host_close_governance_proposal_voting(proposal_id: *const u8, proposal_id_len: usize) -> i64;
    /// Executes an accepted proposal when the job settles, if that is due; closes its vote first if
    /// that is decided.
    pub fn host_execute_governance_proposal(proposal_id: *const u8, proposal_id_len: usize) -> i32;
    /// Puts the jobs that were pending when this one was accepted, as a JSON list, in the result
    /// register; needs the declared read jobs:pending.
    pub fn host_get_pending_mesh_jobs() -> i64;
    /// Anchors a signed receipt when the job settles and puts its CID in the result register; the
    /// receipt is a block this run has put or may read, and its signature must be valid.
    pub fn host_anchor_receipt(cid: *const u8, cid_len: usize) -> i64;
    /// Returns whole points of reputation when the job was accepted; any but the submitter's needs
    /// a declared read.
    pub fn host_get_reputation(did: *const u8, did_len: usize) -> i64;
    /// Returns 1 if the proof holds, 0 if not. Its keys are in the scope's parameter zk_keys, whose
    /// declared read is needed; other manifests than that of development are an input or a block
    /// that the run may read. Spends twice the statement's complexity in mana out of spend_max when
    /// the job settles.
    pub fn host_verify_zk_proof(proof_json: *const u8, proof_json_len: usize) -> i32;
    /// Puts a proof in the result register. Keys and fee are as for host_verify_zk_proof; with
    /// groth16 the call costs prove_zk more. The randomness is the run's, which follows from the
    /// job's id: the proof hides its witness only from those who do not know the job.
    pub fn host_generate_zk_proof(request_json: *const u8, request_json_len: usize) -> i64;
    /// Puts the status of a job when this one was accepted, as JSON, in the result register; needs
    /// a declared read of the job.
    pub fn host_get_job_status(job_id: *const u8, job_id_len: usize) -> i64;
    /// Delegates the submitter's votes when the job settles: on proposals of one kind, or on all.
    pub fn host_delegate_vote(payload_json: *const u8, payload_json_len: usize) -> i32;
    /// Takes a delegation of the submitter's back when the job settles.
    pub fn host_revoke_delegation(payload_json: *const u8, payload_json_len: usize) -> i32;
    /// As host_verify_zk_proof, for proofs of credential_not_revoked only; invalid_argument for
    /// others.
    pub fn host_verify_zk_revocation_proof(proof_json: *const u8, proof_json_len: usize) -> i32;
    /// Puts the value that a parameter of the scope had when the job was accepted in the result
    /// register; needs a declared read of it.
    pub fn host_get_parameter(name: *const u8, name_len: usize) -> i64;
    /// Fills the buffer from the run's random stream, which the job's id seeds, and returns its
    /// length.
    pub fn host_random(out: *mut u8, out_cap: usize) -> i32;
}
