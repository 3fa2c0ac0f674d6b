#include "text/pdf_layout.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "text/pdf_layout_parts.hpp"

namespace oprag::text {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "1,234", "(12.5)%", "—", "$ 5", "2021": what stands in a table's columns.
bool is_figure(const Cell& cell) {
  std::size_t digits = 0, letters = 0;
  for (const auto& word : cell.words) {
    if (word.text == "\xe2\x80\x94" || word.text == "\xe2\x80\x93" || word.text == "-") ++digits;
    for (const char c : word.text) {
      digits += is_digit(c);
      letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
  }
  return digits > 0 && letters <= 2;
}

std::size_t letters_of(const Cell& cell) {
  std::size_t count = 0;
  for (const auto& word : cell.words) count += word.text.size() + 1;
  return count;
}

namespace {

// In heights of the text around.
constexpr float same_baseline = 0.33f;
constexpr float word_gap = 0.2f;
constexpr float likely_word_gap = 0.1f;  // where PDFium sees a blank: kerning has narrowed it
constexpr float cell_gap = 1.3f;
constexpr float paragraph_gap = 0.75f;  // more empty height than this begins a new paragraph
constexpr float heading_growth = 1.12f;

}  // namespace

void put(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 63));
    out += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x110000) {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 63));
    out += static_cast<char>(0x80 | (c >> 6 & 63));
    out += static_cast<char>(0x80 | (c & 63));
  }
}

