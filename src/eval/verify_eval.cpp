// verify_eval SAMPLES EVAL [SEED [KIND]]: how the checker does on true and corrupted statements, with 95 % intervals;
// with a kind, the statements of it that it gets wrong.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>

#include "eval/corpus_sources.hpp"
#include "verify/checker.hpp"

using namespace oprag::verify;

namespace {

struct Count {
  int right = 0, all = 0;
};

// Wilson's interval.
std::string share(const Count& count) {
  const double n = count.all, p = n > 0 ? count.right / n : 0, z = 1.96;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  std::ostringstream out;
  out << std::fixed << std::setprecision(3) << p << " [" << centre - half << ", " << centre + half << "]  "
      << count.right << "/" << count.all;
  return out.str();
}

void measure(const corpus::Source& source, std::uint64_t seed, std::string_view shown) {
  std::map<corpus::Kind, Count> counts;
  Count precision, paraphrased;
  for (const auto& sample : corpus::generate(source.texts, seed, 400)) {
    const auto finding = check(sample.statement, source.texts[sample.text].text);
    const bool right = finding.holds() == corpus::is_true(sample.kind);
    auto& count = counts[sample.kind];
    ++count.all;
    count.right += right;
    if (corpus::is_paraphrase(sample.kind)) {
      ++paraphrased.all;
      paraphrased.right += right;
    }
    if (finding.verdict == Verdict::supported) {
      ++precision.all;
      precision.right += corpus::is_true(sample.kind);
    }
    if (!right && corpus::name_of(sample.kind) == shown) {
      std::cout << "  " << static_cast<int>(finding.doubt) << " " << sample.statement << "\n      "
                << source.texts[sample.text].text.substr(0, 1'200) << "\n";
    }
  }
  std::cout << source.name << ", seed " << seed << "\n";
  for (const auto& [kind, count] : counts) {
    std::cout << "  " << std::left << std::setw(12) << corpus::name_of(kind)
              << (corpus::is_true(kind) ? "kept    " : "caught  ") << share(count) << "\n";
  }
  std::cout << "  paraphrased kept    " << share(paraphrased) << "\n  supported   right   " << share(precision) << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : 7;
  for (const auto& source : corpus::load_sources(argv[1], argv[2])) measure(source, seed, argc > 4 ? argv[4] : "");
}
