#include "economy/regeneration.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/bytes.hpp"

namespace icn::economy {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMsPerSecond = 1'000;

// What an account earns of a segment's rate.
std::uint64_t rate_of(const RateSegment& segment, std::uint64_t percent) {
  const Wide rate = Wide{segment.umana_per_hour} * percent / 100;
  return rate > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(rate);
}

bool regenerates(const RateSpan& span) { return span.umana_per_hour != 0; }

// Appends a span, or extends the last one when both regenerate nothing.
void append_span(std::vector<RateSpan>& spans, RateSpan span) {
  if (!regenerates(span)) span.cap = {};
  if (!spans.empty() && !regenerates(spans.back()) && !regenerates(span)) {
    spans.back().until_ms = span.until_ms;
  } else {
    spans.push_back(span);
  }
}

}  // namespace

std::uint64_t percent_by_reputation(std::uint64_t points) { return std::clamp<std::uint64_t>(points, 10, 200); }

std::vector<RateSpan> spans_until(const Regeneration& from, const AccountRates& rates, model::UnixMs time) {
  std::vector<RateSpan> spans;
  const std::uint64_t until = full_second(time);
  if (rates.segments.empty() || until <= from.accrued_ms) return spans;
  const std::uint64_t start = std::max({from.accrued_ms, rates.since.value, rates.segments.front().from.value});
  if (start == 0) {
    // Nothing says when it began: it begins now.
    if (rates.segments.back().umana_per_hour != 0) spans.push_back({until, 0, {}});
    return spans;
  }
  if (start > from.accrued_ms) append_span(spans, {std::min(start, until), 0, {}});
  bool is_on = false;  // the scope's rate, not the account's part of it, which may round to 0 until it changes
  for (std::size_t i = 0; i < rates.segments.size(); ++i) {
    const RateSegment& segment = rates.segments[i];
    const bool is_last = i + 1 == rates.segments.size();
    const std::uint64_t end = is_last ? until : std::min(until, rates.segments[i + 1].from.value);
    if (end <= start || end <= segment.from.value) continue;
    if (spans.size() == kSpansMax) break;
    is_on = is_on || segment.umana_per_hour != 0;
    append_span(spans, {end, rate_of(segment, rates.percent), segment.cap});
  }
  if (!is_on) spans.clear();
  return spans;
}

Accrued accrue(const Regeneration& from, const RateSpan& span, model::Mana headroom) {
  if (!regenerates(span)) return {{}, from.remainder};
  const Wide parts = Wide{span.umana_per_hour} * (span.until_ms - from.accrued_ms) + from.remainder;
  if (parts / kPartsPerUmana >= headroom.umana) return {headroom, 0};
  return {model::Mana{static_cast<std::uint64_t>(parts / kPartsPerUmana)},
          static_cast<std::uint64_t>(parts % kPartsPerUmana)};
}

ipld::Digest RegenerationTerms::encode() const {
  Bytes bytes;
  for (const std::uint64_t value : {span.until_ms, span.umana_per_hour, span.cap.umana, remainder})
    append_be64(bytes, value);
  ipld::Digest user_data{};
  std::copy(bytes.begin(), bytes.end(), user_data.begin());
  return user_data;
}

RegenerationTerms RegenerationTerms::decode(const ipld::Digest& user_data) {
  const std::uint8_t* at = user_data.data();
  return {{read_be64(at), read_be64(at + 8), model::Mana{read_be64(at + 16)}}, read_be64(at + 24)};
}

std::optional<std::uint64_t> ms_until_due(const Regeneration& from, const AccountRates& rates, model::UnixMs time,
                                          model::Mana missing, model::Mana headroom) {
  if (missing.umana == 0) return 0;
  if (rates.segments.empty() || missing > headroom) return std::nullopt;
  const std::uint64_t rate = rate_of(rates.segments.back(), rates.percent);
  if (rate == 0) return std::nullopt;
  const std::uint64_t begin =
      std::max({from.accrued_ms, rates.since.value, rates.segments.back().from.value, full_second(time)});
  // The remainder is below one µmana, so the difference is not negative.
  const Wide parts = Wide{missing.umana} * kPartsPerUmana - from.remainder;
  const Wide due_at = begin + (parts + rate - 1) / rate;
  const Wide shown_at = (due_at + kMsPerSecond - 1) / kMsPerSecond * kMsPerSecond;
  if (shown_at > UINT64_MAX) return std::nullopt;
  return static_cast<std::uint64_t>(shown_at) - time.value;
}

std::string outlook_text(std::optional<std::uint64_t> ms) {
  if (!ms) return "Regeneration alone never makes up for that.";
  const std::uint64_t seconds = (*ms + kMsPerSecond - 1) / kMsPerSecond;
  const std::uint64_t minutes = seconds / 60;
  const std::uint64_t hours = minutes / 60;
  const std::string in = hours >= 48   ? fmt::format("{} days", (seconds + 86'399) / 86'400)
                         : hours > 0   ? fmt::format("{} h {} min", hours, minutes % 60)
                         : minutes > 0 ? fmt::format("{} min {} s", minutes, seconds % 60)
                                       : fmt::format("{} s", seconds);
  return "Regeneration makes up for that in " + in + ".";
}

}  // namespace icn::economy
