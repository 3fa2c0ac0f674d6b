// Steps between lines and blocks, each in a file of its own.
#pragma once
#include "text/pdf_layout.hpp"

namespace oprag::text {

bool is_digit(char c);
// "1,234", "(12.5)%", "—", "$ 5", "2021": what stands in a table's columns.
bool is_figure(const Cell& cell);
std::size_t letters_of(const Cell& cell);

// Columns of prose are unrolled: the left one, then the right one. `breaks`: lines of the result that continue nothing.
std::vector<Line> in_reading_order(const std::vector<Line>& lines, std::vector<std::size_t>& breaks);

// Finds which rows are one table and which of them are its head, and makes labels of several lines whole.
void find_tables(std::vector<LayoutBlock>& blocks);

}  // namespace oprag::text
