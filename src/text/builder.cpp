#include "text/builder.hpp"

#include <utf8proc.h>

#include <algorithm>

#include "base/text.hpp"

namespace oprag::text {

namespace {
constexpr std::size_t most_hidden = 40'000;  // bytes
}

void Builder::append(std::string_view text) {
  if (static_cast<std::int64_t>(document_.text.size() + text.size()) > limits_.text_bytes) throw TooMuchText();
  document_.text += text;
  length_ += static_cast<std::int64_t>(code_points(text));
}

void Builder::begin_page(std::optional<std::int64_t> number) {
  if (!document_.pages.empty()) append("\f");
  Page page;
  page.number = number;
  page.start = page.end = length_;
  document_.pages.push_back(std::move(page));
}

std::int64_t Builder::add(BlockKind kind, std::string_view text, std::int32_t level, std::int32_t table) {
  text = trim(text);
  if (text.empty()) return length_;
  if (length_ > page().start) append("\n");
  const auto start = length_;
  append(text);
  page().blocks.push_back({kind, level, table, start, length_});
  page().end = length_;
  return start;
}

void Builder::hide(std::string_view text) {
  auto words = clean(text);
  for (auto& c : words) c = c == '\n' ? ' ' : c;
  const auto left = most_hidden - std::min(hidden_, most_hidden);
  const auto kept = first_code_points(trim(words), left / 4);
  if (kept.empty()) return;
  hidden_ += kept.size() + 1;
  const auto number = document_.pages.empty() ? std::nullopt : page().number;
  if (document_.hidden.empty() || document_.hidden.back().page != number) document_.hidden.push_back({number, {}});
  auto& all = document_.hidden.back().text;
  if (!all.empty()) all += ' ';
  all += kept;
}

void Builder::end_page() {
  page().end = length_;
}

namespace {

bool is_invisible(utf8proc_int32_t c) {
  if (c == '\n' || c == '\t') return false;
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
  if (c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff || c == 0xfffc) return true;  // soft hyphen, zero widths
  if (c >= 0x202a && c <= 0x202e) return true;                                             // direction overrides
  if (c >= 0x2066 && c <= 0x2069) return true;
  if (c >= 0xe0000 && c <= 0xe0fff) return true;  // tags: text that only a model reads
  return (c & 0xffff) >= 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0xe000 && c <= 0xf8ff);
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  int marks = 0;
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const auto length = utf8proc_iterate(data, left, &c);
    if (length <= 0) {
      ++data;
      --left;
      continue;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data), static_cast<std::size_t>(length));
    data += length;
    left -= length;
    if (c == '\r') continue;
    if (is_invisible(c)) continue;
    const auto category = utf8proc_category(c);
    // A stack of a hundred accents is no text.
    marks = category == UTF8PROC_CATEGORY_MN ? marks + 1 : 0;
    if (marks > 8) continue;
    if (c == '\t' || c == 0xa0 || category == UTF8PROC_CATEGORY_ZS) {
      if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
    } else if (c == '\n') {
      while (!out.empty() && out.back() == ' ') out.pop_back();
      out += '\n';
    } else {
      out += bytes;
    }
  }
  return out;
}

}  // namespace oprag::text
