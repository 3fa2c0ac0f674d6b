#include "features/overview/overview.hpp"

#include <algorithm>

namespace oprag::overview {
namespace {

constexpr std::int64_t listed = 10;

constexpr std::string_view find_deployment = R"(
  SELECT deployment_id, deployed_at, deployed_by, key_prefix FROM deployments
  WHERE company_id = $1 AND project_id = $2 ORDER BY deployed_at DESC, deployment_id DESC LIMIT 1)";

// A question in the dashboard that was answered, or a run of the saved tests.
constexpr std::string_view was_tested = R"(
  SELECT CASE WHEN EXISTS (SELECT 1 FROM messages m JOIN conversations c
      ON c.company_id = m.company_id AND c.project_id = m.project_id AND c.conversation_id = m.conversation_id
    WHERE m.company_id = $1 AND m.project_id = $2 AND c.channel = 'dashboard' AND m.answered = 1)
  OR EXISTS (SELECT 1 FROM test_results WHERE company_id = $1 AND project_id = $2 AND answered = 1) THEN 1 ELSE 0 END)";

Setup setup_of(db::Tenant& tenant, const projects::Project& project, const DocumentCounts& documents) {
  const bool tested = tenant.scalar<bool>(was_tested, project.project_id).value_or(false);
  Setup out;
  out.steps = {{"create_project", "Create the project", true},
               {"upload_documents", "Upload documents", documents.total > documents.pending_upload},
               {"index_documents", "Index the documents", documents.indexed > 0},
               {"test_answer", "Test an answer", tested},
               {"set_origins", "Set the allowed origins", !project.allowed_origins.empty()},
               {"deploy", "Deploy", project.deployed_at.has_value()}};
  out.total = static_cast<std::int64_t>(out.steps.size());
  out.completed = std::ranges::count(out.steps, true, &SetupStep::done);
  out.percent = 100 * out.completed / out.total;
  return out;
}

}  // namespace

ProjectOverview Service::overview(const Caller& caller, const ProjectId& id) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    const auto project = projects::require(tenant, id);
    const auto documents = count_documents(tenant, id);
    const auto week = analytics::last_7_days(clock_(), id);
    const auto used = analytics::traffic(tenant, week);
    return ProjectOverview{.project = project,
                           .documents = documents,
                           .setup = setup_of(tenant, project, documents),
                           .usage = {used.questions, used.conversations, used.answer_rate()},
                           .last_deployment = tenant.one<LastDeployment>(find_deployment, id),
                           .unanswered = analytics::unanswered_questions(tenant, week, listed)};
  });
}

Readiness Service::readiness(const Caller& caller, const ProjectId& id) const {
  return database_.read(caller.company,
                        [&](db::Tenant& tenant) { return check(tenant, projects::require(tenant, id)); });
}

}  // namespace oprag::overview
