// Deploying: documents in, one new live key out, all earlier keys dead, in one transaction.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <vector>

#include "features/api_keys/api_keys.hpp"
#include "features/documents/documents.hpp"

namespace oprag::deployments {

struct DeployRequest {};
BOOST_DESCRIBE_STRUCT(DeployRequest, (), ())

struct Deployment {
  DeploymentId deployment_id;
  ProjectId project_id;
  projects::ProjectStatus status = projects::ProjectStatus::indexing;
  std::string api_key;
  KeyId key_id;
  std::string key_prefix;
  std::vector<KeyId> revoked_key_ids;
  std::int64_t document_count = 0;
  std::string endpoint;
  std::string curl;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Deployment, (),
                      (deployment_id, project_id, status, api_key, key_id, key_prefix, revoked_key_ids, document_count,
                       endpoint, curl, message))

struct Examples {
  std::string curl, javascript, python;
};
BOOST_DESCRIBE_STRUCT(Examples, (), (curl, javascript, python))

struct WidgetEmbed {
  std::string script_url, embed_code;
};
BOOST_DESCRIBE_STRUCT(WidgetEmbed, (), (script_url, embed_code))

struct Integration {
  ProjectId project_id;
  projects::ProjectStatus status = projects::ProjectStatus::draft;
  std::string endpoint, method;
  boost::json::object headers;
  std::string curl;
  Examples examples;
  std::optional<std::string> key_prefix;
  WidgetEmbed widget;
  projects::Origins allowed_origins;
};
BOOST_DESCRIBE_STRUCT(Integration, (),
                      (project_id, status, endpoint, method, headers, curl, examples, key_prefix, widget,
                       allowed_origins))

// Why a project cannot be deployed; empty when it can. Judged after pending uploads were confirmed.
using FindBlockers = std::function<boost::json::array(db::Tenant&, const projects::Project&)>;

class Service {
 public:
  Service(db::Database& database, documents::Service& documents, documents::Indexing& indexing, api_keys::Service& keys,
          FindBlockers blockers, ActivityLog activity, std::string public_url, Clock clock, RandomText random);

  // Throws deploy_blocked with `blockers`; then no key was touched.
  Deployment deploy(const Caller& caller, const ProjectId& project);
  Integration integration(const Caller& caller, const ProjectId& project) const;

 private:
  db::Database& database_;
  documents::Service& documents_;
  documents::Indexing& indexing_;
  api_keys::Service& keys_;
  FindBlockers blockers_;
  ActivityLog activity_;
  std::string public_url_;
  Clock clock_;
  RandomText random_;
};

void add_routes(http::Router& router, Service& deployments);

}  // namespace oprag::deployments
