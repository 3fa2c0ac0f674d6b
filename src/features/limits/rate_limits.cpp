#include "features/limits/rate_limits.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "http/router.hpp"

namespace oprag::limits {
namespace {

constexpr std::int64_t forget_every_ms = minute_ms;

void chat_buckets(const Limits& limits, const Caller& caller, const http::Request& request, std::vector<Bucket>& out) {
  const auto& project = caller.project.value;
  if (caller.kind == CallerKind::visitor) {
    out.push_back({"chat-visitor", caller.subject(), limits.chat_per_visitor});
    out.push_back({"chat-address", network_of(request.client), limits.widget_questions_per_address});
  } else if (caller.environment == Environment::test) {
    out.push_back({"chat-test-key", caller.key.value, limits.chat_per_test_key});
    out.push_back({"chat-test-day", project, limits.test_questions_per_project, day_ms});
  } else {
    // A visitorId beside an API key is the integrator's own word: it limits nobody.
    out.push_back({"chat-key", caller.key.value, limits.chat_per_key});
  }
  out.push_back({"chat-project", project, limits.chat_per_project});
}

http::RateVerdict verdict_of(const Bucket& bucket, const Count& count, Timestamp now) {
  const auto left = std::clamp<std::int64_t>(count.window_end - now, 0, bucket.window_ms);
  return {.allowed = count.used <= bucket.limit,
          .policy = std::string(bucket.policy),
          .limit = bucket.limit,
          .remaining = std::max<std::int64_t>(bucket.limit - count.used, 0),
          .window_seconds = bucket.window_ms / second_ms,
          .reset_seconds = (left + second_ms - 1) / second_ms};
}

// Of two buckets the one of which less is left, in proportion.
bool scarcer(const http::RateVerdict& a, const http::RateVerdict& b) {
  return a.remaining * b.limit < b.remaining * a.limit;
}

}  // namespace

std::string network_of(const std::string& address) {
  in6_addr bytes{};
  if (inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  std::fill(std::begin(bytes.s6_addr) + 8, std::end(bytes.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &bytes, text.data(), text.size());
  return text.data();
}

RateLimits::RateLimits(Limits limits, db::Database& database, Clock clock)
    : limits_(limits),
      clock_(std::move(clock)),
      counters_(database.engine() == "sqlite" ? counters_in_memory() : counters_in_store(database)) {}

std::vector<Bucket> RateLimits::buckets_of(const Caller& caller, const http::Request& request,
                                           const http::Spec& spec) const {
  std::vector<Bucket> out;
  switch (spec.access) {
    case http::Access::open:
      // Only a page gets a visitor token, and a page sends its Origin.
      if (spec.path == "/v1/widget/{id}/config" && request.headers.contains("Origin"))
        out.push_back({"visitor-tokens", network_of(request.client), limits_.visitor_tokens_per_address});
      break;
    case http::Access::chat:
      if (spec.path == "/v1/chat")
        chat_buckets(limits_, caller, request, out);
      else  // feedback: counted apart, so that saying what one thinks costs no question
        out.push_back({"feedback", caller.subject(),
                       caller.kind == CallerKind::visitor ? limits_.chat_per_visitor : limits_.chat_per_key});
      break;
    case http::Access::signed_in:
    case http::Access::member:
    case http::Access::admin:
      out.push_back({"user", caller.subject(), limits_.requests_per_user});
      if (!caller.company.empty()) out.push_back({"company", caller.company.value, limits_.requests_per_company});
      break;
  }
  std::erase_if(out, [](const Bucket& bucket) { return bucket.limit == 0; });
  return out;
}

http::RateVerdict RateLimits::take(const Caller& caller, const http::Request& request, const http::Spec& spec) {
  const auto buckets = buckets_of(caller, request, spec);
  if (buckets.empty()) return {};
  const auto now = clock_();
  forget_old(now);
  const auto counts = counters_->count(buckets, now);
  std::optional<http::RateVerdict> decisive;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    auto verdict = verdict_of(buckets[i], counts[i], now);
    if (!verdict.allowed) return verdict;
    if (!decisive || scarcer(verdict, *decisive)) decisive = std::move(verdict);
  }
  return *decisive;
}

void RateLimits::forget_old(Timestamp now) {
  auto last = forgotten_at_.load();
  if (now.ms < last + forget_every_ms || !forgotten_at_.compare_exchange_strong(last, now.ms)) return;
  counters_->forget(now);
}

}  // namespace oprag::limits
