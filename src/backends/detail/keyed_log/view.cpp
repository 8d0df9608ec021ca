#include "backends/detail/keyed_log/view.hpp"

#include <algorithm>

namespace icn::backends::detail::keyed_log {

Result<std::optional<Location>> View::find(ByteView key, std::uint64_t visible) const {
  std::optional<Indexed> found = active->find(key, visible);
  if (!found && frozen) found = frozen->find(key, visible);
  for (auto run = runs.begin(); !found && run != runs.end(); ++run) found = ICN_TRY((*run)->find(key));
  if (!found || found->erased) return std::optional<Location>();
  return std::optional(found->location);
}

Result<std::shared_ptr<const Segment>> View::segment(std::uint32_t number) const {
  const auto found = segments.find(number);
  if (found != segments.end()) return found->second;
  return fail(ErrorCode::corrupted,
              "the index names " + Segment::name_of(number) + ", which is not there; restore the store from a backup");
}

Result<std::optional<Bytes>> Reading::get(ByteView key) const {
  const std::optional<Location> found = ICN_TRY(locate(key));
  if (!found) return std::optional<Bytes>();
  const std::shared_ptr<const Segment> segment = ICN_TRY(view_->segment(found->segment));
  std::optional<Bytes> value = ICN_TRY(segment->read_value(*found, key, Verify::check));
  if (!value) return segment->damage(found->offset, "another entry stands there than the index says");
  return value;
}

Result<void> Reading::scan_keys(ByteView begin, const std::function<bool(ByteView, const Location&)>& visit) const {
  Cursor at = Cursor::over(*view_, visible_);
  ICN_TRY(at.seek(begin));
  for (; at.valid(); ICN_TRY(at.next())) {
    if (!at.indexed().erased && !visit(at.key(), at.indexed().location)) return {};
  }
  return {};
}

namespace {

// What was written one after the other mostly stands so: then the buffer reads ahead.
constexpr std::size_t kScanAhead = std::size_t{128} << 10;

class ValueReader {
 public:
  explicit ValueReader(const View& view) : view_(view) {}
  Result<ByteView> value(ByteView key, const Location& location) {
    if (!segment_ || segment_->number() != location.segment) {
      segment_ = ICN_TRY(view_.segment(location.segment));
      next_ = 0;
    }
    const bool follows = location.offset >= next_ && location.offset - next_ <= kScanAhead / 2;
    next_ = location.offset + location.length;
    const ByteView entry = ICN_TRY(reader_.view(segment_, location.offset, location.length,
                                                location.offset + kScanAhead, follows ? kScanAhead : 0));
    return segment_->value_of(entry, location, key);
  }

 private:
  const View& view_;
  std::shared_ptr<const Segment> segment_;
  std::uint64_t next_ = 0;
  SegmentReader reader_;
};

}  // namespace

Result<void> Reading::scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const {
  ValueReader values(*view_);
  Result<void> outcome;
  ICN_TRY(scan_keys(begin, [&](ByteView key, const Location& location) {
    if (!end.empty() && text_of(key) >= text_of(end)) return false;
    const auto value = values.value(key, location);
    if (!value) outcome = fail(value.error());
    return value && visit(key, *value);
  }));
  return outcome;
}

Cursor Cursor::over(const View& view, std::uint64_t visible) {
  Cursor cursor;
  cursor.sources_.reserve(view.runs.size() + 2);
  cursor.add(Memtable::Iterator(*view.active, visible));
  if (view.frozen) cursor.add(Memtable::Iterator(*view.frozen, visible));
  for (const auto& run : view.runs) cursor.add(Run::Iterator(*run));
  return cursor;
}

ByteView Cursor::key_of(std::size_t source) const {
  return std::visit([](const auto& at) { return at.key(); }, sources_[source]);
}

const Indexed& Cursor::indexed() const {
  return std::visit([](const auto& at) -> const Indexed& { return at.indexed(); }, sources_[order_.front()]);
}

bool Cursor::comes_before(std::size_t a, std::size_t b) const {
  const int order = text_of(key_of(a)).compare(text_of(key_of(b)));
  return order != 0 ? order < 0 : a < b;
}

void Cursor::sift_down(std::size_t place) {
  while (true) {
    std::size_t least = place;
    for (std::size_t child = 2 * place + 1; child <= 2 * place + 2 && child < order_.size(); ++child) {
      if (comes_before(order_[child], order_[least])) least = child;
    }
    if (least == place) return;
    std::swap(order_[place], order_[least]);
    place = least;
  }
}

namespace {

Result<void> seek_source(Memtable::Iterator& source, ByteView key) {
  source.seek(key);
  return {};
}
Result<void> seek_source(Run::Iterator& source, ByteView key) { return source.seek(key); }
Result<void> advance_source(Memtable::Iterator& source) {
  source.next();
  return {};
}
Result<void> advance_source(Run::Iterator& source) { return source.next(); }

}  // namespace

Result<void> Cursor::seek(ByteView key) {
  order_.clear();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    ICN_TRY(std::visit([&](auto& at) { return seek_source(at, key); }, sources_[i]));
    if (std::visit([](const auto& at) { return at.valid(); }, sources_[i])) order_.push_back(i);
  }
  for (std::size_t place = order_.size(); place > 0; --place) sift_down(place - 1);
  return {};
}

Result<void> Cursor::advance_first() {
  Source& first = sources_[order_.front()];
  ICN_TRY(std::visit([](auto& at) { return advance_source(at); }, first));
  if (!std::visit([](const auto& at) { return at.valid(); }, first)) {
    order_.front() = order_.back();
    order_.pop_back();
  }
  if (!order_.empty()) sift_down(0);
  return {};
}

Result<void> Cursor::next() {
  if (order_.size() == 1) return advance_first();  // nobody else can hold the same key
  passed_.assign(key().begin(), key().end());
  ICN_TRY(advance_first());
  while (!order_.empty() && text_of(key()) == text_of(passed_)) {
    if (on_hidden) on_hidden(indexed());
    ICN_TRY(advance_first());
  }
  return {};
}

}  // namespace icn::backends::detail::keyed_log
