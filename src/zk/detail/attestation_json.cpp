#include "zk/detail/attestation_json.hpp"

namespace icn::zk::detail {

bool has_value(Shape shape) { return shape != Shape::below_root; }
bool has_root(Shape shape) { return shape != Shape::value_in_range; }

void put_attestations(const std::optional<ValueAttestation>& value, const std::optional<RootAttestation>& root,
                      Json& out) {
  if (value) {
    out["commitment"] = to_hex(value->commitment);
    out["pedersen"] = to_hex(value->pedersen);
    out["value_signature"] = to_hex(value->signature);
  }
  if (root) {
    out["root"] = to_hex(root->root);
    out["root_time_ms"] = root->time.value;
    out["root_signature"] = to_hex(root->signature);
  }
}

Result<ValueAttestation> read_value(Fields& fields, Statement statement, const model::Did& issuer,
                                    const model::Did& holder) {
  ValueAttestation value{statement, issuer, holder, {}, {}, {}};
  ICN_TRY(fields.fixed("commitment", value.commitment));
  ICN_TRY(fields.fixed("pedersen", value.pedersen));
  ICN_TRY(fields.fixed("value_signature", value.signature));
  return value;
}

Result<RootAttestation> read_root(Fields& fields, Statement statement, const model::Did& issuer) {
  RootAttestation root{statement, issuer, {}, {}, {}};
  ICN_TRY(fields.fixed("root", root.root));
  root.time.value = ICN_TRY(fields.number("root_time_ms"));
  ICN_TRY(fields.fixed("root_signature", root.signature));
  return root;
}

}  // namespace icn::zk::detail
