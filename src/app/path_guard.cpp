#include "app/path_guard.hpp"

#include <array>

#include "base/mutant.hpp"
#include "features/projects/projects.hpp"
#include "features/team/members.hpp"
#include "http/router.hpp"

namespace oprag::app {
namespace {

// What a path parameter names inside a project. $1 company, $2 project, $3 the id. Conversations are also named without
// a project.
struct Named {
  std::string_view parameter, sql, missing;
};
constexpr std::array in_project = {
    Named{
        "docId",
        "SELECT 1 FROM documents WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND deleted_at IS NULL",
        "Document not found"},
    Named{"keyId", "SELECT 1 FROM api_keys WHERE company_id = $1 AND project_id = $2 AND key_id = $3",
          "API key not found"},
    Named{"promptId", "SELECT 1 FROM test_prompts WHERE company_id = $1 AND project_id = $2 AND prompt_id = $3",
          "Test prompt not found"},
    Named{"runId", "SELECT 1 FROM test_runs WHERE company_id = $1 AND project_id = $2 AND run_id = $3",
          "Test run not found"},
    Named{"conversationId",
          "SELECT 1 FROM conversations WHERE company_id = $1 AND ($2 = '' OR project_id = $2) AND conversation_id = $3",
          "Conversation not found"},
};

// What stays readable once a project is archived; archiving it again is no error.
bool accepts_archived(const http::Spec& spec) {
  return (spec.path == "/v1/projects/{id}" && (spec.method == "GET" || spec.method == "DELETE")) ||
         (spec.method == "GET" && spec.path.starts_with("/v1/projects/{id}/conversations"));
}

std::string value_of(const std::map<std::string, std::string>& path, std::string_view name) {
  const auto it = path.find(std::string(name));
  return it == path.end() ? std::string() : it->second;
}

}  // namespace

void PathGuard::require(const Caller& caller, const http::Spec& spec, const std::map<std::string, std::string>& path) {
  if (mutant("path guard")) return;
  if (caller.company.empty()) return;  // public routes look their ids up themselves
  const ProjectId project{value_of(path, "id")};
  database_.read(caller.company, [&](db::Tenant& tenant) {
    if (path.contains("id")) {
      projects::require(tenant, project,
                        accepts_archived(spec) ? projects::Archived::accept : projects::Archived::refuse);
    }
    if (path.contains("userId")) team::require(tenant.directory(), caller.company, {value_of(path, "userId")});
    for (const auto& named : in_project) {
      const auto id = value_of(path, named.parameter);
      if (!path.contains(std::string(named.parameter))) continue;
      if (!tenant.scalar<std::int64_t>(named.sql, project, id)) {
        throw Error(ErrorCode::not_found, std::string(named.missing));
      }
    }
  });
}

}  // namespace oprag::app
