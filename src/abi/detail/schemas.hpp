// JSON Schemas of the arguments and answers that are JSON or text of a fixed form.
#pragma once
#include <string_view>

namespace icn::abi::schemas {

inline constexpr std::string_view kText = R"({"type":"string"})";
inline constexpr std::string_view kCid = R"({"type":"string","pattern":"^b[a-z2-7]+$"})";
inline constexpr std::string_view kDid = R"({"type":"string","pattern":"^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]+$"})";
inline constexpr std::string_view kBlock = R"({"type":"string","contentMediaType":"application/octet-stream"})";

inline constexpr std::string_view kJobInfo =
    R"({"type":"object","required":["job_id","submitter","scope","module","entry","args","inputs","reads","grants",)"
    R"("spend_max","cost_mana","independent","limits","time_ms"],"properties":{"job_id":{"type":"string"},)"
    R"("submitter":{"type":"string"},"scope":{"type":"string"},"module":{"type":"string"},"entry":{"type":"string"},)"
    R"("args":{"type":"array","items":{"type":"string"}},"inputs":{"type":"array","items":{"type":"object",)"
    R"("required":["cid","bytes"],"properties":{"cid":{"type":"string"},"bytes":{"type":"integer"}}}},)"
    R"("reads":{"type":"array","items":{"type":"string"}},"grants":{"type":"array","items":{"type":"string"}},)"
    R"("spend_max":{"type":"integer"},"cost_mana":{"type":"integer"},"independent":{"type":"boolean"},)"
    R"("limits":{"type":"object","additionalProperties":{"type":"integer"}},"time_ms":{"type":"integer"}}})";

inline constexpr std::string_view kJob =
    R"({"type":"object","required":["cost_mana"],"anyOf":[{"required":["module"]},{"required":["manifest_cid"]}],)"
    R"("properties":{"module":{"type":"string"},"manifest_cid":{"type":"string"},"entry":{"type":"string"},)"
    R"("args":{"type":"array","items":{"type":"string"}},"inputs":{"type":"array","items":{"type":"string"}},)"
    R"("limits":{"type":"object","additionalProperties":{"type":"integer"}},)"
    R"("reads":{"type":"array","items":{"type":"string"}},"grants":{"type":"array","items":{"type":"string"}},)"
    R"("spend_max":{"type":"integer"},"independent":{"type":"boolean"},"cost_mana":{"type":"integer","minimum":1},)"
    R"("resources":{"type":"object","additionalProperties":{"type":"integer"}},)"
    R"("required_capabilities":{"type":"array","items":{"type":"string"}},"trust_scope":{"type":"string"},)"
    R"("min_executor_reputation":{"type":"integer"},"federations":{"type":"array","items":{"type":"string"}},)"
    R"("durations":{"type":"object","additionalProperties":{"type":"integer"}}}})";

inline constexpr std::string_view kProposal =
    R"({"type":"object","required":["proposal_type_str","description","duration_secs"],"properties":{)"
    R"("proposal_type_str":{"type":"string"},"type_specific_payload":{"type":["string","array","null"],)"
    R"("items":{"type":"integer","minimum":0,"maximum":255}},)"
    R"("description":{"type":"string"},"duration_secs":{"type":"integer","minimum":1},)"
    R"("quorum":{"type":["integer","null"],"minimum":1},)"
    R"("threshold":{"type":["number","null"],"minimum":0,"maximum":1},)"
    R"("body":{"type":["string","array","null"],"items":{"type":"integer","minimum":0,"maximum":255}}}})";
inline constexpr std::string_view kVote =
    R"({"type":"object","required":["proposal_id_str","vote_option_str"],"properties":{)"
    R"("proposal_id_str":{"type":"string"},"vote_option_str":{"type":"string"}}})";
inline constexpr std::string_view kDelegation =
    R"({"type":"object","required":["delegate_did"],"properties":{"delegate_did":{"type":"string"},)"
    R"("topic":{"type":["string","null"]},"until_ms":{"type":["integer","null"],"minimum":0}}})";
inline constexpr std::string_view kRevocation =
    R"({"type":"object","properties":{"topic":{"type":["string","null"]}}})";
inline constexpr std::string_view kProposalStatus =
    R"({"type":"object","required":["proposal","state"],"properties":{"proposal":{"type":"string"},)"
    R"("state":{"type":"string"},"yes":{"type":"integer"},"no":{"type":"integer"},"abstain":{"type":"integer"}}})";

inline constexpr std::string_view kZkProof =
    R"({"type":"object","required":["proof","version","statement","statement_version","system","issuer","holder",)"
    R"("bounds","challenge","bytes"],"properties":{"proof":{"const":"zk"},"version":{"const":1},)"
    R"("statement":{"type":"string"},"statement_version":{"type":"integer"},)"
    R"("system":{"enum":["groth16","bulletproofs"]},"issuer":{"type":"string"},"holder":{"type":"string"},)"
    R"("bounds":{"type":"object","additionalProperties":{"type":["integer","string"]}},)"
    R"("challenge":{"type":"string"},"commitment":{"type":"string"},"pedersen":{"type":"string"},)"
    R"("value_signature":{"type":"string"},"root":{"type":"string"},"root_time_ms":{"type":"integer"},)"
    R"("root_signature":{"type":"string"},"keys":{"type":"string"},"bytes":{"type":"string"}}})";
inline constexpr std::string_view kZkRequest =
    R"({"type":"object","required":["witness","challenge","system"],"properties":{"witness":{"type":"object"},)"
    R"("challenge":{"type":"string"},"system":{"enum":["groth16","bulletproofs"]},"keys":{"type":"string"},)"
    R"("proving_input":{"type":"integer","minimum":0}}})";

inline constexpr std::string_view kPendingJobs = R"({"type":"array","items":{"type":"string"}})";
inline constexpr std::string_view kJobStatus =
    R"({"type":"object","required":["job_id","state","phase"],"properties":{"job_id":{"type":"string"},)"
    R"("state":{"type":"string"},"phase":{"type":"string"},"receipt":{"type":"string"}}})";

}  // namespace icn::abi::schemas
