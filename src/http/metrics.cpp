#include "http/metrics.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "base/error.hpp"

namespace oprag::http {

namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string in_braces(const std::string& labels) {
  return labels.empty() ? "" : "{" + labels + "}";
}

void write_sample(std::string& text, const std::string& name, const std::string& labels, const std::string& value) {
  text.append(name).append(in_braces(labels)).append(" ").append(value).append("\n");
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

void Histogram::observe(std::chrono::microseconds duration) {
  const auto seconds = static_cast<double>(duration.count()) / 1e6;
  const auto bucket = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  total_us_.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
}

void Histogram::write(std::string& text, const std::string& name, const std::string& labels) const {
  const std::string prefix = labels.empty() ? "" : labels + ",";
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    below += buckets_[i].load(std::memory_order_relaxed);
    const auto bound = i < bounds.size() ? number(bounds[i]) : "+Inf";
    write_sample(text, name + "_bucket", prefix + "le=\"" + bound + "\"", std::to_string(below));
  }
  write_sample(text, name + "_sum", labels, number(static_cast<double>(total_us_.load()) / 1e6));
  write_sample(text, name + "_count", labels, std::to_string(below));
}

std::string label(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + "\"";
}

Counter& Metrics::counter(const std::string& name, const std::string& help, const std::string& labels) {
  const std::scoped_lock lock(mutex_);
  auto& family = families_[name];
  family.help = help;
  auto& series = family.counters[labels];
  if (!series) series = std::make_unique<Counter>(0);
  return *series;
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help, const std::string& labels) {
  const std::scoped_lock lock(mutex_);
  auto& family = families_[name];
  family.help = help;
  auto& series = family.histograms[labels];
  if (!series) series = std::make_unique<Histogram>();
  return *series;
}

void Metrics::gauge(const std::string& name, const std::string& help, std::function<double()> read,
                    const std::string& labels) {
  const std::scoped_lock lock(mutex_);
  auto& family = families_[name];
  family.help = help;
  family.gauges[labels] = std::move(read);
}

std::string Metrics::text() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    const auto* type = !family.counters.empty() ? "counter" : !family.histograms.empty() ? "histogram" : "gauge";
    text.append("# HELP ").append(name).append(" ").append(family.help).append("\n");
    text.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    for (const auto& [labels, counter] : family.counters)
      write_sample(text, name, labels, std::to_string(counter->load()));
    for (const auto& [labels, histogram] : family.histograms) histogram->write(text, name, labels);
    for (const auto& [labels, read] : family.gauges) write_sample(text, name, labels, number(read()));
  }
  return text;
}

Response metrics_response(const Metrics& metrics, const Request& request, const std::string& token) {
  boost::system::error_code no_address;
  const auto client = boost::asio::ip::make_address(request.client, no_address);
  const bool loopback = !no_address && client.is_loopback();
  const auto authorization = request.headers["Authorization"];
  const bool bearer = !token.empty() && same_secret(authorization, "Bearer " + token);
  if (!loopback && !bearer) throw Error(ErrorCode::no_route, "No route for " + request.method + " " + request.path);
  Response response;
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = metrics.text();
  return response;
}

}  // namespace oprag::http
