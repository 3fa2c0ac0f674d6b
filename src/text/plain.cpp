#include <utf8proc.h>

#include <algorithm>

#include "base/text.hpp"
#include "text/formats.hpp"

namespace oprag::text {
namespace {

constexpr std::size_t widest_wrapped = 160, longest_heading = 80, longest_title = 200;  // code points

bool is_item(std::string_view line) {
  return line.starts_with("- ") || line.starts_with("* ") || line.starts_with("\xe2\x80\xa2 ");
}

bool is_row(std::string_view line) {
  return line.contains(" | ");
}

utf8proc_category_t category_of_first(std::string_view text) {
  utf8proc_int32_t code = 0;
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &code);
  return utf8proc_category(code);
}

utf8proc_category_t category_of_last(std::string_view text) {
  auto at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return category_of_first(text.substr(at));
}

// Begins like a sentence and does not end like one.
bool is_title_like(std::string_view line, std::size_t longest) {
  if (line.contains(": ") || code_points(line) > longest) return false;
  const auto first = category_of_first(line), last = category_of_last(line);
  const auto is_number = [](auto c) { return c == UTF8PROC_CATEGORY_ND || c == UTF8PROC_CATEGORY_NL; };
  const bool begins = first == UTF8PROC_CATEGORY_LU || first == UTF8PROC_CATEGORY_LT || first == UTF8PROC_CATEGORY_LO ||
                      is_number(first);
  const bool ends = (last >= UTF8PROC_CATEGORY_LU && last <= UTF8PROC_CATEGORY_MC) || is_number(last) ||
                    last == UTF8PROC_CATEGORY_PE || last == UTF8PROC_CATEGORY_PF;
  return begins && ends;
}

// "== Name ==": how deep the frame says it stands; 0 without one.
std::int32_t framed_level(std::string_view line) {
  std::int32_t before = 0, after = 0;
  const auto count = [](char c, std::int32_t& marks) {
    marks += c == '=';
    return c == '=' || c == ' ';
  };
  while (!line.empty() && count(line.front(), before)) line.remove_prefix(1);
  while (!line.empty() && count(line.back(), after)) line.remove_suffix(1);
  return !line.empty() && before == after ? std::min(before, 6) : 0;
}

class PlainReader {
 public:
  PlainReader(std::string_view text, const Limits& limits) : builder_(out_, limits) {
    std::size_t all = 0, in_wide = 0;
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      lines_.push_back(trim(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
      const auto length = code_points(lines_.back());
      all += length;
      if (length > widest_wrapped) in_wide += length;
    }
    wrapped_ = 2 * in_wide < all;
  }

  Document read() {
    builder_.begin_page({});
    for (std::size_t i = 0; i < lines_.size(); ++i) add_line(i);
    flush();
    builder_.end_page();
    return std::move(out_);
  }

 private:
  std::string_view line(std::size_t i) const { return i < lines_.size() ? lines_[i] : std::string_view(); }

  void add_line(std::size_t i) {
    const auto text = lines_[i];
    const bool row = is_row(text) && ((i > 0 && is_row(lines_[i - 1])) || is_row(line(i + 1)));
    const auto level = row ? 0 : heading_level(i);
    if (text.empty() || row || level > 0 || !wrapped_ || is_item(text)) flush();
    if (row) {
      add_row(text);
      return;
    }
    table_ = -1;
    if (level > 0) {
      builder_.add(BlockKind::heading, text, level);
      return;
    }
    if (is_item(text)) kind_ = BlockKind::list_item;
    if (!text.empty()) paragraph_.append(paragraph_.empty() ? "" : " ").append(text);
  }

  void add_row(std::string_view text) {
    const bool opens = table_ < 0;
    if (opens) table_ = builder_.new_table();
    builder_.add(opens ? BlockKind::table_head : BlockKind::table_row, text, 0, table_);
  }

  // A line apart, shorter than what it stands above.
  std::int32_t heading_level(std::size_t i) const {
    const auto text = lines_[i];
    if (text.empty() || is_item(text)) return 0;
    if (const auto level = framed_level(text)) return level;
    const bool first = out_.pages.back().blocks.empty() && paragraph_.empty();
    if (!is_title_like(text, first ? longest_title : longest_heading)) return 0;
    if (i > 0 && !lines_[i - 1].empty()) return 0;
    if ((first || wrapped_) && !line(i + 1).empty()) return 0;
    auto next = i + 1;
    while (next < lines_.size() && lines_[next].empty()) ++next;
    const auto below = line(next);
    return below.size() > text.size() && !is_row(below) ? (first ? 1 : 2) : 0;
  }

  void flush() {
    builder_.add(kind_, paragraph_);
    paragraph_.clear();
    kind_ = BlockKind::paragraph;
  }

  Document out_;
  Builder builder_;
  std::vector<std::string_view> lines_;
  bool wrapped_ = false;  // lines are broken to a width, so that a paragraph has many
  std::string paragraph_;
  BlockKind kind_ = BlockKind::paragraph;
  std::int32_t table_ = -1;  // that the line before belongs to
};

}  // namespace

// Paragraphs are what empty lines part, in a text of long lines each line.
ReadResult read_plain(std::string_view text, const Limits& limits) {
  const auto cleaned = clean(text);
  return PlainReader(cleaned, limits).read();
}

}  // namespace oprag::text
