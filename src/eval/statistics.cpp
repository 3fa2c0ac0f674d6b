#include "eval/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace oprag::eval {
namespace {

constexpr std::size_t resamples = 10'000;
constexpr std::uint64_t seed = 20240117;

}  // namespace

Interval interval_of(std::span<const double> values, std::span<const std::string> groups) {
  Interval out;
  if (values.empty()) return out;
  struct Cluster {
    double sum = 0, count = 0;
  };
  std::vector<Cluster> clusters;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto at = groups.empty() ? i : known.try_emplace(groups[i], known.size()).first->second;
    if (at == clusters.size()) clusters.emplace_back();
    clusters[at].sum += values[i];
    clusters[at].count += 1;
    out.mean += values[i] / static_cast<double>(values.size());
  }
  std::mt19937_64 random(seed);
  std::vector<double> means(resamples);
  for (auto& mean : means) {
    Cluster drawn;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      const auto& cluster = clusters[random() % clusters.size()];
      drawn.sum += cluster.sum;
      drawn.count += cluster.count;
    }
    mean = drawn.sum / drawn.count;
  }
  std::ranges::sort(means);
  out.low = means[resamples * 25 / 1000];
  out.high = means[resamples * 975 / 1000 - 1];
  return out;
}

double area_under_roc(std::span<const double> positive, std::span<const double> negative) {
  if (positive.empty() || negative.empty()) return 0;
  std::vector<double> sorted(negative.begin(), negative.end());
  std::ranges::sort(sorted);
  double won = 0;
  for (const auto value : positive) {
    const auto below = std::ranges::lower_bound(sorted, value) - sorted.begin();
    const auto not_above = std::ranges::upper_bound(sorted, value) - sorted.begin();
    won += static_cast<double>(below + not_above) / 2;
  }
  return won / static_cast<double>(positive.size()) / static_cast<double>(negative.size());
}

double ndcg(std::span<const double> gains, std::span<const double> all_gains, std::size_t depth) {
  const auto sum = [&](std::span<const double> list) {
    double out = 0;
    for (std::size_t i = 0; i < std::min(depth, list.size()); ++i)
      out += list[i] / std::log2(static_cast<double>(i + 2));
    return out;
  };
  std::vector<double> best(all_gains.begin(), all_gains.end());
  std::ranges::sort(best, std::greater());
  const auto ideal = sum(best);
  return ideal > 0 ? sum(gains) / ideal : 0;
}

}  // namespace oprag::eval
