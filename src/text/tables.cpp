#include "text/tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/text.hpp"

namespace oprag::text {
namespace {

struct Extent {
  float left = std::numeric_limits<float>::max(), right = std::numeric_limits<float>::lowest();

  void include(const Extent& other) {
    left = std::min(left, other.left);
    right = std::max(right, other.right);
  }
  float middle() const { return (left + right) / 2; }
  float distance(const Extent& other) const {
    return std::max({0.0f, left - other.right, other.left - right}) + std::abs(middle() - other.middle()) / 1000;
  }
};

struct Piece {
  std::string text;
  std::int64_t start = 0, end = 0;
  Extent extent;
};

struct Row {
  bool head = false;
  std::vector<Piece> pieces;
};

constexpr std::string_view separator = " | ";
constexpr float alignment = 4;    // points
constexpr float centred = 0.05f;  // of the width of all columns

// A block's cells; without boxes, the cell with index i stands from i to i + 1.
std::vector<Piece> pieces_of(const Page& page, const Block& block, std::string_view text) {
  std::vector<Piece> out;
  auto start = block.start;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    Piece piece{.text = std::string(text.substr(at, end - at)), .start = start, .end = start};
    piece.end += static_cast<std::int64_t>(code_points(piece.text));
    start = piece.end + static_cast<std::int64_t>(separator.size());
    if (page.boxes.empty()) {
      piece.extent = {static_cast<float>(out.size()), static_cast<float>(out.size() + 1)};
    } else {
      auto box = std::ranges::lower_bound(page.boxes, piece.start, {}, &Box::start);
      for (; box != page.boxes.end() && box->start < piece.end; ++box) {
        piece.extent.include({box->x, box->x + box->width});
      }
    }
    out.push_back(std::move(piece));
    at = end + separator.size();
  }
  return out;
}

// The columns right of the labels: cells of rows that stand above one another.
std::vector<Extent> columns_of(const std::vector<Row>& rows) {
  std::vector<Extent> cells, out;
  for (const auto& row : rows) {
    if (row.head) continue;
    for (std::size_t i = 1; i < row.pieces.size(); ++i) cells.push_back(row.pieces[i].extent);
  }
  std::ranges::sort(cells, {}, &Extent::left);
  for (const auto& cell : cells) {
    if (!out.empty() && cell.left < out.back().right) {
      out.back().include(cell);
    } else {
      out.push_back(cell);
    }
  }
  return out;
}

std::size_t nearest(const std::vector<Extent>& columns, const Extent& extent) {
  return static_cast<std::size_t>(
      std::ranges::min_element(columns, {}, [&](const Extent& c) { return c.distance(extent); }) - columns.begin());
}

// Whether a head stands over more than the column nearest to it: beside that column's edges and middle, or far out into
// the gap to the next one.
bool spans(const Piece& piece, const std::vector<Extent>& columns, std::size_t c) {
  const auto& head = piece.extent;
  const auto& column = columns[c];
  const bool aligned = std::abs(head.left - column.left) < alignment ||
                       std::abs(head.right - column.right) < alignment ||
                       std::abs(head.middle() - column.middle()) < alignment;
  const bool left = c > 0 && head.left < (columns[c - 1].right + column.left) / 2;
  const bool right = c + 1 < columns.size() && head.right > (columns[c + 1].left + column.right) / 2;
  return !aligned || left || right;
}

void prepend(std::string& words, const std::string& more) {
  words = words.empty() ? more : more + " " + words;
}

// What each column is called. Heads are read from the lowest up, since that one shows how wide the columns are.
std::vector<std::string> heads_of(const std::vector<Row>& rows, std::vector<Extent> columns, float labels_end) {
  std::vector<std::string> out(columns.size());
  for (std::size_t r = rows.size(); r-- > 0;) {
    const auto& row = rows[r];
    if (!row.head) continue;
    std::vector<Piece> pieces;
    std::ranges::copy_if(row.pieces, std::back_inserter(pieces),
                         [&](const Piece& p) { return p.extent.middle() >= labels_end; });
    if (pieces.empty()) continue;
    const float middle = (columns.front().left + columns.back().right) / 2;
    const float slack = centred * (columns.back().right - columns.front().left);
    const bool over_all = pieces.size() == 1 && std::abs(pieces.front().extent.middle() - middle) < slack;
    const bool over_some =
        pieces.size() < columns.size() &&
        std::ranges::any_of(pieces, [&](const Piece& p) { return spans(p, columns, nearest(columns, p.extent)); });
    if (over_all || over_some) {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto& piece = *std::ranges::min_element(
            pieces, {}, [&](const Piece& p) { return std::abs(p.extent.middle() - columns[c].middle()); });
        prepend(out[c], piece.text);
      }
      continue;
    }
    const auto before = columns;
    for (const auto& piece : pieces) {
      const auto c = nearest(before, piece.extent);
      prepend(out[c], piece.text);
      columns[c].include(piece.extent);
    }
  }
  return out;
}

void add_cells(std::int32_t table, const std::vector<Row>& rows, std::vector<TableCell>& out) {
  const auto columns = columns_of(rows);
  if (columns.empty()) return;
  const auto labels_end = columns.front().left;
  const auto heads = heads_of(rows, columns, labels_end);
  for (const auto& row : rows) {
    if (row.head) continue;
    const bool labelled = row.pieces.front().extent.middle() < labels_end;
    for (std::size_t i = labelled ? 1 : 0; i < row.pieces.size(); ++i) {
      const auto& piece = row.pieces[i];
      if (piece.text.empty()) continue;
      out.push_back({.table = table,
                     .row = labelled ? row.pieces.front().text : "",
                     .column = heads[nearest(columns, piece.extent)],
                     .text = piece.text,
                     .start = piece.start,
                     .end = piece.end});
    }
  }
}

}  // namespace

std::vector<TableCell> cells_of(const Document& document) {
  std::vector<TableCell> out;
  std::size_t byte = 0;    // of Document::text
  std::int64_t point = 0;  // the code point there
  const auto advance = [&](std::int64_t to) {
    const auto rest = std::string_view(document.text).substr(byte);
    byte += first_code_points(rest, static_cast<std::size_t>(to - point)).size();
    point = to;
    return byte;
  };
  for (const auto& page : document.pages) {
    std::map<std::int32_t, std::vector<Row>> tables;
    for (const auto& block : page.blocks) {
      if (block.table < 0) continue;
      const auto begin = advance(block.start);
      const auto text = std::string_view(document.text).substr(begin, advance(block.end) - begin);
      tables[block.table].push_back({block.kind == BlockKind::table_head, pieces_of(page, block, text)});
    }
    for (const auto& [table, rows] : tables) add_cells(table, rows, out);
  }
  return out;
}

}  // namespace oprag::text
