#include "features/analytics/traffic.hpp"

#include <algorithm>
#include <map>

#include "answer/result.hpp"

namespace oprag::analytics {
namespace {

// a: the answer; q: its question, which stands just before it.
constexpr std::string_view answers = R"(
  FROM messages a
  JOIN conversations c
    ON c.company_id = a.company_id AND c.project_id = a.project_id AND c.conversation_id = a.conversation_id
  JOIN messages q
    ON q.company_id = a.company_id AND q.project_id = a.project_id AND q.conversation_id = a.conversation_id
      AND q.ordinal = a.ordinal - 1
  WHERE a.company_id = $1 AND ($2 = '' OR a.project_id = $2) AND a.created_at >= $3 AND a.created_at < $4
    AND a.role = 'assistant' AND c.channel <> 'dashboard' AND COALESCE(c.environment, 'live') <> 'test')";

std::string select(std::string_view columns, std::string_view rest = "") {
  return "SELECT " + std::string(columns) + std::string(answers) + " " + std::string(rest);
}

constexpr std::string_view counts =
    "COUNT(*) AS questions, COUNT(DISTINCT a.conversation_id) AS conversations, COUNT(DISTINCT c.visitor_id) AS "
    "visitors, "
    "COUNT(CASE WHEN a.answered = 1 THEN 1 END) AS answered";

const std::string count_all = select(counts);
const std::string count_days =
    select("a.created_at / 86400000 AS day, " + std::string(counts), "GROUP BY a.created_at / 86400000");
const std::string count_latencies = select("COUNT(*)", "AND a.latency_ms IS NOT NULL");
const std::string nth_latency =
    select("a.latency_ms", "AND a.latency_ms IS NOT NULL ORDER BY a.latency_ms LIMIT 1 OFFSET $5");
const std::string count_visitor_ratings = select(
    "COUNT(CASE WHEN a.visitor_rating = 'good' THEN 1 END) AS visitor_good, "
    "COUNT(CASE WHEN a.visitor_rating = 'bad' THEN 1 END) AS visitor_bad, "
    "COUNT(DISTINCT CASE WHEN c.rating = 'good' THEN c.conversation_id END) AS good, "
    "COUNT(DISTINCT CASE WHEN c.rating = 'bad' THEN c.conversation_id END) AS bad");
const std::string group_questions =
    select("MIN(q.content) AS question, COUNT(*) AS count", "GROUP BY lower(q.content) ORDER BY 2 DESC, 1 LIMIT $5");
const std::string group_unanswered =
    select("MIN(q.content) AS question, COUNT(*) AS count, MAX(q.created_at) AS last_asked_at",
           "AND a.answered = 0 GROUP BY lower(q.content) ORDER BY 2 DESC, 3 DESC, 1 LIMIT $5");
const std::string latest_sources =
    select("a.sources", "AND a.sources <> '[]' ORDER BY a.created_at DESC, a.message_id LIMIT 2000");

struct DayRow : Traffic {
  std::int64_t day = 0;  // since the epoch
};
BOOST_DESCRIBE_STRUCT(DayRow, (Traffic), (day))

struct SourcesRow {
  std::vector<answer::Source> sources;
};
BOOST_DESCRIBE_STRUCT(SourcesRow, (), (sources))

std::optional<std::int64_t> percentile(db::Tenant& tenant, const Range& range, std::int64_t count,
                                       std::int64_t percent) {
  if (count == 0) return {};
  const auto rank = (count * percent + 99) / 100;  // nearest rank, 1-based
  return tenant.scalar<std::int64_t>(nth_latency, range.project, range.from, range.to, rank - 1);
}

}  // namespace

Timestamp day_start(Timestamp t) {
  return {t.ms - ((t.ms % day_ms) + day_ms) % day_ms};
}

Range last_7_days(Timestamp now, const ProjectId& project) {
  const auto tomorrow = day_start(now) + day_ms;
  return {project, tomorrow - 7 * day_ms, tomorrow};
}

Traffic traffic(db::Tenant& tenant, const Range& range) {
  return tenant.one<Traffic>(count_all, range.project, range.from, range.to).value_or(Traffic{});
}

std::vector<DayTraffic> daily(db::Tenant& tenant, const Range& range) {
  std::map<std::int64_t, Traffic> by_day;
  for (const auto& row : tenant.all<DayRow>(count_days, range.project, range.from, range.to)) by_day[row.day] = row;
  std::vector<DayTraffic> out;
  for (auto day = day_start(range.from); day < range.to; day = day + day_ms) {
    out.push_back({by_day[day.ms / day_ms], to_iso_date(day)});
  }
  return out;
}

Latencies latencies(db::Tenant& tenant, const Range& range) {
  const auto count = tenant.scalar<std::int64_t>(count_latencies, range.project, range.from, range.to).value_or(0);
  return {percentile(tenant, range, count, 50), percentile(tenant, range, count, 95)};
}

Ratings ratings(db::Tenant& tenant, const Range& range) {
  return tenant.one<Ratings>(count_visitor_ratings, range.project, range.from, range.to).value_or(Ratings{});
}

std::vector<AskedQuestion> top_questions(db::Tenant& tenant, const Range& range, std::int64_t count) {
  return tenant.all<AskedQuestion>(group_questions, range.project, range.from, range.to, count);
}

std::vector<UnansweredQuestion> unanswered_questions(db::Tenant& tenant, const Range& range, std::int64_t count) {
  return tenant.all<UnansweredQuestion>(group_unanswered, range.project, range.from, range.to, count);
}

std::vector<CitedSource> top_sources(db::Tenant& tenant, const Range& range, std::size_t count) {
  std::map<DocumentId, CitedSource> by_document;
  for (const auto& row : tenant.all<SourcesRow>(latest_sources, range.project, range.from, range.to)) {
    for (const auto& source : row.sources) {
      auto& cited = by_document.try_emplace(source.document_id, source.document_id, source.title, 0).first->second;
      ++cited.count;
    }
  }
  std::vector<CitedSource> out;
  for (auto& [id, cited] : by_document) out.push_back(std::move(cited));
  std::ranges::stable_sort(out, std::greater{}, &CitedSource::count);
  if (out.size() > count) out.resize(count);
  return out;
}

}  // namespace oprag::analytics
