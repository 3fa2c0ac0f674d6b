// Counters, gauges and histograms, and their Prometheus text. Registered at start, updated without locks.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace oprag::http {

using Counter = std::atomic<std::uint64_t>;

// Durations.
class Histogram {
 public:
  static constexpr std::array bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,  0.25,
                                        0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0, 120.0};  // seconds, inclusive
  void observe(std::chrono::microseconds duration);
  // Its lines of the exposition; `labels` as in `a="b"`.
  void write(std::string& text, const std::string& name, const std::string& labels) const;

 private:
  std::array<Counter, bounds.size() + 1> buckets_{};  // the last one: above all bounds
  Counter total_us_ = 0;
};

// One value of a label, escaped: `name="value"`.
std::string label(std::string_view name, std::string_view value);

class Metrics {
 public:
  // Each lives as long as this object. The same name and labels give the same series.
  Counter& counter(const std::string& name, const std::string& help, const std::string& labels = "");
  Histogram& histogram(const std::string& name, const std::string& help, const std::string& labels = "");
  // `read` is called on whatever thread asks for the text.
  void gauge(const std::string& name, const std::string& help, std::function<double()> read,
             const std::string& labels = "");

  std::string text() const;

 private:
  struct Family {
    std::string help;
    std::map<std::string, std::unique_ptr<Counter>> counters;  // by labels
    std::map<std::string, std::unique_ptr<Histogram>> histograms;
    std::map<std::string, std::function<double()>> gauges;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

// GET /metrics: for loopback, and for whoever holds `token` (empty: nobody else). Throws not_found for all others.
Response metrics_response(const Metrics& metrics, const Request& request, const std::string& token);

}  // namespace oprag::http
