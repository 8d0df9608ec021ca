#include "model/effect.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::array<std::string_view, 3> kStepNames{"open_voting", "close_voting", "execute_proposal"};
constexpr std::size_t kWordBytesMax = 32;
constexpr std::size_t kCidTextMax = 128;

struct WriteEffect {
  CborWriter& writer;
  std::uint64_t call;

  // Each effect is a map {call, kind, …}; four-letter keys come first.
  void begin(std::size_t fields, std::string_view kind) const {
    writer.map(fields);
    writer.key("call").unsigned_integer(call);
    writer.key("kind").text(kind);
  }
  void money(std::string_view kind, std::uint64_t amount, const Did& account) const {
    begin(4, kind);
    writer.key("amount").unsigned_integer(amount);
    writer.key("account").text(account.to_text());
  }
  void operator()(const SpendEffect& spend) const { money("spend", spend.amount, spend.account); }
  void operator()(const CreditEffect& credit) const { money("credit", credit.amount, credit.account); }
  void named(std::string_view kind, const ipld::Cid& cid) const {
    begin(3, kind);
    writer.key("block").link(cid);
  }
  void operator()(const SubmitJobEffect& submit) const { named("submit_job", submit.job); }
  void operator()(const AnchorReceiptEffect& anchor) const { named("anchor_receipt", anchor.receipt); }
  void operator()(const PutBlockEffect& put) const { named("put_block", put.block); }
  void operator()(const StatementEffect& made) const {
    begin(4, "statement");
    writer.key("block").link(made.statement);
    writer.key("statement").text(statement_kind_name(made.kind));
  }
  // As text: the job asks for the step without having the proposal.
  void operator()(const StepEffect& asked) const {
    begin(3, govern_step_name(asked.step));
    writer.key("proposal").text(asked.proposal.to_text());
  }
};

Result<StepEffect> read_step(CborMap& map, GovernStep step) {
  const std::string text = ICN_TRY(map.text("proposal", kCidTextMax));
  const auto proposal = ipld::Cid::parse(text);
  if (!proposal) return map.bad("proposal", proposal.error().detail);
  if (proposal->to_text() != text) return map.bad("proposal", "not the canonical text of a CID");
  return StepEffect{step, *proposal};
}

Result<StatementEffect> read_statement_effect(CborMap& map) {
  const ipld::Cid statement = ICN_TRY(map.link("block"));
  const auto kind = find_statement_kind(ICN_TRY(map.text("statement", kWordBytesMax)));
  if (!kind) return map.bad("statement", "an unknown kind of statement");
  return StatementEffect{*kind, statement};
}

Result<Effect> read_effect(CborMap& map) {
  Effect effect;
  effect.call_index = ICN_TRY(map.unsigned_integer("call"));
  const std::string kind = ICN_TRY(map.text("kind", kWordBytesMax));
  const auto step = std::find(kStepNames.begin(), kStepNames.end(), kind);
  if (step != kStepNames.end()) {
    effect.what = ICN_TRY(read_step(map, static_cast<GovernStep>(step - kStepNames.begin())));
  } else if (kind == "statement") {
    effect.what = ICN_TRY(read_statement_effect(map));
  } else if (kind == "spend" || kind == "credit") {
    const std::uint64_t amount = ICN_TRY(map.unsigned_integer("amount"));
    const Did account = ICN_TRY(detail::read_did(map, "account"));
    if (kind == "spend") {
      effect.what = SpendEffect{account, amount};
    } else {
      effect.what = CreditEffect{account, amount};
    }
  } else {
    const ipld::Cid cid = ICN_TRY(map.link("block"));
    if (kind == "submit_job") {
      effect.what = SubmitJobEffect{cid};
    } else if (kind == "anchor_receipt") {
      effect.what = AnchorReceiptEffect{cid};
    } else if (kind == "put_block") {
      effect.what = PutBlockEffect{cid};
    } else {
      return map.bad("kind", "unknown effect '" + kind + "'");
    }
  }
  return effect;
}

}  // namespace

std::string_view govern_step_name(GovernStep step) { return kStepNames[static_cast<std::size_t>(step)]; }

ipld::Block Effects::to_block() const {
  CborWriter writer(32 + 128 * list.size());
  writer.map(2);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("effects").array(list.size());
  for (const Effect& effect : list) std::visit(WriteEffect{writer, effect.call_index}, effect.what);
  return detail::block_of(writer);
}

Result<Effects> Effects::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "effects", [](CborMap& map) -> Result<Effects> {
    ICN_TRY(detail::read_version(map, "effects"));
    const std::size_t count = ICN_TRY(map.array("effects", kEffectsMax));
    Effects effects;
    for (std::size_t i = 0; i < count; ++i) {
      auto effect = detail::read_map(map.reader(), "effect", read_effect);
      if (!effect) return map.bad("effects", effect.error().detail);
      if (!effects.list.empty() && effects.list.back().call_index >= effect->call_index)
        return map.bad("effects", "not in call order");
      effects.list.push_back(*std::move(effect));
    }
    return effects;
  });
}

}  // namespace icn::model
