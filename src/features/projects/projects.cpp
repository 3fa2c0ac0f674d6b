#include "features/projects/projects.hpp"

#include <algorithm>

namespace oprag::projects {
namespace {

// Columns of Project, in a subquery's place too, but for its last, the count.
constexpr std::string_view columns = R"(
  p.project_id, p.company_id, p.name, p.description, p.status, p.allowed_origins, p.system_prompt, p.model,
  p.question_max_length, p.retrieval, p.indexing, p.created_at, p.updated_at, p.deployed_at)";
// Documents that were deleted or never confirmed do not count.
constexpr std::string_view counted = R"(
  (SELECT COUNT(*) FROM documents d JOIN document_versions v
     ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
        AND v.version = d.current_version
   WHERE d.company_id = p.company_id AND d.project_id = p.project_id AND d.deleted_at IS NULL
     AND v.status IN ('uploaded', 'indexing', 'indexed', 'failed')))";

std::string select(std::string_view count, std::string_view condition) {
  return std::string("SELECT ")
      .append(columns)
      .append(", ")
      .append(count)
      .append(" AS document_count FROM projects p WHERE p.company_id = $1 AND ")
      .append(condition);
}

const std::string find_project = select(counted, "p.project_id = $2");
const std::string find_uncounted = select("0", "p.project_id = $2");
// Newest first; the position is the last row of the page before.
const std::string list_projects = select(counted, R"(
  (p.status = $2 OR ($2 = '' AND p.status <> 'archived')) AND (p.created_at, p.project_id) < ($3, $4)
  ORDER BY p.created_at DESC, p.project_id DESC LIMIT $5)");

constexpr std::string_view insert_project = R"(
  INSERT INTO projects (company_id, project_id, name, description, status, allowed_origins, system_prompt, model,
                        question_max_length, retrieval, indexing, widget, created_at, updated_at)
  VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, '{}', $11, $11))";

constexpr std::string_view update_project = R"(
  UPDATE projects SET name = $3, description = $4, allowed_origins = $5, system_prompt = $6, model = $7,
                      question_max_length = $8, retrieval = $9, indexing = $10, updated_at = $11
  WHERE company_id = $1 AND project_id = $2)";

struct Defaults {
  Origins allowed_origins;
  std::string system_prompt;
  std::optional<std::string> model;
  std::int64_t question_max_length = 1000;
};
BOOST_DESCRIBE_STRUCT(Defaults, (), (allowed_origins, system_prompt, model, question_max_length))

bool names_settings(const ProjectCreate& r) {
  return r.allowed_origins.present() || r.system_prompt.present() || r.model.present() ||
         r.question_max_length.present() || r.retrieval.present() || r.indexing.present();
}

Project found(std::optional<Project> project, Archived archived) {
  if (!project || (archived == Archived::refuse && project->status == ProjectStatus::archived)) {
    throw Error(ErrorCode::not_found, "Project not found");
  }
  return *std::move(project);
}

// With its count of documents, as it is shown.
Project shown(db::Tenant& tenant, const ProjectId& id) {
  return found(tenant.one<Project>(find_project, id), Archived::accept);
}

}  // namespace

Project require(db::Tenant& tenant, const ProjectId& id, Archived archived) {
  return found(tenant.one<Project>(find_uncounted, id), archived);
}

Service::Service(db::Database& database, const billing::PlanLimits& limits, ActivityLog activity,
                 const Cursors& cursors, Abilities abilities, std::function<void(db::Tenant&, const Project&)> reindex,
                 Clock clock, RandomText random)
    : database_(database),
      limits_(limits),
      activity_(std::move(activity)),
      cursors_(cursors),
      abilities_(std::move(abilities)),
      reindex_(std::move(reindex)),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

Project Service::defaults_of(db::Tenant& tenant) const {
  Project out;
  const auto workspace = tenant.one<Defaults>(
      "SELECT allowed_origins, system_prompt, model, question_max_length FROM company_settings WHERE company_id = $1");
  if (workspace) {
    out.allowed_origins = workspace->allowed_origins;
    out.system_prompt = workspace->system_prompt;
    out.model = workspace->model;
    out.question_max_length = workspace->question_max_length;
  }
  return out;
}

