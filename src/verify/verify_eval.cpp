// verify_eval SAMPLES EVAL [KIND]: how many statements of each kind the corpus holds; with a kind, those statements.
#include <iostream>
#include <map>

#include "verify/corpus_sources.hpp"

using namespace oprag::verify::corpus;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  for (const auto& source : load_sources(argv[1], argv[2])) {
    std::map<Kind, int> counts;
    for (const auto& sample : generate(source.texts, 7, 400)) {
      ++counts[sample.kind];
      if (argc > 3 && name_of(sample.kind) == argv[3]) std::cout << sample.statement << "\n";
    }
    std::cout << source.name;
    for (const auto& [kind, count] : counts) std::cout << "  " << name_of(kind) << " " << count;
    std::cout << "\n";
  }
}
