// One project at a glance: its state, what is left to set up, and how it is used.
#pragma once
#include "features/analytics/traffic.hpp"
#include "features/overview/readiness.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::overview {

struct SetupStep {
  std::string id;
  std::string label;
  bool done = false;
};
BOOST_DESCRIBE_STRUCT(SetupStep, (), (id, label, done))

struct Setup {
  std::int64_t completed = 0, total = 0, percent = 0;
  std::vector<SetupStep> steps;
};
BOOST_DESCRIBE_STRUCT(Setup, (), (completed, total, percent, steps))

// Of the seven UTC days that end with today.
struct WeekUsage {
  std::int64_t questions7d = 0, conversations7d = 0;
  std::optional<double> answer_rate7d;
};
BOOST_DESCRIBE_STRUCT(WeekUsage, (), (questions7d, conversations7d, answer_rate7d))

struct LastDeployment {
  DeploymentId deployment_id;
  Timestamp deployed_at;
  std::optional<Person> deployed_by;
  std::string key_prefix;
};
BOOST_DESCRIBE_STRUCT(LastDeployment, (), (deployment_id, deployed_at, deployed_by, key_prefix))

struct ProjectOverview {
  projects::Project project;
  DocumentCounts documents;
  Setup setup;
  WeekUsage usage;
  std::optional<LastDeployment> last_deployment;
  std::vector<analytics::UnansweredQuestion> unanswered;  // of the same seven days
};
BOOST_DESCRIBE_STRUCT(ProjectOverview, (), (project, documents, setup, usage, last_deployment, unanswered))

class Service {
 public:
  Service(db::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}
  ProjectOverview overview(const Caller& caller, const ProjectId& project) const;
  Readiness readiness(const Caller& caller, const ProjectId& project) const;

 private:
  db::Database& database_;
  Clock clock_;
};

void add_routes(http::Router& router, Service& overview);

}  // namespace oprag::overview
