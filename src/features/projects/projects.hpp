// Projects: a chatbot's documents, settings and state.
#pragma once
#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "features/billing/plans.hpp"
#include "features/common/activity.hpp"
#include "features/common/origin.hpp"
#include "features/common/paging.hpp"
#include "json/types.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::projects {

enum class ProjectStatus { draft, indexing, live, archived };
BOOST_DESCRIBE_ENUM(ProjectStatus, draft, indexing, live, archived)

enum class SearchType { hybrid, semantic, keyword };
BOOST_DESCRIBE_ENUM(SearchType, hybrid, semantic, keyword)

enum class Ocr { auto_, off };
BOOST_DESCRIBE_ENUM(Ocr, auto_, off)

struct Retrieval {
  json::Whole<1, 50> top_k{8};
  std::optional<json::Fraction> min_score;  // null: the shipped calibration decides
  SearchType search_type = SearchType::hybrid;
  bool rerank = false;
};
BOOST_DESCRIBE_STRUCT(Retrieval, (), (top_k, min_score, search_type, rerank))

struct Indexing {
  json::Whole<64, 512> chunk_tokens{200};
  json::Whole<0, 256> chunk_overlap{20};  // at most half of chunk_tokens
  Ocr ocr = Ocr::off;
  std::string language = "auto";
  bool operator==(const Indexing& other) const {
    return chunk_tokens.value == other.chunk_tokens.value && chunk_overlap.value == other.chunk_overlap.value &&
           ocr == other.ocr && language == other.language;
  }
};
BOOST_DESCRIBE_STRUCT(Indexing, (), (chunk_tokens, chunk_overlap, ocr, language))

using Origins = std::vector<Origin>;

struct Project {
  ProjectId project_id;
  CompanyId company_id;
  std::string name;
  std::string description;
  ProjectStatus status = ProjectStatus::draft;
  Origins allowed_origins;
  std::string system_prompt;
  std::optional<std::string> model;
  std::int64_t question_max_length = 1000;
  Retrieval retrieval;
  Indexing indexing;
  std::int64_t document_count = 0;
  Timestamp created_at, updated_at;
  std::optional<Timestamp> deployed_at;
};
BOOST_DESCRIBE_STRUCT(Project, (),
                      (project_id, company_id, name, description, status, allowed_origins, system_prompt, model,
                       question_max_length, retrieval, indexing, document_count, created_at, updated_at, deployed_at))

struct RetrievalPatch {
  json::Patch<json::Whole<1, 50>> top_k;
  json::Patch<json::Fraction> min_score;
  json::Patch<SearchType> search_type;
  json::Patch<bool> rerank;
};
BOOST_DESCRIBE_STRUCT(RetrievalPatch, (), (top_k, min_score, search_type, rerank))

struct IndexingPatch {
  json::Patch<json::Whole<64, 512>> chunk_tokens;
  json::Patch<json::Whole<0, 256>> chunk_overlap;
  json::Patch<Ocr> ocr;
  json::Patch<json::Text<2, 12>> language;
};
BOOST_DESCRIBE_STRUCT(IndexingPatch, (), (chunk_tokens, chunk_overlap, ocr, language))

// What may be set: at creation (all but name and description need an admin) and by PATCH.
struct ProjectSettings {
  json::Patch<json::Text<0, 500>> description;
  json::Patch<json::List<Origin, 0, 50>> allowed_origins;
  json::Patch<json::Text<0, 8000>> system_prompt;
  json::Patch<json::Text<1, 200>> model;
  json::Patch<json::Whole<1, 10000>> question_max_length;
  json::Patch<RetrievalPatch> retrieval;
  json::Patch<IndexingPatch> indexing;
};
BOOST_DESCRIBE_STRUCT(ProjectSettings, (),
                      (description, allowed_origins, system_prompt, model, question_max_length, retrieval, indexing))

struct ProjectCreate : ProjectSettings {
  json::Text<1, 80> name;
};
BOOST_DESCRIBE_STRUCT(ProjectCreate, (ProjectSettings), (name))

struct ProjectPatch : ProjectSettings {
  std::optional<json::Text<1, 80>> name;
};
BOOST_DESCRIBE_STRUCT(ProjectPatch, (ProjectSettings), (name))

struct ProjectList {
  std::vector<Project> projects;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ProjectList, (), (projects, next_cursor))

struct ProjectQuery : PageQuery {
  std::optional<ProjectStatus> status;
};
BOOST_DESCRIBE_STRUCT(ProjectQuery, (PageQuery), (status))

struct ProjectPath {
  ProjectId id;
};
BOOST_DESCRIBE_STRUCT(ProjectPath, (), (id))

// What this installation can do: settings that ask for more are refused by name.
struct Abilities {
  bool ocr = false;
  bool rerank = false;
  std::vector<std::string> models;  // ids that `model` may name
};

enum class Archived { refuse, accept };

// The project of the tenant, its documents not counted: every question asks for it. Throws not_found for a foreign,
// unknown or (unless accepted) archived one.
Project require(db::Tenant& tenant, const ProjectId& project, Archived archived = Archived::refuse);

class Service {
 public:
  // `reindex` is called, in the transaction, when a PATCH changed `indexing`.
  Service(db::Database& database, const billing::PlanLimits& limits, ActivityLog activity, const Cursors& cursors,
          Abilities abilities, std::function<void(db::Tenant&, const Project&)> reindex, Clock clock,
          RandomText random);

  Project create(const Caller& caller, const ProjectCreate& request);
  ProjectList list(const Caller& caller, const ProjectQuery& query) const;
  Project find(const Caller& caller, const ProjectId& id) const;
  Project change(const Caller& caller, const ProjectId& id, const ProjectPatch& request,
                 const std::function<void(const Project&)>& current);
  // Revokes its keys; twice is once.
  Project archive(const Caller& caller, const ProjectId& id);

 private:
  void apply(Project& project, const ProjectSettings& settings, const Project& defaults) const;
  Project defaults_of(db::Tenant& tenant) const;

  db::Database& database_;
  const billing::PlanLimits& limits_;
  ActivityLog activity_;
  const Cursors& cursors_;
  Abilities abilities_;
  std::function<void(db::Tenant&, const Project&)> reindex_;
  Clock clock_;
  RandomText random_;
};

void add_routes(http::Router& router, Service& projects);

}  // namespace oprag::projects
