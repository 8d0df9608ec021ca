// The host table: one row per function that a guest can import. Rows are append-only; the meaning of an index never
// changes.
//
// Charges: base covers the fixed work of a call, per_byte the cost of each byte (copy 1, copy and hash 4, JSON 100).
// With the worst arguments no call is more than 3 times cheaper than straight-line code (docs/prices.md). Changing a
// charge or meaning makes a different table: orders name tables by CID.
#include <algorithm>
#include <array>

#include "abi/detail/icn_calls.hpp"
#include "abi/detail/run_data.hpp"
#include "abi/detail/schemas.hpp"
#include "abi/detail/wasi_calls.hpp"
#include "abi/host_fn.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/host_work.hpp"
#include "model/job.hpp"
#include "model/proposal.hpp"

namespace icn::abi {
namespace {

using model::Capability;
using U32 = std::uint32_t;
using U64 = std::uint64_t;
using I64 = std::int64_t;

template <auto Function>
consteval HostFn offered(U32 index, std::string_view name, std::string_view arg_names, FuelCost fuel,
                         std::string_view doc) {
  return host_fn<Function>({.index = index,
                            .module = "wasi_snapshot_preview1",
                            .name = name,
                            .arg_names = arg_names,
                            .fuel = fuel,
                            .doc = doc});
}
template <class... A>
consteval HostFn absent(U32 index, std::string_view name, std::string_view arg_names) {
  return offered<&wasi::not_offered<A...>>(index, name, arg_names, {250, 0},
                                           "Answers ENOSYS: not available to a deterministic run.");
}

template <class... A>
consteval HostFn absent_of_fd(U32 index, std::string_view name, std::string_view arg_names) {
  return offered<&wasi::not_offered_of_fd<A...>>(
      index, name, arg_names, {250, 0},
      "Answers ENOSYS: not available to a deterministic run; EBADF if the descriptor is not open.");
}

constexpr std::array kHostTable{
    host_fn<&calls::abi_version>({.index = 0,
                                  .module = "icn",
                                  .name = "host_abi_version",
                                  .arg_names = "",
                                  .fuel = {250, 0},
                                  .doc = "Returns the version of this interface, 1."}),
    host_fn<&calls::log_message>(
        {.index = 1,
         .module = "icn",
         .name = "host_log_message",
         .arg_names = "level text",
         .fuel = {800, 4},
         .doc = "Appends a line to the log; level is 0 (error), 1 (warn), 2 (info), 3 "
                "(debug) or 4 (trace). Text beyond max_log_bytes is dropped; the answer is still 0.",
         .request = schemas::kText}),
    host_fn<&calls::get_job_info>({.index = 2,
                                   .module = "icn",
                                   .name = "host_get_job_info",
                                   .arg_names = "",
                                   .fuel = {30'000, 2},
                                   .doc = "Puts the job and its order, as JSON, in the result register.",
                                   .response = schemas::kJobInfo}),
    host_fn<&calls::dag_put_block>(
        {.index = 3,
         .module = "icn",
         .name = "host_dag_put_block",
         .arg_names = "codec data",
         .fuel = {3'000, 4},
         .doc = "Stores a block when the job settles and puts its CID in the result "
                "register; codec is 85 (raw) or 113 (dag-cbor, for 16 times the fuel per byte), at "
                "most 1 MiB. All blocks together are bounded by max_output_bytes.",
         .response = schemas::kCid}),
    host_fn<&calls::dag_get_block>({.index = 4,
                                    .module = "icn",
                                    .name = "host_dag_get_block",
                                    .arg_names = "cid",
                                    .fuel = {20'000, 7},
                                    .doc = "Puts the bytes of a block in the result register: one of the job's inputs, "
                                           "one this run has put, a declared root, or a block that blocks already read "
                                           "link to. One that is not raw costs 16 times the fuel per byte.",
                                    .request = schemas::kCid,
                                    .response = schemas::kBlock}),
    host_fn<&calls::read_result>(
        {.index = 5,
         .module = "icn",
         .name = "host_read_result",
         .arg_names = "offset out",
         .fuel = {300, 1},
         .doc = "Copies bytes of the result register starting at the offset and returns their number; 0 at the end."}),
    host_fn<&calls::read_input>({.index = 6,
                                 .module = "icn",
                                 .name = "host_read_input",
                                 .arg_names = "index offset out",
                                 .fuel = {600, 1},
                                 .doc = "Copies bytes of an input starting at the offset and returns their number; 0 "
                                        "at the end, not_found if there is no such input."}),
    host_fn<&calls::write_output>({.index = 7,
                                   .module = "icn",
                                   .name = "host_write_output",
                                   .arg_names = "data",
                                   .fuel = {300, 4},
                                   .doc = "Appends to the output and returns the number of bytes; exceeding "
                                          "max_output_bytes traps with output_limit."}),
    host_fn<&calls::get_caller>({.index = 8,
                                 .module = "icn",
                                 .name = "host_get_caller",
                                 .arg_names = "",
                                 .fuel = {3'000, 1},
                                 .doc = "Puts the DID of the job's submitter, in whose name it runs, in the result "
                                        "register.",
                                 .response = schemas::kDid}),
    host_fn<&calls::get_time>({.index = 9,
                               .module = "icn",
                               .name = "host_get_time",
                               .arg_names = "",
                               .fuel = {250, 0},
                               .doc = "Returns the run's clock in milliseconds since 1970: the order's time, the "
                                      "sleeps asked for, and 1 microsecond for every reading."}),
    host_fn<&calls::account_get_mana>(
        {.index = 10,
         .module = "icn",
         .name = "host_account_get_mana",
         .arg_names = "account",
         .fuel = {5'000, 4},
         .doc = "Returns an account's whole mana when the job was accepted; for the submitter's own account, less what "
                "this run has spent or promised. Other accounts need a declared read.",
         .request = schemas::kDid}),
    host_fn<&calls::account_spend_mana>(
        {.index = 11,
         .module = "icn",
         .name = "host_account_spend_mana",
         .arg_names = "account amount",
         .fuel = {8'000, 4},
         .needs = Capability::spend,
         .doc = "Spends whole mana of the submitter's account when the job settles; "
                "budget_exceeded above spend_max, invalid_argument for any other account or "
                "an amount below 1.",
         .request = schemas::kDid}),
    host_fn<&calls::account_credit_mana>(
        {.index = 12,
         .module = "icn",
         .name = "host_account_credit_mana",
         .arg_names = "account amount",
         .fuel = {8'000, 4},
         .needs = Capability::treasury,
         .doc = "Credits another member's account from the scope's treasury when the job settles; permission_denied "
                "unless the scope made the submitter a delegate of the treasury (treasury_delegates), budget_exceeded "
                "above treasury_credit_window_max_mana.",
         .request = schemas::kDid}),
    host_fn<&calls::report_progress>(
        {.index = 15,
         .module = "icn",
         .name = "host_report_progress",
         .arg_names = "ppm text",
         .fuel = {800, 4},
         .doc = "Reports the progress of the run, in parts per million, and its current activity.",
         .request = schemas::kText}),
    host_fn<&calls::submit_mesh_job>({.index = 16,
                                      .module = "icn",
                                      .name = "host_submit_mesh_job",
                                      .arg_names = "job_json",
                                      .fuel = {100'000, 100},
                                      .needs = Capability::submit,
                                      .doc =
                                          "Submits a job in the submitter's name when this one settles, its cost and "
                                          "budget taken out of spend_max, and puts its id in the result register. Its "
                                          "nonce is derived from this job and the call.",
                                      .request = schemas::kJob,
                                      .response = schemas::kCid}),
    host_fn<&calls::create_governance_proposal>(
        {.index = 17,
         .module = "icn",
         .name = "host_create_governance_proposal",
         .arg_names = "payload_json",
         .fuel = {100'000, 200},
         .needs = Capability::govern,
         .doc = "Proposes in the submitter's name when the job settles and puts the proposal's id in the result "
                "register. It enters the scope's log as if the submitter had signed it: the entry cites the job's "
                "order and receipt. Its deposit is the submitter's. A run makes at most 64 calls of governance.",
         .request = schemas::kProposal,
         .response = schemas::kCid}),
    host_fn<&calls::open_governance_voting>(
        {.index = 18,
         .module = "icn",
         .name = "host_open_governance_voting",
         .arg_names = "proposal_id",
         .fuel = {5'000, 4},
         .needs = Capability::govern,
         .doc = "Opens the vote on a proposal when the job settles, if that is due; one that was opened before is "
                "unchanged.",
         .request = schemas::kCid}),
    host_fn<&calls::cast_governance_vote>(
        {.index = 19,
         .module = "icn",
         .name = "host_cast_governance_vote",
         .arg_names = "payload_json",
         .fuel = {100'000, 100},
         .needs = Capability::govern,
         .doc = "Votes in the submitter's name when the job settles; already_exists for a second vote of the run on a "
                "proposal. It replaces the submitter's earlier vote, not one of a job that was ordered later.",
         .request = schemas::kVote}),
    host_fn<&calls::close_governance_proposal_voting>(
        {.index = 20,
         .module = "icn",
         .name = "host_close_governance_proposal_voting",
         .arg_names = "proposal_id",
         .fuel = {5'000, 4},
         .needs = Capability::govern,
         .doc = "Closes a vote that is over or decided when the job settles, and puts the proposal's status when the "
                "job was accepted, as JSON, in the result register; needs the declared read proposal:ID, unless this "
                "run has proposed it.",
         .request = schemas::kCid,
         .response = schemas::kProposalStatus}),
    host_fn<&calls::execute_governance_proposal>(
        {.index = 21,
         .module = "icn",
         .name = "host_execute_governance_proposal",
         .arg_names = "proposal_id",
         .fuel = {5'000, 4},
         .needs = Capability::govern,
         .doc = "Executes an accepted proposal when the job settles, if that is due; closes its vote first if that is "
                "decided.",
         .request = schemas::kCid}),
    host_fn<&calls::get_pending_mesh_jobs>(
        {.index = 22,
         .module = "icn",
         .name = "host_get_pending_mesh_jobs",
         .arg_names = "",
         .fuel = {1'000, 1},
         .doc = "Puts the jobs that were pending when this one was accepted, as a JSON list, "
                "in the result register; needs the declared read jobs:pending.",
         .response = schemas::kPendingJobs}),
    host_fn<&calls::anchor_receipt>({.index = 23,
                                     .module = "icn",
                                     .name = "host_anchor_receipt",
                                     .arg_names = "cid",
                                     .fuel = {200'000, 4},
                                     .needs = Capability::anchor,
                                     .doc = "Anchors a signed receipt when the job settles and puts its CID in the "
                                            "result register; the receipt is a block this run has put or may read, and "
                                            "its signature must be valid.",
                                     .request = schemas::kCid,
                                     .response = schemas::kCid}),
    host_fn<&calls::get_reputation>({.index = 24,
                                     .module = "icn",
                                     .name = "host_get_reputation",
                                     .arg_names = "did",
                                     .fuel = {5'000, 4},
                                     .doc = "Returns whole points of reputation when the job was accepted; any but the "
                                            "submitter's needs a declared read.",
                                     .request = schemas::kDid}),
    host_fn<&calls::verify_zk_proof>(
        {.index = 25,
         .module = "icn",
         .name = "host_verify_zk_proof",
         .arg_names = "proof_json",
         .fuel = {30'000'000, 100},
         .needs = Capability::zk,
         .doc = "Returns 1 if the proof holds, 0 if not. Its keys are in the scope's parameter zk_keys, whose declared "
                "read is needed; other manifests than that of development are an input or a block that the run may "
                "read. Spends twice the statement's complexity in mana out of spend_max when the job settles.",
         .request = schemas::kZkProof}),
    host_fn<&calls::generate_zk_proof>(
        {.index = 26,
         .module = "icn",
         .name = "host_generate_zk_proof",
         .arg_names = "request_json",
         .fuel = {100'000'000, 100},
         .needs = Capability::zk,
         .doc = "Puts a proof in the result register. Keys and fee are as for host_verify_zk_proof; with groth16 the "
                "call costs prove_zk more. The randomness is the run's, which follows from the job's id: the proof "
                "hides its witness only from those who do not know the job.",
         .request = schemas::kZkRequest,
         .response = schemas::kZkProof}),
    host_fn<&calls::get_job_status>({.index = 27,
                                     .module = "icn",
                                     .name = "host_get_job_status",
                                     .arg_names = "job_id",
                                     .fuel = {3'000, 4},
                                     .doc = "Puts the status of a job when this one was accepted, as JSON, in the "
                                            "result register; needs a declared read of the job.",
                                     .request = schemas::kCid,
                                     .response = schemas::kJobStatus}),
    host_fn<&calls::delegate_vote>({.index = 28,
                                    .module = "icn",
                                    .name = "host_delegate_vote",
                                    .arg_names = "payload_json",
                                    .fuel = {100'000, 100},
                                    .needs = Capability::govern,
                                    .doc = "Delegates the submitter's votes when the job settles: on proposals of one "
                                           "kind, or on all.",
                                    .request = schemas::kDelegation}),
    host_fn<&calls::revoke_delegation>({.index = 29,
                                        .module = "icn",
                                        .name = "host_revoke_delegation",
                                        .arg_names = "payload_json",
                                        .fuel = {100'000, 100},
                                        .needs = Capability::govern,
                                        .doc = "Takes a delegation of the submitter's back when the job settles.",
                                        .request = schemas::kRevocation}),
    host_fn<&calls::verify_zk_revocation_proof>(
        {.index = 30,
         .module = "icn",
         .name = "host_verify_zk_revocation_proof",
         .arg_names = "proof_json",
         .fuel = {30'000'000, 100},
         .needs = Capability::zk,
         .doc = "As host_verify_zk_proof, for proofs of credential_not_revoked only; invalid_argument for others.",
         .request = schemas::kZkProof}),
    host_fn<&calls::get_parameter>({.index = 31,
                                    .module = "icn",
                                    .name = "host_get_parameter",
                                    .arg_names = "name",
                                    .fuel = {1'000, 8},
                                    .doc = "Puts the value that a parameter of the scope had when the job was accepted "
                                           "in the result register; needs a declared read of it.",
                                    .request = schemas::kText,
                                    .response = schemas::kText}),
    host_fn<&calls::random>({.index = 32,
                             .module = "icn",
                             .name = "host_random",
                             .arg_names = "out",
                             .fuel = {300, 3},
                             .doc = "Fills the buffer from the run's random stream, which the job's id seeds, "
                                    "and returns its length."}),

    // WASI preview 1, in the order of its specification.
    offered<&wasi::args_get>(1000, "args_get", "argv text", {300, 1},
                             "Writes the arguments: argv[0] is main, then those of the job."),
    offered<&wasi::args_sizes_get>(1001, "args_sizes_get", "count bytes", {250, 0},
                                   "Writes the number of arguments and their size in bytes."),
    offered<&wasi::environ_get>(1002, "environ_get", "variables text", {250, 0},
                                "Writes nothing: the environment is empty."),
    offered<&wasi::environ_sizes_get>(1003, "environ_sizes_get", "count bytes", {250, 0},
                                      "Writes two zeros: the environment is empty."),
    offered<&wasi::clock_res_get>(1004, "clock_res_get", "clock resolution", {250, 0},
                                  "Writes the clocks' resolution, 1,000 ns."),
    offered<&wasi::clock_time_get>(1005, "clock_time_get", "clock precision time", {250, 0},
                                   "Writes the run's clock in nanoseconds; clocks 0 and 1 begin at the order's time, "
                                   "2 and 3 at zero."),
    absent_of_fd<I64, I64, U32>(1006, "fd_advise", "fd offset length advice"),
    absent_of_fd<I64, I64>(1007, "fd_allocate", "fd offset length"),
    offered<&wasi::fd_close>(1008, "fd_close", "fd", {250, 0}, "Closes standard input, output or error."),
    absent_of_fd<>(1009, "fd_datasync", "fd"),
    offered<&wasi::fd_fdstat_get>(
        1010, "fd_fdstat_get", "fd stat", {250, 0},
        "Reports that descriptors 0, 1 and 2 have an unknown type and are open for reading or for writing."),
    absent_of_fd<U32>(1011, "fd_fdstat_set_flags", "fd flags"),
    absent_of_fd<U64, U64>(1012, "fd_fdstat_set_rights", "fd base inheriting"),
    offered<&wasi::fd_filestat_get>(
        1013, "fd_filestat_get", "fd stat", {250, 0},
        "Reports descriptors 0, 1 and 2 as empty, with an unknown type and no times; their inode is their number."),
    absent_of_fd<U64>(1014, "fd_filestat_set_size", "fd size"),
    absent_of_fd<U64, U64, U32>(1015, "fd_filestat_set_times", "fd accessed modified flags"),
    offered<&wasi::at_a_place>(1016, "fd_pread", "fd buffers count offset read", {250, 0},
                               "Answers ESPIPE: standard input and output are streams."),
    offered<&wasi::fd_prestat_get>(1017, "fd_prestat_get", "fd prestat", {250, 0},
                                   "Answers EBADF: there are no folders."),
    absent_of_fd<GuestAddress, U32>(1018, "fd_prestat_dir_name", "fd path length"),
    offered<&wasi::at_a_place>(1019, "fd_pwrite", "fd buffers count offset written", {250, 0},
                               "Answers ESPIPE: standard input and output are streams."),
    offered<&wasi::fd_read>(1020, "fd_read", "fd buffers count", {400, 1, 100},
                            "Reads the first input, always as much as the buffers hold until its end."),
    absent_of_fd<GuestAddress, U32, U64, GuestAddress>(1021, "fd_readdir", "fd out length cookie used"),
    absent<U32, U32>(1022, "fd_renumber", "from to"),
    offered<&wasi::fd_seek>(1023, "fd_seek", "fd offset whence position", {250, 0},
                            "Answers ESPIPE: standard input and output are streams."),
    absent_of_fd<>(1024, "fd_sync", "fd"),
    offered<&wasi::fd_tell>(1025, "fd_tell", "fd position", {250, 0},
                            "Answers ESPIPE: standard input and output are streams."),
    offered<&wasi::fd_write>(1026, "fd_write", "fd buffers count", {400, 4, 100},
                             "Writes everything to the output (1) or the log (2); exceeding max_output_bytes traps "
                             "with output_limit, text beyond max_log_bytes is dropped."),
    absent_of_fd<GuestAddress, U32>(1027, "path_create_directory", "fd path length"),
    absent_of_fd<U32, GuestAddress, U32, GuestAddress>(1028, "path_filestat_get", "fd flags path length stat"),
    absent_of_fd<U32, GuestAddress, U32, U64, U64, U32>(1029, "path_filestat_set_times",
                                                        "fd flags path length accessed modified time_flags"),
    absent<U32, U32, GuestAddress, U32, U32, GuestAddress, U32>(
        1030, "path_link", "old_fd old_flags old_path old_length new_fd new_path new_length"),
    absent_of_fd<U32, GuestAddress, U32, U32, U64, U64, U32, GuestAddress>(
        1031, "path_open", "fd lookup path length open_flags base inheriting flags opened"),
    absent_of_fd<GuestAddress, U32, GuestAddress, U32, GuestAddress>(1032, "path_readlink",
                                                                     "fd path length out out_length used"),
    absent_of_fd<GuestAddress, U32>(1033, "path_remove_directory", "fd path length"),
    absent_of_fd<GuestAddress, U32, U32, GuestAddress, U32>(1034, "path_rename",
                                                            "fd old_path old_length new_fd new_path new_length"),
    absent<GuestAddress, U32, U32, GuestAddress, U32>(1035, "path_symlink",
                                                      "old_path old_length fd new_path new_length"),
    absent_of_fd<GuestAddress, U32>(1036, "path_unlink_file", "fd path length"),
    offered<&wasi::poll_oneoff>(1037, "poll_oneoff", "subscriptions events count happened", {300, 4},
                                "Advances the run's clock to the earliest clock subscription, unless a descriptor is "
                                "among the subscriptions: those are always ready."),
    offered<&wasi::proc_exit>(1038, "proc_exit", "code", {250, 0}, "Ends the run with the program's exit code."),
    absent<U32>(1039, "proc_raise", "signal"),
    offered<&wasi::sched_yield>(1040, "sched_yield", "", {250, 0}, "Does nothing: a run has one thread."),
    offered<&wasi::random_get>(1041, "random_get", "out", {300, 3},
                               "Fills the buffer from the run's random stream, the same as host_random."),
    absent_of_fd<U32, GuestAddress>(1042, "sock_accept", "fd flags accepted"),
    absent_of_fd<GuestAddress, U32, U32, GuestAddress, GuestAddress>(1043, "sock_recv",
                                                                     "fd buffers count flags received out_flags"),
    absent_of_fd<GuestAddress, U32, U32, GuestAddress>(1044, "sock_send", "fd buffers count flags sent"),
    absent_of_fd<U32>(1045, "sock_shutdown", "fd how"),
};
static_assert(well_formed(kHostTable));

}  // namespace

std::span<const HostFn> host_table() { return kHostTable; }

const HostFn* find_host_fn(std::string_view module, std::string_view name) {
  const auto found = std::find_if(kHostTable.begin(), kHostTable.end(),
                                  [&](const HostFn& fn) { return fn.module == module && fn.name == name; });
  return found == kHostTable.end() ? nullptr : &*found;
}

ipld::Block costs_table() {
  ipld::CborWriter writer(1024);
  writer.map(3);
  writer.key("v").unsigned_integer(3);
  writer.key("rows").array(kHostTable.size());
  for (const HostFn& fn : kHostTable) {
    writer.array(4).unsigned_integer(fn.index).unsigned_integer(fn.fuel.base);
    writer.unsigned_integer(fn.fuel.per_byte).unsigned_integer(fn.fuel.per_item);
  }
  writer.key("work").array(model::kHostWorkTable.size());
  for (const model::HostWorkRow& row : model::kHostWorkTable) {
    writer.array(4).text(row.name).unsigned_integer(row.fuel);
    writer.unsigned_integer(row.per_byte).unsigned_integer(row.per_function);
  }
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

namespace {

// Bounds that a guest can notice: another bound is another table, so that a receipt is never replayed under it.
struct AbiLimit {
  std::string_view name;
  std::uint64_t value;
};
constexpr std::array kAbiLimits{
    AbiLimit{"result_bytes", kResultBytesMax},
    AbiLimit{"text_bytes", kTextBytesMax},
    AbiLimit{"reachable_blocks", kReachableMax},
    AbiLimit{"dag_cbor_depth", ipld::kCborDepthMax},
    AbiLimit{"job_body_bytes", model::kJobBodyBytesMax},
    AbiLimit{"job_args", model::kJobArgsMax},
    AbiLimit{"job_arg_bytes", model::kJobArgBytesMax},
    AbiLimit{"job_inputs", model::kJobInputsMax},
    AbiLimit{"governing", kGoverningMax},
    AbiLimit{"proposal_text_bytes", model::kProposalTextBytesMax},
};

}  // namespace

ipld::Block abi_table() {
  // Incremented whenever the behaviour of a row changes but its signature does not.
  constexpr std::uint64_t kMeaning = 3;
  ipld::CborWriter writer(4096);
  writer.map(4);
  writer.key("v").unsigned_integer(1);
  writer.key("rows").array(kHostTable.size());
  for (const HostFn& fn : kHostTable) {
    writer.array(6).unsigned_integer(fn.index).text(fn.module).text(fn.name);
    writer.array(fn.params.size());
    for (const WasmType type : fn.params) writer.text(wasm_type_name(type));
    writer.array(fn.results.size());
    for (const WasmType type : fn.results) writer.text(wasm_type_name(type));
    writer.text(model::capability_name(fn.needs));
  }
  writer.key("limits").array(kAbiLimits.size());
  for (const AbiLimit& limit : kAbiLimits) writer.array(2).text(limit.name).unsigned_integer(limit.value);
  writer.key("meaning").unsigned_integer(kMeaning);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

}  // namespace icn::abi
