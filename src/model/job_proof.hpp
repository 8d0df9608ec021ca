// The proof that a job of a member's made a statement: the job with the member's signature and the grant, the order of
// its home, and the executor's receipt whose effects contain the statement. It takes the place of the member's
// signature on the statement, and is verified without a store.
//
// Its blocks have one order: signed receipt, receipt, effects, signed order, order, job, then the signed job; for a job
// that another job submitted, the same blocks of that job instead of the last one. Values; no state.
#pragma once
#include <span>

#include "model/ballot.hpp"

namespace icn::model {

inline constexpr std::size_t kJobProofDepthMax = 16;  // jobs that submitted each other, besides the first
inline constexpr std::size_t kJobProofBlocksMax = 6 * (kJobProofDepthMax + 1) + 1;
// Of all blocks: the log keeps them with the entry.
inline constexpr std::size_t kJobProofBytesMax = 131'072;

// Verifies it for the statement that `envelope` names, with the keys in force. Returns the home that ordered the job:
// whether that is the author's home says the scope. Errors: invalid_signature with the rule job_proof (also of parts
// that do not fit together, or of a job without the grant), conflict (the envelope is of another body).
[[nodiscard]] Result<Did> verify(const SignedStatement& envelope, const Statement& statement,
                                 std::span<const ipld::Block> proof, const SigningKeys& keys);

}  // namespace icn::model
