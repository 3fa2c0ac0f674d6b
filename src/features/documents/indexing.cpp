#include "features/documents/indexing.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "index/prepare.hpp"

namespace oprag::documents {
namespace {

struct Target {
  DocumentId document_id;
  std::int64_t version = 1;
  DocumentStatus status = DocumentStatus::uploaded;
  std::int64_t size_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Target, (), (document_id, version, status, size_bytes))

// Of each document the version that matters: a confirmed replacement before the one that answers.
constexpr std::string_view targets = R"(
  SELECT d.document_id, v.version, v.status, COALESCE(v.size_bytes, 0) AS size_bytes
  FROM documents d JOIN document_versions v
    ON v.company_id = d.company_id AND v.project_id = d.project_id AND v.document_id = d.document_id
       AND v.version = CASE WHEN d.pending_version IS NULL THEN d.current_version
                            WHEN (SELECT p.status FROM document_versions p
                                  WHERE p.company_id = d.company_id AND p.project_id = d.project_id
                                    AND p.document_id = d.document_id AND p.version = d.pending_version) = 'pending_upload'
                            THEN d.current_version ELSE d.pending_version END
  WHERE d.company_id = $1 AND d.project_id = $2 AND d.deleted_at IS NULL
  ORDER BY d.created_at, d.document_id)";

struct CompanyRow {
  CompanyId company_id;
};
BOOST_DESCRIBE_STRUCT(CompanyRow, (), (company_id))

struct Manifest {
  ProjectId project_id;
  std::string generation;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (project_id, generation))

constexpr std::string_view manifests = R"(
  SELECT m.project_id, m.generation
  FROM index_manifests m JOIN projects p ON p.company_id = m.company_id AND p.project_id = m.project_id
  WHERE m.company_id = $1 AND p.status <> 'archived')";

constexpr std::string_view set_status = R"(
  UPDATE document_versions SET status = $5, error = NULL, progress = $6
  WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4)";

// "doc_…:3"
std::string subject_of(const DocumentId& document, std::int64_t version) {
  return document.value + ":" + std::to_string(version);
}

}  // namespace

Indexing::Indexing(db::Database& database, blobs::ObjectStore& objects, index::PassageIndex& index, jobs::Queue& queue,
                   jobs::Workers& workers, const ingest::Extractor& extractor, models::Embedder* embedder,
                   ActivityLog activity, Clock clock)
    : database_(database),
      objects_(objects),
      index_(index),
      queue_(queue),
      workers_(workers),
      extractor_(extractor),
      embedder_(embedder),
      activity_(std::move(activity)),
      clock_(std::move(clock)) {}

index::Generation Indexing::wanted(const projects::Project& project) const {
  return {.extractor = text::extractor_version,
          .chunk_tokens = project.indexing.chunk_tokens.value,
          .chunk_overlap = project.indexing.chunk_overlap.value,
          .terms = index::preparation_version,
          .embedder = embedder_ ? embedder_->name() : std::string(),
          .language = project.indexing.language};
}

void Indexing::enqueue(db::Tenant& tenant, const ProjectId& project, const DocumentId& document, std::int64_t version,
                       std::int64_t size) {
  tenant.exec(set_status, project, document, version, DocumentStatus::indexing,
              std::optional(Progress{.stage = "queued", .pages_done = 0, .pages_total = {}, .eta_seconds = {}}));
  queue_.add(tenant.directory(),
             {std::string(job_kind), tenant.company(), project, subject_of(document, version), size});
  workers_.wake();
}

std::int64_t Indexing::start(db::Tenant& tenant, const ProjectId& project,
                             const std::optional<std::vector<DocumentId>>& named) {
  std::int64_t count = 0;
  std::size_t found = 0;
  for (const auto& target : tenant.all<Target>(targets, project)) {
    const bool chosen = !named || std::ranges::find(*named, target.document_id) != named->end();
    if (!chosen) continue;
    ++found;
    const bool again = named && target.status == DocumentStatus::indexed;
    if (target.status == DocumentStatus::uploaded || target.status == DocumentStatus::failed || again) {
      enqueue(tenant, project, target.document_id, target.version, target.size_bytes);
      ++count;
    } else if (target.status == DocumentStatus::indexing || target.status == DocumentStatus::indexed) {
      ++count;
    }
  }
  if (named) {
    auto distinct = *named;
    std::ranges::sort(distinct);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (found < distinct.size()) throw Error(ErrorCode::not_found, "Document not found");
  }
  return count;
}

bool Indexing::busy(db::Tenant& tenant, const ProjectId& project) const {
  return tenant
             .scalar<std::int64_t>(
                 "SELECT COUNT(*) FROM document_versions v JOIN documents d ON d.company_id = v.company_id "
                 "AND d.project_id = v.project_id AND d.document_id = v.document_id "
                 "WHERE v.company_id = $1 AND v.project_id = $2 AND v.status = 'indexing' AND d.deleted_at IS NULL",
                 project)
             .value_or(0) > 0;
}

void Indexing::forget(db::Tenant& tenant, const ProjectId& project, const DocumentId& document, std::int64_t version) {
  queue_.cancel(tenant.directory(), std::string(job_kind), tenant.company(), project, subject_of(document, version));
}

void Indexing::retract(db::Tenant& tenant, const ProjectId& project, const DocumentId& document) {
  const auto row = tenant.one<DocumentRow>(
      "SELECT document_id, project_id, current_version, pending_version, deleted_at, created_at FROM documents "
      "WHERE company_id = $1 AND project_id = $2 AND document_id = $3",
      project, document);
  if (row) {
    forget(tenant, project, document, row->current_version);
    if (row->pending_version) forget(tenant, project, document, *row->pending_version);
  }
  index_.retract(tenant, {tenant.company(), project}, document);
  settle_project(tenant, project);
}

void Indexing::rebuild(db::Tenant& tenant, const projects::Project& project) {
  tenant.exec("UPDATE index_manifests SET building = $3 WHERE company_id = $1 AND project_id = $2", project.project_id,
              wanted(project).name());
  for (const auto& target : tenant.all<Target>(targets, project.project_id)) {
    if (target.status != DocumentStatus::indexed) continue;
    queue_.add(tenant.directory(), {std::string(job_kind), tenant.company(), project.project_id,
                                    subject_of(target.document_id, target.version), target.size_bytes});
  }
  workers_.wake();
}

void Indexing::renew() {
  const auto companies = database_.read_system(
      [](db::System& directory) { return directory.all<CompanyRow>("SELECT company_id FROM companies"); });
  for (const auto& [company] : companies) {
    const auto outdated = database_.read(company, [&](db::Tenant& tenant) {
      std::vector<projects::Project> out;
      for (const auto& manifest : tenant.all<Manifest>(manifests)) {
        auto project = projects::require(tenant, manifest.project_id);
        const auto name = wanted(project).name();
        if (manifest.generation != name) out.push_back(std::move(project));
      }
      return out;
    });
    for (const auto& project : outdated) {
      log::info("a project is indexed anew", {{"project", project.project_id.value}});
      database_.write(company, [&](db::Tenant& tenant) { rebuild(tenant, project); });
    }
  }
}

// A deploy's project is live once none of its documents is being indexed any more.
void Indexing::settle_project(db::Tenant& tenant, const ProjectId& project) {
  if (busy(tenant, project)) return;
  tenant.exec("UPDATE projects SET status = 'live' WHERE company_id = $1 AND project_id = $2 AND status = 'indexing'",
              project);
}

}  // namespace oprag::documents
