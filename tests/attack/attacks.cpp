#include "attacks.hpp"

#include <map>

#include "abi/host_call.hpp"
#include "abi/testing/blocks.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/signature.hpp"

namespace icn::attack {
namespace {

constexpr std::uint32_t kPage = 65'536;
constexpr std::uint32_t kManyPages = 64;  // 4 MiB
constexpr std::uint64_t kLarge = std::uint64_t{kManyPages} * kPage;

std::string i32(std::uint64_t value) { return "(i32.const " + std::to_string(value) + ") "; }
std::string i64(std::int64_t value) { return "(i64.const " + std::to_string(value) + ") "; }

// A block of 1 MiB that links to many others, as the declared root of the run.
ipld::Block linking_block() {
  constexpr std::size_t links = 20'000;
  ipld::CborWriter writer(1 << 20);
  writer.array(links);
  for (std::size_t i = 0; i < links; ++i) {
    Bytes name;
    append_be64(name, i);
    writer.link(ipld::Cid::of(ipld::Codec::raw, name));
  }
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}
const ipld::Block& large_block() {
  static const ipld::Block block = linking_block();
  return block;
}

// `text` at address 0.
std::string data_of(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "(data (i32.const 0) \"" + escaped + "\")";
}
std::string filled_with(char c) {
  return "(memory.fill (i32.const 0) (i32.const " + std::to_string(int{c}) + ") (i32.const " + std::to_string(kLarge) +
         "))";
}
std::string text_at_zero(std::size_t length) { return i32(0) + i32(length); }

// A list of buffers over all of the memory, each of one byte at address 0.
std::string buffers_of_one_byte() {
  return "(local.set $i (i32.const 8)) (loop $fill (i32.store offset=0 (local.get $i) (i32.const 0))"
         " (i32.store offset=4 (local.get $i) (i32.const 1)) (local.set $i (i32.add (local.get $i) (i32.const 8)))"
         " (br_if $fill (i32.lt_u (local.get $i) (i32.const " +
         std::to_string(kLarge) + "))))";
}
// A list of 1,024 buffers, each covering all of the memory: 4 GiB together, minus the 4 bytes that would be too many.
std::string buffers_of_all_memory() {
  return "(local.set $i (i32.const 8)) (loop $fill (i32.store offset=0 (local.get $i) (i32.const 0))"
         " (i32.store offset=4 (local.get $i) (i32.const " +
         std::to_string(kLarge - 8) +
         ")) (local.set $i (i32.add (local.get $i) (i32.const 8)))"
         " (br_if $fill (i32.lt_u (local.get $i) (i32.const 8200))))";
}

std::string call(const std::string& arguments) { return "(call $f " + arguments + ")"; }

void add_texts(std::vector<Attack>& all) {
  const struct {
    std::string_view row, before, after;
  } rows[] = {{"host_log_message", "(i32.const 0) ", ""},
              {"host_dag_get_block", "", ""},
              {"host_account_get_mana", "", ""},
              {"host_account_spend_mana", "", "(i64.const 1) "},
              {"host_account_credit_mana", "", "(i64.const 1) "},
              {"host_report_progress", "(i32.const 1) ", ""},
              {"host_submit_mesh_job", "", ""},
              {"host_create_governance_proposal", "", ""},
              {"host_open_governance_voting", "", ""},
              {"host_cast_governance_vote", "", ""},
              {"host_close_governance_proposal_voting", "", ""},
              {"host_execute_governance_proposal", "", ""},
              {"host_delegate_vote", "", ""},
              {"host_revoke_delegation", "", ""},
              {"host_verify_zk_proof", "", ""},
              {"host_generate_zk_proof", "", ""},
              {"host_verify_zk_revocation_proof", "", ""},
              {"host_anchor_receipt", "", ""},
              {"host_get_reputation", "", ""},
              {"host_get_job_status", "", ""},
              {"host_get_parameter", "", ""}};
  for (const auto& row : rows) {
    const auto with = [&](std::string_view suffix, std::size_t length, const std::string& prepare) {
      all.push_back({std::string(row.row) + std::string(suffix), std::string(row.row),
                     call(std::string(row.before) + text_at_zero(length) + std::string(row.after)), prepare,
                     kManyPages});
    };
    with("_of_the_longest_text", 1 << 20, filled_with('b'));
    with("_of_a_text_too_long", (1 << 20) + 1, filled_with('b'));
    with("_of_no_text", 0, "");
    with("_of_nested_json", 1 << 20, filled_with('['));
  }
}

void add_json(std::vector<Attack>& all) {
  const std::string child = R"({"cost_mana":1,"module":")" +
                            ipld::Cid::of(ipld::Codec::raw, view_of("child")).to_text() + R"(","args":["x"]})";
  all.push_back({"host_submit_mesh_job_again_and_again", "host_submit_mesh_job", call(text_at_zero(child.size())), "",
                 1, data_of(child)});
}

