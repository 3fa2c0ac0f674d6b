#include "answer/sentences.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace oprag::answer {
namespace {

constexpr std::size_t longest_heading = 80;  // code points

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

// Words whose full stop ends no sentence.
constexpr std::array<std::string_view, 24> abbreviations = {
    "mr", "mrs", "ms", "dr", "prof", "st",  "vs",  "etc", "inc", "ltd", "co",     "corp",
    "no", "fig", "eq", "al", "e.g",  "i.e", "u.s", "u.k", "jr",  "sr",  "approx", "dept"};

std::string word_before(std::string_view text, std::size_t at) {
  auto from = at;
  while (from > 0 && (is_letter(text[from - 1]) || text[from - 1] == '.')) --from;
  std::string word(text.substr(from, at - from));
  for (auto& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return word;
}

bool begins_item(std::string_view line) {
  constexpr std::array<std::string_view, 6> bullets = {"- ",           "* ",      "\xe2\x80\xa2", "\xe2\x80\x93 ",
                                                       "\xe2\x97\x8f", "\xc2\xb7"};
  if (std::ranges::any_of(bullets, [&](auto bullet) { return line.starts_with(bullet); })) return true;
  std::size_t digits = 0;
  while (digits < line.size() && is_digit(line[digits])) ++digits;
  return digits > 0 && digits < 3 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
         line[digits + 1] == ' ';
}

// Full-width and Indic marks end a sentence without a blank after them.
std::size_t wide_mark(std::string_view text, std::size_t at) {
  for (const std::string_view mark : {"\xe3\x80\x82", "\xef\xbc\x81", "\xef\xbc\x9f", "\xe0\xa5\xa4", "\xd8\x9f"}) {
    if (text.substr(at).starts_with(mark)) return mark.size();
  }
  return 0;
}

// Whether the '.', '!' or '?' at `at` ends a sentence; sets `after` behind closing quotes and brackets.
bool ends_sentence(std::string_view text, std::size_t at, std::size_t& after) {
  after = at + 1;
  while (after < text.size() && (text[after] == '"' || text[after] == '\'' || text[after] == ')' || text[after] == ']'))
    ++after;
  if (text.substr(after).starts_with("\xe2\x80\x9d") || text.substr(after).starts_with("\xe2\x80\x99")) after += 3;
  if (after >= text.size()) return true;
  if (!is_space(text[after])) return false;
  if (text[at] != '.') return true;
  auto next = after;
  while (next < text.size() && is_space(text[next])) ++next;
  if (next < text.size() && is_lower(text[next])) return false;
  auto digits = at;
  while (digits > 0 && is_digit(text[digits - 1])) --digits;
  if (digits < at && (digits == 0 || text[digits - 1] == '\n')) return false;  // "4. Service": the number of the line
  const auto word = word_before(text, at);
  if (word.size() == 1) return false;  // an initial
  return std::ranges::find(abbreviations, word) == abbreviations.end();
}

// A line break parts blocks; only a block that was cut in the middle of its sentence goes on in lower case.
bool continues(std::string_view rest) {
  return !rest.empty() && is_lower(rest.front());
}

bool ends_with_mark(std::string_view text) {
  constexpr std::string_view marks = ".!?:;,\"')]";
  return marks.contains(text.back()) || text.ends_with("\xe2\x80\x9d") || ends_with_wide_mark(text);
}

// A short line of its own without a mark at its end or a figure behind its number: "4.1 Warranty".
bool looks_like_heading(std::string_view line) {
  if (ends_with_mark(line) || begins_item(line) || code_points(line) > longest_heading) return false;
  const auto name = line.substr(std::min(line.find_first_not_of("0123456789."), line.size()));
  return !name.empty() && std::ranges::none_of(name, is_digit) && !name.contains(':');
}

// What stands right above text or a table's row, or above another heading that does.
void mark_headings(std::vector<Span>& spans, std::string_view text) {
  const auto words = [&](const Span& span) { return text.substr(span.begin, span.end - span.begin); };
  for (auto i = spans.size(); i-- > 1;) {
    auto& above = spans[i - 1];
    const auto& below = spans[i];
    const bool alone = text.substr(above.end, below.begin - above.end).contains('\n') &&
                       (above.begin == 0 || text.substr(0, above.begin).ends_with('\n'));
    above.heading = alone && looks_like_heading(words(above)) &&
                    (below.heading || ends_with_mark(words(below)) || words(below).contains(" | ")) &&
                    !words(above).contains(" | ");
  }
}

void add(std::vector<Span>& out, std::string_view text, std::size_t begin, std::size_t end) {
  while (begin < end && is_space(text[begin])) ++begin;
  while (end > begin && is_space(text[end - 1])) --end;
  if (end > begin) out.push_back({begin, end});
}

}  // namespace

bool ends_with_wide_mark(std::string_view text) {
  return (text.size() >= 3 && wide_mark(text, text.size() - 3) == 3) ||
         (text.size() >= 2 && wide_mark(text, text.size() - 2) == 2);
}

std::vector<Span> sentences_of(std::string_view text, index::PassageKind kind) {
  std::vector<Span> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      const auto line = text.substr(i + 1);
      if (kind == index::PassageKind::table || !continues(line)) {
        add(out, text, begin, i);
        begin = i + 1;
      }
      continue;
    }
    if (kind == index::PassageKind::table) continue;
    if (const auto width = wide_mark(text, i)) {
      add(out, text, begin, i + width);
      begin = i + width;
      i += width - 1;
      continue;
    }
    std::size_t after = 0;
    if ((text[i] == '.' || text[i] == '!' || text[i] == '?') && ends_sentence(text, i, after)) {
      add(out, text, begin, after);
      begin = after;
      i = after - 1;
    }
  }
  add(out, text, begin, text.size());
  mark_headings(out, text);
  return out;
}

}  // namespace oprag::answer
