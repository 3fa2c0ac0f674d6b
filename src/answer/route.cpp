#include "answer/route.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "search/terms.hpp"

namespace oprag::answer {
namespace {

constexpr double names_share = 0.6;  // of the route when a question has both names and periods
constexpr std::size_t shortest_prefix = 3;

bool has_letter(std::string_view word) {
  return std::ranges::any_of(word, [](unsigned char c) { return c >= 0x80 || std::isalpha(c); });
}

// A name is one word here and two there ("Kraft Heinz", "KRAFTHEINZ"): so neighbours are kept written together, too.
struct Names {
  std::set<std::string, std::less<>> words, pairs;
};

Names names_in(std::string_view text) {
  Names out;
  std::string before;
  for (const auto& term : search::terms_of(text, "")) {
    if (!has_letter(term.surface) || code_points(term.surface) < 2) {
      before.clear();
      continue;
    }
    out.words.insert(term.surface);
    if (!before.empty()) out.pairs.insert(before + term.surface);
    before = term.surface;
  }
  return out;
}

std::string called(const index::Document& document) {
  auto out = document.filename.substr(0, document.filename.rfind('.'));
  std::ranges::replace(out, '_', ' ');
  return out.append("\n").append(document.title);
}

// A short form stands for the name that it begins ("JPM").
bool begins(const std::string& asked, const std::set<std::string, std::less<>>& names) {
  const auto found = names.lower_bound(asked);
  if (found == names.end()) return false;
  return *found == asked || (asked.size() >= shortest_prefix && found->starts_with(asked) && 2 * asked.size() > 5);
}

// A word that stands in more passages than the documents called by it have is the subject's, not a document's.
bool is_name(const index::View& view, std::string_view word, std::size_t passages_called) {
  const auto terms = search::terms_of(word, view.document(0).language);
  if (terms.empty()) return false;
  const auto using_it = static_cast<double>(view.passage_count() + 1) / std::exp(view.rarity(terms.front().text)) - 0.5;
  return using_it < static_cast<double>(passages_called) + 0.5;
}

std::vector<std::size_t> passages_by_document(const index::View& view) {
  std::vector<std::size_t> out(view.document_count());
  for (std::size_t i = 0; i < view.passage_count(); ++i) ++out[view.document_of(static_cast<index::PassageRef>(i))];
  return out;
}

// A document that is not called after its time says it where it begins.
Periods periods_of(const index::Document& document) {
  auto out = oprag::answer::periods_of(called(document));
  if (!out.years.empty()) return out;
  for (const auto& attribute : document.attributes) {
    if (attribute.name == "period") out = oprag::answer::periods_of(attribute.value);
  }
  return out;
}

double period_fit(const Periods& asked, const Periods& own) {
  double fit = 0;
  if (!asked.years.empty()) {
    const auto speaks_of = [&](int year) { return std::ranges::find(own.years, year) != own.years.end(); };
    // "From 2021 to 2022" is in the document of the later year.
    if (speaks_of(asked.years.back())) {
      fit = 1;
    } else if (std::ranges::any_of(asked.years, speaks_of)) {
      fit = 0.5;
    }
  }
  if (asked.quarters.empty()) return own.quarters.empty() ? fit : 0.8 * fit;
  const bool quarter = std::ranges::any_of(
      asked.quarters, [&](int q) { return std::ranges::find(own.quarters, q) != own.quarters.end(); });
  return (fit + quarter) / 2;
}

}  // namespace

Periods periods_of(std::string_view text) {
  std::set<int> years, quarters;
  const auto lower = ascii_lower(text);
  static const std::regex year(R"((?:^|[^0-9.,$])(?:fy ?)?((?:19|20)[0-9]{2})(?![0-9.,]*[0-9]))");
  static const std::regex short_year(R"(\bfy ?'?([0-9]{2})\b)");
  static const std::regex quarter(R"((?:^|[^a-z])q([1-4])(?![0-9])|\b([1-4])q(?![a-z]))");
  const auto each = [&](const std::regex& pattern, auto take) {
    for (std::sregex_iterator it(lower.begin(), lower.end(), pattern), end; it != end; ++it) take(*it);
  };
  each(year, [&](const auto& found) { years.insert(std::stoi(found[1])); });
  each(short_year, [&](const auto& found) { years.insert(2000 + std::stoi(found[1])); });
  each(quarter, [&](const auto& found) { quarters.insert(std::stoi(found[1].matched ? found[1] : found[2])); });
  constexpr std::array<std::string_view, 4> ordinals = {"first", "second", "third", "fourth"};
  for (std::size_t i = 0; i < ordinals.size(); ++i) {
    for (const std::string_view between : {" quarter", " fiscal quarter"}) {
      if (lower.find(std::string(ordinals[i]).append(between)) != std::string::npos)
        quarters.insert(static_cast<int>(i) + 1);
    }
  }
  return {{years.begin(), years.end()}, {quarters.begin(), quarters.end()}};
}

std::map<std::size_t, double> route(const index::View& view, std::string_view question,
                                    const std::vector<std::size_t>& documents) {
  struct Place {
    Names names;
    double named = 0;
  };
  std::map<std::size_t, Place> places;
  for (const auto d : documents) places[d].names = names_in(called(view.document(d)));
  double sum = 0;
  const auto passages = passages_by_document(view);
  const auto weigh = [&](const std::string& asked, auto&& calls) {
    std::vector<Place*> found;
    std::size_t called = 0;
    for (auto& [d, place] : places) {
      if (!calls(place.names)) continue;
      found.push_back(&place);
      called += passages[d];
    }
    if (found.empty() || found.size() == places.size()) return;
    const auto n = static_cast<double>(found.size()), all = static_cast<double>(places.size());
    if (!is_name(view, asked, called)) return;
    const auto weight = std::log(1 + (all - n + 0.5) / (n + 0.5));
    for (auto* place : found) place->named += weight;
    sum += weight;
  };
  const auto asked = names_in(question);
  for (const auto& word : asked.words)
    weigh(word, [&](const Names& names) { return begins(word, names.words) || begins(word, names.pairs); });
  // Of two pairs each word has been looked at by itself: "of the" is in many a name.
  for (const auto& pair : asked.pairs) weigh(pair, [&](const Names& names) { return begins(pair, names.words); });
  const auto periods = periods_of(question);
  const bool dated = !periods.years.empty() || !periods.quarters.empty();
  if (sum == 0 && !dated) return {};
  const double names_weight = sum == 0 ? 0 : dated ? names_share : 1;
  std::map<std::size_t, double> out;
  for (const auto& [d, place] : places) {
    const auto named = sum > 0 ? place.named / sum : 0;
    out[d] =
        names_weight * named + (1 - names_weight) * (dated ? period_fit(periods, periods_of(view.document(d))) : 0);
  }
  return out;
}

}  // namespace oprag::answer
