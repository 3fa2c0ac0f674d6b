#include <algorithm>
#include <optional>

#include "text/pdf_layout_parts.hpp"

namespace oprag::text {
namespace {

Line part_of(const Line& line, std::size_t from, std::size_t to) {
  Line out = line;
  out.cells.assign(line.cells.begin() + static_cast<std::ptrdiff_t>(from),
                   line.cells.begin() + static_cast<std::ptrdiff_t>(to));
  out.left = out.cells.front().left;
  out.right = out.cells.back().right;
  return out;
}

bool is_wordy(const Cell& cell) {
  return letters_of(cell) >= 18 && !is_figure(cell) && cell.words.size() >= 3;
}

// Lines with words on both sides of a gutter, or in turn on one and on the other.
struct Columns {
  std::size_t to = 0;  // behind the last line
  float gutter = 0;
};

// A line that a gutter at x splits cleanly: no cell crosses it.
bool splits_at(const Line& line, float x) {
  return std::ranges::all_of(line.cells, [&](const Cell& c) { return c.right <= x || c.left >= x; });
}

// Where the gutter would be if columns began here: between two wordy cells of one line, or of two lines whose heights
// overlap because the columns' baselines do not meet.
std::optional<float> gutter_at(const std::vector<Line>& lines, std::size_t at) {
  const auto& line = lines[at];
  if (!is_wordy(line.cells.front())) return {};
  const Cell* left = &line.cells.front();
  const Cell* right = nullptr;
  if (line.cells.size() == 2) {
    right = &line.cells[1];
  } else if (line.cells.size() == 1 && at + 1 < lines.size()) {
    const auto& next = lines[at + 1];
    if (next.cells.size() == 1 && next.top < line.bottom) right = &next.cells.front();
  }
  if (!right || !is_wordy(*right)) return {};
  if (left->left > right->left) std::swap(left, right);
  if (left->right >= right->left) return {};
  return (left->right + right->left) / 2;
}

std::optional<Columns> columns_from(const std::vector<Line>& lines, std::size_t from) {
  const auto gutter = gutter_at(lines, from);
  if (!gutter) return {};
  std::size_t left = 0, right = 0, to = from;
  for (; to < lines.size(); ++to) {
    const auto& line = lines[to];
    if (!splits_at(line, *gutter) || line.cells.size() > 2) break;
    if (line.cells.size() == 2 && std::ranges::any_of(line.cells, is_figure)) break;
    left += line.cells.front().right <= *gutter;
    right += line.cells.back().left >= *gutter;
  }
  if (left < 3 || right < 3 || 3 * std::min(left, right) < to - from) return {};
  return Columns{to, *gutter};
}

}  // namespace

std::vector<Line> in_reading_order(const std::vector<Line>& lines, std::vector<std::size_t>& breaks) {
  std::vector<Line> out;
  for (std::size_t i = 0; i < lines.size();) {
    const auto columns = columns_from(lines, i);
    if (!columns) {
      out.push_back(lines[i++]);
      continue;
    }
    breaks.push_back(out.size());
    std::vector<Line> right;
    for (; i < columns->to; ++i) {
      const auto& line = lines[i];
      const auto split = static_cast<std::size_t>(
          std::ranges::count_if(line.cells, [&](const Cell& c) { return c.right <= columns->gutter; }));
      if (split > 0) out.push_back(part_of(line, 0, split));
      if (split < line.cells.size()) right.push_back(part_of(line, split, line.cells.size()));
    }
    breaks.push_back(out.size());
    out.insert(out.end(), right.begin(), right.end());
    breaks.push_back(out.size());
  }
  return out;
}

}  // namespace oprag::text
