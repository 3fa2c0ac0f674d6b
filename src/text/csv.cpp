#include "base/text.hpp"
#include "text/formats.hpp"

namespace oprag::text {
namespace {

using Row = std::vector<std::string>;

// RFC 4180, with whichever of , ; and tab stands most often in the first line.
char separator_of(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  char best = ',';
  std::size_t most = 0;
  for (const char candidate : {',', ';', '\t', '|'}) {
    std::size_t count = 0;
    for (const char c : line) count += c == candidate;
    if (count > most) best = candidate, most = count;
  }
  return best;
}

std::vector<Row> rows_of(std::string_view text, char separator) {
  std::vector<Row> out;
  Row row;
  std::string cell;
  bool quoted = false;
  const auto end_row = [&] {
    row.push_back(std::exchange(cell, {}));
    out.push_back(std::exchange(row, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        cell += text[++i];
      else if (c == '"')
        quoted = false;
      else
        cell += c == '\n' ? ' ' : c;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == separator) {
      row.push_back(std::exchange(cell, {}));
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      cell += c;
    }
  }
  if (!cell.empty() || !row.empty()) end_row();
  return out;
}

}  // namespace

ReadResult read_csv(std::string_view text, const Limits& limits) {
  Document out;
  Builder builder(out, limits);
  builder.begin_page({});
  const auto table = builder.new_table();
  bool head = true;
  for (const auto& row : rows_of(text, separator_of(text))) {
    std::string line;
    for (const auto& cell : row) line.append(&cell == row.data() ? "" : " | ").append(trim(cell));
    line = clean(line);
    if (line.find_first_not_of(" |") == std::string::npos) continue;
    builder.add(head ? BlockKind::table_head : BlockKind::table_row, line, 0, table);
    head = false;
  }
  builder.end_page();
  return out;
}

}  // namespace oprag::text
