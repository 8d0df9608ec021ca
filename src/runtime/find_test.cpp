// Names of jobs, receipts, anchors and blocks: what each resolves to, and the errors of unknown and ambiguous ones.
#include "runtime/find.hpp"

#include "runtime/blocks.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct Find : HomeFixture {
  Find() { found(); }

  ErrorCode job_error(std::string_view name) { return find_job(*node, name).error().code; }
  // Another home of another scope, which holds copies of these blocks and has imported `root`.
  void import_elsewhere(const ipld::Cid& root) {
    std::vector<ipld::Block> blocks;
    std::vector<ipld::Cid> cids;
    EXPECT_TRUE(node->dag_store().for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
      cids.push_back(cid);
      return true;
    }));
    for (const ipld::Cid& cid : cids) blocks.push_back(node->dag_store().get(cid).value());
    node.reset();
    services.dag_store = *backends::dag_store::open("memory");
    services.state_store = *backends::state_store::open("memory");
    services.signer = signer_of(5);
    member = signer_of(6);
    found();
    BlockIntake intake(*node);
    ASSERT_TRUE(intake.put(blocks));
    ASSERT_TRUE(intake.finish({root}, member->did(), {}));
  }
};

TEST_F(Find, AJobItsReceiptAndItsAnchorNameTheJobAndTheReceipt) {
  const JobReport report = run(draft("output x\n"));
  const jobs::JobRecord& job = report.record;
  for (const ipld::Cid& cid : {job.id.cid, *job.receipt, *job.anchor}) {
    for (const std::size_t length : {std::size_t{59}, std::size_t{20}}) {
      const std::string name = cid.to_text().substr(0, length);
      EXPECT_EQ(find_job(*node, name)->id, job.id) << name;
      EXPECT_EQ(find_evidence(*node, name)->receipt, *job.receipt) << name;
      EXPECT_EQ(find_evidence(*node, name)->anchor, job.anchor) << name;
      EXPECT_EQ(find_block(*node, name).value(), cid) << name;
    }
  }
  for (const std::string_view name : {"1", "@last", "@last-ok"}) {
    EXPECT_EQ(find_job(*node, name)->id, job.id) << name;
    EXPECT_EQ(find_evidence(*node, name)->receipt, *job.receipt) << name;
    EXPECT_EQ(find_block(*node, name).value(), job.id.cid) << name;
  }
}

TEST_F(Find, MarksNameTheNewestJobAndTheOneThatEndedLastSo) {
  EXPECT_EQ(job_error("@last"), ErrorCode::not_found);
  const model::JobId good = run(draft("output x\n")).record.id;
  EXPECT_EQ(job_error("@last-failed"), ErrorCode::not_found);
  const model::JobId bad = run(draft("trap unreachable\n")).record.id;
  const model::JobId waiting = submit(draft("output y\n")).id;
  for (int opened = 0; opened < 2; ++opened) {
    EXPECT_EQ(find_job(*node, "@last")->id, waiting);
    EXPECT_EQ(find_job(*node, "@last-ok")->id, good);
    EXPECT_EQ(find_job(*node, "@last-failed")->id, bad);
    reopen();
  }
  EXPECT_EQ(find_evidence(*node, "@last").error().code, ErrorCode::not_found);
}

TEST_F(Find, ARefusedNameSaysWhatWasLookedFor) {
  const jobs::JobRecord job = run(draft("output x\n")).record;
  const std::string id = job.id.cid.to_text();
  EXPECT_EQ(job_error(id.substr(0, 9)), ErrorCode::invalid_argument);
  EXPECT_EQ(job_error("bafyreinot-base32"), ErrorCode::invalid_argument);
  EXPECT_EQ(job_error("@first"), ErrorCode::invalid_argument);
  EXPECT_EQ(job_error("2"), ErrorCode::not_found);
  EXPECT_EQ(job_error("0"), ErrorCode::not_found);
  EXPECT_EQ(job_error("bafyreia222222222222"), ErrorCode::not_found);
  // A stored block that is not evidence.
  EXPECT_EQ(job_error(job.order.to_text()), ErrorCode::not_found);
  EXPECT_NE(find_job(*node, "99").error().detail.find("number 99"), std::string::npos);
  EXPECT_EQ(find_block(*node, "nonsense").error().code, ErrorCode::invalid_format);
  // A CID of version 0 leads to that of version 1.
  const Error old = find_block(*node, "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG").error();
  EXPECT_EQ(old.rule, "cid_version_0");
  EXPECT_NE(old.detail.find("where it is bafybei"), std::string::npos) << old.detail;
  EXPECT_EQ(find_evidence(*node, "nonsense").error().code, ErrorCode::invalid_format);
  EXPECT_EQ(find_evidence(*node, "bafyreia222222222222").error().code, ErrorCode::not_found);
}

TEST_F(Find, AnAmbiguousBeginningListsItsCandidates) {
  std::map<std::string, std::vector<std::string>> by_beginning;
  std::string shared;
  for (int i = 0; i < 400 && shared.empty(); ++i) {
    const std::string id = submit(draft("output " + std::to_string(i) + "\n")).id.to_text();
    auto& ids = by_beginning[id.substr(0, kNameMin)];
    ids.push_back(id);
    if (ids.size() == 2) shared = id.substr(0, kNameMin);
  }
  ASSERT_FALSE(shared.empty());
  const Error error = find_job(*node, shared).error();
  EXPECT_EQ(error.rule, "ambiguous_id");
  for (const std::string& id : by_beginning[shared]) EXPECT_NE(error.detail.find(id), std::string::npos);
  EXPECT_EQ(find_block(*node, shared).error().rule, "ambiguous_id");
}

TEST_F(Find, ImportedEvidenceIsKnownByJobReceiptAndAnchor) {
  const jobs::JobRecord job = run(draft("output x\n")).record;
  import_elsewhere(*job.anchor);
  for (const ipld::Cid& cid : {job.id.cid, *job.receipt, *job.anchor}) {
    for (const std::string& name : {cid.to_text(), cid.to_text().substr(0, 20)}) {
      const Result<Evidence> evidence = find_evidence(*node, name);
      ASSERT_TRUE(evidence) << name << ": " << evidence.error().detail;
      EXPECT_EQ(evidence->receipt, *job.receipt) << name;
      EXPECT_EQ(evidence->anchor, job.anchor) << name;
      EXPECT_EQ(job_error(name), ErrorCode::not_found) << name;
    }
  }
  EXPECT_TRUE(verify_receipt(*node, *find_evidence(*node, job.id.to_text())->anchor));
}

}  // namespace
}  // namespace icn::runtime
