// How the chatbots are used: GET /v1/analytics/summary.
#pragma once
#include "base/caller.hpp"
#include "base/environment.hpp"
#include "features/analytics/traffic.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::analytics {

struct AnalyticsQuery {
  std::optional<ProjectId> project_id;
  std::optional<Timestamp> from, to;  // default: the last 30 days; `to` is exclusive
};
BOOST_DESCRIBE_STRUCT(AnalyticsQuery, (), (project_id, from, to))

struct AnalyticsRange {
  Timestamp from, to;
};
BOOST_DESCRIBE_STRUCT(AnalyticsRange, (), (from, to))

struct AnalyticsTotals {
  std::int64_t questions = 0, conversations = 0, visitors = 0, answered = 0, unanswered = 0;
  std::optional<double> answer_rate;
  std::optional<std::int64_t> p50_latency_ms, p95_latency_ms;
  std::int64_t good = 0, bad = 0;                  // the team's ratings
  std::int64_t visitor_good = 0, visitor_bad = 0;  // the visitors' own
};
BOOST_DESCRIBE_STRUCT(AnalyticsTotals, (),
                      (questions, conversations, visitors, answered, unanswered, answer_rate, p50_latency_ms,
                       p95_latency_ms, good, bad, visitor_good, visitor_bad))

struct AnalyticsDay {
  std::string date;
  std::int64_t questions = 0, conversations = 0, visitors = 0, answered = 0, unanswered = 0;
};
BOOST_DESCRIBE_STRUCT(AnalyticsDay, (), (date, questions, conversations, visitors, answered, unanswered))

struct AnalyticsSummary {
  AnalyticsRange range;
  AnalyticsTotals totals;
  std::vector<AnalyticsDay> series;  // every day, zeros too
  std::vector<AskedQuestion> top_questions;
  std::vector<CitedSource> top_sources;
  std::vector<UnansweredQuestion> unanswered_questions;
};
BOOST_DESCRIBE_STRUCT(AnalyticsSummary, (), (range, totals, series, top_questions, top_sources, unanswered_questions))

class Service {
 public:
  Service(db::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}
  // Throws invalid_request for a range that is empty or longer than 400 days, not_found for a foreign project.
  AnalyticsSummary summary(const Caller& caller, const AnalyticsQuery& query) const;

 private:
  db::Database& database_;
  Clock clock_;
};

void add_routes(http::Router& router, Service& analytics);

}  // namespace oprag::analytics
