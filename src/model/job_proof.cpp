#include "model/job_proof.hpp"

#include "model/effect.hpp"
#include "model/job.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"

namespace icn::model {
namespace {

tl::unexpected<Error> bad_proof(std::string_view what) {
  return refuse(
      ErrorCode::invalid_signature, "job_proof",
      "The proof of the job that made the statement does not hold: " + std::string(what) + "; nothing was changed.");
}

// The next block, which must have this CID.
class Parts {
 public:
  Parts(std::span<const ipld::Block> blocks, const SigningKeys& keys) : left_(blocks), keys_(keys) {}

  template <class Value>
  Result<Value> take(const ipld::Cid& cid, std::string_view what) {
    if (left_.empty() || left_.front().cid != cid) return bad_proof("the " + std::string(what) + " is missing");
    auto value = Value::from_bytes(left_.front().bytes);
    if (!value) return bad_proof(value.error().detail);
    left_ = left_.subspan(1);
    return value;
  }
  template <class Value>
  Result<Value> take_any(std::string_view what) {
    if (left_.empty()) return bad_proof("the " + std::string(what) + " is missing");
    return take<Value>(left_.front().cid, what);
  }
  [[nodiscard]] const ipld::Block* next() const { return left_.empty() ? nullptr : &left_.front(); }
  [[nodiscard]] Result<void> check_signature(SignatureTag tag, const ipld::Cid& body, const Did& signer,
                                             const Signature& signature) const {
    const auto verified = keys_.verify(tag, body, signer, signature);
    return verified ? Result<void>{} : bad_proof(verified.error().detail);
  }

 private:
  std::span<const ipld::Block> left_;
  const SigningKeys& keys_;
};

// One job that ended well, proved from its receipt on; not who authorised it.
struct Ended {
  Receipt receipt;
  Effects effects;
  Order order;
  Job job;
};

Result<Ended> take_ended(Parts& parts, const ipld::Cid& receipt) {
  const auto signed_receipt = ICN_TRY(parts.take<SignedReceipt>(receipt, "signed receipt"));
  ICN_TRY(parts.check_signature(SignatureTag::receipt, signed_receipt.receipt, signed_receipt.executor,
                                signed_receipt.signature));
  Ended out;
  out.receipt = ICN_TRY(parts.take<Receipt>(signed_receipt.receipt, "receipt"));
  if (out.receipt.outcome.kind != OutcomeKind::ok) return bad_proof("only a job that ended well has effects");
  out.effects = ICN_TRY(parts.take<Effects>(out.receipt.effects, "list of effects"));
  const auto signed_order = ICN_TRY(parts.take_any<SignedOrder>("signed order"));
  if (signed_order.order != out.receipt.order) return bad_proof("the receipt is of another order");
  ICN_TRY(parts.check_signature(SignatureTag::order, signed_order.order, signed_order.home, signed_order.signature));
  out.order = ICN_TRY(parts.take<Order>(out.receipt.order, "order"));
  if (out.order.home != signed_order.home || out.order.job != out.receipt.job)
    return bad_proof("the order is of another home or job");
  out.job = ICN_TRY(parts.take<Job>(out.receipt.job.cid, "job"));
  return out;
}

bool submits(const Ended& parent, const ipld::Cid& job) {
  for (const Effect& effect : parent.effects.list) {
    const auto* submit = std::get_if<SubmitJobEffect>(&effect.what);
    if (submit != nullptr && submit->job == job) return true;
  }
  return false;
}

// That the author signed the job, or the one that submitted it, and so on.
Result<void> check_authority(Parts& parts, const Ended& job) {
  ipld::Cid child = job.receipt.job.cid;
  for (std::size_t depth = 0; depth <= kJobProofDepthMax; ++depth) {
    if (parts.next() == nullptr) break;
    if (SignedJob::from_bytes(parts.next()->bytes)) {
      const auto signed_job = ICN_TRY(parts.take_any<SignedJob>("signed job"));
      if (signed_job.job.cid != child) return bad_proof("the signature is over another job");
      if (parts.next() != nullptr) return bad_proof("it has blocks that prove nothing");
      return parts.check_signature(SignatureTag::job, child, job.job.submitter, signed_job.signature);
    }
    const Ended parent = ICN_TRY(take_ended(parts, parts.next()->cid));
    if (parent.job.submitter != job.job.submitter || !parent.job.grants.has(Capability::submit) ||
        !parent.job.grants.has(Capability::govern) || !submits(parent, child))
      return bad_proof("the job named as its parent did not submit it");
    child = parent.receipt.job.cid;
  }
  return bad_proof("the author's signature over the job is missing");
}

}  // namespace

Result<Did> verify(const SignedStatement& envelope, const Statement& statement, std::span<const ipld::Block> proof,
                   const SigningKeys& keys) {
  const ipld::Cid body = body_of(statement).cid;
  if (!envelope.job || envelope.kind != kind_of(statement) || envelope.body != body) {
    return refuse(ErrorCode::conflict, "statement_body",
                  "The envelope is of another body than " + body.to_text() + "; nothing was changed.", body.to_text());
  }
  Parts parts(proof, keys);
  const Ended ended = ICN_TRY(take_ended(parts, envelope.job->receipt));
  if (ended.receipt.order != envelope.job->order) return bad_proof("the receipt is of another order than cited");
  if (ended.job.submitter != author_of(statement) || ended.job.scope != scope_of(statement))
    return bad_proof("the job is of another member or scope");
  if (!ended.job.grants.has(Capability::govern)) return bad_proof("the job was not granted to govern");
  const StatementEffect wanted{envelope.kind, envelope.body};
  const auto made = std::find_if(ended.effects.list.begin(), ended.effects.list.end(), [&](const Effect& effect) {
    const auto* one = std::get_if<StatementEffect>(&effect.what);
    return effect.call_index == envelope.job->call && one != nullptr && *one == wanted;
  });
  if (made == ended.effects.list.end()) return bad_proof("no such effect of the job contains the statement");
  ICN_TRY(check_authority(parts, ended));
  return ended.order.home;
}

}  // namespace icn::model