namespace {

bool is_currency(const std::string& word) {
  return word == "$" || word == "\xe2\x82\xac" || word == "\xc2\xa3" || word == "\xc2\xa5" || word == "$(" ||
         word == "($";
}

// "100.0% $2,729" in a row: narrow columns whose cells nearly touch.
void part_figures(std::vector<Cell>& cells) {
  for (std::size_t i = 0; cells.size() > 1 && i < cells.size(); ++i) {
    auto& words = cells[i].words;
    const auto sign = std::find_if(words.begin() + 1, words.end(), [](const Word& w) {
      return w.text.starts_with('$') || w.text.starts_with("\xe2\x82\xac") || w.text.starts_with("\xc2\xa3");
    });
    if (sign == words.end() || !is_digit(sign->text.back()) || !is_figure({.words = {words.begin(), sign}})) continue;
    Cell rest{.words = {sign, words.end()}, .left = sign->left, .right = cells[i].right};
    words.erase(sign, words.end());
    cells[i].right = words.back().right;
    cells.insert(cells.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(rest));
  }
}

// A sign stands in a column of its own before its number, a percent mark or a closing bracket after it.
void join_signs(std::vector<Cell>& cells) {
  // "118,573 $ | 141,915": a narrow column leaves the next number's sign with the number before it.
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
    auto& words = cells[i].words;
    if (words.size() < 2 || !is_currency(words.back().text) || !is_figure(cells[i + 1])) continue;
    auto& number = cells[i + 1].words.front();
    number.text = words.back().text + number.text;
    number.left = cells[i + 1].left = words.back().left;
    words.pop_back();
    cells[i].right = words.back().right;
  }
  for (std::size_t i = 0; i + 1 < cells.size();) {
    auto& sign = cells[i];
    auto& next = cells[i + 1];
    const bool before = sign.words.size() == 1 && is_currency(sign.words.front().text) && is_figure(next);
    const auto& last = next.words.front().text;
    const bool after = next.words.size() == 1 && is_figure(sign) && (last == "%" || last == ")" || last == ")%");
    if (before) {
      next.words.front().text = sign.words.front().text + next.words.front().text;
      next.words.front().left = next.left = sign.left;
      cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (after) {
      sign.words.back().text += last;
      sign.words.back().right = sign.right = next.right;
      cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    } else {
      ++i;
    }
  }
  for (auto& cell : cells) {  // "$ 5" inside one cell, too
    for (std::size_t i = 0; i + 1 < cell.words.size(); ++i) {
      const auto digits = cell.words[i + 1].text.find_first_not_of('(');
      if (!is_currency(cell.words[i].text) || digits == std::string::npos || !is_digit(cell.words[i + 1].text[digits]))
        continue;
      cell.words[i + 1].text = cell.words[i].text + cell.words[i + 1].text;
      cell.words[i + 1].left = cell.words[i].left;
      cell.words.erase(cell.words.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

Line line_from(std::vector<Glyph> glyphs) {
  std::ranges::stable_sort(glyphs, {}, &Glyph::left);
  Line line;
  std::map<int, std::size_t> sizes;
  std::size_t bold = 0;
  const Glyph* previous = nullptr;
  for (const auto& g : glyphs) {
    // Some files draw bold text twice, a hair apart.
    if (previous && g.code == previous->code && std::abs(g.left - previous->left) < 0.5f * (g.right - g.left)) continue;
    const float gap = previous ? g.left - previous->right : 0;
    const float height = previous ? std::max(g.size, previous->size) : g.size;
    if (!previous || gap > cell_gap * height) line.cells.push_back({.words = {}, .left = g.left, .right = g.right});
    auto& cell = line.cells.back();
    if (cell.words.empty() || g.space_before || gap > (g.space_likely ? likely_word_gap : word_gap) * height) {
      cell.words.push_back({.text = {}, .left = g.left, .right = g.right, .top = g.top, .bottom = g.bottom});
    }
    auto& word = cell.words.back();
    put(word.text, g.code);
    word.right = std::max(word.right, g.right);
    word.top = std::min(word.top, g.top);
    word.bottom = std::max(word.bottom, g.bottom);
    cell.right = std::max(cell.right, g.right);
    ++sizes[static_cast<int>(std::lround(g.size * 4))];
    bold += g.bold;
    previous = &g;
  }
  line.size =
      static_cast<float>(std::ranges::max_element(sizes, {}, [](const auto& s) { return s.second; })->first) / 4;
  line.bold = 2 * bold > glyphs.size();
  join_signs(line.cells);
  part_figures(line.cells);
  line.left = glyphs.front().left;
  line.top = std::ranges::min(glyphs, {}, &Glyph::top).top;
  line.bottom = std::ranges::max(glyphs, {}, &Glyph::bottom).bottom;
  line.right = std::ranges::max(glyphs, {}, &Glyph::right).right;
  line.baseline = glyphs.front().baseline;
  return line;
}

}  // namespace

std::vector<Line> lines_of(std::vector<Glyph> glyphs) {
  std::ranges::stable_sort(glyphs, {}, &Glyph::baseline);
  std::vector<Line> out;
  std::vector<Glyph> open;
  for (auto& g : glyphs) {
    if (!open.empty() && g.baseline - open.front().baseline > same_baseline * std::min(open.front().size, g.size)) {
      out.push_back(line_from(std::exchange(open, {})));
    }
    open.push_back(g);
  }
  if (!open.empty()) out.push_back(line_from(std::move(open)));
  return out;
}

namespace {

float median_size(const std::vector<Line>& lines) {
  std::map<int, std::size_t> weight;  // by quarter points, in characters
  for (const auto& line : lines) {
    for (const auto& cell : line.cells) weight[static_cast<int>(line.size * 4)] += letters_of(cell);
  }
  if (weight.empty()) return 0;
  return static_cast<float>(std::ranges::max_element(weight, {}, [](const auto& w) { return w.second; })->first) / 4;
}

bool begins_item(const Line& line) {
  const auto& first = line.cells.front().words.front().text;
  if (first == "\xe2\x80\xa2" || first == "\xe2\x97\x8f" || first == "\xe2\x96\xaa" || first == "\xc2\xb7" ||
      first == "-" || first == "\xe2\x80\x93" || first == "o") {
    return line.cells.front().words.size() + line.cells.size() > 2;
  }
  if (first.size() > 4 || !(first.ends_with('.') || first.ends_with(')'))) return false;
  return std::ranges::all_of(first.substr(0, first.size() - 1), [](char c) { return is_digit(c) || c == '('; }) ||
         (first.size() <= 3 && first.front() == '(');
}

bool is_row(const Line& line) {
  if (line.cells.size() < 2) return false;
  if (begins_item(line) && line.cells.size() == 2 && line.cells[0].words.size() == 1) return false;
  return true;
}

bool is_heading(const Line& line, float body) {
  const auto letters = letters_of(line.cells.front());
  if (line.cells.size() != 1 || letters < 3 || letters > 120 || is_figure(line.cells.front())) return false;
  if (line.size > heading_growth * body) return true;
  const auto& last = line.cells.front().words.back().text;
  return line.bold && line.size >= 0.95f * body && !last.ends_with('.') && !last.ends_with(',') && !last.ends_with(';');
}

std::int32_t level_of(const Line& line, float body) {
  if (line.size > 1.6f * body) return 1;
  return line.size > heading_growth * body ? 2 : 3;
}

// Whether the line goes on with the paragraph that `previous` ended.
bool continues(const Line& previous, const Line& line) {
  const float gap = line.top - previous.bottom;
  if (gap > paragraph_gap * line.size || gap < -2 * line.size) return false;
  return std::abs(line.size - previous.size) < 0.1f * line.size && line.bold == previous.bold && !begins_item(line);
}

}  // namespace

std::vector<LayoutBlock> blocks_of(std::vector<Line> raw) {
  std::vector<std::size_t> breaks;
  const auto lines = in_reading_order(raw, breaks);
  const float body = median_size(lines);
  std::vector<LayoutBlock> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    if (is_row(line)) {
      out.push_back({Shape::row, 0, -1, {line}});
    } else if (is_heading(line, body)) {
      const auto level = level_of(line, body);
      if (!out.empty() && out.back().shape == Shape::heading && out.back().level == level &&
          out.back().lines.size() < 3 && continues(out.back().lines.back(), line)) {
        out.back().lines.push_back(line);  // a heading of two lines
      } else {
        out.push_back({Shape::heading, level, -1, {line}});
      }
    } else {
      const bool fresh = std::ranges::find(breaks, i) != breaks.end();
      const bool open = !out.empty() && (out.back().shape == Shape::prose || out.back().shape == Shape::item);
      if (open && !fresh && continues(out.back().lines.back(), line)) {
        out.back().lines.push_back(line);
      } else {
        out.push_back({begins_item(line) ? Shape::item : Shape::prose, 0, -1, {line}});
      }
    }
  }
  find_tables(out);
  return out;
}

}  // namespace oprag::text
