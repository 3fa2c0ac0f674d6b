#include "verify/reading.hpp"

#include <algorithm>
#include <charconv>

#include "search/characters.hpp"
#include "search/numbers.hpp"
#include "search/stemmer.hpp"
#include "verify/pieces.hpp"

namespace oprag::verify {
namespace {

class Reader {
 public:
  Reader(std::vector<Piece> pieces, const Lexicon& lexicon) : pieces_(std::move(pieces)), lexicon_(lexicon) {
    out_.lexicon = &lexicon;
  }

  Reading run() {
    while (at_ < pieces_.size()) {
      if (pieces_[at_].line_before) end_sentence();
      if (!date() && !amount() && !word()) mark();
    }
    out_.sentences = begun_ ? sentence_ + 1 : sentence_;
    return std::move(out_);
  }

 private:
  using Kind = Piece::Kind;

  const Piece* piece(std::size_t ahead) const { return at_ + ahead < pieces_.size() ? &pieces_[at_ + ahead] : nullptr; }
  bool is(std::size_t ahead, Kind kind) const { return piece(ahead) && piece(ahead)->kind == kind; }
  bool is_mark(std::size_t ahead, std::string_view form) const {
    return is(ahead, Kind::mark) && piece(ahead)->form == form;
  }
  std::optional<std::int64_t> whole(std::size_t ahead, std::size_t most_digits) const {
    if (!is(ahead, Kind::digits) || piece(ahead)->form.size() > most_digits) return {};
    std::int64_t out = 0;
    const auto& form = piece(ahead)->form;
    const auto [end, failed] = std::from_chars(form.data(), form.data() + form.size(), out);
    return failed == std::errc() && end == form.data() + form.size() ? std::optional(out) : std::nullopt;
  }
  std::optional<std::int64_t> year(std::size_t ahead) const {
    const auto out = whole(ahead, 4);
    return out && *out >= 1000 && *out <= 2999 ? out : std::nullopt;
  }
  std::optional<int> month(std::size_t ahead) const {
    return is(ahead, Kind::word) &&
                   piece(ahead)->capital == (lexicon_.language() != "fr" && lexicon_.language() != "es")
               ? lexicon_.month(piece(ahead)->form)
               : std::nullopt;
  }
  std::optional<int> day(std::size_t ahead) const {
    const auto out = whole(ahead, 2);
    return out && *out >= 1 && *out <= 31 ? std::optional(static_cast<int>(*out)) : std::nullopt;
  }
  std::size_t comma(std::size_t ahead) const { return is_mark(ahead, ",") ? 1 : 0; }
  // The "th" of "9th", the stop of "9.", the "de" of "9 de mayo".
  std::size_t after_day(std::size_t ahead) const {
    if (is(ahead, Kind::word) && !piece(ahead)->blank_before) return 1;
    if (is_mark(ahead, ".") && month(ahead + 1)) return 1;
    return is(ahead, Kind::word) && piece(ahead)->form == "de" ? 1 : 0;
  }

  bool date() {
    if (const auto y = year(0); y && is_mark(1, "-") && whole(2, 2) && is_mark(3, "-") && day(4)) {
      return take_date({*y, static_cast<int>(*whole(2, 2)), *day(4)}, 5);
    }
    if (const auto d = day(0)) {
      const auto m_at = 1 + after_day(1);
      if (const auto m = month(m_at)) {
        auto y_at = m_at + 1 + comma(m_at + 1);
        if (is(y_at, Kind::word) && piece(y_at)->form == "de") ++y_at;
        if (const auto y = year(y_at)) return take_date({*y, *m, *d}, y_at + 1);
        return take_date({0, *m, *d}, m_at + 1);
      }
    }
    if (const auto m = month(0)) {
      if (const auto y = year(1 + comma(1))) return take_date({*y, *m, 0}, 2 + comma(1));
      if (const auto d = day(1)) {
        auto y_at = 2 + (is(2, Kind::word) && !piece(2)->blank_before ? 1 : 0);
        y_at += comma(y_at);
        if (const auto y = year(y_at)) return take_date({*y, *m, *d}, y_at + 1);
        return take_date({0, *m, *d}, 2);
      }
    }
    return false;
  }

