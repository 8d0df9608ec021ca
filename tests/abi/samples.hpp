// One valid call of every row, from which the conformance tests derive all invalid ones.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "abi/testing/blocks.hpp"
#include "abi/testing/run.hpp"
#include "model/receipt.hpp"
#include "zk/manifest.hpp"

namespace icn::abi::testing {

struct Sample {
  std::vector<std::int64_t> args;
  std::uint64_t moved = 0;  // bytes charged in addition to the arguments' lengths and the result register's
  std::int64_t answer = 0;  // kAnyLength: any positive length
  Verdict verdict = Verdict::resume;
  std::function<void(TestRun&)> prepare = {};
};
inline constexpr std::int64_t kAnyLength = INT64_MIN;

inline ipld::Block sample_receipt() {
  model::Receipt body;
  body.output = ipld::Cid();
  const ipld::Cid cid = body.to_block().cid;
  return model::SignedReceipt{cid, member(), key_of(1).sign(model::SignatureTag::receipt, cid)}.to_block();
}
inline ipld::Cid sample_job() { return ipld::Cid::of(ipld::Codec::dag_cbor, view_of("job")); }
inline ipld::Cid sample_proposal() { return ipld::Cid::of(ipld::Codec::dag_cbor, view_of("proposal")); }
inline std::string sample_proposal_json() {
  return R"({"proposal_type_str":"generic_text","description":"A resolution","duration_secs":60,"threshold":0.6})";
}

// The usual run, with every kind of key declared.
inline RunInputs sample_inputs() {
  RunInputs in = usual_inputs();
  auto& entries = in.observations.entries;
  const ipld::Block receipt = sample_receipt();
  entries.push_back({{model::ReadKind::dag, receipt.cid.to_text()}, receipt.cid.to_text()});
  entries.push_back({{model::ReadKind::job, sample_job().to_text()}, std::string(R"({"state":"pending"})")});
  entries.push_back({{model::ReadKind::jobs, "pending"}, std::string("[]")});
  entries.push_back({{model::ReadKind::parameter, "fee"}, std::string("12")});
  entries.push_back({{model::ReadKind::parameter, "zk_keys"}, zk::development_cid().to_text()});
  entries.push_back({{model::ReadKind::proposal, sample_proposal().to_text()}, std::string(R"({"state":"voting"})")});
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.key.to_text() < b.key.to_text(); });
  for (const model::Observation& entry : entries) in.job.reads.push_back(entry.key);
  in.blocks = reader_of({{receipt.cid, receipt}, {in.job.inputs[0], {in.job.inputs[0], in.inputs[0]}}});
  return in;
}

// Empty when the row has no sample.
[[nodiscard]] std::optional<Sample> sample_of(const HostFn& fn);

}  // namespace icn::abi::testing
