#include "answer/route.hpp"

#include <algorithm>
#include <cmath>

#include "search/names.hpp"
#include "search/terms.hpp"

namespace oprag::answer {
namespace {

using search::Periods;

constexpr double names_share = 0.6;    // of the route when a question has both names and periods
constexpr double short_document = 10;  // passages: a document of so many is routed to half as much as a long one

// How surely a word names what is called so, 0 to 1: not at all when the other documents use it half as often, too.
double certainty(const index::View& view, std::string_view word, const std::vector<std::uint32_t>& called) {
  const auto terms = search::terms_of(word, view.document(0).language);
  if (terms.empty()) return 0;
  std::uint64_t own = 0, elsewhere = 0;
  for (const auto& [document, passages] : view.spread(terms.front().text))
    (std::ranges::binary_search(called, document) ? own : elsewhere) += passages;
  if (elsewhere == 0) return 1;  // nor need the word stand in any text
  return own == 0 ? 0 : std::max(0.0, 1 - 2 * static_cast<double>(elsewhere) / static_cast<double>(own));
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

// How much of what the question calls documents by each is called, 0 to 1; empty when it calls none.
std::map<std::uint32_t, double> named_in(const index::View& view, std::string_view question) {
  const auto& catalogue = view.catalogue();
  std::map<std::uint32_t, double> out;
  double sum = 0;
  const auto weigh = [&](const std::string& asked, const std::vector<std::uint32_t>& found) {
    if (found.empty() || found.size() == catalogue.documents()) return;
    const auto sure = certainty(view, asked, found);
    if (sure == 0) return;
    const auto n = static_cast<double>(found.size()), all = static_cast<double>(catalogue.documents());
    const auto weight = std::log(1 + (all - n + 0.5) / (n + 0.5));
    for (const auto document : found) out[document] += sure * weight;
    sum += weight;
  };
  const auto asked = search::names_in(question);
  for (const auto& word : asked.words) weigh(word, catalogue.called_by_word(word));
  for (const auto& pair : asked.pairs) weigh(pair, catalogue.called_by_pair(pair));
  for (auto& [document, weight] : out) weight /= sum;
  return out;
}

// How much it says to know the document, by how many passages it has.
double strength_of(const index::View& view, const std::map<std::uint32_t, double>& named) {
  auto passages = static_cast<double>(view.passage_count()) / static_cast<double>(view.document_count());
  if (!named.empty()) {
    passages = 0;
    for (const auto& [document, share] : named)
      passages += static_cast<double>(view.catalogue().passages(document)) / static_cast<double>(named.size());
  }
  return passages / (passages + short_document);
}

}  // namespace

Routes route(const index::View& view, std::string_view question, const std::vector<std::size_t>& documents) {
  const auto named = named_in(view, question);
  const auto periods = search::periods_of(question);
  const bool dated = !periods.years.empty() || !periods.quarters.empty();
  if (named.empty() && !dated) return {};
  const double names_weight = named.empty() ? 0 : dated ? names_share : 1;
  Routes out{.fits = {}, .strength = strength_of(view, named)};
  for (const auto d : documents) {
    const auto found = named.find(static_cast<std::uint32_t>(d));
    out.fits[d] = names_weight * (found == named.end() ? 0 : found->second) +
                  (1 - names_weight) * (dated ? period_fit(periods, view.catalogue().periods(d)) : 0);
  }
  return out;
}

}  // namespace oprag::answer
