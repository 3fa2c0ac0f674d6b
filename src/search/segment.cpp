#include "search/segment.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "search/terms.hpp"
#include "search/vectors.hpp"

namespace oprag::search {
namespace {

// Gives every distinct term a number, in the order of first use.
class Vocabulary {
 public:
  explicit Vocabulary(std::vector<std::string>& words) : words_(words) {}

  void add(TermStream& stream, std::string_view text, std::string_view language) {
    std::optional<std::uint32_t> position;
    for (const auto& term : terms_of(text, language)) {
      const auto flag = position == term.position ? TermStream::same_position : 0;
      position = term.position;
      stream.push(number_of(term.text) | flag);
    }
  }

 private:
  std::uint32_t number_of(const std::string& term) {
    const auto [it, is_new] = numbers_.try_emplace(term, static_cast<std::uint32_t>(words_.size()));
    if (is_new) words_.push_back(term);
    return it->second;
  }

  std::vector<std::string>& words_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

// "ACME_2022-10K.pdf" as words: an underscore or a hyphen stands for a blank there, and the suffix names no subject.
std::string file_words(std::string_view filename) {
  const auto dot = filename.rfind('.');
  std::string out(dot != std::string_view::npos && dot > 0 ? filename.substr(0, dot) : filename);
  std::ranges::replace(out, '_', ' ');
  return out;
}

void add_vectors(Segment& segment, std::span<const std::vector<float>> vectors) {
  if (vectors.empty()) return;
  if (vectors.size() != segment.passages.size()) throw std::invalid_argument("one vector a passage, or none");
  segment.dimension = vectors.front().size();
  for (const auto& vector : vectors) {
    if (vector.size() != segment.dimension) throw std::invalid_argument("vectors of different dimensions");
    const auto quantised = quantise(vector);
    segment.vectors.insert(segment.vectors.end(), quantised.values.begin(), quantised.values.end());
    segment.scales.push_back(quantised.scale);
  }
}

}  // namespace

std::span<const std::uint32_t> TermStream::text(std::size_t index) const {
  const auto begin = index == 0 ? 0 : ends_[index - 1];
  return std::span(entries_).subspan(begin, ends_[index] - begin);
}

// What is called after neither its subject nor its time is called as it speaks.
void read_names(Segment& segment) {
  const auto& document = segment.document;
  const auto file = file_words(document.filename);
  const auto own = [&](std::string_view name) {
    const auto found = std::ranges::find(document.attributes, name, &Attribute::name);
    return found == document.attributes.end() ? std::string() : found->value;
  };
  const auto called = file + "\n" + document.title;
  const auto own_names = own(names_attribute);
  const auto spoken = names_in(own_names).words, filed = names_in(file).words;
  const bool named =
      std::ranges::any_of(filed, [&](const auto& word) { return std::ranges::binary_search(spoken, word); });
  segment.names = names_in(named ? called : called + "\n" + own_names);
  const bool dated = !periods_of(file).years.empty();
  segment.periods = periods_of(dated ? called : called + "\n" + own(period_attribute));
}

Segment make_segment(Document document, std::vector<Passage> passages, std::span<const std::vector<float>> vectors) {
  Segment out;
  out.document = std::move(document);
  out.passages = std::move(passages);
  add_vectors(out, vectors);

  read_names(out);
  Vocabulary vocabulary(out.vocabulary);
  const auto& language = out.document.language;
  vocabulary.add(out.title, file_words(out.document.filename), language);
  vocabulary.add(out.title, out.document.title, language);
  for (const auto& [name, value] : out.document.attributes) {
    if (name != names_attribute) vocabulary.add(out.title, value, language);  // its passages have them in their text
  }
  out.title.end_text();
  for (std::size_t i = 0; i < out.passages.size(); ++i) {
    auto& passage = out.passages[i];
    passage.ordinal = static_cast<std::uint32_t>(i);
    vocabulary.add(out.body, passage.text, language);
    out.body.end_text();
    for (const auto& heading : passage.headings) vocabulary.add(out.headings, heading, language);
    vocabulary.add(out.headings, passage.table_head, language);
    out.headings.end_text();
  }
  return out;
}

}  // namespace oprag::search
