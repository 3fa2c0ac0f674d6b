// From glyphs on a page to lines, cells and blocks: reading order without any PDF library in sight.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace oprag::text {

// One character, in points as the page is displayed: origin top left, y downwards.
struct Glyph {
  std::uint32_t code = 0;
  float left = 0, right = 0, top = 0, bottom = 0, baseline = 0;
  float size = 0;
  bool bold = false;
  bool space_before = false;  // the file draws a blank here
  bool space_likely = false;  // PDFium guesses one
};

// Appends the code point as UTF-8.
void put(std::string& out, std::uint32_t code);

struct Word {
  std::string text;
  float left = 0, right = 0, top = 0, bottom = 0;
};

// Words without a wide gap between them.
struct Cell {
  std::vector<Word> words;
  float left = 0, right = 0;
};

struct Line {
  std::vector<Cell> cells;
  float left = 0, right = 0, top = 0, bottom = 0, baseline = 0, size = 0;
  bool bold = false;
};

enum class Shape { prose, heading, item, row, head };

struct LayoutBlock {
  Shape shape = Shape::prose;
  std::int32_t level = 0;   // of a heading: 1 largest
  std::int32_t table = -1;  // on this page
  std::vector<Line> lines;  // rows: one
};

// Characters on one baseline, left to right, whatever order the file draws them in.
std::vector<Line> lines_of(std::vector<Glyph> glyphs);
// Blocks in reading order: columns of prose one after the other, the rows of a table whole.
std::vector<LayoutBlock> blocks_of(std::vector<Line> lines);

}  // namespace oprag::text
