// The cells of a document's tables, each with what its row and its column are called.
#pragma once
#include <string>
#include <vector>

#include "text/document.hpp"

namespace oprag::text {

struct TableCell {
  std::int32_t table = 0;           // of the document
  std::string row;                  // the first cell of its row
  std::string column;               // the heads above it, outermost first, with blanks between; empty without a head
  std::string text;                 // exactly [start, end) of Document::text
  std::int64_t start = 0, end = 0;  // code points
};

// In reading order, without heads and row labels. Where the page has boxes, a column is what stands above one another;
// elsewhere it is counted.
std::vector<TableCell> cells_of(const Document& document);

}  // namespace oprag::text
