// A mean with its 95 % interval, and the two measures of a ranking that need more than counting.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace oprag::eval {

struct Interval {
  double mean = 0, low = 0, high = 0;
};

// Percentile bootstrap, 10,000 resamples with a fixed seed. `groups`: of each value, what must be drawn together (a
// document's questions); empty: each value by itself.
Interval interval_of(std::span<const double> values, std::span<const std::string> groups = {});

// How often a value of `positive` is above one of `negative`; ties count half.
double area_under_roc(std::span<const double> positive, std::span<const double> negative);

// nDCG at `depth`: `gains` of the results in their order, `all_gains` of everything that is relevant.
double ndcg(std::span<const double> gains, std::span<const double> all_gains, std::size_t depth);

}  // namespace oprag::eval