  bool take_date(Date date, std::size_t pieces) {
    Token token;
    token.kind = TokenKind::date;
    token.date = date;
    token.form = spelled(pieces);
    at_ += pieces;
    push(std::move(token));
    return true;
  }

  std::string spelled(std::size_t pieces) const {
    std::string out;
    for (std::size_t i = 0; i < pieces; ++i) out += (i > 0 && piece(i)->blank_before ? " " : "") + piece(i)->form;
    return out;
  }

  bool amount() {
    std::size_t used = 0;
    std::string_view dimension;
    // "US$ 5": the sign belongs to the number that follows at once.
    if (piece(0) && !is(0, Kind::digits) && piece(1)) {
      const auto sign = currency_of(piece(0)->form);
      if (sign && is(1, Kind::digits)) {
        dimension = *sign;
        used = 1;
      }
    }
    const bool minus = used == 0 && (is_mark(0, "-") || is_mark(0, "−")) && piece(0)->blank_before &&
                       is(1, Kind::digits) && !piece(1)->blank_before;
    if (minus) used = 1;
    const auto value = number(used);
    if (!value) return false;
    Quantity quantity{minus ? -*value : *value, dimension};
    const bool in_words = is(used, Kind::word);
    ++used;
    if (!in_words && glued_word(used)) return false;  // "3rd" is read as a word, "501c3" too
    scale_and_unit(quantity, used, in_words);
    Token token;
    token.kind = TokenKind::quantity;
    token.quantity = quantity;
    token.form = spelled(used);
    at_ += used;
    push(std::move(token));
    return true;
  }

  // Letters that touch the digits and are no unit.
  bool glued_word(std::size_t ahead) const {
    return is(ahead, Kind::word) && !piece(ahead)->blank_before && !unit_of(piece(ahead)->form) &&
           !scale_of(piece(ahead)->form);
  }

  std::optional<long double> number(std::size_t ahead) const {
    if (is(ahead, Kind::word)) {
      const auto out = lexicon_.number(piece(ahead)->form);
      return out ? std::optional(static_cast<long double>(*out)) : std::nullopt;
    }
    if (!is(ahead, Kind::digits) || piece(ahead)->form.size() > 18) return {};
    const auto language = lexicon_.language().empty() ? std::string_view("en") : lexicon_.language();
    const auto normal = search::normalised_number(piece(ahead)->form, language);
    return normal ? std::optional(std::strtold(normal->c_str(), nullptr)) : std::nullopt;
  }

  void scale_and_unit(Quantity& quantity, std::size_t& used, bool in_words) {
    const auto hyphen = [&] {
      return is_mark(used, "-") && !piece(used)->blank_before && is(used + 1, Kind::word) ? 1U : 0U;
    };
    if (const auto at = used + hyphen(); is(at, Kind::word)) {
      const auto& form = piece(at)->form;
      // "$5m" is money; "5 m" is a length.
      const bool money = !quantity.dimension.empty() && (form == "m" || form == "b");
      const auto scale = money ? std::optional(form == "m" ? 1e6L : 1e9L) : scale_of(form);
      if (scale) {
        quantity.value *= *scale;
        used = at + 1;
        // "5 thousand million"
        if (const auto more = is(used, Kind::word) ? scale_of(piece(used)->form) : std::nullopt) {
          quantity.value *= *more;
          ++used;
        }
      }
    }
    if (!quantity.dimension.empty()) {
      if (piece(used) && currency_of(piece(used)->form) == quantity.dimension) ++used;
      return;
    }
    const auto at = used + hyphen();
    if (!piece(at)) return;
    if (const auto two = piece(at + 1) ? unit_of(piece(at)->form + " " + piece(at + 1)->form) : std::nullopt) {
      apply(quantity, *two);
      used = at + 2;
      return;
    }
    if (piece(at)->form == "°" && piece(at + 1)) {
      if (const auto degree = unit_of("°" + piece(at + 1)->form)) {
        apply(quantity, *degree);
        used = at + 2;
        return;
      }
    }
    const auto one = unit_of(piece(at)->form);
    // "five s" is no time: one-letter units go with digits.
    if (!one || (in_words && piece(at)->form.size() == 1)) return;
    apply(quantity, *one);
    used = at + 1;
  }