void Service::apply(Project& p, const ProjectSettings& s, const Project& defaults) const {
  p.description = s.description.applied_to(p.description, std::string());
  if (s.allowed_origins.present()) {
    p.allowed_origins = s.allowed_origins.applied_to<Origins>({}, defaults.allowed_origins);
  }
  p.system_prompt = s.system_prompt.applied_to(p.system_prompt, defaults.system_prompt);
  if (s.model.present()) {
    p.model = s.model.state == json::Patch<json::Text<1, 200>>::State::set ? std::optional(s.model.value.value)
                                                                           : defaults.model;
  }
  p.question_max_length =
      s.question_max_length.applied_to<std::int64_t>(p.question_max_length, defaults.question_max_length);
  const Retrieval plain_retrieval;
  if (s.retrieval.present()) {
    const auto& r = s.retrieval.value;  // null: every member absent below, so reset first
    if (s.retrieval.state == decltype(s.retrieval)::State::null) p.retrieval = plain_retrieval;
    p.retrieval.top_k = r.top_k.applied_to(p.retrieval.top_k, plain_retrieval.top_k);
    p.retrieval.min_score = r.min_score.applied_to(p.retrieval.min_score, plain_retrieval.min_score);
    p.retrieval.search_type = r.search_type.applied_to(p.retrieval.search_type, plain_retrieval.search_type);
    p.retrieval.rerank = r.rerank.applied_to(p.retrieval.rerank, plain_retrieval.rerank);
  }
  const Indexing plain_indexing;
  if (s.indexing.present()) {
    const auto& i = s.indexing.value;
    if (s.indexing.state == decltype(s.indexing)::State::null) p.indexing = plain_indexing;
    p.indexing.chunk_tokens = i.chunk_tokens.applied_to(p.indexing.chunk_tokens, plain_indexing.chunk_tokens);
    p.indexing.chunk_overlap = i.chunk_overlap.applied_to(p.indexing.chunk_overlap, plain_indexing.chunk_overlap);
    p.indexing.ocr = i.ocr.applied_to(p.indexing.ocr, plain_indexing.ocr);
    p.indexing.language = i.language.applied_to(p.indexing.language, plain_indexing.language);
  }
  if (p.indexing.chunk_overlap.value * 2 > p.indexing.chunk_tokens.value) {
    throw Error(ErrorCode::invalid_request, "indexing.chunkOverlap must be at most half of indexing.chunkTokens");
  }
  if (p.indexing.ocr == Ocr::auto_ && !abilities_.ocr) {
    throw Error(ErrorCode::ocr_unavailable, "No OCR engine is configured in this installation");
  }
  if (p.retrieval.rerank && !abilities_.rerank) {
    throw Error(ErrorCode::rerank_unavailable, "No reranker is configured in this installation");
  }
  if (p.model && std::ranges::find(abilities_.models, *p.model) == abilities_.models.end()) {
    throw Error(ErrorCode::invalid_request, "model must be one of GET /v1/models");
  }
}

Project Service::create(const Caller& caller, const ProjectCreate& request) {
  if (caller.role == Role::member && names_settings(request)) {
    throw Error(ErrorCode::insufficient_role, "Project settings need the role admin");
  }
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    limits_.require(tenant, billing::Quota::projects);
    const auto defaults = defaults_of(tenant);
    auto project = defaults;
    project.project_id = new_id<ProjectTag>(random_);
    project.name = request.name.value;
    apply(project, request, defaults);
    tenant.exec(insert_project, project.project_id, project.name, project.description, project.allowed_origins,
                project.system_prompt, project.model, project.question_max_length, project.retrieval, project.indexing,
                clock_());
    tenant.directory().exec("INSERT INTO project_directory (project_id, company_id) VALUES ($1, $2)",
                            project.project_id, caller.company);
    activity_.record(tenant, {.type = "project.created",
                              .actor = person_of(caller),
                              .project = project.project_id,
                              .target_type = "project",
                              .target_id = project.project_id.value,
                              .summary = "Created the project " + project.name});
    return shown(tenant, project.project_id);
  });
}

ProjectList Service::list(const Caller& caller, const ProjectQuery& query) const {
  const auto status = query.status ? std::string(to_word(*query.status)) : std::string();
  const auto scope = "projects " + caller.company.value + " " + status;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  ProjectList out;
  out.projects = database_.read(caller.company, [&](db::Tenant& tenant) {
    return tenant.all<Project>(list_projects, status, from.time, from.id, limit + 1);
  });
  out.next_cursor = take_page(out.projects, limit, cursors_, scope,
                              [](const Project& p) { return Position{p.created_at.ms, p.project_id.value}; });
  return out;
}

Project Service::find(const Caller& caller, const ProjectId& id) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) { return shown(tenant, id); });
}

Project Service::change(const Caller& caller, const ProjectId& id, const ProjectPatch& request,
                        const std::function<void(const Project&)>& current) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto before = require(tenant, id);
    current(before);
    auto after = before;
    if (request.name) after.name = request.name->value;
    apply(after, request, defaults_of(tenant));
    tenant.exec(update_project, id, after.name, after.description, after.allowed_origins, after.system_prompt,
                after.model, after.question_max_length, after.retrieval, after.indexing, clock_());
    if (!(after.indexing == before.indexing)) reindex_(tenant, after);
    activity_.record(tenant, {.type = "project.updated",
                              .actor = person_of(caller),
                              .project = id,
                              .target_type = "project",
                              .target_id = id.value,
                              .summary = "Changed the project " + after.name});
    return shown(tenant, id);
  });
}

Project Service::archive(const Caller& caller, const ProjectId& id) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    auto project = shown(tenant, id);
    if (project.status == ProjectStatus::archived) return project;
    tenant.exec(
        "UPDATE projects SET status = 'archived', archived_at = $3, updated_at = $3 "
        "WHERE company_id = $1 AND project_id = $2",
        id, clock_());
    tenant.exec(
        "UPDATE api_keys SET status = 'revoked', revoked_at = $3 "
        "WHERE company_id = $1 AND project_id = $2 AND status = 'active'",
        id, clock_());
    tenant.directory().exec("DELETE FROM key_directory WHERE company_id = $1 AND project_id = $2", caller.company, id);
    activity_.record(tenant, {.type = "project.archived",
                              .actor = person_of(caller),
                              .project = id,
                              .target_type = "project",
                              .target_id = id.value,
                              .summary = "Archived the project " + project.name});
    return shown(tenant, id);
  });
}

}  // namespace oprag::projects