// Statements of a run are few; one refused as too many has been read before.
void add_governing(std::vector<Attack>& all) {
  const std::string id = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("proposal")).to_text();
  const auto with = [&](const std::string& row, std::string_view suffix, const std::string& text) {
    all.push_back({row + std::string(suffix), row, call(text_at_zero(text.size())), "", 1, data_of(text)});
  };
  const std::string begin = R"({"proposal_type_str":"generic_text","description":"x","duration_secs":60)";
  with("host_create_governance_proposal", "_again_and_again", begin + "}");
  std::string numbers = begin + R"(,"body":[0)";
  for (std::size_t i = 0; i < 20'000; ++i) numbers += ",0";
  with("host_create_governance_proposal", "_of_a_text_of_numbers", numbers + "]}");
  with("host_cast_governance_vote", "_again_and_again",
       R"({"proposal_id_str":")" + id + R"(","vote_option_str":"yes"})");
  with("host_execute_governance_proposal", "_again_and_again", id);
  with("host_revoke_delegation", "_again_and_again", "{}");
}

void add_blocks(std::vector<Attack>& all) {
  const std::string cid = large_block().cid.to_text();
  all.push_back({"host_dag_get_block_that_links_to_many", "host_dag_get_block", call(text_at_zero(cid.size())), "", 1,
                 data_of(cid)});
  all.push_back({"host_anchor_receipt_of_a_large_block", "host_anchor_receipt", call(text_at_zero(cid.size())), "", 1,
                 data_of(cid)});
  const std::string count =
      "(i32.store (i32.const 0) (local.get $n)) (local.set $n (i32.add (local.get $n) "
      "(i32.const 1))) ";
  all.push_back({"host_dag_put_block_of_one_byte", "host_dag_put_block",
                 call(i32(0x55) + i32(0) + i32(4)) + "(drop) " + count + call(i32(0x55) + i32(0) + i32(4)), "", 1});
  all.push_back(
      {"host_dag_put_block_of_the_largest", "host_dag_put_block", call(i32(0x55) + i32(0) + i32(1 << 20)), "", 64});
  all.push_back(
      {"host_dag_put_block_too_large", "host_dag_put_block", call(i32(0x55) + i32(0) + i32((1 << 20) + 1)), "", 64});
  // 1 MiB of CBOR in its smallest items: an array of 2^20 − 5 zeros.
  all.push_back({"host_dag_put_block_of_small_items", "host_dag_put_block", call(i32(0x71) + i32(0) + i32(1 << 20)),
                 "(i32.store8 (i32.const 0) (i32.const 0x9a)) (i32.store (i32.const 1) (i32.const 0xfbff0f00))", 64});
  all.push_back({"host_dag_put_block_of_nested_items", "host_dag_put_block", call(i32(0x71) + i32(0) + i32(1 << 20)),
                 filled_with(static_cast<char>(0x81 - 256)), 64});
}

// Operators that take more than an instruction.
void add_operators(std::vector<Attack>& all) {
  const struct {
    const char *name, *body, *declare;
  } rows[] = {
      {"table_fill_of_nothing", "(table.fill $t (i32.const 0) (ref.null func) (i32.const 0)) (i32.const 0)", ""},
      {"table_copy_of_nothing", "(table.copy $t $t (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)", ""},
      {"table_grow_of_nothing", "(table.grow $t (ref.null func) (i32.const 0))", ""},
      {"memory_copy_of_nothing", "(memory.copy (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)", ""},
      {"memory_init_of_nothing", "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)",
       "(data $d \"x\")"},
      {"data_drop_again", "(data.drop $d) (i32.const 0)", "(data $d \"x\")"},
  };
  for (const auto& row : rows)
    all.push_back({row.name, "", row.body, "", 1, "(table $t 1 funcref) " + std::string(row.declare)});
}

