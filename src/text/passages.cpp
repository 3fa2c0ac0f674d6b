#include "text/passages.hpp"

#include <algorithm>
#include <map>

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
  bool prose = false;
};

bool ends_sentence(std::string_view text, std::size_t i) {
  if (text[i] != '.' && text[i] != '!' && text[i] != '?' && text[i] != ';') return false;
  return i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
}

// A long block as sentences; a sentence over the limit at blanks.
void add_units(std::vector<Unit>& out, const Block& block, std::string_view text, std::int64_t limit) {
  const bool prose =
      block.kind == BlockKind::paragraph || block.kind == BlockKind::list_item || block.kind == BlockKind::code;
  if (estimated_tokens(text) <= limit / 2) {
    out.push_back({block.start, block.end, estimated_tokens(text), prose});
    return;
  }
  std::size_t from = 0, blank = 0;
  std::int64_t offset = block.start;
  const auto cut = [&](std::size_t to) {
    const auto piece = text.substr(from, to - from);
    const auto length = static_cast<std::int64_t>(code_points(piece));
    out.push_back({offset, offset + length, estimated_tokens(piece), prose});
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

class Cutter {
 public:
  Cutter(const Document& document, const ChunkOptions& options)
      : document_(document), options_(options), bytes_(document.text) {}

  std::vector<Chunk> cut() {
    read_heads();
    for (const auto& page : document_.pages) cut_page(page);
    return std::move(out_);
  }

 private:
  void read_heads() {
    for (const auto& page : document_.pages) {
      for (const auto& block : page.blocks) {
        if (block.kind != BlockKind::table_head || block.table < 0) continue;
        auto& head = heads_[block.table];
        const auto text = bytes_.slice(block.start, block.end);
        if (head.size() + text.size() < 600) head.append(head.empty() ? "" : "\n").append(text);
      }
    }
  }

  void cut_page(const Page& page) {
    page_ = &page;
    for (const auto& block : page.blocks) {
      if (block.kind == BlockKind::page_header || block.kind == BlockKind::page_footer) continue;
      const auto text = bytes_.slice(block.start, block.end);
      const bool row = block.table >= 0;
      if (block.kind == BlockKind::heading) {
        // A heading opens a passage and names it; what comes after stands under it.
        if (tokens_ >= options_.tokens / 4) flush(false);
        enter_heading(block, std::string(text));
      }
      if (row != in_table_ || (row && block.table != table_)) {
        if (tokens_ >= options_.tokens / 3) flush(false);
        in_table_ = row;
        table_ = row ? block.table : -1;
      }
      std::vector<Unit> units;
      if (row || block.kind == BlockKind::heading)
        units.push_back({block.start, block.end, estimated_tokens(text), false});
      else
        add_units(units, block, text, options_.tokens);
      for (const auto& unit : units) add(unit, row);
    }
    flush(false);
  }

  void enter_heading(const Block& block, std::string text) {
    while (!headings_.empty() && headings_.back().first >= block.level) headings_.pop_back();
    headings_.emplace_back(block.level, std::move(text));
  }

  void add(const Unit& unit, bool row) {
    if (!units_.empty() && tokens_ + unit.tokens > options_.tokens) flush(unit.prose);
    if (units_.empty() || !has_rows_) {
      has_rows_ = row;
      chunk_table_ = row ? table_ : -1;
    }
    if (units_.empty()) chunk_headings_ = headings_;
    units_.push_back(unit);
    tokens_ += unit.tokens;
  }

  // `continues`: prose goes on, so its last sentences open the next passage too.
  void flush(bool continues) {
    if (units_.empty()) return;
    Chunk chunk;
    chunk.start = units_.front().start;
    chunk.end = units_.back().end;
    chunk.page = page_->number;
    chunk.table = has_rows_;
    for (const auto& [level, text] : chunk_headings_) chunk.headings.push_back(text);
    if (const auto head = heads_.find(chunk_table_); head != heads_.end()) chunk.table_head = head->second;
    chunk.text = bytes_.slice(chunk.start, chunk.end);
    out_.push_back(std::move(chunk));
    std::vector<Unit> kept;
    std::int64_t kept_tokens = 0;
    if (continues) {
      for (auto it = units_.rbegin(); it != units_.rend() && it->prose && kept_tokens + it->tokens <= options_.overlap;
           ++it) {
        kept.insert(kept.begin(), *it);
        kept_tokens += it->tokens;
      }
      if (kept.size() == units_.size()) kept.clear(), kept_tokens = 0;
    }
    units_ = std::move(kept);
    tokens_ = kept_tokens;
    has_rows_ = false;
    chunk_table_ = -1;
    chunk_headings_ = headings_;
  }

  const Document& document_;
  const ChunkOptions& options_;
  Bytes bytes_;
  const Page* page_ = nullptr;
  std::map<std::int32_t, std::string> heads_;
  std::vector<std::pair<std::int32_t, std::string>> headings_, chunk_headings_;
  std::vector<Unit> units_;
  std::int64_t tokens_ = 0;
  bool in_table_ = false, has_rows_ = false;
  std::int32_t table_ = -1, chunk_table_ = -1;
  std::vector<Chunk> out_;
};

}  // namespace

std::int64_t estimated_tokens(std::string_view text) {
  std::int64_t tokens = 0, run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) {
      if (run == 0 || run % 7 == 0) ++tokens;
      ++run;
      continue;
    }
    run = 0;
    if (c >= '0' && c <= '9')
      tokens += i % 2 == 0;  // about two digits a piece
    else if (c >= 0xe0)
      tokens += 1;  // an ideograph or a letter of a rare script
    else if (c >= 0xc0 || (c > ' ' && c < 0x80))
      tokens += 1;
  }
  return tokens;
}

std::vector<Chunk> passages_of(const Document& document, const ChunkOptions& options) {
  return Cutter(document, options).cut();
}

}  // namespace oprag::text
