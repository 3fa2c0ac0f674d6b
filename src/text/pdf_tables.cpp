#include <algorithm>
#include <cmath>

#include "text/pdf_layout_parts.hpp"

namespace oprag::text {
namespace {

constexpr std::size_t label_lines = 2;    // between two rows of one table
constexpr std::size_t unruled_heads = 3;  // rows of words that may head a table in plain type
constexpr float head_gap = 1.5f;          // heights of a line between a head and what it heads

const Line& line_of(const LayoutBlock& block) {
  return block.lines.front();
}

bool begins_small(const Line& line) {
  const char c = line.cells.front().words.front().text.front();
  return c >= 'a' && c <= 'z';
}

bool is_year(const Cell& cell) {
  if (cell.words.size() != 1) return false;
  const auto& text = cell.words.front().text;
  return text.size() == 4 && std::ranges::all_of(text, is_digit) && (text.starts_with("19") || text.starts_with("20"));
}

// A label with figures that are no mere years: the table's body has begun.
bool is_body(const LayoutBlock& block) {
  const auto& cells = line_of(block).cells;
  if (cells.size() < 2 || is_figure(cells.front())) return false;
  return std::ranges::any_of(cells.begin() + 1, cells.end(), [](const Cell& c) { return is_figure(c) && !is_year(c); });
}

// Behind the last row of the table that begins at `from`; `from` itself when it is no table.
std::size_t end_of_table(const std::vector<LayoutBlock>& blocks, std::size_t from) {
  std::size_t end = from, gaps = 0, rows = 0;
  for (std::size_t k = from; k < blocks.size() && gaps <= label_lines; ++k) {
    if (blocks[k].shape == Shape::row) {
      end = k + 1;
      gaps = 0;
      ++rows;
    } else if (blocks[k].lines.size() > label_lines) {
      break;  // a paragraph ends the table; a label does not
    } else {
      ++gaps;
    }
  }
  return rows < 2 ? from : end;
}

// Where the columns right of the labels begin.
float columns_left(const std::vector<LayoutBlock>& blocks, std::size_t from, std::size_t to) {
  float out = 0;
  for (std::size_t k = from; k < to; ++k) {
    const auto& cells = line_of(blocks[k]).cells;
    if (cells.size() < 2 || (out > 0 && cells[1].left >= out)) continue;
    out = cells[1].left;
  }
  return out;
}

// Lines of one cell right above that stand over the columns: "Years ended December 31,", or the first line of a head of
// several.
std::size_t first_head(const std::vector<LayoutBlock>& blocks, std::size_t from, std::size_t to) {
  const auto left = columns_left(blocks, from, to);
  while (from > 0) {
    const auto& block = blocks[from - 1];
    const auto& row = line_of(blocks[from]);
    if (block.shape != Shape::prose && block.shape != Shape::heading) break;
    const bool over = std::ranges::all_of(block.lines, [&](const Line& line) {
      const bool inside = line.left >= left ||
                          (block.shape == Shape::prose && (line.left + line.right) / 2 > left && line.left > row.left);
      return line.cells.size() == 1 && inside && line.size < 1.1f * row.size;
    });
    if (!over || block.lines.size() > label_lines || row.top - block.lines.back().bottom > head_gap * row.size) break;
    --from;
  }
  return from;
}

// Behind the last block of the head.
std::size_t end_of_head(const std::vector<LayoutBlock>& blocks, std::size_t from, std::size_t first_row,
                        std::size_t to) {
  const auto body = static_cast<std::size_t>(std::find_if(blocks.begin() + static_cast<std::ptrdiff_t>(from),
                                                          blocks.begin() + static_cast<std::ptrdiff_t>(to), is_body) -
                                             blocks.begin());
  if (line_of(blocks[first_row]).bold) {
    auto plain = first_row;
    while (plain < body && line_of(blocks[plain]).bold) ++plain;
    if (plain < to) return plain;
  }
  if (body == to || body - first_row > unruled_heads) return first_row + 1;
  return body;
}

void add_line(LayoutBlock& row, const Line& label, bool before) {
  auto& line = row.lines.front();
  auto& words = line.cells.front().words;
  const auto& more = label.cells.front().words;
  words.insert(before ? words.begin() : words.end(), more.begin(), more.end());
  line.cells.front().left = std::min(line.cells.front().left, label.left);
  line.cells.front().right = std::max(line.cells.front().right, label.right);
  line.left = std::min(line.left, label.left);
  line.top = std::min(line.top, label.top);
  line.bottom = std::max(line.bottom, label.bottom);
}

bool is_label(const LayoutBlock& block, const LayoutBlock& row) {
  const auto& line = line_of(block);
  const auto& cells = line_of(row).cells;
  const float gap = std::max(line_of(row).top - line.bottom, line.top - line_of(row).bottom);
  return block.shape == Shape::prose && block.lines.size() == 1 && row.shape == Shape::row && cells.size() > 1 &&
         !is_figure(cells.front()) && line.right < cells[1].left && gap < line.size;
}

// "Net cash provided by" above "operating activities  1,015  998" is one label, and so is a label that goes on below
// its figures. Returns where the table then ends.
std::size_t join_labels(std::vector<LayoutBlock>& blocks, std::size_t from, std::size_t to) {
  const auto erase = [&](std::size_t k) {
    blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(k));
    --to;
  };
  for (std::size_t k = from; k < to; ++k) {
    if (k + 1 < to && is_label(blocks[k], blocks[k + 1]) && begins_small(line_of(blocks[k + 1])) &&
        !begins_small(line_of(blocks[k]))) {
      add_line(blocks[k + 1], line_of(blocks[k]), true);
      erase(k);
    } else if (k > from && is_label(blocks[k], blocks[k - 1]) && begins_small(line_of(blocks[k]))) {
      add_line(blocks[k - 1], line_of(blocks[k]), false);
      erase(k--);
    }
  }
  return to;
}

}  // namespace

void find_tables(std::vector<LayoutBlock>& blocks) {
  std::int32_t table = -1;
  for (std::size_t i = 0; i < blocks.size();) {
    if (blocks[i].shape != Shape::row || end_of_table(blocks, i) == i) {
      ++i;
      continue;
    }
    const auto end = join_labels(blocks, i, end_of_table(blocks, i));
    const auto from = first_head(blocks, i, end);
    const auto body = end_of_head(blocks, from, i, end);
    ++table;
    for (std::size_t k = from; k < end; ++k) {
      blocks[k].table = table;
      blocks[k].shape = k < body ? Shape::head : blocks[k].shape == Shape::heading ? Shape::heading : Shape::row;
    }
    i = end;
  }
}

}  // namespace oprag::text
