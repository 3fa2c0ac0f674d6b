#include "features/dashboard/dashboard.hpp"

namespace oprag::dashboard {
namespace {

constexpr std::int64_t recent_activities = 10;

// Answering documents of projects that are not archived.
constexpr std::string_view total_counts = R"(
  SELECT
    (SELECT COUNT(*) FROM projects WHERE company_id = $1 AND status <> 'archived') AS projects,
    (SELECT COUNT(*) FROM projects WHERE company_id = $1 AND status IN ('live', 'indexing')) AS live_projects,
    COUNT(*) AS documents,
    COUNT(CASE WHEN v.status = 'indexed' THEN 1 END) AS indexed_documents,
    COUNT(CASE WHEN v.status = 'failed' THEN 1 END) AS failed_documents,
    (SELECT COUNT(*) FROM conversations WHERE company_id = $1) AS conversations,
    (SELECT COUNT(*) FROM messages WHERE company_id = $1 AND role = 'user') AS questions,
    (SELECT COUNT(*) FROM api_keys WHERE company_id = $1 AND status = 'active') AS active_keys
  FROM projects p
  JOIN documents d ON d.company_id = p.company_id AND d.project_id = p.project_id AND d.deleted_at IS NULL
  JOIN document_versions v ON v.company_id = d.company_id AND v.project_id = d.project_id
    AND v.document_id = d.document_id AND v.version = d.current_version AND v.status <> 'pending_upload'
  WHERE p.company_id = $1 AND p.status <> 'archived')";

constexpr std::string_view list_projects = R"(
  SELECT p.project_id, p.name, p.status,
    (SELECT COUNT(*) FROM documents d JOIN document_versions v ON v.company_id = d.company_id
       AND v.project_id = d.project_id AND v.document_id = d.document_id AND v.version = d.current_version
     WHERE d.company_id = p.company_id AND d.project_id = p.project_id AND d.deleted_at IS NULL
       AND v.status IN ('uploaded', 'indexing', 'indexed', 'failed')) AS document_count,
    (SELECT MAX(a.created_at) FROM activities a
     WHERE a.company_id = p.company_id AND a.project_id = p.project_id) AS last_activity_at
  FROM projects p WHERE p.company_id = $1 AND p.status <> 'archived' ORDER BY p.created_at DESC, p.project_id DESC)";

struct ProjectCount {
  ProjectId project_id;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ProjectCount, (), (project_id, count))

// What waits for somebody, per project that is not archived.
constexpr std::string_view failed_documents = R"(
  SELECT p.project_id, COUNT(*) AS count FROM projects p
  JOIN documents d ON d.company_id = p.company_id AND d.project_id = p.project_id AND d.deleted_at IS NULL
  JOIN document_versions v ON v.company_id = d.company_id AND v.project_id = d.project_id
    AND v.document_id = d.document_id AND v.version = COALESCE(d.pending_version, d.current_version)
  WHERE p.company_id = $1 AND p.status <> 'archived' AND v.status = 'failed'
  GROUP BY p.project_id ORDER BY p.project_id)";

constexpr std::string_view failing_tests = R"(
  SELECT p.project_id, COUNT(*) AS count FROM projects p
  JOIN test_prompts t ON t.company_id = p.company_id AND t.project_id = p.project_id
  WHERE p.company_id = $1 AND p.status <> 'archived' AND t.last_result = 'fail'
  GROUP BY p.project_id ORDER BY p.project_id)";

constexpr std::string_view needing_attention = R"(
  SELECT p.project_id, COUNT(*) AS count FROM projects p
  JOIN conversations c ON c.company_id = p.company_id AND c.project_id = p.project_id
  WHERE p.company_id = $1 AND p.status <> 'archived' AND c.review_status = 'needs_attention'
  GROUP BY p.project_id ORDER BY p.project_id)";

void add(std::vector<Attention>& out, AttentionKind kind, const std::vector<ProjectCount>& counts) {
  for (const auto& [project, count] : counts) out.push_back({kind, project, count});
}

WeekTraffic week_of(const analytics::Traffic& t) {
  return {t.questions, t.conversations, t.visitors, t.answer_rate()};
}

}  // namespace

DashboardSummary Service::summary(const Caller& caller) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    const auto week = analytics::last_7_days(clock_());
    DashboardSummary out;
    out.totals = tenant.one<DashboardTotals>(total_counts).value_or(DashboardTotals{});
    const auto usage = limits_.usage_of(tenant);
    out.totals.members = tenant.directory()
                             .scalar<std::int64_t>("SELECT COUNT(*) FROM users WHERE company_id = $1", caller.company)
                             .value_or(0);
    out.last7_days = week_of(analytics::traffic(tenant, week));
    out.previous7_days =
        week_of(analytics::traffic(tenant, {week.project, week.from - 7 * day_ms, week.to - 7 * day_ms}));
    for (const auto& d : analytics::daily(tenant, week)) {
      out.series.push_back({d.date, d.questions, d.conversations, d.visitors, d.answered});
    }
    out.projects = tenant.all<ProjectRollup>(list_projects);
    std::vector<ProjectCount> unanswered;
    for (auto& project : out.projects) {
      const auto t = analytics::traffic(tenant, {project.project_id, week.from, week.to});
      project.questions7d = t.questions;
      project.answer_rate7d = t.answer_rate();
      if (t.questions > t.answered) unanswered.push_back({project.project_id, t.questions - t.answered});
    }
    add(out.attention, AttentionKind::failed_documents, tenant.all<ProjectCount>(failed_documents));
    add(out.attention, AttentionKind::unanswered_questions, unanswered);
    add(out.attention, AttentionKind::failing_tests, tenant.all<ProjectCount>(failing_tests));
    add(out.attention, AttentionKind::needs_attention, tenant.all<ProjectCount>(needing_attention));
    const auto over = billing::over_limit(limits_.plan_of(tenant.directory(), tenant.company()).limits, usage);
    if (!over.empty()) out.attention.push_back({AttentionKind::over_limit, {}, static_cast<std::int64_t>(over.size())});
    out.recent_activity = activity::recent(tenant, recent_activities);
    return out;
  });
}

}  // namespace oprag::dashboard
