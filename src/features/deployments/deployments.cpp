#include "features/deployments/deployments.hpp"

#include "features/documents/indexing.hpp"

namespace oprag::deployments {
namespace {

constexpr std::string_view placeholder_key = "sk_live_...";
constexpr std::string_view example_question = "What is your refund policy?";

constexpr std::string_view insert_deployment = R"(
  INSERT INTO deployments (company_id, project_id, deployment_id, key_id, key_prefix, document_count, deployed_by, deployed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))";

std::string curl_example(const std::string& endpoint, std::string_view key) {
  return "curl -X POST '" + endpoint + "' \\\n  -H 'X-Oprag-Key: " + std::string(key) +
         "' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"question\":\"" + std::string(example_question) +
         "\"}'";
}

std::string javascript_example(const std::string& endpoint) {
  return "const response = await fetch('" + endpoint +
         "', {\n  method: 'POST',\n  headers: {'Content-Type': 'application/json', 'X-Oprag-Key': "
         "process.env.OPRAG_KEY},\n"
         "  body: JSON.stringify({question: '" +
         std::string(example_question) +
         "'}),\n});\nconst {answer, sources = []} = await response.json();\nconsole.log(answer, sources);";
}

std::string python_example(const std::string& endpoint) {
  return "import json, os, urllib.request\n\nrequest = urllib.request.Request(\n    '" + endpoint +
         "',\n    data=json.dumps({'question': '" + std::string(example_question) +
         "'}).encode(),\n    headers={'Content-Type': 'application/json', 'X-Oprag-Key': os.environ['OPRAG_KEY']},\n)\n"
         "with urllib.request.urlopen(request) as response:\n    body = json.load(response)\n"
         "print(body['answer'], body.get('sources', []))";
}

}  // namespace

Service::Service(db::Database& database, documents::Service& documents, documents::Indexing& indexing,
                 api_keys::Service& keys, FindBlockers blockers, ActivityLog activity, std::string public_url,
                 Clock clock, RandomText random)
    : database_(database),
      documents_(documents),
      indexing_(indexing),
      keys_(keys),
      blockers_(std::move(blockers)),
      activity_(std::move(activity)),
      public_url_(std::move(public_url)),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

Deployment Service::deploy(const Caller& caller, const ProjectId& id) {
  database_.read(caller.company, [&](db::Tenant& tenant) { projects::require(tenant, id); });
  documents_.confirm_all(caller, id);
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto project = projects::require(tenant, id);
    if (auto blockers = blockers_(tenant, project); !blockers.empty()) {
      throw Error(ErrorCode::deploy_blocked, "The project is not ready to deploy", {{"blockers", std::move(blockers)}});
    }
    const auto count = indexing_.start(tenant, id, {});
    const auto key = keys_.roll_over(tenant, caller, id);
    const auto status = indexing_.busy(tenant, id) ? projects::ProjectStatus::indexing : projects::ProjectStatus::live;
    tenant.exec(
        "UPDATE projects SET status = $3, deployed_at = $4, updated_at = $4 WHERE company_id = $1 AND project_id = $2",
        id, status, clock_());
    const auto deployment = new_id<DeploymentTag>(random_);
    tenant.exec(insert_deployment, id, deployment, key.key_id, key.prefix, count, person_of(caller), clock_());
    activity_.record(tenant, {.type = "project.deployed",
                              .actor = person_of(caller),
                              .project = id,
                              .target_type = "deployment",
                              .target_id = deployment.value,
                              .summary = "Deployed the project " + project.name});
    const auto endpoint = public_url_ + "/v1/chat";
    return Deployment{
        .deployment_id = deployment,
        .project_id = id,
        .status = status,
        .api_key = key.api_key,
        .key_id = key.key_id,
        .key_prefix = key.prefix,
        .revoked_key_ids = key.revoked_key_ids,
        .document_count = count,
        .endpoint = endpoint,
        .curl = curl_example(endpoint, key.api_key),
        .message = status == projects::ProjectStatus::live
                       ? "Deployed. The key works now; it is shown only once."
                       : "Deployed. The key works now and is shown only once; documents are still being indexed."};
  });
}

Integration Service::integration(const Caller& caller, const ProjectId& id) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    const auto project = projects::require(tenant, id);
    const auto endpoint = public_url_ + "/v1/chat";
    const auto script = public_url_ + "/widget.js";
    return Integration{
        .project_id = id,
        .status = project.status,
        .endpoint = endpoint,
        .method = "POST",
        .headers = {{"X-Oprag-Key", placeholder_key}, {"Content-Type", "application/json"}},
        .curl = curl_example(endpoint, placeholder_key),
        .examples = {curl_example(endpoint, placeholder_key), javascript_example(endpoint), python_example(endpoint)},
        .key_prefix = tenant.scalar<std::string>(
            "SELECT prefix FROM api_keys WHERE company_id = $1 AND project_id = $2 AND status = 'active' "
            "AND environment = 'live' ORDER BY created_at DESC, key_id DESC LIMIT 1",
            id),
        .widget = {script, "<script src=\"" + script + "\" data-project=\"" + id.value + "\" async></script>"},
        .allowed_origins = project.allowed_origins};
  });
}

}  // namespace oprag::deployments
