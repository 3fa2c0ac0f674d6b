// Times of the scan and of BM25F on made data: search_bench [seed]. Prints what it ran on, since figures without that
// say nothing. Words follow Zipf's law (s = 1.07, 50,000 words, 200 a passage); questions are 8 words of the same law.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>
#include <random>

#include "search/project_index.hpp"

namespace oprag::search {
namespace {

constexpr std::size_t dimension = 384;
using Clock = std::chrono::steady_clock;

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

const char* name_of(Kernel kernel) {
  switch (kernel) {
    case Kernel::plain:
      return "plain";
    case Kernel::avx2:
      return "avx2";
    case Kernel::avx512_vnni:
      return "avx512_vnni";
  }
  return "?";
}

struct Times {
  double median, p99;  // ms
};

// Runs `work` until a second has gone, at least 5 times.
template <class F>
Times timed(F&& work) {
  std::vector<double> ms;
  const auto begin = Clock::now();
  while (ms.size() < 5 || (Clock::now() - begin < std::chrono::seconds(1) && ms.size() < 5000)) {
    const auto at = Clock::now();
    work();
    ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - at).count());
  }
  std::ranges::sort(ms);
  return {ms[ms.size() / 2], ms[std::min(ms.size() - 1, ms.size() * 99 / 100)]};
}

class Zipf {
 public:
  Zipf(std::size_t words, double exponent) {
    double sum = 0;
    for (std::size_t i = 1; i <= words; ++i) sums_.push_back(sum += std::pow(static_cast<double>(i), -exponent));
  }
  std::string word(std::mt19937_64& random) const {
    std::uniform_real_distribution<double> uniform(0, sums_.back());
    return "w" + std::to_string(std::ranges::lower_bound(sums_, uniform(random)) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

std::vector<float> random_vector(std::mt19937_64& random) {
  std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(dimension)));
  std::vector<float> out(dimension);
  for (auto& v : out) v = normal(random);
  return out;
}

// GB/s that one core reads from memory, for the bound.
double bandwidth() {
  const std::vector<std::uint64_t> numbers(64u << 20, 1);
  std::uint64_t sum = 0;
  const auto t = timed([&] { sum += std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}); });
  if (sum == 0) std::printf("never\n");  // keeps the sum
  return static_cast<double>(numbers.size() * sizeof numbers[0]) / 1e6 / t.median;
}

void bench_scan(std::size_t rows, double memory_gb_s, std::mt19937_64& random) {
  VectorTable table(dimension);
  table.reserve(rows);
  std::vector<std::int8_t> values(dimension);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < dimension; i += 8) {
      const auto bits = random();
      std::memcpy(values.data() + i, &bits, 8);
    }
    table.add(values, 0.01f);
  }
  const auto query = quantise(random_vector(random));
  std::vector<std::int32_t> dots(rows);
  for (const auto kernel : {Kernel::plain, Kernel::avx2, Kernel::avx512_vnni}) {
    if (!is_supported(kernel)) continue;
    const auto t = timed([&] { table.dot(query.values, 0, dots, kernel); });
    const auto gb = static_cast<double>(rows * dimension) / 1e9;
    std::printf("scan   %8zu rows  %-12s median %8.3f ms  p99 %8.3f ms  %6.1f GB/s  (bound by memory: %.3f ms)\n", rows,
                name_of(kernel), t.median, t.p99, gb / t.median * 1e3, gb / memory_gb_s * 1e3);
  }
}

std::shared_ptr<const Segment> made_document(std::size_t number, std::size_t passages, const Zipf& words,
                                             std::mt19937_64& random) {
  std::vector<Passage> out(passages);
  std::vector<std::vector<float>> vectors;
  for (auto& passage : out) {
    for (int i = 0; i < 200; ++i) passage.text += words.word(random) + " ";
    vectors.push_back(random_vector(random));
  }
  Document d{.id = {std::to_string(number)},
             .filename = "report.pdf",
             .text_sha256 = std::to_string(random()),
             .language = "en"};
  return std::make_shared<const Segment>(make_segment(std::move(d), std::move(out), vectors));
}

void bench_index(std::size_t documents, std::size_t passages_each, std::mt19937_64& random) {
  const Zipf words(50'000, 1.07);
  std::vector<std::shared_ptr<const Segment>> segments;
  auto at = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - at).count(); };
  for (std::size_t d = 0; d < documents; ++d) segments.push_back(made_document(d, passages_each, words, random));
  const auto made = elapsed();
  const auto total = documents * passages_each;
  ProjectIndex index;
  at = Clock::now();
  index.update(segments, {});
  const auto built = elapsed();
  const auto snapshot = index.snapshot();
  const auto keyword = timed([&] {
    std::string question;
    for (int i = 0; i < 8; ++i) question += words.word(random) + " ";
    (void)snapshot->keyword(question, 200);
  });
  const auto semantic = timed([&, query = random_vector(random)] { (void)snapshot->semantic(query, 200); });
  std::printf(
      "index  %8zu passages in %zu documents: made %.2f s, built %.3f s; keyword median %.3f ms p99 %.3f ms; semantic "
      "median %.3f ms p99 %.3f ms\n",
      total, documents, made, built, keyword.median, keyword.p99, semantic.median, semantic.p99);
  if (total > 10'000) return;
  ProjectIndex grown;
  at = Clock::now();
  for (const auto& segment : segments) grown.add(segment);
  std::printf("index  %8zu passages added in %zu steps: %.3f s\n", total, documents, elapsed());
}

}  // namespace
}  // namespace oprag::search

int main(int argc, char** argv) {
  using namespace oprag::search;
  const auto seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  std::mt19937_64 random(seed);
  const auto memory = bandwidth();
  std::printf("%s, one thread, seed %llu, %zu dimensions, memory %.1f GB/s\n", processor().c_str(), seed, dimension,
              memory);
  for (const std::size_t rows : {1'000u, 10'000u, 100'000u, 1'000'000u}) bench_scan(rows, memory, random);
  bench_index(100, 100, random);
  bench_index(5'000, 1, random);
  bench_index(10'000, 1, random);
  bench_index(1'000, 100, random);
}
