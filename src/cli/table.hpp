// A table for people: a line of names, then a line a row, in columns as wide as what is in them. On a terminal the
// column that may shrink is cut until a line fits, and cells may have a style. Used by one thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.hpp"

namespace icn::cli {

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string_view name;
  Align align = Align::left;
  bool shrinks = false;
};

// What other programs or people wrote is made visible. Implicit, so that a row is a list of texts.
struct Cell {
  Cell(std::string from, Style as = Style::plain) : text(std::move(from)), style(as) {}  // NOLINT
  Cell(std::string_view from, Style as = Style::plain) : text(from), style(as) {}        // NOLINT
  Cell(const char* from, Style as = Style::plain) : text(from), style(as) {}             // NOLINT
  std::string text;
  Style style;
};

class Table {
 public:
  Table(std::vector<Column> columns, const Look& look) : columns_(std::move(columns)), look_(look) {}
  // As many cells as there are columns.
  void add(std::vector<Cell> row);
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  Look look_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace icn::cli
