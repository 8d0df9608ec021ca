#include "cli/table.hpp"

#include <algorithm>

#include "cli/words.hpp"
#include "core/check.hpp"
#include "core/visible_text.hpp"

namespace icn::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kShrunkMin = 6;

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

std::string Table::text() const {
  std::vector<std::size_t> widths;
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = shown_columns(columns_[i].name);
    for (const std::vector<Cell>& row : rows_) width = std::max(width, shown_columns(row[i].text));
    widths.push_back(width);
    total += width + (i == 0 ? 0 : kGap);
  }
  for (std::size_t i = 0; look_.columns != 0 && i < columns_.size(); ++i) {
    if (!columns_[i].shrinks || total <= look_.columns || widths[i] <= kShrunkMin) continue;
    const std::size_t less = std::min(total - look_.columns, widths[i] - kShrunkMin);
    widths[i] -= less;
    total -= less;
  }
  std::string out;
  const auto add_line = [&](const auto& cell_of) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Cell cell = cell_of(i);
      if (i > 0) out += std::string(kGap, ' ');
      const bool is_last = i + 1 == columns_.size();
      out += styled(filled(clipped(cell.text, widths[i]), widths[i], columns_[i].align, is_last), cell.style, look_);
    }
    // The space before an empty last cell.
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  add_line([&](std::size_t i) { return Cell(columns_[i].name, Style::strong); });
  for (const std::vector<Cell>& row : rows_) add_line([&](std::size_t i) { return row[i]; });
  return out;
}

}  // namespace icn::cli