void add_buffers(std::vector<Attack>& all) {
  const std::string every = i32(8) + i32(kLarge / 8 - 1);
  for (const auto& [row, fd] : {std::pair("fd_write", 2), std::pair("fd_write", 1), std::pair("fd_read", 0)}) {
    const std::string name = std::string(row) + "_" + std::to_string(fd);
    all.push_back({name + "_of_half_a_million_buffers", row, call(i32(static_cast<std::uint64_t>(fd)) + every + i32(0)),
                   buffers_of_one_byte(), kManyPages});
    all.push_back({name + "_of_four_gigabytes", row,
                   call(i32(static_cast<std::uint64_t>(fd)) + i32(8) + i32(1'023) + i32(0)), buffers_of_all_memory(),
                   kManyPages});
  }
  all.push_back({"poll_oneoff_of_the_most", "poll_oneoff",
                 call(i32(0) + i32(kLarge / 2) + i32(4'096) + i32(kLarge - 8)), "", kManyPages});
  all.push_back({"poll_oneoff_of_too_many", "poll_oneoff",
                 call(i32(0) + i32(kLarge / 2) + i32(40'000) + i32(kLarge - 8)), "", kManyPages});
}

void add_bytes(std::vector<Attack>& all) {
  all.push_back({"host_random_over_all_memory", "host_random", call(i32(0) + i32(kLarge)), "", kManyPages});
  all.push_back({"random_get_over_all_memory", "random_get", call(i32(0) + i32(kLarge)), "", kManyPages});
  all.push_back(
      {"host_read_input_over_all_memory", "host_read_input", call(i32(0) + i64(0) + i32(0) + i32(kLarge)), "", 64});
  all.push_back({"host_read_input_that_is_not_there", "host_read_input", call(i32(9) + i64(0) + i32(0) + i32(1)), ""});
  all.push_back({"host_read_result_over_all_memory", "host_read_result", call(i32(0) + i32(0) + i32(kLarge)), "", 64});
  all.push_back({"host_write_output_of_all_memory", "host_write_output", call(i32(0) + i32(kLarge)), "", kManyPages});
  all.push_back({"host_write_output_of_one_byte", "host_write_output", call(i32(0) + i32(1)), ""});
  all.push_back({"args_get_of_many", "args_get", call(i32(0) + i32(kPage)), "", kManyPages});
  for (const char* row : {"args_sizes_get", "environ_sizes_get", "environ_get"})
    all.push_back({std::string(row) + "_again", row, call(i32(0) + i32(8)), ""});
  for (const char* row : {"host_get_job_info", "host_get_caller", "host_get_pending_mesh_jobs", "host_abi_version",
                          "host_get_time", "sched_yield"})
    all.push_back({std::string(row) + "_again", row, call(""), ""});
  all.push_back({"clock_res_get_again", "clock_res_get", call(i32(0) + i32(0)), ""});
  all.push_back({"clock_time_get_again", "clock_time_get", call(i32(0) + i64(0) + i32(0)), ""});
  all.push_back({"fd_close_again", "fd_close", call(i32(1)), ""});
  all.push_back({"fd_fdstat_get_again", "fd_fdstat_get", call(i32(1) + i32(0)), ""});
  all.push_back({"fd_filestat_get_again", "fd_filestat_get", call(i32(1) + i32(0)), ""});
  all.push_back({"fd_prestat_get_again", "fd_prestat_get", call(i32(3) + i32(0)), ""});
  all.push_back({"fd_pread_again", "fd_pread", call(i32(0) + i32(0) + i32(8'192) + i64(0) + i32(0)), ""});
  all.push_back({"fd_pwrite_again", "fd_pwrite", call(i32(1) + i32(0) + i32(8'192) + i64(0) + i32(0)), ""});
  all.push_back({"fd_seek_again", "fd_seek", call(i32(0) + i64(0) + i32(0) + i32(0)), ""});
  all.push_back({"fd_tell_again", "fd_tell", call(i32(0) + i32(0)), ""});
  all.push_back({"proc_exit_at_once", "proc_exit", call(i32(1)), ""});
}

// Attacks without a row of the host table: the guest's own code.
void add_code(std::vector<Attack>& all) {
  all.push_back({"memory_grow_of_nothing", "", "(memory.grow (i32.const 0))", ""});
  all.push_back({"memory_grow_beyond_the_limit", "", "(memory.grow (i32.const 65535))", ""});
  all.push_back(
      {"memory_fill_of_nothing", "", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)", ""});
  all.push_back({"memory_fill_of_all", "",
                 "(memory.fill (i32.const 0) (i32.const 0) (i32.const " + std::to_string(kLarge) + ")) (i32.const 0)",
                 "", kManyPages});
  all.push_back({"table_grow_beyond_the_limit", "", "(table.grow $t (ref.null func) (i32.const 1000000))", "", 1,
                 "(table $t 1 funcref)"});
  all.push_back({"recursion_without_end", "", "(call $deep (i32.const 0))", "", 1,
                 "(func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))"});
}

std::string wat_type(const abi::HostFn& fn) {
  std::string text;
  for (const abi::WasmType type : fn.params) text += "(param " + std::string(abi::wasm_type_name(type)) + ") ";
  for (const abi::WasmType type : fn.results) text += "(result " + std::string(abi::wasm_type_name(type)) + ")";
  return text;
}

const abi::HostFn* row_of(const Attack& attack) {
  for (const abi::HostFn& fn : abi::host_table()) {
    if (fn.name == attack.function) return &fn;
  }
  return nullptr;
}

}  // namespace

std::vector<Attack> attacks() {
  std::vector<Attack> all;
  add_texts(all);
  add_json(all);
  add_governing(all);
  add_blocks(all);
  add_buffers(all);
  add_bytes(all);
  add_code(all);
  add_operators(all);
  add_operator_chains(all);
  // Calls that are not offered access nothing, whatever their arguments; and no call leaves the memory.
  for (const abi::HostFn& fn : abi::host_table()) {
    std::string arguments;
    for (const abi::WasmType type : fn.params) arguments += type == abi::WasmType::i32 ? i32(0xffffffff) : i64(-1);
    all.push_back({std::string(fn.name) + "_of_everything_at_its_greatest", std::string(fn.name), call(arguments), ""});
  }
  return all;
}

Bytes program_of(const Attack& attack) {
  std::string text = "(module ";
  const abi::HostFn* row = row_of(attack);
  if (row != nullptr) {
    text += "(import \"" + std::string(row->module) + "\" \"" + std::string(row->name) + "\" (func $f " +
            wat_type(*row) + ")) ";
  }
  text += "(memory (export \"memory\") " + std::to_string(attack.pages) + ") " + attack.declare;
  text += " (func (export \"run\") (result i64) (local $i i32) (local $n i32) " + attack.prepare + " (loop $round " +
          attack.body + (row != nullptr && row->results.empty() ? "" : " (drop)") + " (br $round)) (i64.const 0)))";
  return wasm::detail::wat_to_wasm(text);
}

ports::ExecutionRequest request_of(const ports::Executor& executor, const Attack& attack, std::uint64_t fuel) {
  wasm::detail::TestRun run;
  run.limits.max_fuel = fuel;
  run.limits.max_memory_pages = std::max<std::uint32_t>(run.limits.max_memory_pages, attack.pages);
  run.limits.max_table_size = 100'000;
  run.limits.max_output_bytes = 8 << 20;
  run.limits.max_log_bytes = 1 << 20;
  for (const model::CapabilityRow& row : model::kCapabilityTable) run.grants.add(row.capability);
  run.spend_max = 1'000'000'000;
  run.inputs = {Bytes(1 << 20, 'x')};
  run.args.assign(500, std::string(1'000, '\x01'));
  ports::ExecutionRequest request = wasm::detail::request_of(executor, program_of(attack), run);
  request.job.reads = {{model::ReadKind::dag, large_block().cid.to_text()}};
  request.observations.entries.clear();
  request.blocks = abi::testing::reader_of({{large_block().cid, large_block()}});
  return request;
}

}  // namespace icn::attack
