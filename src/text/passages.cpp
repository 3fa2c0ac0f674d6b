#include "text/passages.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <span>

#include "base/text.hpp"

namespace oprag::text {
namespace {

// Byte offsets of code points, found by walking forward from the last one asked for.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text) {}
  std::size_t at(std::int64_t code_point) {
    if (code_point < point_) point_ = 0, byte_ = 0;
    byte_ += first_code_points(text_.substr(byte_), static_cast<std::size_t>(code_point - point_)).size();
    point_ = code_point;
    return byte_;
  }
  std::string_view slice(std::int64_t start, std::int64_t end) {
    const auto from = at(start);
    return text_.substr(from, at(end) - from);
  }

 private:
  std::string_view text_;
  std::int64_t point_ = 0;
  std::size_t byte_ = 0;
};

// A piece that is not cut further: a sentence of prose, a row, an item.
struct Unit {
  std::int64_t start = 0, end = 0, tokens = 0;
  BlockKind kind = BlockKind::paragraph;
  std::int32_t table = -1;
  bool opens_block = false;
  std::size_t section = 0;  // index into the document's heading paths

  bool is_row() const { return table >= 0; }
  bool is_prose() const { return !is_row() && kind != BlockKind::heading; }
  // Means nothing without what comes after it.
  bool leads() const { return kind == BlockKind::heading || kind == BlockKind::table_head; }
};

bool ends_sentence(std::string_view text, std::size_t i) {
  if (text[i] != '.' && text[i] != '!' && text[i] != '?' && text[i] != ';') return false;
  return i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
}

// Prose as sentences; a sentence over the limit at blanks.
void add_units(std::vector<Unit>& out, const Block& block, std::string_view text, std::int64_t limit,
               std::size_t section) {
  auto add = [&, opens = true](std::int64_t start, std::int64_t end, std::string_view piece) mutable {
    out.push_back({start, end, estimated_tokens(piece), block.kind, block.table, opens, section});
    opens = false;
  };
  if (block.table >= 0 || block.kind == BlockKind::heading) return add(block.start, block.end, text);
  std::size_t from = 0, blank = 0;
  std::int64_t offset = block.start;
  const auto cut = [&](std::size_t to) {
    const auto piece = text.substr(from, to - from);
    const auto length = static_cast<std::int64_t>(code_points(piece));
    add(offset, offset + length, piece);
    from = to;
    offset += length;
    while (from < text.size() && (text[from] == ' ' || text[from] == '\n')) ++from, ++offset;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i < from) continue;
    if (text[i] == ' ' || text[i] == '\n') blank = i;
    // Scripts without blanks are cut at their own full stops.
    const bool wide_stop = text.substr(i).starts_with("\xe3\x80\x82");
    if (ends_sentence(text, i))
      cut(i + 1);
    else if (wide_stop)
      cut(i + 3);
    else if (i - from > static_cast<std::size_t>(limit) * 4 && blank > from)
      cut(blank);
    else if (i - from > static_cast<std::size_t>(limit) * 8 && (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
      cut(i);
  }
  if (from < text.size()) cut(text.size());
}

// What a cut or a passage costs; a passage that is as long as it may be and one subject costs nothing.
constexpr double cut_in_block = 0.15, cut_between_blocks = 0.05, cut_after_lead = 1, change_of_subject = 0.1;

double cost_of_cut(const Unit& before, const Unit& after) {
  if (before.leads()) return cut_after_lead;
  if (after.kind == BlockKind::heading || before.table != after.table) return 0;
  return after.opens_block ? cut_between_blocks : cut_in_block;
}

double cost_of_keeping(const Unit& before, const Unit& after) {
  if (before.leads()) return 0;
  return after.kind == BlockKind::heading || before.table != after.table ? change_of_subject : 0;
}

// The first units of the passages: of all ways to cut, the one that costs least.
std::vector<std::size_t> best_cuts(const std::vector<Unit>& units, std::int64_t limit) {
  std::vector<double> cost(units.size() + 1);  // of the first n units
  std::vector<std::size_t> last(units.size() + 1);
  for (std::size_t end = 1; end <= units.size(); ++end) {
    cost[end] = std::numeric_limits<double>::infinity();
    double inside = 0;
    std::int64_t tokens = 0;
    for (auto first = end; first-- > 0;) {
      tokens += units[first].tokens;
      if (first + 1 < end && tokens > limit) break;
      if (first + 1 < end) inside += cost_of_keeping(units[first], units[first + 1]);
      const auto short_of = 1 - static_cast<double>(std::min(tokens, limit)) / static_cast<double>(limit);
      const auto cut = first == 0 ? 0 : cost_of_cut(units[first - 1], units[first]);
      const auto sum = cost[first] + cut + inside + short_of * short_of;
      if (sum < cost[end]) cost[end] = sum, last[end] = first;
    }
  }
  std::vector<std::size_t> out;
  for (auto end = units.size(); end > 0; end = last[end]) out.push_back(last[end]);
  std::ranges::reverse(out);
  return out;
}

class Cutter {
 public:
  Cutter(const Document& document, const ChunkOptions& options)
      : document_(document), options_(options), bytes_(document.text) {}

  std::vector<Chunk> cut() {
    read_table_heads();
    for (const auto& page : document_.pages) cut_page(page);
    return std::move(out_);
  }

 private:
  void read_table_heads() {
    for (const auto& page : document_.pages) {
      for (const auto& block : page.blocks) {
        if (block.kind != BlockKind::table_head || block.table < 0) continue;
        auto& head = table_heads_[block.table];
        const auto text = bytes_.slice(block.start, block.end);
        if (head.size() + text.size() < 600) head.append(head.empty() ? "" : "\n").append(text);
      }
    }
  }

  void cut_page(const Page& page) {
    std::vector<Unit> units;
    for (const auto& block : page.blocks) {
      if (block.kind == BlockKind::page_header || block.kind == BlockKind::page_footer) continue;
      const auto text = bytes_.slice(block.start, block.end);
      if (block.kind == BlockKind::heading) enter_heading(block, std::string(text));
      add_units(units, block, text, options_.tokens, sections_.size() - 1);
    }
    const auto firsts = best_cuts(units, options_.tokens);
    for (std::size_t i = 0; i < firsts.size(); ++i) {
      const auto end = i + 1 < firsts.size() ? firsts[i + 1] : units.size();
      add_passage(page, std::span(units).subspan(0, end), firsts[i]);
    }
  }

  void enter_heading(const Block& block, std::string text) {
    while (!open_.empty() && open_.back().first >= block.level) open_.pop_back();
    open_.emplace_back(block.level, std::move(text));
    auto& path = sections_.emplace_back();
    for (const auto& [level, heading] : open_) path.push_back(heading);
  }

  // The units from `first` on, and before them those of the passage before that are said again.
  void add_passage(const Page& page, std::span<const Unit> units, std::size_t first) {
    Chunk chunk;
    chunk.start = units[start_with_overlap(units, first)].start;
    chunk.end = units.back().end;
    chunk.page = page.number;
    std::int64_t in_rows = 0, tokens = 0;
    for (const auto& unit : units.subspan(first)) {
      tokens += unit.tokens;
      if (!unit.is_row()) continue;
      if (in_rows == 0) {
        if (const auto head = table_heads_.find(unit.table); head != table_heads_.end())
          chunk.table_head = head->second;
      }
      in_rows += unit.tokens;
    }
    chunk.table = 2 * in_rows > tokens;
    chunk.headings = sections_[units[first].section];
    chunk.text = bytes_.slice(chunk.start, chunk.end);
    out_.push_back(std::move(chunk));
  }

  // Where prose goes on, its last sentences open the next passage too.
  std::size_t start_with_overlap(std::span<const Unit> units, std::size_t first) const {
    if (!units[first].is_prose()) return first;
    auto start = first;
    for (std::int64_t tokens = 0; start > 0 && units[start - 1].is_prose(); --start) {
      tokens += units[start - 1].tokens;
      if (tokens > options_.overlap) break;
    }
    return start;
  }

  const Document& document_;
  const ChunkOptions& options_;
  Bytes bytes_;
  std::map<std::int32_t, std::string> table_heads_;
  std::vector<std::pair<std::int32_t, std::string>> open_;  // headings that the next block stands under
  std::vector<std::vector<std::string>> sections_{1};       // each heading's path, outermost first; the first: none
  std::vector<Chunk> out_;
};

}  // namespace

std::int64_t estimated_tokens(std::string_view text) {
  std::int64_t tokens = 0, run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xc0) == 0x80) continue;  // not the first byte of its character
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other_letter = c >= 0xc3 && c < 0xe2;  // of an alphabet; from there on ideographs
    if (letter || other_letter) {
      if (run % (letter ? 7 : 3) == 0) ++tokens;
      ++run;
      continue;
    }
    run = 0;
    if (c >= '0' && c <= '9')
      tokens += i % 2 == 0;  // about two digits a piece
    else if (c > ' ')
      ++tokens;
  }
  return tokens;
}

std::vector<Chunk> passages_of(const Document& document, const ChunkOptions& options) {
  return Cutter(document, options).cut();
}

}  // namespace oprag::text
