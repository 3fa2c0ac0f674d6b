#include "search/stemmer.hpp"

#include <libstemmer.h>

#include <array>
#include <functional>
#include <map>
#include <memory>

namespace oprag::search {
namespace {

using Stemmer = std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)>;

// A stemmer keeps its word inside, hence one a thread.
sb_stemmer* stemmer_for(std::string_view code) {
  thread_local std::map<std::string, Stemmer, std::less<>> stemmers;
  auto found = stemmers.find(code);
  if (found == stemmers.end()) {
    const std::string name(code);
    found = stemmers.emplace(name, Stemmer(sb_stemmer_new(name.c_str(), "UTF_8"), &sb_stemmer_delete)).first;
  }
  return found->second.get();
}

std::string stemmed_anew(std::string_view word, std::string_view code) {
  auto* stemmer = stemmer_for(code);
  if (!stemmer) return std::string(word);
  const auto* stemmed =
      sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
  if (!stemmed) return std::string(word);
  return std::string(reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer)));
}

// The words of a text come again and again; looking one up takes a tenth of stemming it.
struct Remembered {
  std::string word, code, stem;
};
constexpr std::size_t remembered_words = 1024;

}  // namespace

std::string stem(std::string_view word, std::string_view language) {
  const auto code = language.substr(0, language.find('-'));
  if (code.size() < 2 || code.size() > 3) return std::string(word);
  thread_local std::array<Remembered, remembered_words> memory;
  auto& slot = memory[std::hash<std::string_view>()(word) % remembered_words];
  if (slot.word != word || slot.code != code) {
    slot = {.word = std::string(word), .code = std::string(code), .stem = stemmed_anew(word, code)};
  }
  return slot.stem;
}

}  // namespace oprag::search
