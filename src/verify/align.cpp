#include "verify/align.hpp"

#include <algorithm>

namespace oprag::verify {
namespace {

constexpr double content_weight = 3, light_weight = 1, neighbour_bonus = 0.5, stem_share = 0.9;

double weight_of(const Token& token) {
  return token.carries() ? content_weight : light_weight;
}

double likeness(const Token& statement, const Token& text) {
  if (!says(statement, text)) return 0;
  return weight_of(statement) * (statement.form == text.form ? 1 : stem_share);
}

class Aligner {
 public:
  Aligner(std::span<const Token> statement, std::span<const Token> text) : statement_(statement), text_(text) {
    out_.matches.resize(statement.size());
    out_.used.resize(text.size());
  }

  Alignment run() {
    match(0, statement_.size(), 0);
    // Each stretch that is left may stand elsewhere, as a whole.
    std::size_t group = 0;
    for (std::size_t i = 0; i < statement_.size();) {
      if (out_.matches[i]) {
        ++i;
        continue;
      }
      auto end = i;
      while (end < statement_.size() && !out_.matches[end]) ++end;
      if (std::ranges::any_of(statement_.subspan(i, end - i), &Token::carries)) match(i, end, ++group);
      i = end;
    }
    double all = 0, found = 0;
    for (std::size_t i = 0; i < statement_.size(); ++i) {
      all += weight_of(statement_[i]);
      if (out_.matches[i]) found += weight_of(statement_[i]);
    }
    out_.weight = all > 0 ? found / all : 0;
    return std::move(out_);
  }

 private:
  // The heaviest common subsequence of [begin, end) with what is free of the text; runs weigh more.
  void match(std::size_t begin, std::size_t end, std::size_t group) {
    const auto rows = end - begin + 1, columns = text_.size() + 1;
    std::vector<double> best(rows * columns), ending(rows * columns);
    const auto at = [&](std::size_t i, std::size_t j) { return i * columns + j; };
    for (std::size_t i = 1; i < rows; ++i) {
      for (std::size_t j = 1; j < columns; ++j) {
        const auto like = out_.used[j - 1] ? 0 : likeness(statement_[begin + i - 1], text_[j - 1]);
        if (like > 0) {
          const auto before = ending[at(i - 1, j - 1)];
          ending[at(i, j)] = like + std::max(best[at(i - 1, j - 1)], before > 0 ? before + neighbour_bonus : 0);
        }
        best[at(i, j)] = std::max({best[at(i - 1, j)], best[at(i, j - 1)], ending[at(i, j)]});
      }
    }
    auto i = rows - 1, j = columns - 1;
    bool within_run = false;
    while (i > 0 && j > 0) {
      const auto here = ending[at(i, j)];
      if (here > 0 && (within_run || here == best[at(i, j)])) {
        out_.matches[begin + i - 1] = Match{j - 1, group};
        out_.used[j - 1] = true;
        const auto before = ending[at(i - 1, j - 1)];
        within_run = before > 0 && before + neighbour_bonus >= best[at(i - 1, j - 1)];
        --i;
        --j;
      } else if (best[at(i - 1, j)] >= best[at(i, j - 1)]) {
        --i;
      } else {
        --j;
      }
    }
  }

  std::span<const Token> statement_, text_;
  Alignment out_;
};

}  // namespace

bool says(const Token& statement, const Token& text) {
  if (statement.kind == TokenKind::quantity) {
    if (text.kind == TokenKind::quantity) return statement.quantity == text.quantity;
    // A year alone.
    return text.kind == TokenKind::date && statement.quantity.dimension.empty() &&
           statement.quantity.value == static_cast<long double>(text.date.year);
  }
  if (statement.kind == TokenKind::date) return text.kind == TokenKind::date && statement.date.within(text.date);
  if (text.kind != TokenKind::word) return false;
  return statement.form == text.form || (statement.word_class == WordClass::content &&
                                         text.word_class == WordClass::content && statement.stem == text.stem);
}

Alignment align(std::span<const Token> statement, std::span<const Token> text) {
  return Aligner(statement, text).run();
}

}  // namespace oprag::verify
