// The workspace at a glance: GET /v1/dashboard/summary.
#pragma once
#include "features/activity/activities.hpp"
#include "features/analytics/traffic.hpp"
#include "features/billing/plans.hpp"
#include "features/projects/projects.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::dashboard {

struct DashboardTotals {
  std::int64_t projects = 0, live_projects = 0, documents = 0, indexed_documents = 0, failed_documents = 0;
  std::int64_t conversations = 0, questions = 0, active_keys = 0, members = 0;
};
BOOST_DESCRIBE_STRUCT(DashboardTotals, (),
                      (projects, live_projects, documents, indexed_documents, failed_documents, conversations,
                       questions, active_keys, members))

struct WeekTraffic {
  std::int64_t questions = 0, conversations = 0, visitors = 0;
  std::optional<double> answer_rate;
};
BOOST_DESCRIBE_STRUCT(WeekTraffic, (), (questions, conversations, visitors, answer_rate))

struct DashboardDay {
  std::string date;
  std::int64_t questions = 0, conversations = 0, visitors = 0, answered = 0;
};
BOOST_DESCRIBE_STRUCT(DashboardDay, (), (date, questions, conversations, visitors, answered))

enum class AttentionKind { failed_documents, unanswered_questions, failing_tests, needs_attention, over_limit };
BOOST_DESCRIBE_ENUM(AttentionKind, failed_documents, unanswered_questions, failing_tests, needs_attention, over_limit)

struct Attention {
  AttentionKind kind = AttentionKind::failed_documents;
  std::optional<ProjectId> project_id;  // null: the workspace
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Attention, (), (kind, project_id, count))

struct ProjectRollup {
  ProjectId project_id;
  std::string name;
  projects::ProjectStatus status = projects::ProjectStatus::draft;
  std::int64_t document_count = 0;
  std::int64_t questions7d = 0;
  std::optional<double> answer_rate7d;
  std::optional<Timestamp> last_activity_at;
};
BOOST_DESCRIBE_STRUCT(ProjectRollup, (),
                      (project_id, name, status, document_count, questions7d, answer_rate7d, last_activity_at))

struct DashboardSummary {
  DashboardTotals totals;
  WeekTraffic last7_days, previous7_days;
  std::vector<DashboardDay> series;  // of the last seven days
  std::vector<Attention> attention;
  std::vector<ProjectRollup> projects;
  std::vector<activity::Activity> recent_activity;
};
BOOST_DESCRIBE_STRUCT(DashboardSummary, (),
                      (totals, last7_days, previous7_days, series, attention, projects, recent_activity))

class Service {
 public:
  Service(db::Database& database, const billing::PlanLimits& limits, Clock clock)
      : database_(database), limits_(limits), clock_(std::move(clock)) {}
  DashboardSummary summary(const Caller& caller) const;

 private:
  db::Database& database_;
  const billing::PlanLimits& limits_;
  Clock clock_;
};

void add_routes(http::Router& router, Service& dashboard);

}  // namespace oprag::dashboard
