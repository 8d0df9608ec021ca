// A job body as JSON, for guests (host_submit_mesh_job), native callers and job files. JSON is used only here.
//
// Field names are those of the body (docs/FORMATS.md): "module" and "inputs" are CIDs, "limits" an object by limit
// name, "reads" key texts, "grants" capability names, "nonce" hex. "manifest_cid" is read as "module", "creator_did" as
// "submitter". Unknown fields are refused, so that a misspelt limit is never silently dropped.
#pragma once
#include <string>
#include <string_view>

#include "model/job.hpp"

namespace icn::model {

inline constexpr std::size_t kJobJsonBytesMax = 1024 * 1024;

// `defaults` supplies fields that the text omits (submitter, scope, nonce, …). Errors: invalid_argument (empty, or
// naming the field), limit_exceeded (above kJobJsonBytesMax).
[[nodiscard]] Result<model::Job> job_from_json(std::string_view text, const model::Job& defaults);
[[nodiscard]] std::string job_to_json(const model::Job& job);

}  // namespace icn::model
