// Where the corpus takes its texts from.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "verify/corpus.hpp"

namespace oprag::verify::corpus {

struct Source {
  std::string name;
  std::vector<Text> texts;
};

// The files of `samples`, one text a paragraph, and what `eval` holds of squad2/dev.json and financebench/pdfs.
std::vector<Source> load_sources(const std::filesystem::path& samples, const std::filesystem::path& eval);

}  // namespace oprag::verify::corpus
