#include "verify/pieces.hpp"

#include "search/characters.hpp"

namespace oprag::verify {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_number_mark(char c) {
  return c == '.' || c == ',';
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Piece> run() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      line_ = line_ || text_.substr(at_).starts_with("\n\n");
      blank_ = true;
      ++at_;
      return;
    }
    const auto from = at_;
    if (is_digit(c)) {
      while (at_ < text_.size() && (is_digit(text_[at_]) ||
                                    (is_number_mark(text_[at_]) && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))))
        ++at_;
      add(Piece::Kind::digits, std::string(text_.substr(from, at_ - from)), false);
      return;
    }
    const auto character = search::character_at(text_, at_);
    if (is_letter(character)) {
      word(from);
      return;
    }
    at_ += character.size;
    add(Piece::Kind::mark, search::fold(text_.substr(from, at_ - from)), false);
  }

  static bool is_letter(const search::Character& c) {
    using enum search::CharacterKind;
    return c.kind == letter || c.kind == unspaced || c.kind == ideograph || c.kind == invisible || c.kind == digit;
  }

  // Scripts without blanks give a word a character.
  void word(std::size_t from) {
    using enum search::CharacterKind;
    while (at_ < text_.size()) {
      const auto next = search::character_at(text_, at_);
      if (!is_letter(next)) break;
      const bool alone = next.kind == unspaced || next.kind == ideograph;
      if (alone && at_ > from) break;
      at_ += next.size;
      if (alone) break;
    }
    const auto spelled = text_.substr(from, at_ - from);
    auto folded = search::fold(spelled);
    const auto first = search::character_at(spelled, 0);
    const bool capital = search::fold(spelled.substr(0, first.size)) != spelled.substr(0, first.size);
    add(Piece::Kind::word, search::without_accents(std::move(folded)), capital);
  }

  void add(Piece::Kind kind, std::string form, bool capital) {
    if (form.empty()) return;
    out_.push_back({kind, std::move(form), capital, blank_, line_});
    blank_ = line_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool blank_ = true, line_ = false;
  std::vector<Piece> out_;
};

}  // namespace

std::vector<Piece> pieces_of(std::string_view text) {
  return Splitter(text).run();
}

}  // namespace oprag::verify
