// attack_prices: the work of a node on SQLite for a job, compared with what the job pays for it.
#include <string>

#include "abi/testing/blocks.hpp"
#include "backends/registry.hpp"
#include "disk/testing/scratch_folder.hpp"
#include "embed/native_host.hpp"
#include "prices.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/run.hpp"
#include "support/embedding.hpp"

namespace icn::attack {
namespace {

// A run that reads its declared blocks, one after another, round after round.
class Reading {
 public:
  Reading(std::size_t count, std::size_t bytes)
      : store_(*backends::dag_store::open("sqlite:" + (folder_.path() / "blocks.db").string())) {
    for (std::size_t i = 0; i < count; ++i) {
      Bytes content(bytes, 'x');
      append_be64(content, i);
      ipld::Block block = ipld::Block::of(ipld::Codec::raw, std::move(content));
      if (!store_->put(std::span(&block, 1))) give_up("a block cannot be stored");
      texts_ += block.cid.to_text();
      reads_.push_back({model::ReadKind::dag, block.cid.to_text()});
    }
    if (!store_->flush()) give_up("blocks cannot be stored");
  }

  Round round(ports::Executor& executor) const {
    const std::string all = std::to_string(texts_.size());
    const Attack attack{"reads_of_a_store",
                        "host_dag_get_block",
                        "(call $f (local.get $i) (i32.const 59)) (local.set $i (i32.rem_u (i32.add (local.get $i)"
                        " (i32.const 59)) (i32.const " +
                            all + ")))",
                        "",
                        1,
                        "(data (i32.const 0) \"" + texts_ + "\")"};
    ports::ExecutionRequest request = request_of(executor, attack, 100'000'000);
    request.job.reads = reads_;
    request.blocks = {[this](const ipld::Cid& cid) { return store_->length(cid); },
                      [this](const ipld::Cid& cid) { return store_->get(cid); }};
    return run_to_end(executor, std::move(request));
  }

 private:
  disk::ScratchFolder folder_;
  std::unique_ptr<ports::DagStore> store_;
  std::string texts_;
  std::vector<model::ReadKey> reads_;
};

// A node with keys that sign, on SQLite.
class NodeOnDisk {
 public:
  NodeOnDisk() {
    const auto member = embedding::real_signer(2);
    embed::ServiceConfig config = *embed::ServiceConfig::testing(member->did(), 10'000'000);
    config.identity_signer = member;
    config.services.signer = embedding::real_signer(1);
    config.services.dag_store = *backends::dag_store::open("sqlite:" + (folder_.path() / "blocks.db").string());
    config.services.state_store = *backends::state_store::open("sqlite:" + (folder_.path() / "state.db").string());
    auto made = embed::RuntimeContext::from_service_config(std::move(config));
    if (!made) give_up(made.error().detail);
    context_ = *std::move(made);
  }

  [[nodiscard]] const embedding::Context& context() const { return context_; }

  // A job that submits `children` jobs of this text: its run and its settlement.
  Round round(const std::string& child, int children) {
    const std::string wat =
        "(module (import \"icn\" \"host_submit_mesh_job\" (func $f (param i32 i32) (result i64)))"
        " (memory (export \"memory\") 1) (data (i32.const 0) \"" +
        embedding::wat_string(child) +
        "\") (func (export \"run\") (result i64) (local $n i32) (loop $l (drop (call $f"
        " (i32.const 0) (i32.const " +
        std::to_string(child.size()) +
        "))) (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const " +
        std::to_string(children) + ")))) (i64.const " + std::to_string(++rounds_) + ")))";
    const ipld::Cid module = embedding::stored_module(context_, wat);
    const auto id = embed::host_submit_mesh_job(
        *context_, embedding::job_json(module, 20,
                                       ",\"limits\":{\"max_fuel\":10000000000},\"grants\":[\"submit\"],"
                                       "\"spend_max\":1000"));
    if (!id) give_up(id.error().detail);
    const double start = cpu_ns();
    const auto report = runtime::execute_job(context_->node(), *id);
    const double spent = cpu_ns() - start;
    if (!report || !report->record.receipt) give_up("a job did not end");
    // The base price covers starting and settling a job.
    const std::uint64_t base = report->record.base.umana * 1'000;
    return {spent, base + report->record.fuel_used + report->record.settling_fuel +
                       fuel_of_pages(report->record.memory_pages)};
  }

 private:
  disk::ScratchFolder folder_;
  embedding::Context context_;
  std::int64_t rounds_ = 0;
};

}  // namespace

std::vector<Row> rows_on_disk(ports::Executor& executor) {
  std::vector<Row> rows;
  const auto add = [&](const char* name, const std::function<Round()>& round) {
    rows.push_back({name, figure_of(round)});
  };
  const Reading small(200, 100);
  add("host_dag_get_block_of_small_blocks", [&] { return small.round(executor); });
  const Reading large(30, 1'000'000);
  add("host_dag_get_block_of_large_blocks", [&] { return large.round(executor); });

  NodeOnDisk node;
  const ipld::Cid constant = embedding::stored_module(node.context(), embedding::wat_of_constant(7));
  add("a_job_without_effects", [&] { return node.round("", 1); });
  add("a_job_that_submits_100", [&] { return node.round(embedding::job_json(constant, 1), 100); });
  add("a_job_that_submits_100_that_are_refused",
      [&] { return node.round(embedding::job_json(constant, 1, ",\"entry\":\"_start\""), 100); });
  const ipld::Cid input = embedding::stored_file(node.context(), Bytes(4'000'000, 'x'));
  const std::string inputs = ",\"inputs\":[\"" + input.to_text() + "\"]";
  add("a_job_that_submits_20_with_large_inputs",
      [&] { return node.round(embedding::job_json(constant, 1, inputs), 20); });
  return rows;
}

}  // namespace icn::attack
