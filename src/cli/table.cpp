#include "cli/table.hpp"

#include <algorithm>

#include "cli/words.hpp"
#include "core/check.hpp"
#include "core/visible_text.hpp"

namespace icn::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kShrunkMin = 6;
constexpr std::size_t kFoldIndent = 4;

std::string filled(const std::string& text, std::size_t columns, Align align, bool is_last) {
  const std::size_t shown = shown_columns(text);
  const std::string space(columns > shown ? columns - shown : 0, ' ');
  if (align == Align::right) return space + text;
  return is_last ? text : text + space;
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  ICN_CHECK(row.size() == columns_.size());
  for (Cell& cell : row) cell.text = visible_text(cell.text, LineEnds::shown);
  rows_.push_back(std::move(row));
}

std::vector<Table::Place> Table::places() const {
  std::vector<Place> places;
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = shown_columns(columns_[i].name);
    for (const std::vector<Cell>& row : rows_) width = std::max(width, shown_columns(row[i].text));
    places.push_back({.width = width});
    total += width + (i == 0 ? 0 : kGap);
  }
  if (look_.columns == 0 || total <= look_.columns) return places;
  std::vector<Place> cut = places;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].shrinks || total <= look_.columns || cut[i].width <= kShrunkMin) continue;
    const std::size_t less = std::min(total - look_.columns, cut[i].width - kShrunkMin);
    cut[i].width -= less;
    total -= less;
  }
  if (total <= look_.columns) return cut;
  // Too narrow even so: what does not fit goes to a line below, where it has room again.
  std::size_t used = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    places[i].starts_line = i > 0 && used + kGap + places[i].width > look_.columns;
    if (places[i].starts_line) used = kFoldIndent;
    const std::size_t room = look_.columns > kFoldIndent ? look_.columns - kFoldIndent : 0;
    if (columns_[i].shrinks) places[i].width = std::min(places[i].width, std::max(room, kShrunkMin));
    used += places[i].width + (i == 0 || places[i].starts_line ? 0 : kGap);
  }
  return places;
}

std::string Table::text() const {
  const std::vector<Place> places = this->places();
  std::string out;
  const auto end_line = [&] {
    // The space before an empty last cell.
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  const auto add_row = [&](const auto& cell_of) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Cell cell = cell_of(i);
      if (places[i].starts_line) end_line();
      if (i > 0) out += std::string(places[i].starts_line ? kFoldIndent : kGap, ' ');
      const bool is_last = i + 1 == columns_.size() || places[i + 1].starts_line;
      const std::size_t width = places[i].width;
      out += styled(filled(clipped(cell.text, width), width, columns_[i].align, is_last), cell.style, look_);
    }
    end_line();
  };
  add_row([&](std::size_t i) { return Cell(columns_[i].name, Style::strong); });
  for (const std::vector<Cell>& row : rows_) add_row([&](std::size_t i) { return row[i]; });
  return out;
}

}  // namespace icn::cli
