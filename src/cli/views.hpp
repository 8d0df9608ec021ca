// How values look as JSON and to a person. µmana are decimal strings, ids are text, moments are RFC 3339 in UTC.
#pragma once
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "economy/ledger.hpp"
#include "mesh/job_book.hpp"
#include "model/transfer.hpp"
#include "runtime/use_cases.hpp"

namespace icn::cli {

// The contract of `icn job run --json` and everything that describes a job shortly.
[[nodiscard]] nlohmann::ordered_json job_json(const mesh::JobRecord& record);
// A job that was refused or could not be told: no id, no receipt; the rule and the words.
[[nodiscard]] nlohmann::ordered_json refusal_json(const Error& error);
[[nodiscard]] nlohmann::ordered_json description_json(const runtime::JobDescription& description);
[[nodiscard]] nlohmann::ordered_json receipt_json(const model::Receipt& receipt);
[[nodiscard]] nlohmann::ordered_json order_json(const model::Order& order);
[[nodiscard]] nlohmann::ordered_json error_json(const Error& error);
[[nodiscard]] std::string dump(const nlohmann::ordered_json& json);

[[nodiscard]] std::string time_text(model::UnixMs time);
[[nodiscard]] std::string grouped(std::uint64_t number);  // 12'345'678
[[nodiscard]] std::string umana_text(model::Mana mana);   // decimal µmana for JSON
[[nodiscard]] std::string description_text(const runtime::JobDescription& description);
// The receipt code of a record in words: "exit status 3", "trap: unreachable"; empty for ok.
[[nodiscard]] std::string code_text(const mesh::JobRecord& record);

}  // namespace icn::cli