  static void apply(Quantity& quantity, const Unit& unit) {
    quantity.value *= unit.factor;
    quantity.dimension = unit.dimension;
  }

  bool word() {
    if (!is(0, Kind::word) && !is(0, Kind::digits)) return false;
    Token token;
    token.form = piece(0)->form;
    const bool capital = piece(0)->capital;
    std::size_t used = 1;
    // "COVID", "3rd", "501c": letters and digits that touch are one word.
    while (piece(used) && piece(used)->kind != Kind::mark && !piece(used)->blank_before && mixes(used)) {
      token.form += piece(used++)->form;
    }
    // "isn't" is "is not".
    const bool negated = token.form.ends_with('n') && (is_mark(used, "'") || is_mark(used, "’")) &&
                         is(used + 1, Kind::word) && piece(used + 1)->form == "t" && !piece(used + 1)->blank_before;
    at_ += used;
    if (negated) {
      at_ += 2;
      token.form.pop_back();
      if (token.form == "ca" || token.form == "wo") token.form = token.form == "ca" ? "can" : "will";
    } else if (token.form == "cannot" && lexicon_.language() == "en") {
      token.form = "can";
      classify(token, capital);
      push_not();
      return true;
    }
    classify(token, capital);
    if (negated) push_not();
    return true;
  }

  bool mixes(std::size_t ahead) const {
    using search::CharacterKind;
    const auto kind = [&](const std::string& form) { return search::character_at(form, 0).kind; };
    const auto ideograph = [&](CharacterKind k) {
      return k == CharacterKind::ideograph || k == CharacterKind::unspaced;
    };
    return !ideograph(kind(piece(ahead)->form)) && !ideograph(kind(piece(ahead - 1)->form));
  }

  void classify(Token& token, bool capital) {
    token.word_class = lexicon_.class_of(token.form);
    token.stem = search::stem(token.form, lexicon_.language());
    token.name = capital && begun_ && token.word_class == WordClass::content;
    push(std::move(token));
  }

  void push_not() {
    Token token;
    token.form = token.stem = "not";
    token.word_class = WordClass::negation;
    push(std::move(token));
  }

  void push(Token token) {
    token.order = out_.tokens.size();
    token.sentence = sentence_;
    token.clause = clause_;
    token.after_mark = after_mark_;
    token.in_brackets = depth_ > 0;
    after_mark_ = false;
    begun_ = true;
    out_.tokens.push_back(std::move(token));
  }

  void mark() {
    const auto form = piece(0)->form;
    const bool stop = form == "." || form == "!" || form == "?" || form == "。" || form == "！" || form == "？" ||
                      form == "।" || form == "•";
    const bool opens = form == "(" || form == "[", closes = form == ")" || form == "]";
    ++at_;
    if (stop && (form != "." || stops_here())) {
      end_sentence();
      return;
    }
    // "<", "≥", "+" say something.
    constexpr std::string_view silent =
        " . , ; : ! ? ( ) [ ] { } \" ' “ ” „ ‘ ’ « » - ‐ ‑ – — − / \\ | • · * _ # … & @ ` "
        "。 、 ， ； ： ！ ？ （ ） 「 」 《 》 ، ؛ ؟ । ";
    if (silent.find(" " + form + " ") == std::string_view::npos) {
      Token token;
      token.form = token.stem = form;
      push(std::move(token));
      return;
    }
    if (opens) ++depth_;
    if (closes && depth_ > 0) --depth_;
    if (opens || closes || form == "," || form == ";" || form == ":" || form == "—" || form == "–" || form == "、" ||
        form == "，" || form == "；" || form == "：" || form == "،") {
      after_mark_ = true;
      ++clause_;
    }
  }

