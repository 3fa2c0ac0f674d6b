#include "verify/corpus.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace oprag::verify::corpus {
namespace {

constexpr std::array<std::string_view, 14> kind_names = {"verbatim", "reordered",  "rescaled", "redated",  "shortened",
                                                         "answered", "number",     "unit",     "date",     "name",
                                                         "negation", "comparison", "role",     "elsewhere"};

constexpr std::size_t least_words = 6;
constexpr std::size_t most_bytes = 400;

std::size_t words_of(const std::string& sentence) {
  return static_cast<std::size_t>(std::ranges::count(sentence, ' ')) + 1;
}

bool usable(const std::string& sentence) {
  return words_of(sentence) >= least_words && sentence.size() <= most_bytes && sentence.find('\n') == std::string::npos;
}

class Generator {
 public:
  Generator(std::span<const Text> texts, std::uint64_t seed, std::size_t per_kind)
      : texts_(texts), random_(seed), per_kind_(per_kind) {}

  std::vector<Sample> run() {
    for (const auto i : shuffled()) {
      for (const auto& [question, answer] : texts_[i].questions) {
        if (const auto statement = statement_of(question, answer)) from_true(i, *statement, Kind::answered);
      }
      for (const auto& sentence : texts_[i].sentences) {
        if (usable(sentence)) from_sentence(i, sentence);
      }
      add_elsewhere(i);
    }
    return std::move(out_);
  }

 private:
  std::vector<std::size_t> shuffled() {
    std::vector<std::size_t> order(texts_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    return order;
  }

  void from_sentence(std::size_t text, const std::string& sentence) {
    from_true(text, sentence, Kind::verbatim);
    for (const auto kind : {Kind::reordered, Kind::rescaled, Kind::redated, Kind::shortened}) {
      if (const auto statement = paraphrase(kind, sentence, random_)) from_true(text, *statement, kind);
    }
  }

  // A true statement and, of one kind after the other, what corruption makes of it.
  void from_true(std::size_t text, const std::string& statement, Kind kind) {
    if (!add(text, statement, kind)) return;
    constexpr std::array kinds = {Kind::number,   Kind::unit,       Kind::date, Kind::name,
                                  Kind::negation, Kind::comparison, Kind::role};
    const auto names = other_names(text, statement);
    for (const auto corruption : kinds) {
      // Most sentences have a name or a verb to negate, few a unit: take those rarely, these always.
      const bool common = corruption == Kind::name || corruption == Kind::negation;
      if (common && random_.below(3) != 0) continue;
      if (const auto wrong = corrupt(corruption, statement, names, random_)) add(text, *wrong, corruption);
    }
  }

  // From the same text first, then from the next one.
  std::vector<std::string> other_names(std::size_t text, const std::string& statement) {
    std::vector<std::string> out;
    for (const auto& sentence : texts_[random_.below(2) == 0 ? text : (text + 1) % texts_.size()].sentences) {
      for (const auto& place : names_in(sentence)) {
        auto name = sentence.substr(place.begin, place.end - place.begin);
        if (statement.find(name) == std::string::npos) out.push_back(std::move(name));
      }
    }
    return out;
  }

  void add_elsewhere(std::size_t text) {
    const auto& other = texts_[(text + 1) % texts_.size()];
    if (other.sentences.empty()) return;
    const auto& sentence = other.sentences[random_.below(other.sentences.size())];
    if (usable(sentence) && texts_[text].text.find(sentence) == std::string::npos) add(text, sentence, Kind::elsewhere);
  }

  bool add(std::size_t text, const std::string& statement, Kind kind) {
    auto& count = counts_[kind];
    if (count == per_kind_) return false;
    // A corruption that the text happens to say is none.
    if (!is_true(kind) && texts_[text].text.find(statement) != std::string::npos) return false;
    ++count;
    out_.push_back({kind, statement, text});
    return true;
  }

  std::span<const Text> texts_;
  Random random_;
  std::size_t per_kind_;
  std::map<Kind, std::size_t> counts_;
  std::vector<Sample> out_;
};

}  // namespace

bool is_true(Kind kind) {
  return kind <= Kind::answered;
}

bool is_paraphrase(Kind kind) {
  return is_true(kind) && kind != Kind::verbatim;
}

std::string_view name_of(Kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<Sample> generate(std::span<const Text> texts, std::uint64_t seed, std::size_t per_kind) {
  return texts.empty() ? std::vector<Sample>() : Generator(texts, seed, per_kind).run();
}

}  // namespace oprag::verify::corpus
