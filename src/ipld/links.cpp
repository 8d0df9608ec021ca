#include "ipld/links.hpp"

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_pb.hpp"

namespace icn::ipld {

namespace {

// The steps that lead to the current value. Steps that no longer fit are left out.
class Path {
 public:
  void enter(std::string_view step) {
    lengths_.push_back(text_.size());
    if (cut_below_ != 0) return;
    if (text_.size() + 1 + step.size() > kLinkNameMax) {
      text_ += "…";
      cut_below_ = lengths_.size();
      return;
    }
    if (lengths_.size() > 1) text_.push_back('/');
    text_ += step;
  }
  void leave() {
    if (cut_below_ == lengths_.size()) cut_below_ = 0;
    text_.resize(lengths_.back());
    lengths_.pop_back();
  }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::size_t> lengths_;
  std::size_t cut_below_ = 0;  // the number of steps at which the text was cut; 0: not cut
};

// The whole value was already checked, so depth and canonical form are valid.
Result<void> visit_value(CborReader& reader, Path& path, const LinkVisitor& visit) {
  switch (ICN_TRY(reader.peek())) {
    case CborKind::link:
      visit(path.text(), ICN_TRY(reader.link()), std::nullopt);
      return {};
    case CborKind::array: {
      const std::size_t count = ICN_TRY(reader.array());
      for (std::size_t i = 0; i < count; ++i) {
        path.enter(std::to_string(i));
        ICN_TRY(visit_value(reader, path, visit));
        path.leave();
      }
      return {};
    }
    case CborKind::map: {
      const std::size_t count = ICN_TRY(reader.map());
      for (std::size_t i = 0; i < count; ++i) {
        path.enter(ICN_TRY(reader.text()));
        ICN_TRY(visit_value(reader, path, visit));
        path.leave();
      }
      return {};
    }
    default:
      ICN_TRY(reader.skip());
      return {};
  }
}

}  // namespace

Result<std::vector<Cid>> links_of(const Block& block) {
  if (block.cid.codec() == Codec::dag_cbor) return links_of_dag_cbor(block.bytes);
  std::vector<Cid> links;
  if (block.cid.codec() == Codec::dag_pb) {
    const PbNode node = ICN_TRY(parse_dag_pb(block.bytes));
    for (const PbLink& link : node.links) links.push_back(link.cid);
  }
  return links;
}

Result<void> for_each_link(const Block& block, const LinkVisitor& visit) {
  if (block.cid.codec() == Codec::dag_cbor) {
    ICN_TRY(validate_dag_cbor(block.bytes));
    CborReader reader(block.bytes);
    Path path;
    return visit_value(reader, path, visit);
  }
  if (block.cid.codec() == Codec::dag_pb) {
    const PbNode node = ICN_TRY(parse_dag_pb(block.bytes));
    for (const PbLink& link : node.links) visit(link.name ? *link.name : std::string_view(), link.cid, link.total_size);
  }
  return {};
}

}  // namespace icn::ipld