  // After a full stop at the piece before: not behind an initial or a short title, nor before a small letter.
  bool stops_here() const {
    if (at_ >= pieces_.size()) return true;
    const auto& next = pieces_[at_];
    if (!next.blank_before) return false;
    if (next.kind == Kind::word && !next.capital && search::fold(next.form) == next.form &&
        search::character_at(next.form, 0).kind == search::CharacterKind::letter && lexicon_.language() != "")
      return false;
    if (at_ < 2 || pieces_[at_ - 2].kind != Kind::word) return true;
    const auto& before = pieces_[at_ - 2];
    constexpr std::string_view titles = " mr mrs ms dr prof st no inc ltd co corp jr sr vs fig u.s approx ";
    return before.form.size() > 1 && titles.find(" " + before.form + " ") == std::string_view::npos;
  }

  void end_sentence() {
    if (!begun_) return;
    begun_ = false;
    after_mark_ = true;
    depth_ = 0;
    ++sentence_;
    ++clause_;
  }

  std::vector<Piece> pieces_;
  const Lexicon& lexicon_;
  Reading out_;
  std::size_t at_ = 0, sentence_ = 0, clause_ = 0;
  int depth_ = 0;
  bool begun_ = false, after_mark_ = true;
};

// Sorts the items of an enumeration of names that begins at `begin`; returns where it ends.
std::size_t sort_list(std::vector<Token>& tokens, std::size_t begin) {
  std::vector<std::vector<Token>> items;
  std::vector<Token> joints;
  auto at = begin;
  bool new_item = true;
  for (; at < tokens.size() && (tokens[at].name || (at > begin && tokens[at].word_class == WordClass::joint)); ++at) {
    if (tokens[at].word_class == WordClass::joint) {
      joints.push_back(tokens[at]);
      new_item = true;
      continue;
    }
    if (new_item || tokens[at].after_mark) items.emplace_back();
    items.back().push_back(tokens[at]);
    new_item = false;
  }
  if (items.size() < 3 || joints.size() != 1) return at;
  std::ranges::sort(items, {}, [](const std::vector<Token>& item) {
    std::string form;
    for (const auto& token : item) form += token.form + " ";
    return form;
  });
  const auto first = tokens[begin];
  auto to = begin;
  const auto put = [&](Token token) {
    token.clause = first.clause;
    token.after_mark = to == begin && first.after_mark;
    tokens[to++] = std::move(token);
  };
  for (auto& item : items) std::ranges::for_each(item, put);
  std::ranges::for_each(joints, put);
  return to;
}

void sort_lists(std::vector<Token>& tokens) {
  if (std::ranges::any_of(tokens, [](const Token& t) { return t.form == "respectively"; })) return;
  for (std::size_t i = 0; i < tokens.size();) i = tokens[i].name ? sort_list(tokens, i) : i + 1;
}

}  // namespace

Reading read(std::string_view text, const Lexicon* lexicon) {
  auto pieces = pieces_of(text);
  if (lexicon == nullptr) {
    std::vector<std::string_view> words;
    for (const auto& piece : pieces) {
      if (piece.kind == Piece::Kind::word) words.push_back(piece.form);
    }
    lexicon = &Lexicon::of(words);
  }
  auto out = Reader(std::move(pieces), *lexicon).run();
  sort_lists(out.tokens);
  return out;
}

}  // namespace oprag::verify
