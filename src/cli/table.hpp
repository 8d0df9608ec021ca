// A table for people: a line of names, then one line per row, in columns as wide as their content. On a terminal the
// shrinkable column is cut until a line fits, a row that is still too wide continues on indented lines, and cells may
// have a style. Used by one thread.
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

// Makes text from other programs or people visible. Implicit, so a row is a list of texts.
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
  // Adds a row with one cell per column.
  void add(std::vector<Cell> row);
  [[nodiscard]] std::string text() const;

 private:
  struct Place {
    std::size_t width = 0;
    bool starts_line = false;
  };
  [[nodiscard]] std::vector<Place> places() const;

  std::vector<Column> columns_;
  Look look_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace icn::cli
