#include "verify/checker.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "verify/align.hpp"

namespace oprag::verify {
namespace {

// Of the statement's weight, to say that the text speaks of the same thing.
constexpr double same_subject = 0.7;

// One statement against one stretch of sentences.
class Judge {
 public:
  Judge(std::span<const Token> statement, std::span<const Token> text, const Lexicon& lexicon)
      : statement_(statement), text_(text), lexicon_(lexicon), alignment_(align(statement, text)) {}

  double weight() const { return alignment_.weight; }

  Finding judge() const {
    if (const auto doubt = unfound(); doubt != Doubt::none) return against(doubt);
    if (const auto doubt = left_out(); doubt != Doubt::none) return against(doubt);
    if (moved_wrongly()) return against(Doubt::role);
    return {word_for_word() ? Verdict::verbatim : Verdict::supported, Doubt::none};
  }

 private:
  Finding against(Doubt doubt) const {
    const bool certain = doubt != Doubt::missing && doubt != Doubt::left_out && weight() >= same_subject;
    return {certain ? Verdict::contradicted : Verdict::unverified, doubt};
  }

  // A word of the statement that the text has not: what kind of thing it says otherwise.
  Doubt unfound() const {
    auto out = Doubt::none;
    for (std::size_t i = 0; i < statement_.size(); ++i) {
      const auto& token = statement_[i];
      if (alignment_.matches[i] || may_be_added(i)) continue;
      if (token.word_class == WordClass::negation) return Doubt::negation;
      if (token.kind == TokenKind::date) return Doubt::date;
      if (token.kind == TokenKind::quantity) return Doubt::number;
      if (replaces_opposite(i)) return Doubt::comparison;
      out = std::max(out, token.name ? Doubt::name : Doubt::missing);
    }
    return out;
  }

  // Light words come and go; "and" takes another place in a list; "in" and "on" a date say the same.
  bool may_be_added(std::size_t i) const {
    const auto& token = statement_[i];
    if (token.kind != TokenKind::word) return false;
    if (token.word_class == WordClass::joint) {
      return std::ranges::any_of(text_, [&](const Token& t) { return t.form == token.form; });
    }
    return token.word_class == WordClass::light || lexicon_.says_where(token.form);
  }

  bool replaces_opposite(std::size_t i) const {
    return std::ranges::any_of(text_, [&](const Token& token) {
      return token.kind == TokenKind::word && !alignment_.used[static_cast<std::size_t>(&token - text_.data())] &&
             lexicon_.are_opposites(token.form, statement_[i].form);
    });
  }

  // What the text says in the clauses that the statement is taken from, and the statement leaves away.
  Doubt left_out() const {
    std::set<std::size_t> touched;
    for (const auto& match : alignment_.matches) {
      if (match && text_[match->place].carries()) touched.insert(text_[match->place].clause);
    }
    for (std::size_t j = 0; j < text_.size(); ++j) {
      const auto& token = text_[j];
      if (alignment_.used[j] || token.kind != TokenKind::word) continue;
      const bool here = touched.contains(token.clause);
      if (here && token.word_class == WordClass::negation) return Doubt::negation;
      if (here && token.word_class == WordClass::weighty) return Doubt::left_out;
      if (!here && !token.in_brackets && is_condition(token)) return Doubt::left_out;
    }
    return skips_another() ? Doubt::left_out : Doubt::none;
  }

  bool is_condition(const Token& token) const {
    static const std::set<std::string, std::less<>> conditions = {
        "if", "unless", "except", "provided", "wenn", "falls", "sofern", "sauf", "salvo", "excepto", "si"};
    return token.word_class == WordClass::weighty && conditions.contains(token.form);
  }

  // Two words of the statement are neighbours, in the text another name or amount stands between them, and what lies
  // between is no insertion of its own.
  bool skips_another() const {
    std::optional<Match> before;
    for (const auto& match : alignment_.matches) {
      if (!match) continue;
      if (before && before->group == match->group && match->place > before->place + 1) {
        const auto gap = text_.subspan(before->place + 1, match->place - before->place - 1);
        const bool insertion = gap.front().after_mark && text_[match->place].after_mark;
        const bool risky = std::ranges::any_of(gap, [](const Token& t) { return t.name || t.kind != TokenKind::word; });
        const bool crosses = text_[match->place].clause != text_[before->place].clause;
        if (!insertion && (risky || crosses)) return true;
      }
      before = match;
    }
    return false;
  }

  struct Run {
    std::size_t group = 0;
    std::size_t first = 0, last = 0;            // in the statement
    std::size_t text_first = 0, text_last = 0;  // in the text
  };

  // Stretches of the statement that stand in the text in its order.
  std::vector<Run> runs() const {
    std::vector<Run> out;
    for (std::size_t i = 0; i < statement_.size(); ++i) {
      const auto& match = alignment_.matches[i];
      if (!match) continue;
      if (!out.empty() && out.back().group == match->group && match->place > out.back().text_last) {
        out.back().last = i;
        out.back().text_last = match->place;
      } else {
        out.push_back({match->group, i, i, match->place, match->place});
      }
    }
    return out;
  }

