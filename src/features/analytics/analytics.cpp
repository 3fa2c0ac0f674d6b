#include "features/analytics/analytics.hpp"

#include "features/projects/projects.hpp"

namespace oprag::analytics {
namespace {

constexpr std::int64_t default_days = 30;
constexpr std::int64_t longest_days = 400;
constexpr std::int64_t listed = 10;

// Without `from`, 30 days; without `to`, up to the end of today.
Range range_of(const AnalyticsQuery& query, Timestamp now) {
  const auto to = query.to.value_or(day_start(now) + day_ms);
  const auto from = query.from.value_or(to - default_days * day_ms);
  if (from >= to) throw Error(ErrorCode::invalid_request, "from must be before to");
  if (to - from > longest_days * day_ms) {
    throw Error(ErrorCode::invalid_request, "from and to must be at most 400 days apart");
  }
  return {query.project_id.value_or(ProjectId{}), from, to};
}

AnalyticsTotals totals_of(db::Tenant& tenant, const Range& range) {
  const auto t = traffic(tenant, range);
  const auto [p50, p95] = latencies(tenant, range);
  const auto r = ratings(tenant, range);
  return {.questions = t.questions,
          .conversations = t.conversations,
          .visitors = t.visitors,
          .answered = t.answered,
          .unanswered = t.questions - t.answered,
          .answer_rate = t.answer_rate(),
          .p50_latency_ms = p50,
          .p95_latency_ms = p95,
          .good = r.good,
          .bad = r.bad,
          .visitor_good = r.visitor_good,
          .visitor_bad = r.visitor_bad};
}

}  // namespace

AnalyticsSummary Service::summary(const Caller& caller, const AnalyticsQuery& query) const {
  const auto range = range_of(query, clock_());
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    if (query.project_id) projects::require(tenant, *query.project_id, projects::Archived::accept);
    AnalyticsSummary out{.range = {range.from, range.to},
                         .totals = totals_of(tenant, range),
                         .series = {},
                         .top_questions = top_questions(tenant, range, listed),
                         .top_sources = top_sources(tenant, range, listed),
                         .unanswered_questions = unanswered_questions(tenant, range, listed)};
    for (const auto& d : daily(tenant, range)) {
      out.series.push_back({d.date, d.questions, d.conversations, d.visitors, d.answered, d.questions - d.answered});
    }
    return out;
  });
}

}  // namespace oprag::analytics
