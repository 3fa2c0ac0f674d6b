// How often whom may call what. The numbers are the contract's; 0 switches a limit off.
#pragma once
#include <atomic>
#include <memory>

#include "base/environment.hpp"
#include "features/limits/counters.hpp"
#include "http/hooks.hpp"

namespace oprag::limits {

struct Limits {
  // a minute
  std::int64_t chat_per_key = 600;
  std::int64_t chat_per_visitor = 20;
  std::int64_t chat_per_project = 1'200;
  std::int64_t chat_per_test_key = 60;
  std::int64_t visitor_tokens_per_address = 30;
  std::int64_t widget_questions_per_address = 60;
  std::int64_t requests_per_user = 6'000;
  std::int64_t requests_per_company = 30'000;
  // a day
  std::int64_t test_questions_per_project = 1'000;
};

class RateLimits final : public http::RateLimiter {
 public:
  // Counts in the process beside SQLite, which has one; in the store otherwise.
  RateLimits(Limits limits, db::Database& database, Clock clock);

  http::RateVerdict take(const Caller& caller, const http::Request& request, const http::Spec& spec) override;

 private:
  std::vector<Bucket> buckets_of(const Caller& caller, const http::Request& request, const http::Spec& spec) const;
  void forget_old(Timestamp now);

  Limits limits_;
  Clock clock_;
  std::unique_ptr<Counters> counters_;
  std::atomic<std::int64_t> forgotten_at_ = 0;
};

// The client's network: its IPv4 address, or the 64 bits of an IPv6 address that one customer holds.
std::string network_of(const std::string& address);

}  // namespace oprag::limits
