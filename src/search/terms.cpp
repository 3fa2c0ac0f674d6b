#include "search/terms.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "search/characters.hpp"
#include "search/numbers.hpp"
#include "search/stemmer.hpp"

namespace oprag::search {
namespace {

constexpr std::size_t max_word_length = 64;  // code points

// A stretch of letters, or one number. `joint`: the character that ties it to the part before, 0 for none ("FY|2022").
struct Part {
  std::size_t begin = 0, end = 0;
  bool number = false;
  char32_t joint = 0;
  std::string folded;  // a number in its one spelling
};

bool is_word(CharacterKind kind) {
  return kind == CharacterKind::letter || kind == CharacterKind::digit;
}
bool is_unspaced(CharacterKind kind) {
  return kind == CharacterKind::unspaced || kind == CharacterKind::ideograph;
}

// Ties two parts of one identifier when it stands directly between them: "AB-12/3", "R&D", "a.b@c.org", "12:30".
bool is_joint(char32_t code) {
  switch (code) {
    case '-':
    case '/':
    case '.':
    case '_':
    case '&':
    case '@':
    case ':':
    case ',':
    case U'\u2010':
    case U'\u2011':
      return true;
    default:
      return false;
  }
}

bool needs_digits(char32_t joint) {
  return joint == ',' || joint == ':';
}
bool is_apostrophe(char32_t code) {
  return code == '\'' || code == U'\u2019';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Tokenizer {
 public:
  Tokenizer(std::string_view text, std::string_view language) : text_(text), language_(language) {}

  std::vector<Term> run() {
    while (at_ < text_.size()) {
      const auto c = character_at(text_, at_);
      if (is_unspaced(c.kind)) {
        read_unspaced();
      } else if (is_word(c.kind)) {
        read_word();
      } else {
        at_ += c.size;
      }
    }
    return std::move(out_);
  }

 private:
  std::optional<Character> peek(std::size_t at) const {
    if (at >= text_.size()) return std::nullopt;
    return character_at(text_, at);
  }

  void add(std::string text, std::string surface, std::size_t begin, std::size_t end) {
    out_.push_back({std::move(text), std::move(surface), position_, static_cast<std::uint32_t>(begin),
                    static_cast<std::uint32_t>(end)});
  }

  void read_unspaced() {
    struct Place {
      std::size_t begin, end;
      CharacterKind kind;
    };
    std::vector<Place> run;
    for (auto c = peek(at_); c && (is_unspaced(c->kind) || c->kind == CharacterKind::invisible); c = peek(at_)) {
      if (is_unspaced(c->kind)) run.push_back({at_, at_ + c->size, c->kind});
      at_ += c->size;
    }
    for (std::size_t i = 0; i < run.size(); ++i, ++position_) {
      const auto add_span = [&](std::size_t begin, std::size_t end) {
        auto folded = fold(text_.substr(begin, end - begin));
        add(folded, folded, begin, end);
      };
      if (i + 1 < run.size()) add_span(run[i].begin, run[i + 1].end);
      if (run[i].kind == CharacterKind::ideograph || run.size() == 1) add_span(run[i].begin, run[i].end);
    }
  }

  // One word, number or identifier, up to the first character that cannot belong to it.
  void read_word() {
    const bool after_apostrophe = apostrophe_before_ == at_;
    std::vector<Part> parts;
    for (char32_t joint = 0; at_ < text_.size();) {
      parts.push_back(read_part(joint));
      const auto next = peek(at_);
      joint = 0;
      if (next && is_word(next->kind)) continue;
      if (!next || !is_joint(next->code)) break;
      const auto after = peek(at_ + next->size);
      if (!after || !is_word(after->kind)) break;
      if (needs_digits(next->code) && !(parts.back().number && after->kind == CharacterKind::digit)) break;
      joint = next->code;
      at_ += next->size;
    }
    if (const auto c = peek(at_); c && is_apostrophe(c->code)) apostrophe_before_ = at_ + c->size;
    parts = numbers_joined(std::move(parts));
    const bool possessive = after_apostrophe && parts.size() == 1 && parts.front().folded == "s";
    if (!possessive) emit(parts);
  }

  Part read_part(char32_t joint) {
    const auto kind = character_at(text_, at_).kind;
    Part part{.begin = at_, .end = at_, .number = kind == CharacterKind::digit, .joint = joint, .folded = {}};
    for (auto c = peek(at_); c && (c->kind == kind || c->kind == CharacterKind::invisible); c = peek(at_)) {
      at_ += c->size;
    }
    part.end = at_;
    part.folded = fold(text_.substr(part.begin, part.end - part.begin));
    return part;
  }

  // Digits tied by '.' and ',' become one part where they are one number.
  std::vector<Part> numbers_joined(std::vector<Part> parts) const {
    std::vector<Part> out;
    for (std::size_t i = 0; i < parts.size();) {
      auto end = i + 1;
      std::string digits = parts[i].folded;
      while (parts[i].number && end < parts.size() && parts[end].number &&
             (parts[end].joint == '.' || parts[end].joint == ',')) {
        digits += static_cast<char>(parts[end].joint) + parts[end].folded;
        ++end;
      }
      const auto number = end > i + 1 ? normalised_number(digits, language_) : std::nullopt;
      if (number) {
        out.push_back({parts[i].begin, parts[end - 1].end, true, parts[i].joint, *number});
      } else {
        out.insert(out.end(), parts.begin() + static_cast<std::ptrdiff_t>(i),
                   parts.begin() + static_cast<std::ptrdiff_t>(end));
      }
      i = end;
    }
    return out;
  }

  std::string term_text(const Part& part) const {
    return part.number ? part.folded : without_accents(stem(part.folded, language_));
  }

  // The parts in one spelling: a joint stays only between digits, so that "AB-12/3" is "ab12/3" however it is broken.
  static std::string joined(const std::vector<Part>& parts) {
    std::string out;
    for (const auto& part : parts) {
      const bool between_digits = part.number && !out.empty() && is_digit(out.back());
      if (part.joint && between_digits) out += part.joint < 0x80 ? static_cast<char>(part.joint) : '-';
      out += part.folded;
    }
    return out;
  }

  void emit(const std::vector<Part>& parts) {
    const auto begin = parts.front().begin, end = parts.back().end;
    if (code_points(text_.substr(begin, end - begin)) > max_word_length) {
      ++position_;
      return;
    }
    if (parts.size() == 1) {
      add(term_text(parts.front()), parts.front().folded, begin, end);
      ++position_;
      return;
    }
    auto whole = joined(parts);
    add(without_accents(whole), whole, begin, end);
    const auto first = position_;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      // "Q4" is one word; the "10" of "10K" and the "FY" of "FY22" are worth finding.
      const bool tied = parts[i].joint || (i + 1 < parts.size() && parts[i + 1].joint);
      if (!tied && code_points(parts[i].folded) < 2) continue;
      add(term_text(parts[i]), parts[i].folded, parts[i].begin, parts[i].end);
      ++position_;
    }
    position_ = std::max(position_, first + 1);
  }

  std::string_view text_, language_;
  std::size_t at_ = 0;
  std::size_t apostrophe_before_ = static_cast<std::size_t>(-1);  // where a word would begin right behind an apostrophe
  std::uint32_t position_ = 0;
  std::vector<Term> out_;
};

}  // namespace

std::vector<Term> terms_of(std::string_view text, std::string_view language) {
  return Tokenizer(text, language).run();
}

}  // namespace oprag::search
