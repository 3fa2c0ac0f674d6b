#include "features/documents/records.hpp"

namespace oprag::documents {
namespace {

constexpr std::string_view find_document = R"(
  SELECT document_id, project_id, current_version, pending_version, deleted_at, created_at
  FROM documents WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND deleted_at IS NULL)";

constexpr std::string_view find_version = R"(
  SELECT document_id, version, filename, content_type, object_key, status, size_bytes, sha256, uploaded_by, created_at,
         url_expires_at, uploaded_at, indexed_at, page_count, chunk_count, title, language, pages_without_text, warnings,
         progress, error, text_object, text_sha256
  FROM document_versions WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND version = $4)";

}  // namespace

std::string metadata_key_of(const std::string& object_key) {
  return object_key + ".metadata.json";
}

DocumentRow require(db::Tenant& tenant, const ProjectId& project, const DocumentId& document) {
  auto row = tenant.one<DocumentRow>(find_document, project, document);
  if (!row) throw Error(ErrorCode::not_found, "Document not found");
  return *std::move(row);
}

VersionRow require_version(db::Tenant& tenant, const ProjectId& project, const DocumentId& document,
                           std::int64_t version) {
  auto row = tenant.one<VersionRow>(find_version, project, document, version);
  if (!row) throw Error(ErrorCode::not_found, "Document version not found");
  return *std::move(row);
}

Document record_of(db::Tenant& tenant, const DocumentRow& row) {
  const auto v = require_version(tenant, row.project_id, row.document_id, row.current_version);
  Document out{.document_id = row.document_id,
               .project_id = row.project_id,
               .filename = v.filename,
               .content_type = v.content_type,
               .size_bytes = v.size_bytes,
               .sha256 = v.sha256,
               .status = row.deleted_at ? DocumentStatus::deleting : v.status,
               .version = v.version,
               .page_count = v.page_count,
               .chunk_count = v.chunk_count,
               .title = v.title,
               .language = v.language,
               .error = v.error,
               .progress = v.progress,
               .pages_without_text = v.pages_without_text,
               .pending_version = {},
               .key = v.object_key,
               .uploaded_by = v.uploaded_by,
               .created_at = row.created_at,
               .uploaded_at = v.uploaded_at,
               .indexed_at = v.indexed_at,
               .warnings = v.warnings.value_or(std::vector<Warning>())};
  if (row.pending_version) {
    const auto p = require_version(tenant, row.project_id, row.document_id, *row.pending_version);
    out.pending_version = PendingVersion{p.version, p.status, p.filename, p.error, p.progress};
  }
  return out;
}

}  // namespace oprag::documents