  // Stretches that changed places: an adverbial may, the parties of an action may not.
  bool moved_wrongly() const {
    const auto all = runs();
    for (std::size_t a = 0; a < all.size(); ++a) {
      for (std::size_t b = a + 1; b < all.size(); ++b) {
        if (all[a].text_first < all[b].text_first) continue;
        if (!carries(all[a]) || !carries(all[b])) continue;
        if (adverbial(all[a]) || adverbial(all[b]) || only_date(all[a]) || only_date(all[b]) || equated(all, a, b))
          continue;
        return true;
      }
    }
    return false;
  }

  bool carries(const Run& run) const {
    return std::ranges::any_of(statement_.subspan(run.first, run.last - run.first + 1), &Token::carries);
  }

  // "in 2004", "by the bank", the same preposition before it in both.
  bool adverbial(const Run& run) const {
    const auto& first = statement_[run.first];
    const bool led = first.word_class == WordClass::preposition || first.word_class == WordClass::weighty;
    if (!led || text_[run.text_first].form != first.form || lexicon_.is_passive_by(first.form)) return false;
    // A whole phrase: it begins or ends where the text has a mark or the statement its end.
    const bool opens = text_[run.text_first].after_mark || run.first == 0 || text_[run.text_first].sentence != 0;
    const auto next = run.text_last + 1;
    const bool closes = next >= text_.size() || text_[next].after_mark;
    return (opens && closes) || (closes && run.last + 1 == statement_.size());
  }

  // The only date there is says when, wherever it stands.
  bool only_date(const Run& run) const {
    const auto is_time = [](const Token& t) {
      return t.kind == TokenKind::date || (t.kind == TokenKind::quantity && t.quantity.dimension.empty());
    };
    const auto said = statement_.subspan(run.first, run.last - run.first + 1);
    return std::ranges::all_of(said, [&](const Token& t) { return is_time(t) || !t.carries(); }) &&
           std::ranges::count_if(text_, is_time) == 1;
  }

  // "Warsaw is the capital" and "the capital is Warsaw": nothing but forms of "be" between the two, which are all of
  // the statement.
  bool equated(const std::vector<Run>& all, std::size_t a, std::size_t b) const {
    if (all.size() != 2 || a != 0 || b != 1) return false;
    const auto light = [](std::span<const Token> tokens) {
      return std::ranges::all_of(
          tokens, [](const Token& t) { return t.word_class == WordClass::light && t.kind == TokenKind::word; });
    };
    const auto& first = all[0];
    const auto& second = all[1];
    // Whether light words alone part the two in the text: an apposition, or the verb itself.
    return light(statement_.subspan(first.last + 1, second.first - first.last - 1)) &&
           (first.text_first <= second.text_last + 1 ||
            light(text_.subspan(second.text_last + 1, first.text_first - second.text_last - 1)));
  }

  bool word_for_word() const {
    const auto& begin = alignment_.matches.front();
    if (!begin) return false;
    const auto first = text_[begin->place].order - statement_.front().order;
    for (std::size_t i = 0; i < statement_.size(); ++i) {
      const auto& match = alignment_.matches[i];
      if (!match || statement_[i].form != text_[match->place].form) return false;
      // From as many tokens before as in the statement.
      if (text_[match->place].order - first != statement_[i].order) return false;
    }
    return true;
  }

  std::span<const Token> statement_, text_;
  const Lexicon& lexicon_;
  Alignment alignment_;
};

bool better(const Finding& a, const Finding& b) {
  constexpr auto rank = [](Verdict v) {
    return v == Verdict::contradicted ? 2 : v == Verdict::unverified ? 3 : static_cast<int>(v);
  };
  return rank(a.verdict) < rank(b.verdict);
}

}  // namespace

Finding check(std::string_view statement, std::string_view text) {
  const auto cited = read(text);
  const auto said = read(statement, cited.lexicon);
  if (std::ranges::none_of(said.tokens, &Token::carries)) return {};
  std::vector<std::size_t> starts;  // of the sentences
  for (std::size_t i = 0; i < cited.tokens.size(); ++i) {
    if (i == 0 || cited.tokens[i].sentence != cited.tokens[i - 1].sentence) starts.push_back(i);
  }
  Finding best;
  const auto window = std::max<std::size_t>(1, said.sentences);
  for (std::size_t s = 0; s < starts.size(); ++s) {
    const auto end = s + window < starts.size() ? starts[s + window] : cited.tokens.size();
    const auto stretch = std::span(cited.tokens).subspan(starts[s], end - starts[s]);
    const auto finding = Judge(said.tokens, stretch, *cited.lexicon).judge();
    if (better(finding, best)) best = finding;
    if (best.holds()) break;
  }
  return best;
}

}  // namespace oprag::verify
