// Reads a file of the DAG for an answer.
#pragma once
#include "api/dag.hpp"

namespace icn::api {

// Writes a file piece by piece to Context::out or into the answer. Errors: as get_block.
[[nodiscard]] Result<BlockBytes> read_file_to(Context& context, const ports::DagStore& store, const ipld::Cid& root);

}  // namespace icn::api
