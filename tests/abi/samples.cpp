#include "samples.hpp"

#include <map>

#include "zk/testing/issuer.hpp"

namespace icn::abi::testing {
namespace {

constexpr std::int64_t kTextAt = 1024;
constexpr std::int64_t kOutAt = 8192;

// A text argument, put where the call reads it.
Sample with_text(std::string text, std::int64_t answer, std::vector<std::int64_t> before = {},
                 std::vector<std::int64_t> after = {}) {
  Sample sample;
  sample.args = std::move(before);
  sample.args.push_back(kTextAt);
  sample.args.push_back(static_cast<std::int64_t>(text.size()));
  sample.args.insert(sample.args.end(), after.begin(), after.end());
  sample.answer = answer;
  sample.prepare = [text = std::move(text)](TestRun& run) { run.write(kTextAt, view_of(text)); };
  return sample;
}
Sample plain(std::vector<std::int64_t> args, std::int64_t answer, std::uint64_t moved = 0) {
  return Sample{std::move(args), moved, answer};
}
// One WASI buffer of 16 bytes at kOutAt, described at address 0.
Sample with_buffer(std::int64_t fd, std::uint64_t moved) {
  Sample sample = plain({fd, 0, 1, 4096}, 0, moved);
  sample.prepare = [](TestRun& run) {
    run.put<std::uint32_t>(0, kOutAt);
    run.put<std::uint32_t>(4, 16);
  };
  return sample;
}

// Of a range, which needs no keys, or of a revocation, under the development keys.
std::string sample_zk_proof(bool of_revocation) {
  using zk::Statement;
  using namespace zk::testing;
  const Statement statement = of_revocation ? Statement::credential_not_revoked : Statement::balance_in_range;
  return prove(true_witness(statement), of_revocation ? with_development_keys(statement) : without_keys())
      .value()
      .to_json();
}
std::string sample_zk_request() {
  return R"({"system":"bulletproofs","challenge":")" + to_hex(zk::testing::challenge()) + R"(","witness":)" +
         zk::testing::true_witness(zk::Statement::balance_in_range).to_json() + "}";
}

std::map<std::string_view, Sample> icn_samples() {
  const std::string own = member().to_text();
  const ipld::Block receipt = sample_receipt();
  const std::string child =
      R"({"module":")" + ipld::Cid::of(ipld::Codec::raw, view_of("child")).to_text() + R"(","cost_mana":3})";
  const std::string proposal = sample_proposal().to_text();
  const std::string proposes = sample_proposal_json();
  const std::string vote = R"({"proposal_id_str":")" + proposal + R"(","vote_option_str":"yes"})";
  const std::string delegates = R"({"delegate_did":")" + stranger().to_text() + R"(","topic":"set"})";
  Sample anchor = with_text(receipt.cid.to_text(), kAnyLength);
  anchor.moved = receipt.bytes.size();
  return {
      {"host_abi_version", plain({}, 1)},
      {"host_log_message", with_text("hello", 0, {1})},
      {"host_get_job_info", plain({}, kAnyLength)},
      {"host_dag_put_block", with_text("abc", kAnyLength, {0x55})},
      {"host_dag_get_block", with_text(ipld::Cid::of(ipld::Codec::raw, view_of("hello, world\n")).to_text(), 13)},
      {"host_read_result", plain({0, kOutAt, 16}, 0)},
      {"host_read_input", plain({0, 0, kOutAt, 16}, 13, 13)},
      {"host_write_output", with_text("abc", 3)},
      {"host_get_caller", plain({}, kAnyLength)},
      {"host_get_time", plain({}, static_cast<std::int64_t>(kOrderTimeMs))},
      {"host_account_get_mana", with_text(own, 50)},
      {"host_account_spend_mana", with_text(own, 0, {}, {3})},
      {"host_account_credit_mana", with_text(own, abi_number(ErrorCode::permission_denied), {}, {3})},
      {"host_report_progress", with_text("half", 0, {500'000})},
      {"host_submit_mesh_job", with_text(child, kAnyLength)},
      {"host_create_governance_proposal", with_text(proposes, kAnyLength)},
      {"host_open_governance_voting", with_text(proposal, 0)},
      {"host_cast_governance_vote", with_text(vote, 0)},
      {"host_close_governance_proposal_voting", with_text(proposal, kAnyLength)},
      {"host_execute_governance_proposal", with_text(proposal, 0)},
      {"host_delegate_vote", with_text(delegates, 0)},
      {"host_revoke_delegation", with_text(R"({"topic":"all"})", 0)},
      {"host_get_pending_mesh_jobs", plain({}, 2)},
      {"host_anchor_receipt", anchor},
      {"host_get_reputation", with_text(own, 7)},
      {"host_get_job_status", with_text(sample_job().to_text(), 19)},
      {"host_verify_zk_proof", with_text(sample_zk_proof(false), 1)},
      {"host_generate_zk_proof", with_text(sample_zk_request(), kAnyLength)},
      {"host_verify_zk_revocation_proof", with_text(sample_zk_proof(true), 1)},
      {"host_get_parameter", with_text("fee", 2)},
      {"host_random", plain({kOutAt, 16}, 16, 16)},
  };
}

std::map<std::string_view, Sample> wasi_samples() {
  Sample exit = plain({3}, 0);
  exit.verdict = Verdict::exited;
  return {
      {"args_get", plain({kOutAt, kOutAt + 64}, 0, 25)},
      {"args_sizes_get", plain({kOutAt, kOutAt + 4}, 0)},
      {"environ_get", plain({kOutAt, kOutAt}, 0)},
      {"environ_sizes_get", plain({kOutAt, kOutAt + 4}, 0)},
      {"clock_res_get", plain({0, kOutAt}, 0)},
      {"clock_time_get", plain({0, 0, kOutAt}, 0)},
      {"fd_close", plain({1}, 0)},
      {"fd_fdstat_get", plain({1, kOutAt}, 0)},
      {"fd_filestat_get", plain({1, kOutAt}, 0)},
      {"fd_prestat_get", plain({3, kOutAt}, 8)},
      {"fd_pread", plain({0, kOutAt, 1, 0, kOutAt}, 70)},
      {"fd_pwrite", plain({1, kOutAt, 1, 0, kOutAt}, 70)},
      {"fd_read", with_buffer(0, 13)},
      {"fd_seek", plain({0, 0, 0, kOutAt}, 70)},
      {"fd_tell", plain({0, kOutAt}, 70)},
      {"fd_write", with_buffer(1, 16)},
      {"poll_oneoff", plain({0, kOutAt, 1, 4096}, 0, 80)},
      {"proc_exit", exit},
      {"sched_yield", plain({}, 0)},
      {"random_get", plain({kOutAt, 16}, 0, 16)},
  };
}

}  // namespace

std::optional<Sample> sample_of(const HostFn& fn) {
  static const std::map<std::string_view, Sample> icn = icn_samples();
  static const std::map<std::string_view, Sample> wasi = wasi_samples();
  if (fn.doc.starts_with("Answers ENOSYS")) return plain(std::vector<std::int64_t>(fn.params.size(), 0), 52);
  const auto& samples = fn.module == "icn" ? icn : wasi;
  const auto found = samples.find(fn.name);
  return found == samples.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace icn::abi::testing
